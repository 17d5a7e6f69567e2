'use strict'

/*
 * The grammar of trust lists: addresses and subnets. An address is
 * { family, bits }, with its bits as a text of zeros and ones: 32 of them, or 128.
 * A subnet has a { length }, too.
 */

const { types: { isStringObject } } = require('node:util')

const HEX = /^[0-9a-fA-F]+$/
const NUMBER = /^(?:[0-9]+|0[xX][0-9a-fA-F]+)$/
const ZONE = /%[0-9a-zA-Z]+$/

const MAPPED = '0'.repeat(80) + '1'.repeat(16)

/** A number with more significant digits than this is too large for any use. */
const MOST_DIGITS = 12

const DIGITS = /^[0-9]+$/
const NAMES = {
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  loopback: ['127.0.0.1/8', '::1/128'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']
}

/**
 * @param {string} text
 * @returns {{ family: 4 | 6, bits: string } | undefined}
 */
function parse (text) {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text)
}

function parseIPv4 (text) {
  const parts = text.split('.')
  if (!parts.every((part) => NUMBER.test(part))) return undefined
  if (parts.length === 1) return address(4, [toBits(looseValue(text), 32)])
  if (parts.length !== 4) return undefined
  return address(4, parts.map((part) => toBits(looseValue(part), 8)))
}

function parseIPv6 (text) {
  const body = text.replace(ZONE, '')
  if (!body.includes('.')) return address(6, expand(body, 8))
  const end = body.lastIndexOf(':') + 1
  return address(6, [expandBeforeTail(body.slice(0, end)), tail(body.slice(end))].flat())
}

/** The four parts after an IPv6 prefix. */
function tail (text) {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => NUMBER.test(part))) return [undefined]
  return parts.map((part) => toBits(tailValue(part), 8))
}

/** A leading zero makes a number octal, up to the first digit that is not octal. */
function looseValue (number) {
  if (number.startsWith('0x')) return value(number.slice(2), 16)
  if (number.startsWith('0')) return value(/^[0-7]+/.exec(number)[0], 8)
  return value(number, 10)
}

/** In the tail of an IPv6 address, leading zeros change nothing. */
function tailValue (number) {
  return /^0x/i.test(number) ? value(number.slice(2), 16) : value(number, 10)
}

function value (digits, base) {
  const significant = digits.replace(/^0+/, '')
  if (significant === '') return 0
  return significant.length > MOST_DIGITS ? Infinity : parseInt(significant, base)
}

/** Returns undefined if the number does not fit. */
function toBits (number, width) {
  return number < 2 ** width ? number.toString(2).padStart(width, '0') : undefined
}

/** Returns undefined if a part is undefined. */
function address (family, parts) {
  return parts.includes(undefined) ? undefined : { family, bits: parts.join('') }
}

/**
 * Groups, and the runs of colons between them: `runs[0]` precedes the first group,
 * `runs[i]` follows the i-th, and only the outer runs may be empty.
 */
function dissect (text) {
  const tokens = text.split(/(:+)/)
  const groups = tokens.filter((_, i) => i % 2 === 0)
  const runs = tokens.filter((_, i) => i % 2 === 1)
  if (groups[0] === '') groups.shift()
  else runs.unshift('')
  if (groups.at(-1) === '') groups.pop()
  else runs.push('')
  return { groups, runs }
}

/** @returns {(string | undefined)[]} the bits of each of `total` groups */
function expand (text, total) {
  if (text === '::') return new Array(total).fill(toBits(0, 16))
  const { groups, runs } = dissect(text)
  if (!wellFormed(groups, runs)) return [undefined]
  const gaps = runs.filter((run) => run === '::').length
  if (gaps > 1) return [undefined]
  if (gaps === 0) return exactly(groups, total)
  return runs.at(-1) === ':' ? [undefined] : filled(groups, runs.indexOf('::'), total)
}

/**
 * Like expand(), for the part before an IPv4 tail, which stands for two groups. The run
 * of colons before the tail is not a gap, even if it looks like one.
 */
