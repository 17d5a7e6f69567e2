'use strict'

const nonStrings = require('./trust/non-strings')
const Brand = require('./trust/brand')
const engine = require('./engine')
const forwarded = require('./header')
const { LENGTH_VALUES, TAIL } = require('./engine/layout')
const { compile, once } = require('./trust/compile')
const { LONGEST } = require('./trust/trust-set')

const { peerOf } = forwarded

/** LENGTH_VALUES is a power of two. */
const LENGTH_BITS = Math.log2(LENGTH_VALUES)
const INT32_MAX = 0x7fffffff

/** @typedef {Pick<import('./trust/brand').Set, 'hasPeer' | 'find'>} Set */

/**
 * Returns where in the header the client is, as the engine's number.
 *
 * @param {Set} set
 * @param {unknown} peer not an object
 * @param {string} header
 */
function locate (set, peer, header) {
  const address = typeof peer === 'string' ? peer : ''
  if (header.length <= LONGEST) {
    // The usual header of a single proxy: only the peer has to be judged. A longer
    // header has nearly always a comma, and the search for it takes 5 to 10 % of a call.
    if (!header.includes(',')) return set.hasPeer(address) ? loneEntry(header) : 0
  } else if (header.length > TAIL) {
    const found = set.find(address, header.slice(-TAIL))
    if (found === 0) return 0
    if (found > 0) return found + (header.length - TAIL) * LENGTH_VALUES
  }
  const found = set.find(address, header)
  return found < 0 ? -1 - found : found
}

/**
 * Returns where the entry of a header without commas is; 0 if there is none.
 *
 * @param {string} header at most LONGEST units
 */
function loneEntry (header) {
  const { start, end } = forwarded.trim(header, 0, header.length)
  return start * LENGTH_VALUES + end - start
}

/** @param {number} found */
function startOf (found) {
  // Dividing in floating point takes longer.
  return found <= INT32_MAX ? found >> LENGTH_BITS : Math.floor(found / LENGTH_VALUES)
}

/**
 * @param {string} header
 * @param {number} found where an entry is
 */
function entryAt (header, found) {
  // An entry that is the whole header: offset 0, so the number is its length.
  if (found === header.length && found < LENGTH_VALUES - 1) return header
  const length = found & (LENGTH_VALUES - 1)
  const start = startOf(found)
  return length < LENGTH_VALUES - 1
    ? header.slice(start, start + length)
    : forwarded.entryAt(header, start)
}

/** @param {any} trust */
function functionOf (trust) {
  return typeof trust === 'function' ? trust : compile(trust)
}

/**
 * Returns the chain as far as a trust function trusts it. The function is called
 * with an address and its place in the chain, 0 for the peer, but never with the
 * last address.
 *
 * @param {unknown} peer
 * @param {string} header
 * @param {any} trust
 */
function walk (peer, header, trust) {
  const test = functionOf(trust)
  const addresses = [peer]
  const hops = new forwarded.Hops(header)
  for (let i = 0; ; i++) {
    const next = hops.next()
    if (next === undefined || !test(addresses[i], i)) return addresses
    addresses.push(next)
  }
/* c8 ignore next: V8 counts the end of the loop, which only returns leave */
}

/**
 * The same for a header that is not a string, whose entries may be anything.
 *
 * @param {any} req
 * @param {unknown} header
 * @param {any} trust
 */
function walkOdd (req, header, trust) {
  const entries = nonStrings.headerEntries(header)
  const addresses = [peerOf(req)].concat(entries)
  if (!trust) return addresses
  const test = functionOf(trust)
  for (let i = 0; i < addresses.length - 1; i++) {
    if (!test(addresses[i], i)) addresses.length = i + 1
  }
  return addresses
}

/**
 * Returns the set to resolve with, if the engine can. It cannot for a user's own
 * function, nor if the peer is an object, which can observe that it is converted
 * to text.
 *
 * @param {unknown} peer
 * @param {any} trust a trust argument
 * @returns {Set | undefined}
 */
function setFor (peer, trust) {
  if (typeof peer !== 'string' && Object(peer) === peer) return undefined
  return typeof trust === 'function' ? Brand.setOf(trust) : once(trust)
}

/**
 * All addresses of a request, nearest first, optionally up to and including
 * the first one that is not trusted. The rule: proxy-addr 2.0.8's `all`.
 * Parameters and errors are described in index.d.ts.
 *
 * @param {any} req
 * @param {any} [trust]
 */
function alladdrs (req, trust) {
  if (!req) throw new TypeError('argument req is required')
  const header = req.headers['x-forwarded-for'] || ''
  if (typeof header !== 'string') return walkOdd(req, header, trust)
  const peer = peerOf(req)
  if (!trust) return forwarded.list(peer, header)
  if (header === '' && typeof trust === 'function') return [peer]
  const set = setFor(peer, trust)
  if (set === undefined) return walk(peer, header, trust)
  const found = locate(set, peer, header)
  return found === 0 ? [peer] : forwarded.list(peer, header.slice(startOf(found)))
}

/**
 * The address of the client: the first one, from the peer on, that is not
 * trusted, or the last one. The rule: proxy-addr 2.0.8. Parameters and errors
 * are described in index.d.ts.
 *
 * @param {any} req
 * @param {any} trust
 */
function proxyaddr (req, trust) {
  if (!req) throw new TypeError('req argument is required')
  if (!trust) throw new TypeError('trust argument is required')
  const header = req.headers['x-forwarded-for'] || ''
  if (typeof header !== 'string') return walkOdd(req, header, trust).at(-1)
  const peer = peerOf(req)
  // A list that is not compiled yet must be read: it may be invalid.
  if (header === '' && typeof trust === 'function') return peer
  const set = setFor(peer, trust)
  if (set === undefined) return walk(peer, header, trust).at(-1)
  const found = locate(set, peer, header)
  return found === 0 ? peer : entryAt(header, found)
}

/*
 * Programs call these once, at start, if at all, so the first call loads them.
 * Parameters and errors are described in index.d.ts.
 */

/** @param {any} [setting] */
function trustProxy (setting) {
  return require('./trust/setting').trustProxy(setting)
}

/** @param {any} [name] @param {any} [env] */
function fromEnv (name, env) {
  return require('./trust/setting').fromEnv(name, env)
}

/** @param {any} req @param {any} trust @param {any} [options] */
function explain (req, trust, options) {
  return require('./why/explain')(req, trust, options)
}

/** @param {any} [setting] @param {any} [options] */
function lint (setting, options) {
  return require('./why/lint')(setting, options)
}

module.exports = proxyaddr
module.exports.all = alladdrs
module.exports.compile = compile
module.exports.trustProxy = trustProxy
module.exports.fromEnv = fromEnv
module.exports.explain = explain
module.exports.lint = lint
module.exports.default = proxyaddr
module.exports.proxyaddr = proxyaddr
module.exports.engine = engine.name
