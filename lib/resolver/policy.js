'use strict'

/* A compiled policy: the engine's handle for settings, and the memory of its answers. */

const { outOfMemory, unusable } = require('../engine')
const { crossing } = require('../trust/compile')
const {
  ANSWER, HOP, NONE, REQUEST, compileStrict, hopAt, releaseStrict, walkStrict, wordsFor
} = require('./engine')

/** PA_POLICY_… in src/core/strict/walk.h. */
const FLAGS = { TRUST: 1, PER_HOP: 2, ASK: 4, CHAIN: 8, FORWARDED: 16 }

/** PA_PEER_… in src/core/strict/walk.h. */
const PEER = { NONE: 0, UNIX: 1, SOCKET: 2, GIVEN: 3 }

/** PA_ASK_… in src/core/strict/answer.h. */
const ASK_TRUST = 1

/** PA_REASON_DIRECT in src/core/strict/answer.h. */
const DIRECT = 1

const { fromCharCode } = String

/** @typedef {{ granted: number, refused: number, fromGranted: number, fromRefused: number }} Known */

/** What is known about a request before anything was asked. */
const NOTHING_KNOWN = Object.freeze({ granted: 0, refused: NONE, fromGranted: 0, fromRefused: 0 })

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

/** Frees each policy that was collected. */
const registry = new FinalizationRegistry(releaseStrict)

/** @param {Settings} settings @returns {number} a handle */
function compile (settings) {
  const lists = [...settings.lists ?? [], ...settings.from.map(({ list }) => list)]
  const entries = lists.flatMap(({ entries }) => entries)
  const { text, lengths } = entries.length === 0 ? { text: '', lengths: undefined } : crossing(entries)
  const handle = compileStrict(configOf(settings), text, lengths ?? Uint32Array.of(text.length))
  if (handle > 0) return handle
  throw unusable(handle)
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
    this.words = new Uint32Array(wordsFor(settings.maxEntries))
    this.handle = compile(settings)
    registry.register(this, this.handle)
    this.live = [...settings.lists ?? [], ...settings.from.map(({ list }) => list)].flatMap(({ live }) => live)
    /** Whether answers depend on compiled lists alone. */
    this.isFixed = settings.ask === undefined && this.live.length === 0
    this.showsAll = settings.from.some(({ list }) => list.live.length > 0)
  }

  isStale () {
    return this.live.length > 0 && this.live.some(({ state }) => state?.stale === true)
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
   * Walks, and leaves the answer in `words`. A trust function may use this same
   * policy, so nothing in `words` is relied on after it was called.
   *
   * @param {number} kind of PEER
   * @param {string | undefined} peer
   * @param {string | undefined} header
   * @param {(string | undefined)[]} from
   * @param {boolean} inFull
   */
  walk (kind, peer, header, from, inFull) {
    this.cross(kind, peer, header, from, inFull, NOTHING_KNOWN)
    if (this.words[ANSWER.ASK] === 0) return
    const known = { ...NOTHING_KNOWN }
    do {
      this.ask(known, peer, header)
      this.cross(kind, peer, header, from, inFull, known)
    } while (this.words[ANSWER.ASK] !== 0)
  }

  /**
   * @param {number} kind
   * @param {string | undefined} peer
   * @param {string | undefined} header
   * @param {(string | undefined)[]} from
   * @param {boolean} inFull
   * @param {Known} known
   */
  cross (kind, peer, header, from, inFull, known) {
    const { words } = this
    words[REQUEST.KIND] = kind
    words[REQUEST.IN_FULL] = inFull || this.showsAll ? 1 : 0
    words[REQUEST.GRANTED] = known.granted
    words[REQUEST.REFUSED] = known.refused
    words[REQUEST.PRESENT] = from.length === 0 ? 0 : bits(/** @type {any} */ (from), (text) => text !== undefined)
    words[REQUEST.FROM_GRANTED] = known.fromGranted
    words[REQUEST.FROM_REFUSED] = known.fromRefused
    const done = from.length === 0
      ? walkStrict(this.handle, words, peer, header)
      : walkStrict(this.handle, words, peer, header, ...from)
    if (done === undefined) throw outOfMemory()
  }

  /**
   * Asks the trust function or the live lists what the engine cannot know.
   *
   * @param {Known} known
   * @param {string | undefined} peer
   * @param {string | undefined} header
   */
  ask (known, peer, header) {
    const { words } = this
    const asked = words[ANSWER.ASKED]
    const isTrust = words[ANSWER.ASK] === ASK_TRUST
    const hop = isTrust ? asked : Math.max(words[ANSWER.TRUSTED] - 1, 0)
    const address = this.bare(hop, hop === 0 ? peer : header)
    if (isTrust) {
      if (this.isTrusted(address, asked)) known.granted = asked + 1
      else known.refused = asked
    } else if (this.isLive(this.settings.from[asked].list, address)) {
      known.fromGranted |= 1 << asked
    } else {
      known.fromRefused |= 1 << asked
    }
  }

  /**
   * Returns the canonical address of a hop, without its zone.
   *
   * @param {number} hop
   * @param {string | undefined} text the peer, or the header it is in
   * @returns {string}
   */
  bare (hop, text = '') {
    const { words } = this
    const at = hopAt(hop)
    if (words[at + HOP.LENGTH] > 0) return this.written(at)
    const hasZone = words[at + HOP.ZONE_END] > 0
    return text.slice(words[at + HOP.BARE_START], words[at + (hasZone ? HOP.ZONE_START : HOP.BARE_END)])
  }

  /**
   * The same with its zone; undefined if it has no address.
   *
   * @param {number} hop
   * @param {string | undefined} text
   * @returns {string | undefined}
   */
  address (hop, text = '') {
    const { words } = this
    const at = hopAt(hop)
    if (words[at + HOP.LENGTH] === 0) {
      return words[at + HOP.FAMILY] === 0 ? undefined : text.slice(words[at + HOP.BARE_START], words[at + HOP.BARE_END])
    }
    return this.written(at) + text.slice(words[at + HOP.ZONE_START], words[at + HOP.ZONE_END])
  }

  /**
   * Returns the address that the engine wrote out because the text is not canonical.
   *
   * @param {number} at where the hop is in `words`
   */
  written (at) {
    const { words } = this
    const length = words[at + HOP.LENGTH]
    const start = at + HOP.UNITS
    let text = ''
    // Eight units at a time take half as long as one by one.
    for (let i = start; i < start + length; i += 8) {
      text += fromCharCode(words[i], words[i + 1], words[i + 2], words[i + 3],
        words[i + 4], words[i + 5], words[i + 6], words[i + 7])
    }
    return text.slice(0, length)
  }
}

/** Trusts nobody, so the peer is the answer. */
const nobody = new Policy({
  lists: undefined,
  perHop: false,
  hasTrust: true,
  ask: undefined,
  hops: undefined,
  chain: 'x-forwarded-for',
  from: [],
  maxEntries: 1,
  protocol: false,
  host: false,
  warn: false
})

/**
 * Returns the canonical form of an address, by the engine's strict grammar.
 *
 * @param {string} text an address
 * @param {boolean} [withZone] whether an IPv6 address may have a zone
 * @returns {string | undefined} in canonical form and without its zone;
 *   undefined if the text is not an address
 */
function addressOf (text, withZone = false) {
  if (!withZone && text.includes('%')) return undefined
  nobody.walk(PEER.SOCKET, text, undefined, [], false)
  return nobody.words[ANSWER.REASON] === DIRECT ? nobody.bare(0, text) : undefined
}

module.exports = { Policy, PEER, addressOf, configOf }
