'use strict'

/*
 * A compiled set, with what it said of the last peers: the same few balancers
 * come again and again, and comparing a text costs less than crossing over. A
 * set never changes, so neither does an answer.
 */

const cold = require('./non-strings')
const engine = require('../engine')

/** How many peers are remembered at most; a power of two. */
const PLACES = 64

/** The longest address in ordinary spelling. */
const LONGEST = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'.length

const LENGTH_SHIFT = 20

/**
 * A number by which a peer is known again, made of what differs most between
 * neighbours; its lowest bits say where. 0 for a text of less than three units.
 *
 * @param {string} peer
 */
function keyOf (peer) {
  const { length } = peer
  return length < 3
    ? 0
    : peer.charCodeAt(length - 1) ^ peer.charCodeAt(length - 2) << 3 ^
      peer.charCodeAt(length - 3) << 12 ^ length << LENGTH_SHIFT
}

class TrustSet {
  /**
   * @param {Function} native the engine's function
   * @param {string[] | undefined} entries what it was compiled from, if that is
   *   kept
   */
  constructor (native, entries) {
    this.native = native
    /** @type {import('./brand').Rule} */
    this.rule = { kind: 'list', entries }
    this.keys = new Int32Array(PLACES)
    // The empty text, whose key is 0, is not trusted.
    /** @type {string[]} */
    this.peers = new Array(PLACES).fill('')
    this.verdicts = new Array(PLACES).fill(false)
  }

  /**
   * @param {unknown} address
   * @returns {boolean}
   */
  has (address) {
    try {
      return this.native(address)
    } catch (error) {
      if (error !== undefined) throw error
      return this.hasOdd(address)
    }
  }

  /**
   * The same for what the engine could not read: mostly no string.
   *
   * @param {unknown} address
   * @returns {boolean}
   */
  hasOdd (address) {
    if (typeof address === 'string') throw engine.outOfMemory()
    return this.has(cold.objectText(address))
  }

  /**
   * The same for an address that may come again.
   *
   * @param {string} peer
   */
  hasPeer (peer) {
    const key = keyOf(peer)
    const place = key & (PLACES - 1)
    if (this.keys[place] === key && this.peers[place] === peer) return this.verdicts[place]
    const trusted = this.has(peer)
    this.remember(key, place, peer, trusted)
    return trusted
  }

  /**
   * Where the client stands, as the engine says it: 0 if the peer is not
   * trusted, and only then.
   *
   * @param {string} peer
   * @param {string} header
   * @returns {number}
   */
  find (peer, header) {
    const key = keyOf(peer)
    const place = key & (PLACES - 1)
    const isKnown = this.keys[place] === key && this.peers[place] === peer
    if (isKnown && !this.verdicts[place]) return 0
    const found = isKnown ? this.native(peer, header, true) : this.native(peer, header)
    if (found === undefined) throw engine.outOfMemory()
    if (!isKnown) this.remember(key, place, peer, found !== 0)
    return found
  }

  /**
   * Keeps a peer's key when it comes, and its text only when it comes again:
   * where all peers differ, as on the open internet, keeping the text of each
   * would be dearer than asking anew. (A text that is cut out of a longer one
   * keeps that in memory. Sockets' addresses are not.)
   *
   * @param {number} key
   * @param {number} place
   * @param {string} peer
   * @param {boolean} trusted
   */
  remember (key, place, peer, trusted) {
    if (this.keys[place] !== key) {
      this.keys[place] = key
    } else if (peer.length <= LONGEST) {
      this.peers[place] = peer
      this.verdicts[place] = trusted
    }
  }
}

module.exports = TrustSet
