'use strict'

/*
 * A request's chain of addresses, with the place of each: the socket, then the
 * header's entries from the right. Values are those that proxyaddr() passes to a
 * trust function. A header may have thousands of entries, so the chain is walked
 * and not listed, and a bounded number of its links is kept. Also finds what is
 * known about the trust argument.
 */

const Brand = require('../../trust/brand')
const { compileEntries, entriesOf } = require('../../trust/compile')

const { types: { isProxy } } = require('node:util')
const nonStrings = require('../../trust/non-strings')
const forwarded = require('../../header')
const { quote } = require('./faults')
const { own } = require('./request')

/**
 * @typedef {object} Link
 * @property {any} value
 * @property {'socket' | 'header'} from
 * @property {number} [start] where it begins in the header, in UTF-16 units
 * @property {number} [end]
 * @property {unknown} [answer] the trust function's
 *
 * @typedef {object} Chain
 * @property {any} headers
 * @property {any} header
 * @property {any} peer
 * @property {() => Link | undefined} next the next entry of the header
 * @property {() => number} rest how many entries are left
 * @property {(start: number, most: number) => number} skip continues with the `most`
 *   entries from the one at `start` on, and returns how many it left out; 0 for an
 *   odd header
 * @property {'no header' | 'empty header' | 'unreadable header'} ifAlone the reason
 *   if there are no entries
 */

/** With the headline, two gaps and the remarks, 40 lines at most. */
const MOST = 32

/** At most this many of the entries that were not reached are kept. */
const BEYOND = 8

/**
 * @param {unknown} value
 * @returns {string} what to call it; no code of the user's is run
 */
