'use strict'

/*
 * Reads and checks options, once. Every mistake is a TypeError that names the
 * option, the part of it, what is accepted, and what was probably meant, if that
 * is clear.
 */

const { ANYONE, countFault, readEntry, show } = require('./entries')

/** The headers with an entry for each hop. */
const CHAINS = ['x-forwarded-for', 'forwarded']

const OPTIONS = ['trust', 'hops', 'header', 'maxEntries', 'protocol', 'host', 'warn']

/** PA_TRUST_LISTS and PA_FROM_HEADERS in src/core/strict/walk.h. */
const MOST_LISTS = 32
const MOST_FROM = 30
/** An answer takes 200 bytes for each entry. */
const MOST_ENTRIES = 1000
const ENTRIES = 20

/** A token of RFC 9110, in lower case. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

/**
 * A list: entries in canonical text, whether Unix sockets are in it, and the live
 * lists, which are asked each time.
 *
 * @typedef {{ entries: string[], unix: boolean, live: { has(address: string): boolean, state?: any }[] }} List
 */

/**
 * @typedef {object} Settings
 * @property {List[] | undefined} lists one, or one for each hop; undefined if no
 *   list says whom to trust
 * @property {boolean} perHop
 * @property {boolean} hasTrust
 * @property {((address: string, hop: number) => unknown) | undefined} ask
 * @property {number | undefined} hops
 * @property {string | undefined} chain
 * @property {{ name: string, list: List }[]} from
 * @property {number} maxEntries
 * @property {boolean} protocol
 * @property {boolean} host
 * @property {boolean} warn
 */

/** @param {string} option @param {string} rest */
function mistake (option, rest) {
  return new TypeError(`option ${option}: ${rest}`)
}

/** @param {any} value */
function isLive (value) {
  return typeof value === 'object' && value !== null && typeof value.has === 'function' &&
    !(value instanceof Set) && !(value instanceof Map)
}

/**
 * @param {string} option
 * @param {unknown[]} elements
 * @returns {List}
 */
function readList (option, elements) {
  if (elements.length === 0) throw mistake(option, 'an empty list trusts nobody; say trust: false if that is meant')
  /** @type {List} */
  const list = { entries: [], unix: false, live: [] }
  for (const element of Array.from(elements)) {
    if (isLive(element)) list.live.push(/** @type {any} */ (element))
    else if (element === 'unix') list.unix = true
    else list.entries.push(...readEntry(option, element))
  }
  return list
}

/** @param {string} option @param {string} text */
function divide (option, text) {
  if (text.trim() === '') throw mistake(option, `${show(text)} is empty; is an environment variable not set?`)
  return text.split(',').map((entry) => entry.trim())
}

/** @param {any[]} trust @returns {Pick<Settings, 'lists' | 'perHop'>} */
function readArray (trust) {
  const arrays = trust.filter(Array.isArray).length
  if (arrays === 0) return { lists: [readList('trust', trust)], perHop: false }
  if (arrays < trust.length) {
    throw mistake('trust', 'entries and lists are mixed; give an array of entries, or an array of arrays, one for each hop')
  }
  if (trust.length > MOST_LISTS) throw mistake('trust', `${trust.length} lists; at most ${MOST_LISTS} are accepted`)
  return { lists: trust.map((list, hop) => readList(`trust[${hop}]`, list)), perHop: true }
}

/** @param {any} trust */
function readTrust (trust) {
  const none = { lists: undefined, perHop: false, hasTrust: true, ask: undefined }
  if (trust === false) return none
  if (typeof trust === 'function') {
    if (!require('../why/explain/chain').isResolver(trust)) return { ...none, ask: trust }
    throw mistake('trust', 'a resolver takes a request, not an address; give its trust function, client.trust')
  }
  if (typeof trust === 'string') return { ...none, lists: [readList('trust', divide('trust', trust))] }
  if (Array.isArray(trust)) return { ...none, ...readArray(trust) }
  if (isLive(trust)) return { ...none, lists: [readList('trust', [trust])] }
  if (trust === true) throw mistake('trust', `true ${ANYONE}`)
  if (typeof trust === 'number') throw mistake('trust', `${trust} ${countFault(trust)}`)
  throw mistake('trust', `${show(trust)} is not accepted; give an array of addresses and subnets, a string of them, a function, or false`)
}

/** @param {string} option @param {any} value @param {number} most */
function readCount (option, value, most) {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  if (option === 'hops' && value === 0) throw mistake(option, '0 trusts nobody; say trust: false if that is meant')
  const meant = typeof value === 'string' && /^\d+$/.test(value) ? `; did you mean the number ${Number(value)}?` : ''
  throw mistake(option, `${show(value)} is not an integer from 1 to ${most}${meant}`)
}

