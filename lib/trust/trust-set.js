'use strict'

/*
 * A compiled set and its verdicts on the last peers. The same few load balancers
 * connect again and again, and comparing a text costs less than crossing to the
 * engine. A set never changes, so a verdict stays right until replace() drops
 * both.
 */

const nonStrings = require('./non-strings')
const engine = require('../engine')

const { asked, isTrusted, walk, resolve, release } = engine

/** How many peers are remembered at most; a power of two. */
const PLACES = 64

/** The length of the longest address in ordinary spelling. */
const LONGEST = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'.length

const LENGTH_SHIFT = 20

/**
 * Hashes a peer, from the units that differ most between neighbours. The lowest
 * bits are the peer's place. Returns 0 for a text of less than three units.
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

/*
 * Shared by all sets that remember nothing yet. A program that makes many sets
 * uses most of them rarely, and making these arrays takes longer than compiling a
 * subnet. The empty text has the key 0, and is not trusted.
 */
const NO_KEYS = new Int32Array(PLACES)
/** @type {string[]} */
const NO_PEERS = new Array(PLACES).fill('')
/** @type {boolean[]} */
const NO_VERDICTS = new Array(PLACES).fill(false)

/** Frees each set whose TrustSet was collected. */
const registry = new FinalizationRegistry(release)

class TrustSet {
  /**
   * @param {number} handle the engine's compiled set, owned by this from now on
   * @param {string[] | undefined} entries the list it was compiled from;
   *   undefined if that is not kept
   */
  constructor (handle, entries) {
    this.handle = handle
    /** @type {import('./brand').Rule} */
    this.rule = { kind: 'list', entries }
    this.keys = NO_KEYS
    this.peers = NO_PEERS
    this.verdicts = NO_VERDICTS
    registry.register(this, handle, this)
  }

  /**
   * Replaces the list, and drops the verdicts of the old one: see lib/lists.
   * Nothing else runs in between, so each request is answered by one list alone.
   *
   * @param {number} handle
   * @param {import('./brand').Rule} rule
   */
  replace (handle, rule) {
    registry.unregister(this)
    release(this.handle)
    this.handle = handle
    registry.register(this, handle, this)
    this.rule = rule
    this.keys = NO_KEYS
    this.peers = NO_PEERS
    this.verdicts = NO_VERDICTS
  }

  /**
   * @param {unknown} address
   * @returns {boolean}
   */
  has (address) {
    try {
      asked[0] = this.handle
      // Nothing else that an engine might return may count as trusted.
      return isTrusted(address) === true
    } catch (error) {
      if (error !== undefined) throw error
      return this.hasOdd(address)
    }
  }

  /**
   * The same for a value that the engine could not read: not a string, unless
   * memory ran out.
   *
   * @param {unknown} address
   * @returns {boolean}
   */
  hasOdd (address) {
    if (typeof address === 'string') throw engine.outOfMemory()
    return this.has(nonStrings.objectText(address))
  }

  /**
   * The same for a peer, whose verdict may be remembered.
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
   * Returns where the client is, as the engine's number: 0 if and only if the peer
   * is not trusted.
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
    asked[0] = this.handle
    const found = isKnown ? walk(header) : resolve(peer, header)
    if (!Number.isInteger(found)) throw engine.unusable(found)
    if (!isKnown) this.remember(key, place, peer, found !== 0)
    return found
  }

  /**
   * Keeps only a peer's key at first, and its text when the peer comes again: if
   * all peers differ, as on the open internet, keeping each text would cost more
   * than asking the engine again. (A slice would keep the longer text in memory,
   * but a socket's address is not a slice.)
   *
   * @param {number} key
   * @param {number} place
   * @param {string} peer
   * @param {boolean} trusted
   */
  remember (key, place, peer, trusted) {
    if (this.keys === NO_KEYS) this.makePlaces()
    if (this.keys[place] !== key) {
      this.keys[place] = key
    } else if (peer.length <= LONGEST) {
      this.peers[place] = peer
      this.verdicts[place] = trusted
    }
  }

  makePlaces () {
    this.keys = NO_KEYS.slice()
    this.peers = NO_PEERS.slice()
    this.verdicts = NO_VERDICTS.slice()
  }
}

module.exports = TrustSet
module.exports.keyOf = keyOf
module.exports.LONGEST = LONGEST