function kindOf (value) {
  if (!isProxy(value) && Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/**
 * Passes over entries from the left.
 *
 * @param {string} header
 * @param {number} start
 * @param {number} end
 * @param {number} [most]
 * @param {string} [blanks] between entries; spaces alone, as in proxy-addr
 * @returns {{ count: number, at: number }} how many there are in header[start, end),
 *   up to `most`, and the comma after them, or the end
 */
function passEntries (header, start, end, most = Infinity, blanks = ' ') {
  let count = 0
  let isWithin = false
  for (let i = start; i < end; i++) {
    const unit = header[i]
    if (unit === ',') {
      if (count === most) return { count, at: i }
      isWithin = false
    } else if (!isWithin && !blanks.includes(unit)) {
      isWithin = true
      count++
    }
  }
  return { count, at: end }
}

/**
 * @param {string} header
 * @returns {Pick<Chain, 'next' | 'rest' | 'skip'>}
 */
function entriesOfText (header) {
  const hops = new forwarded.Hops(header)
  return {
    next () {
      const value = hops.next()
      if (value === undefined) return undefined
      // The cursor is at the comma before the entry, or at the start.
      const start = forwarded.startOfFirst(header, hops.rest)
      return { value, from: 'header', start, end: start + value.length }
    },
    rest: () => passEntries(header, 0, hops.rest).count,
    skip (start, most) {
      const { at } = passEntries(header, start, header.length, most)
      if (at >= hops.rest) return 0
      const { count } = passEntries(header, at, hops.rest)
      hops.rest = at
      return count
    }
  }
}

/**
 * @param {any} header not a string
 * @returns {Pick<Chain, 'next' | 'rest' | 'skip'>}
 */
function entriesOfOdd (header) {
  /** @type {any[]} */
  let entries
  try {
    entries = nonStrings.headerEntries(header)
  } catch (/** @type {any} */ error) {
    if (!(error instanceof TypeError)) throw error
    throw new TypeError(`${error.message}: X-Forwarded-For is ${kindOf(header)}, not text`)
  }
  let i = 0
  return {
    next: () => i < entries.length ? { value: entries[i++], from: 'header' } : undefined,
    rest: () => entries.length - i,
    skip: () => 0
  }
}

/**
 * Reads each property of a request that proxyaddr() reads, in its order, once.
 *
 * @param {any} req
 * @param {(headers: any) => void} see receives the headers, even if an error follows
 * @returns {Chain}
 * @throws whatever proxyaddr() throws for the request
 */
function readChain (req, see) {
  const { headers } = req
  see(headers)
  const header = headers['x-forwarded-for'] || ''
  if (typeof header !== 'string') {
    const entries = entriesOfOdd(header)
    return { headers, header, peer: forwarded.peerOf(req), ...entries, ifAlone: 'unreadable header' }
  }
  const peer = forwarded.peerOf(req)
  return { headers, header, peer, ...entriesOfText(header), ifAlone: header === '' ? 'no header' : 'empty header' }
}

/** The links of a chain that are kept: the nearest, and those around the client. */
class Kept {
  /** @param {number} most */
  constructor (most) {
    const beyond = Math.min(BEYOND, most >> 2)
    this.atEnd = Math.ceil((most - beyond) / 2)
    this.atStart = most - beyond - this.atEnd
    this.beyond = beyond
    /** @type {Link[]} */
    this.nearest = []
    /** @type {Link[]} */
    this.last = []
    /** @type {Link[]} */
    this.unreached = []
    this.trusted = 0
    this.more = 0
  }

  /** @param {Link} link that the walk reaches */
  reach (link) {
    if (this.nearest.length < this.atStart) {
      this.nearest.push(link)
    } else {
      this.last.push(link)
      if (this.last.length <= this.atEnd) return
      this.last.shift()
      this.trusted++
    }
  }

  /**
   * Skips links that are trusted, and would not be kept.
   *
   * @param {Chain} chain
   * @param {number | undefined} last where the last link that is reached begins in
   *   the header, if that is known
   * @returns {number} how many
   */
  skip (chain, last) {
    if (last === undefined || this.nearest.length < this.atStart || this.trusted > 0) return 0
    const skipped = chain.skip(last, this.atEnd)
    this.trusted += skipped
    return skipped
  }

  /** @returns {any[]} the links that the walk reached, as far as they are kept */
  reached () {
    return [...this.nearest, ...this.last]
  }

  /**
   * Keeps links that the walk does not reach.
   *
   * @param {Link | undefined} link the first of them
   * @param {Chain} chain
   */
  pass (link, chain) {
    for (; link !== undefined; link = chain.next()) {
      if (this.unreached.length === this.beyond) {
        this.more = 1 + chain.rest()
        return
      }
      this.unreached.push(link)
    }
  }

  /** How many were left out, and where, if any were. */
  omitted () {
    const { trusted, more } = this
    return trusted + more === 0 ? undefined : { at: this.nearest.length, trusted, unreached: more }
  }
}

/**
 * @param {any} options
 * @returns {number} how many hops to describe
 */
function readMost (options) {
  if (options === undefined) return MOST
  if (Object(options) !== options) throw new TypeError('options must be an object, such as { maxHops: 8 }')
  const unknown = Object.keys(options).find((name) => name !== 'maxHops')
  if (unknown !== undefined) throw new TypeError(`unknown option ${quote(unknown)}: give maxHops`)
  const { maxHops = MOST } = options
  if (Number.isInteger(maxHops) && maxHops > 0) return maxHops
  throw new TypeError('the option maxHops must be a whole number, 1 or more')
}

/**
 * @typedef {import('../../trust/brand').Rule | { kind: 'function' }} Rule
 * @typedef {import('../../trust/brand').Set} Set
 */

/**
 * Returns the rule of a trust function. This is the only place that knows how to
 * find it. Nothing is known about a user's own function.
 *
 * @param {Function} trust
 * @returns {Rule}
 */
function ruleOf (trust) {
  const set = Brand.setOf(trust)
  return set === undefined ? { kind: 'function' } : set.rule
}

/**
 * Returns whether this is a resolver, which takes a request and not an address. No
 * code of the user's is run.
 *
 * @param {any} value
 */
function isResolver (value) {
  return typeof value === 'function' && typeof own(value, 'resolve') === 'function' && typeof own(value, 'trust') === 'function'
}

/**
 * Returns whether this is a live list, and not its trust function. No code of the
 * user's is run.
 *
 * @param {any} value
 */
function isLiveList (value) {
  return typeof value === 'object' && isLiveTrust(own(value, 'trust'))
}

/** @param {any} value @returns {boolean} whether this is the trust function of a live list */
function isLiveTrust (value) {
  const rule = typeof value === 'function' ? ruleOf(value) : undefined
  return rule?.kind === 'list' && rule.list !== undefined
}

/**
 * Returns the function of a trust argument, its rule, and the set that finds the
 * client without calling the function.
 *
 * @param {any} trust
 * @returns {{ test: any, rule: Rule, set: Set | undefined }}
 */
function readTrust (trust) {
  if (typeof trust === 'function') return { test: trust, rule: ruleOf(trust), set: Brand.setOf(trust) }
  const entries = entriesOf(trust)
  const test = /** @type {any} */ (compileEntries(entries))
  return { test, rule: { kind: 'list', entries }, set: Brand.setOf(test) }
}

module.exports = { Kept, isLiveList, isLiveTrust, isResolver, kindOf, passEntries, readChain, readMost, readTrust, ruleOf }
