'use strict'

/*
 * Turns Express's `trust proxy` setting into a trust function (the rule: compileTrust in
 * lib/utils.js of Express 5), and reads the setting from an environment variable.
 */

const Brand = require('./brand')
const { compile } = require('./compile')
const { LENGTH_VALUES } = require('../engine/layout')
const forwarded = require('../header')

/**
 * Packs an entry's place into one number, as engines do: see engine/index.js.
 *
 * @param {number} start
 * @param {number} end
 */
function pack (start, end) {
  return start * LENGTH_VALUES + Math.min(end - start, LENGTH_VALUES - 1)
}

/**
 * Trust that does not depend on addresses: a number of hops, or all hops. The client is
 * found by counting commas from the right. The interface is that of a TrustSet, so the
 * caller need not tell them apart.
 */
class HopRule {
  /**
   * @param {number} hops every i < hops is trusted; any number, also NaN and
   *   Infinity
   * @param {import('./brand').Rule} rule
   */
  constructor (hops, rule) {
    this.hops = hops
    this.rule = rule
  }

  hasPeer () {
    return this.hops > 0
  }

  /**
   * @param {string} peer ignored
   * @param {string} header
   * @returns {number} see engine/index.js
   */
  find (peer, header) {
    return this.hops === Infinity ? findFurthest(header) : findNth(header, this.hops)
  }
}

/**
 * @param {string} header
 * @param {number} hops
 */
function findNth (header, hops) {
  let start = 0
  let end = 0
  let rest = header.length
  for (let i = 0; i < hops; i++) {
    rest = forwarded.endOfLast(header, rest)
    if (rest === 0) return -1 - pack(start, end)
    end = rest
    const comma = forwarded.lastComma(header, end)
    start = forwarded.startAfter(header, comma)
    if (comma === -1) return -1 - pack(start, end)
    rest = comma
  }
  return pack(start, end)
}

/**
 * Finds the first entry from the left. A header that an attacker filled up costs
 * no more than any other.
 *
 * @param {string} header
 */
function findFurthest (header) {
  const start = forwarded.startOfFirst(header)
  return -1 - (start === header.length
    ? 0
    : pack(start, start + forwarded.entryAt(header, start).length))
}

/** @param {string} text */
function entriesOf (text) {
  return text.split(',').map((entry) => entry.trim())
}

// The functions are anonymous, as Express's are.

function trustAll () {
  return new Brand(function () {
    return true
  }, new HopRule(Infinity, { kind: 'all' }))
}

/** @param {number} hops */
function trustHops (hops) {
  return new Brand(function (/** @type {unknown} */ addr, /** @type {any} */ i) {
    return i < hops
  }, new HopRule(hops, { kind: 'hops', hops }))
}

/**
 * Returns the trust function that Express makes from a setting. index.d.ts
 * describes parameters and errors.
 *
 * @param {any} [setting]
 */
function trustProxy (setting) {
  if (typeof setting === 'function') return setting
  if (setting === true) return trustAll()
  if (typeof setting === 'number') return trustHops(setting)
  return compile(typeof setting === 'string' ? entriesOf(setting) : setting || [])
}

const DEFAULT_NAME = 'TRUST_PROXY'

const ACCEPTED = 'Accepted: true, false, yes, no, on, off, a number of hops ' +
  'such as 1, or a list of addresses, subnets (10.0.0.0/8) and names (loopback, ' +
  'linklocal, uniquelocal), separated by commas'

/** @type {Record<string, boolean>} */
const WORDS = { true: true, yes: true, on: true, false: false, no: false, off: false }

const NUMBER = /^[0-9]+$/

/** A number, with or without a range after it: 1, 10/8, 0x7f000001. */
const LONE_NUMBER = /^[0-9]\w*(?:\/.*)?$/

/**
 * Returns whether a list may have this entry. compile() alone cannot decide: it
 * reads a number as an address (1 as 0.0.0.1).
 *
 * @param {string} entry
 */
function isEntry (entry) {
  if (LONE_NUMBER.test(entry)) return false
  try {
    return compile(entry) !== undefined
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return false
  }
}

/** A message names at most this many problems; linting the value shows all. */
const SHOWN = 3

/**
 * Says what is wrong with a value, and what to write instead, in the linter's
 * words.
 *
 * @param {string} name of the variable
 * @param {string} text
 * @returns {string}
 */
function faultOf (name, text) {
  const { lintRefusal } = require('../why/lint')
  const { escape, quote } = require('../why/explain/faults')
  const { problems, instead } = lintRefusal(text)
  const faults = problems.slice(0, SHOWN).map(({ entry, reason, instead: part }) =>
    (entry === undefined ? '' : `${quote(entry)}: `) + reason +
    (instead === undefined && part !== undefined ? `: write ${escape(String(part))}` : ''))
  const more = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : []
  const remedy = instead === undefined ? '' : `. Write ${escape(`${name}=${instead}`)}`
  return [...faults, ...more].join('; ') + remedy
}

/**
 * @param {string} text not blank
 * @param {(fault?: string) => Error} refusal
 */
function settingOf (text, refusal) {
  const word = text.toLowerCase()
  if (Object.hasOwn(WORDS, word)) return WORDS[word]
  if (NUMBER.test(text)) {
    const hops = Number(text)
    if (Number.isSafeInteger(hops)) return hops
    throw refusal('the number is too large')
  }
  const entries = entriesOf(text)
  if (!entries.every(isEntry)) throw refusal()
  return entries
}

/**
 * Reads the setting from an environment variable. index.d.ts describes parameters
 * and errors.
 *
 * @param {any} [name]
 * @param {any} [env]
 * @returns {boolean | number | string[]}
 */
function fromEnv (name = DEFAULT_NAME, env = process.env) {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError('name must be that of an environment variable')
  }
  if (Object(env) !== env) {
    throw new TypeError('env must be an object of environment variables')
  }
  // On Windows, process.env ignores the case of names, for Object.hasOwn(), too.
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value === undefined) return false
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string, as environment variables are`)
  }
  const text = value.trim()
  if (text === '') return false
  return settingOf(text, (fault = faultOf(name, text)) => {
    const { escape, quote } = require('../why/explain/faults')
    return new TypeError(`${escape(name)}=${quote(value)} is not a trust proxy setting: ${fault}. ${ACCEPTED}`)
  })
}

module.exports = { fromEnv, trustProxy }
