'use strict'

/*
 * Turns a trust argument into a set: a TrustSet, or for a single use an object
 * with find() and hasPeer().
 */

const { types: { isProxy } } = require('node:util')

const nonStrings = require('./non-strings')
const Brand = require('./brand')
const engine = require('../engine')
const { ERROR_RANGE, ERROR_VALUES } = require('../engine/layout')
const TrustSet = require('./trust-set')

/**
 * Returns whether the list's slice() returns an ordinary array. If not, the
 * result may observe how often its elements are read, and change them. The list
 * cannot observe this check.
 *
 * @param {unknown[]} val
 */
function isOrdinary (val) {
  return !isProxy(val) && Object.getPrototypeOf(val) === Array.prototype &&
    !Object.hasOwn(val, 'slice') && !Object.hasOwn(val, 'constructor')
}

/** @param {unknown[]} list */
function holdsStringsOnly (list) {
  for (let i = 0; i < list.length; i++) {
    if (typeof list[i] !== 'string') return false
  }
  return true
}

/**
 * @param {unknown} val
 * @returns {string[]} the trust list's entries, in a new array; not validated if
 *   all of them were strings
 */
function entriesOf (val) {
  if (!val) throw new TypeError('argument is required')
  if (typeof val === 'string') return [val]
  if (!Array.isArray(val)) throw new TypeError('unsupported trust argument')
  const ordinary = isOrdinary(val)
  const list = val.slice()
  return ordinary && holdsStringsOnly(list) ? list : nonStrings.entries(list)
}

/**
 * Returns a list as it crosses to the engine: one text, and the entries' lengths
 * instead of a separator, which an entry could contain.
 *
 * @param {readonly string[]} list
 */
function crossing (list) {
  if (list.length === 1) return { text: list[0], lengths: undefined }
  const lengths = new Uint32Array(list.length)
  let text = ''
  for (let i = 0; i < list.length; i++) {
    text += list[i]
    lengths[i] = list[i].length
  }
  return { text, lengths }
}

/**
 * @param {string[]} list
 * @returns {number} the handle of the compiled set
 */
function build (list) {
  const { text, lengths } = crossing(list)
  const set = engine.compile(text, lengths)
  if (!Number.isInteger(set)) throw engine.unusable(set)
  if (set > 0) return set
  const note = list[Math.floor(-set / ERROR_VALUES)]
  if (-set % ERROR_VALUES === ERROR_RANGE) {
    throw new TypeError('invalid range on address: ' + note)
  }
  const pos = note.lastIndexOf('/')
  throw new TypeError('invalid IP address: ' +
    (pos !== -1 ? note.substring(0, pos) : note))
}

/**
 * The entries of a longer list are not kept for explanations: 8 bytes each, and
 * their texts, would take half as much memory again as the set.
 */
const KEPT_ENTRIES = 4096

/** @type {import('./brand').Set} */
const NOBODY = { hasPeer: () => false, find: () => 0, rule: { kind: 'none' } }

/** The function of every empty list. */
function trustNone () {
  return false
}
new Brand(trustNone, NOBODY) // eslint-disable-line no-new

/**
 * Compiles a trust list. The rule: proxy-addr 2.0.8's `compile`.
 *
 * @param {unknown} val
 */
function compile (val) {
  return compileEntries(entriesOf(val))
}

/**
 * @param {string[]} list
 */
function compileEntries (list) {
  if (list.length === 0) return trustNone
  const set = new TrustSet(build(list), list.length <= KEPT_ENTRIES ? list : undefined)
  /** @param {unknown} addr */
  function trust (addr) {
    return set.has(addr)
  }
  return new Brand(trust, set)
}

/**
 * Returns a set for a single use. A compiled one would stay in memory until the
 * event loop turns, and a loop over proxyaddr(req, 'loopback') prevents that.
 *
 * @param {unknown} val a trust argument that is not a function
 * @returns {Pick<import('./brand').Set, 'hasPeer' | 'find'>}
 */
function once (val) {
  const list = entriesOf(val)
  if (list.length === 0) return NOBODY
  const { text, lengths } = crossing(list)
  /** @param {string} peer @param {string} header */
  function find (peer, header) {
    const found = engine.resolveOnce(text, lengths, peer, header)
    if (found === null) build(list)
    if (!Number.isInteger(found)) throw engine.unusable(found)
    return found
  }
  // In an empty header, the walk ends at the peer: -1 if the peer is trusted.
  return { find, hasPeer: (peer) => find(peer, '') === -1 }
}

module.exports = { build, compile, compileEntries, crossing, entriesOf, once }
