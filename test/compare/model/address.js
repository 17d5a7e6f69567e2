'use strict'

/*
 * The grammar of addresses. An address is { family, bits }, with its bits as a
 * text of zeros and ones: 32 of them, or 128.
 */

const HEX = /^[0-9a-fA-F]+$/
const NUMBER = /^(?:[0-9]+|0[xX][0-9a-fA-F]+)$/
const ZONE = /%[0-9a-zA-Z]+$/

const MAPPED = '0'.repeat(80) + '1'.repeat(16)

/** More digits than these, zeros in front aside, are too large for any use. */
const MOST_DIGITS = 12

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

/** The four parts behind an IPv6 prefix. */
function tail (text) {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => NUMBER.test(part))) return [undefined]
  return parts.map((part) => toBits(tailValue(part), 8))
}

/** A leading zero makes a number octal, as far as its digits are. */
function looseValue (number) {
  if (number.startsWith('0x')) return value(number.slice(2), 16)
  if (number.startsWith('0')) return value(/^[0-7]+/.exec(number)[0], 8)
  return value(number, 10)
}

/** In the tail of an IPv6 address leading zeros mean nothing. */
function tailValue (number) {
  return /^0x/i.test(number) ? value(number.slice(2), 16) : value(number, 10)
}

function value (digits, base) {
  const significant = digits.replace(/^0+/, '')
  if (significant === '') return 0
  return significant.length > MOST_DIGITS ? Infinity : parseInt(significant, base)
}

/** Undefined where a number does not fit. */
function toBits (number, width) {
  return number < 2 ** width ? number.toString(2).padStart(width, '0') : undefined
}

/** Undefined where a part of an address is. */
function address (family, parts) {
  return parts.includes(undefined) ? undefined : { family, bits: parts.join('') }
}

/**
 * Groups and the runs of colons between them: `runs[0]` stands before the first
 * group, `runs[i]` behind the i-th, and all but the inner ones may be empty.
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
 * The same for what stands before an IPv4 tail, two groups of its own. The
 * run that divides the two is no gap, even if it looks like one.
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

/** With groups of zeros, perhaps none, before the group of a number. */
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

module.exports = { isMapped, parse, unmap }
