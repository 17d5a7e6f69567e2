'use strict'

/* Reads the entries of a trust list strictly, into canonical text. */

const { inspect } = require('node:util')
const { addressOf } = require('./policy')

/** Names, and the entries they stand for. The core knows those of the drop-in. */
const NAMES = new Map([
  ['linklocal', ['linklocal']],
  ['loopback', ['loopback']],
  ['uniquelocal', ['uniquelocal']],
  ['private', ['loopback', 'linklocal', 'uniquelocal']],
  ['cgnat', ['100.64.0.0/10']]
])

const ACCEPTED = `an address, a subnet such as '10.0.0.0/8', or one of ${[...NAMES.keys(), 'unix'].join(', ')}`

/** Where ::ffff:0:0/96 ends and the IPv4 address within it begins. */
const MAPPED_PREFIX = 96

/**
 * Returns a value as text for a message: escaped, and cut.
 *
 * @param {unknown} value
 */
function show (value) {
  const text = inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 64, maxArrayLength: 3 })
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120)
}

/**
 * Returns what was probably meant, if that is clear.
 *
 * @param {string} entry
 * @returns {string | undefined}
 */
function meaning (entry) {
  const bare = entry.trim().replace(/^\[(.*)\]/, '$1').replace(/%[^/]*/, '')
  if (NAMES.has(bare.toLowerCase()) || bare.toLowerCase() === 'unix') return bare.toLowerCase()
  const short = /^(\d{1,3}(?:\.\d{1,3}){0,2})\.?\/(\d+)$/.exec(bare)
  if (short !== null) {
    const octets = [...short[1].split('.'), '0', '0', '0'].slice(0, 4)
    return canonical(`${octets.join('.')}/${short[2]}`)
  }
  if (canonical(bare) !== undefined) return bare
  const { subnets } = require('../why/facts').describeEntry(bare)
  return subnets?.length === 1 ? canonical(`${subnets[0].text}/${subnets[0].length}`) : undefined
}

/**
 * Returns a strict address or subnet as the core reads it; undefined if the text is
 * neither.
 *
 * @param {string} entry
 */
function canonical (entry) {
  const [, text, digits] = /^([^/]*)(?:\/([1-9]\d{0,2}))?$/.exec(entry) ?? []
  const address = text === undefined ? undefined : addressOf(text)
  if (address === undefined) return undefined
  if (digits === undefined) return address
  const isV4 = !address.includes(':')
  const length = Number(digits) - (isV4 && text.includes(':') ? MAPPED_PREFIX : 0)
  return length >= 1 && length <= (isV4 ? 32 : 128) ? `${address}/${length}` : undefined
}

/**
 * What is wrong with an entry, in words.
 *
 * @param {string} entry
 */
function fault (entry) {
  const slash = entry.lastIndexOf('/')
  const address = slash === -1 ? undefined : addressOf(entry.slice(0, slash))
  if (/\/0+$/.test(entry)) return 'would trust everybody'
  if (address === undefined) return `is not ${ACCEPTED}`
  if (entry.slice(0, slash).includes(':') && !address.includes(':')) {
    return 'is a mapped subnet outside of /97 to /128; give the IPv4 subnet'
  }
  return `needs a prefix length from 1 to ${address.includes(':') ? 128 : 32}`
}

/**
 * @param {string} option its name, for the error
 * @param {unknown} entry
 * @returns {string[]} the entries it stands for
 * @throws {TypeError} if it is not strict
 */
function readEntry (option, entry) {
  if (typeof entry !== 'string') throw new TypeError(`option ${option}: ${show(entry)} is not ${ACCEPTED}, or a live list`)
  const named = NAMES.get(entry)
  if (named !== undefined) return named
  const subnet = canonical(entry)
  if (subnet !== undefined) return [subnet]
  const meant = meaning(entry)
  throw new TypeError(`option ${option}: ${show(entry)} ${fault(entry)}` +
    (meant === undefined ? '' : `; did you mean ${show(meant)}?`))
}

module.exports = { readEntry, show }