/** @param {any} header */
function readFrom (header) {
  const { name, from, ...rest } = header
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw mistake('header', `unknown property ${show(unknown)}; give { name, from }`)
  if (typeof name !== 'string' || !HEADER_NAME.test(name)) {
    const meant = typeof name === 'string' && HEADER_NAME.test(name.toLowerCase()) ? `; say ${show(name.toLowerCase())}` : ''
    throw mistake('header', `${show(name)} is not the name of a header in lower case${meant}`)
  }
  if (CHAINS.includes(name)) {
    throw mistake('header', `${show(name)} has an entry for each hop, not one address; name it as a string, without from`)
  }
  const option = `header ${name}, from`
  const elements = typeof from === 'string' ? divide(option, from) : isLive(from) ? [from] : from
  if (!Array.isArray(elements)) {
    throw mistake(option, `${show(from)} is not accepted; give the addresses and subnets of those who set this header`)
  }
  return { name, list: readList(option, elements) }
}

/** @param {any} option @returns {Pick<Settings, 'chain' | 'from'>} */
function readHeader (option) {
  const headers = Array.isArray(option) ? option : [option]
  if (headers.length === 0) throw mistake('header', "an empty array; name a header, or leave the option out for 'x-forwarded-for'")
  const chains = headers.filter((header) => typeof header === 'string')
  for (const name of chains) {
    if (CHAINS.includes(name)) continue
    const lower = name.toLowerCase()
    throw mistake('header', CHAINS.includes(lower)
      ? `${show(name)} is not in lower case; did you mean ${show(lower)}?`
      : `${show(name)} is neither 'x-forwarded-for' nor 'forwarded'; a header with one address needs { name, from }`)
  }
  if (chains.length > 1) throw mistake('header', 'two headers with an entry for each hop; choose the one that the proxies write')
  const from = headers.filter((header) => typeof header !== 'string').map((header) => {
    if (Object(header) !== header || Array.isArray(header)) {
      throw mistake('header', `${show(header)} is not accepted; give a name, or { name, from }`)
    }
    return readFrom(header)
  })
  const twice = from.find(({ name }, i) => from.findIndex((other) => other.name === name) < i)
  if (twice) throw mistake('header', `${show(twice.name)} is given twice`)
  if (from.length > MOST_FROM) throw mistake('header', `${from.length} headers with from; at most ${MOST_FROM} are accepted`)
  return { chain: chains[0], from }
}

/** @param {string} option @param {any} value @param {boolean} ifAbsent */
function readBoolean (option, value, ifAbsent) {
  if (value === undefined) return ifAbsent
  if (typeof value !== 'boolean') throw mistake(option, `${show(value)} is neither true nor false`)
  return value
}

/** @param {any} options */
function checkNames (options) {
  if (Object(options) !== options || Array.isArray(options) || typeof options === 'function') {
    throw new TypeError(`options must be an object, such as { trust: ['loopback'] }, and not ${show(options)}`)
  }
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) {
      const meant = OPTIONS.find((known) => known.toLowerCase() === name.toLowerCase())
      throw new TypeError(`unknown option ${show(name)}` +
        (meant ? `; did you mean ${meant}?` : ` (expected ${OPTIONS.join(', ')})`))
    }
    // Left out by mistake, because a variable is not set, it would change who is trusted.
    if (['trust', 'hops', 'header'].includes(name) && options[name] === undefined) {
      throw mistake(name, 'undefined; is an environment variable not set? To do without the option, leave it out')
    }
  }
}

/**
 * Reads the options of createResolver().
 *
 * @param {any} options
 * @returns {Settings}
 */
function readOptions (options) {
  checkNames(options)
  const { trust, hops, header = 'x-forwarded-for', maxEntries = ENTRIES, protocol, host, warn } = options
  const headers = readHeader(header)
  const trusted = trust === undefined
    ? { lists: undefined, perHop: false, hasTrust: false, ask: undefined }
    : readTrust(trust)
  const settings = {
    ...trusted,
    ...headers,
    maxEntries: readCount('maxEntries', maxEntries, MOST_ENTRIES),
    hops: hops === undefined ? undefined : readCount('hops', hops, MOST_ENTRIES),
    protocol: readBoolean('protocol', protocol, true),
    host: readBoolean('host', host, false),
    warn: readBoolean('warn', warn, false)
  }
  if (trust === undefined && hops === undefined && headers.from.length === 0) {
    throw new TypeError('nothing says whom to trust: give trust, hops, or a header with from; trust: false trusts nobody')
  }
  if (trust === undefined && settings.hops !== undefined && settings.hops > settings.maxEntries) {
    throw mistake('hops', `${settings.hops} is more than maxEntries, ${settings.maxEntries}: no request would have a client`)
  }
  return settings
}

module.exports = { CHAINS, readOptions }
