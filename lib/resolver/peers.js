'use strict'

/*
 * What was found of the last peers: the same few balancers come again and
 * again. Only where the answer cannot change, as for lists that are compiled.
 */

/** How many peers are remembered; a power of two. */
const PLACES = 64

/** @param {string} peer */
function placeOf (peer) {
  const { length } = peer
  return (peer.charCodeAt(length - 1) ^ peer.charCodeAt(length - 2) << 2 ^ peer.charCodeAt(length - 3) << 4) & (PLACES - 1)
}

class PeerMemory {
  constructor () {
    /** @type {string[]} */
    this.peers = new Array(PLACES).fill('')
    /** @type {string[]} */
    this.canonical = new Array(PLACES).fill('')
    /** @type {boolean[]} */
    this.trusted = new Array(PLACES).fill(false)
  }

  /** @param {string} peer @returns {number} its place; -1 if it is not known */
  find (peer) {
    const place = placeOf(peer)
    return this.peers[place] === peer && peer !== '' ? place : -1
  }

  /**
   * @param {string} peer
   * @param {boolean} trusted
   * @param {string} canonical the peer's address; not used of one that is trusted
   */
  remember (peer, trusted, canonical) {
    const place = placeOf(peer)
    this.peers[place] = peer
    this.trusted[place] = trusted
    this.canonical[place] = canonical
  }
}

module.exports = PeerMemory
