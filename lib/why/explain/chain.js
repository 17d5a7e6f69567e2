'use strict'

/*
 * A request's chain of addresses with where each stands: the socket, then the
 * header's entries from the right. Values are what proxyaddr() asks about. A
 * header may have thousands of entries, so the chain is walked and not listed,
 * and a bounded number of its links are kept. And what is known of the trust
 * argument.
 */

const Brand = require('../../trust/brand')
const { compileEntries, entriesOf } = require('../../trust/compile')

const { types: { isProxy } } = require('node:util')
const nonStrings = require('../../trust/non-strings')
const forwarded = require('../../header')
const { quote } = require('./faults')

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
 * @property {'no header' | 'empty header' | 'unreadable header'} ifAlone what to
 *   say if there are no entries
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
 * How many entries there are in header[0, end).
 *
 * @param {string} header
 * @param {number} end
 */
function countEntries (header, end) {
  let count = 0
  let isWithin = false
  for (let i = 0; i < end; i++) {
    const unit = header[i]
    if (unit === ',') {
      isWithin = false
    } else if (unit !== ' ' && !isWithin) {
      isWithin = true
      count++
    }
  }
  return count
}

/**
 * @param {string} header
 * @returns {Pick<Chain, 'next' | 'rest'>}
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
    rest: () => countEntries(header, hops.rest)
  }
}

/**
 * @param {any} header not a string
 * @returns {Pick<Chain, 'next' | 'rest'>}
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
    rest: () => entries.length - i
  }
}

/**
 * Reads each property of a request that proxyaddr() reads, in its order, once.
 *
 * @param {any} req
 * @param {(headers: any) => void} see is given the headers, also before an error
 * @returns {Chain}
 * @throws whatever proxyaddr() throws of the request
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

/** The links that are kept of a chain: the nearest, and those around the client. */
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

  /** @returns {any[]} the links that the walk reached, as far as they are kept */
  reached () {
    return [...this.nearest, ...this.last]
  }

  /**
   * What the walk does not reach.
   *
   * @param {Link | undefined} link the first of it
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
 * What a trust function goes by. The only place that knows how that is found
 * out; of a user's own function nothing is known.
 *
 * @param {Function} trust
 * @returns {Rule}
 */
function ruleOf (trust) {
  const set = Brand.setOf(trust)
  return set === undefined ? { kind: 'function' } : set.rule
}

/**
 * A trust argument as the function that is to be asked, its rule, and the set
 * that finds the client without asking.
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

module.exports = { Kept, kindOf, readChain, readMost, readTrust, ruleOf }