function expandBeforeTail (text) {
  const { groups, runs } = dissect(text)
  if (groups.length === 0 || !wellFormed(groups, runs)) return undefined
  const last = runs.pop()
  const gaps = runs.filter((run) => run === '::').length
  if (gaps > 1 || last === '') return undefined
  if (gaps === 0) return exactly(groups, 6)
  return last === '::' ? undefined : filled(groups, runs.indexOf('::'), 6)
}

function wellFormed (groups, runs) {
  return groups.every((group) => HEX.test(group)) && runs[0] !== ':' &&
    runs.every((run) => run.length <= 2)
}

function exactly (groups, total) {
  return groups.length === total ? groups.map(groupBits) : [undefined]
}

/** Inserts groups of zeros, perhaps none, before group number `at`. */
function filled (groups, at, total) {
  if (groups.length > total) return [undefined]
  const zeros = new Array(total - groups.length).fill('0')
  return [...groups.slice(0, at), ...zeros, ...groups.slice(at)].map(groupBits)
}

function groupBits (group) {
  return toBits(value(group, 16), 16)
}

function isMapped ({ family, bits }) {
  return family === 6 && bits.startsWith(MAPPED)
}

/** A mapped address is the IPv4 address it stands for. */
function unmap (address) {
  return isMapped(address) ? { family: 4, bits: address.bits.slice(MAPPED.length) } : address
}

/**
 * @param {unknown} val the trust argument
 * @returns {{ family: 4 | 6, bits: string, length: number }[]}
 */
function subnetsOf (val) {
  if (!val) throw new TypeError('argument is required')
  if (typeof val !== 'string' && !Array.isArray(val)) throw new TypeError('unsupported trust argument')
  const list = typeof val === 'string' ? [val] : val.slice()
  replaceNames(list)
  const subnets = new Array(list.length)
  // Not map(), which would skip holes.
  for (let i = 0; i < list.length; i++) subnets[i] = subnetOf(list[i])
  return subnets
}

/** Replaces names in the whole list, before any entry is validated. The list may observe it. */
function replaceNames (list) {
  for (let i = 0; i < list.length; i++) {
    const element = list[i]
    if (!Object.hasOwn(NAMES, element)) continue
    const subnets = NAMES[element]
    list.splice.apply(list, [i, 1].concat(subnets))
    i += subnets.length - 1
  }
}

/** @param {any} note a string, if the list is valid */
function subnetOf (note) {
  const pos = note.lastIndexOf('/')
  const str = pos === -1 ? note : note.substring(0, pos)
  const address = parseAny(str)
  if (!address) throw new TypeError('invalid IP address: ' + str)
  if (pos === -1) return whole(unmap(address))
  const length = lengthOf(note.substring(pos + 1, note.length), address.family)
  if (!(length >= 1 && length <= address.bits.length)) {
    throw new TypeError('invalid range on address: ' + note)
  }
  return { ...address, length }
}

function whole (address) {
  return { ...address, length: address.bits.length }
}

/** @returns {number | undefined} */
function lengthOf (range, family) {
  if (DIGITS.test(range)) return Number(range)
  return family === 4 ? lengthOfMask(parseAny(range)) : undefined
}

function lengthOfMask (mask) {
  if (!mask || mask.family !== 4 || !/^1*0*$/.test(mask.bits)) return undefined
  return mask.bits.lastIndexOf('1') + 1
}

/** A string or a String object can be an address, and nothing else. */
function parseAny (value) {
  if (typeof value === 'string') return parse(value)
  try {
    const text = String(value)
    return isStringObject(value) ? parse(text) : undefined
  } catch {
    return undefined
  }
}

/** Returns whether a subnet contains an address, both parsed. */
function contains (subnet, candidate) {
  // With the original's message: an entry's own method may have shortened the list.
  if (subnet === undefined) throw new TypeError("Cannot read properties of undefined (reading '0')")
  const address = unmap(candidate)
  if (isMapped(subnet)) {
    return address.family === 4 && subnet.length >= 96 &&
      samePrefix(unmap(subnet).bits, address.bits, subnet.length - 96)
  }
  return address.family === subnet.family && samePrefix(subnet.bits, address.bits, subnet.length)
}

function samePrefix (a, b, length) {
  return a.slice(0, length) === b.slice(0, length)
}

module.exports = { NAMES, contains, parseAny, subnetsOf }
