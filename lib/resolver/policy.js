'use strict'

/* A compiled policy: settings -> the engine's function and its memory. */

const { outOfMemory } = require('../engine')
const { crossing } = require('../trust/compile')
const { ANSWER, HOP, NONE, REQUEST, createStrict, hopAt, wordsFor } = require('./engine')

/** PA_POLICY_… in src/core/strict/policy.h. */
const FLAGS = { TRUST: 1, PER_HOP: 2, ASK: 4, CHAIN: 8, FORWARDED: 16 }

/** PA_PEER_… in src/core/strict/walk.h. */
const PEER = { NONE: 0, UNIX: 1, SOCKET: 2, GIVEN: 3 }

/** PA_ASK_… in src/core/strict/answer.h. */
const ASK_TRUST = 1

/** @typedef {import('./options').List} List */
/** @typedef {import('./options').Settings} Settings */

/** @param {{ list: { unix: boolean } }[]} all @returns {number} a bit for each */
function bits (all, has = (/** @type {any} */ { list }) => list.unix) {
  return all.reduce((sum, one, i) => has(one) ? sum | 1 << i : sum, 0) >>> 0
}

/** @param {Settings} settings */
function flagsOf ({ hasTrust, perHop, ask, lists = [], chain }) {
  const asks = ask !== undefined || lists.some(({ live }) => live.length > 0)
  return (hasTrust ? FLAGS.TRUST : 0) | (perHop ? FLAGS.PER_HOP : 0) | (asks ? FLAGS.ASK : 0) |
    (chain !== undefined ? FLAGS.CHAIN : 0) | (chain === 'forwarded' ? FLAGS.FORWARDED : 0)
}

/**
 * The numbers that src/core/strict/crossing.h calls PA_CONFIG_…, and the counts
 * of entries of each list.
 *
 * @param {Settings} settings
 */
function configOf (settings) {
  const lists = (settings.lists ?? []).map((list) => ({ list }))
  const { from, hops = NONE, maxEntries } = settings
  const fromAsks = bits(from, ({ list }) => list.live.length > 0)
  return Uint32Array.from([
    flagsOf(settings), lists.length, from.length, hops, maxEntries, bits(lists), bits(from), fromAsks,
    ...[...lists, ...from].map(({ list }) => list.entries.length)
  ])
}

/** @param {Settings} settings @param {Uint32Array} words */
function compile (settings, words) {
  const lists = [...settings.lists ?? [], ...settings.from.map(({ list }) => list)]
  const entries = lists.flatMap(({ entries }) => entries)
  const { text, lengths } = entries.length === 0 ? { text: '', lengths: undefined } : crossing(entries)
  const call = createStrict(configOf(settings), text, lengths ?? Uint32Array.of(text.length), words)
  if (typeof call === 'function') return call
  if (call === undefined) throw outOfMemory()
  throw new Error(`the engine refused a policy that was found to be valid (${call})`)
}

/** @param {any} answer @param {Function} ask */
function checkVerdict (answer, ask) {
  if (typeof answer === 'boolean') return answer
  const what = typeof answer?.then === 'function' ? 'a promise, which would trust everybody' : typeof answer
  throw new TypeError(`trust function ${ask.name || '(without a name)'} returned ${what}; it must return true or false at once`)
}

class Policy {
  /** @param {Settings} settings */
  constructor (settings) {
    this.settings = settings
    // An array of its own memory, which never moves.
    this.words = new Uint32Array(new ArrayBuffer(wordsFor(settings.maxEntries) * Uint32Array.BYTES_PER_ELEMENT))
    this.call = compile(settings, this.words)
    this.live = [...settings.lists ?? [], ...settings.from.map(({ list }) => list)].flatMap(({ live }) => live)
    /** Answers depend on nothing but the lists that were compiled. */
    this.isFixed = settings.ask === undefined && this.live.length === 0
    this.showsAll = settings.from.some(({ list }) => list.live.length > 0)
  }

  /**
   * @param {string} address canonical, without a zone
   * @param {number} hop
   * @returns {boolean}
   */
  isTrusted (address, hop) {
    const { ask, lists, perHop } = this.settings
    if (ask !== undefined) return checkVerdict(ask(address, hop), ask)
    const list = lists?.[perHop ? hop : 0]
    return list !== undefined && this.isLive(list, address)
  }

  /** @param {List} list @param {string} address */
  isLive (list, address) {
    return list.live.some((live) => live.has(address) === true)
  }

  /**
   * Walks; the answer is in `words` then. A trust function may ask this very
   * policy, so nothing is expected to be in `words` once it has been called.
   *
   * @param {number} kind of PEER
   * @param {string | undefined} peer
   * @param {string | undefined} header
   * @param {(string | undefined)[]} from
   * @param {boolean} inFull
   */
  walk (kind, peer, header, from, inFull) {
    const { words } = this
    const present = bits(/** @type {any} */ (from), (text) => text !== undefined)
    const known = { granted: 0, refused: NONE, fromGranted: 0, fromRefused: 0 }
    for (;;) {
      words[REQUEST.KIND] = kind
      words[REQUEST.IN_FULL] = inFull || this.showsAll ? 1 : 0
      words[REQUEST.GRANTED] = known.granted
      words[REQUEST.REFUSED] = known.refused
      words[REQUEST.PRESENT] = present
      words[REQUEST.FROM_GRANTED] = known.fromGranted
      words[REQUEST.FROM_REFUSED] = known.fromRefused
      const done = from.length === 0 ? this.call(peer, header, undefined) : this.call(peer, header, ...from)
      if (done === undefined) throw outOfMemory()
      if (words[ANSWER.ASK] === 0) return
      this.ask(known, (hop) => this.bare(hop, hop === 0 ? peer : header))
    }
  }

  /**
   * Asks what the engine could not know.
   *
   * @param {{ granted: number, refused: number, fromGranted: number, fromRefused: number }} known
   * @param {(hop: number) => string} addressOf
   */
  ask (known, addressOf) {
    const { words } = this
    const asked = words[ANSWER.ASKED]
    if (words[ANSWER.ASK] === ASK_TRUST) {
      if (this.isTrusted(addressOf(asked), asked)) known.granted = asked + 1
      else known.refused = asked
    } else {
      const furthest = Math.max(words[ANSWER.TRUSTED] - 1, 0)
      if (this.isLive(this.settings.from[asked].list, addressOf(furthest))) known.fromGranted |= 1 << asked
      else known.fromRefused |= 1 << asked
    }
  }

  /**
   * The canonical address of a hop, without its zone.
   *
   * @param {number} hop
   * @param {string | undefined} text the peer, or the header it is in
   * @returns {string}
   */
  bare (hop, text = '') {
    const { words } = this
    const at = hopAt(hop)
    const length = words[at + HOP.LENGTH]
    if (length > 0) return String.fromCharCode(...words.subarray(at + HOP.UNITS, at + HOP.UNITS + length))
    const zone = words[at + HOP.ZONE_END] > 0
    return text.slice(words[at + HOP.BARE_START], words[at + (zone ? HOP.ZONE_START : HOP.BARE_END)])
  }

  /**
   * The same with its zone; undefined if it has no address.
   *
   * @param {number} hop
   * @param {string | undefined} text
   */
  address (hop, text = '') {
    const { words } = this
    const at = hopAt(hop)
    if (words[at + HOP.FAMILY] === 0) return undefined
    return this.bare(hop, text) + text.slice(words[at + HOP.ZONE_START], words[at + HOP.ZONE_END])
  }
}

module.exports = { Policy, PEER, configOf }
