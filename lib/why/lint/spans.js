'use strict'

/*
 * Recognises spans of addresses in notations that a list does not accept: wildcards,
 * a first and a last address, masks as routers write them, addresses cut short.
 */

const { describeEntry } = require('../facts')
const { problem } = require('./problem')

/** @typedef {import('./problem').Problem} Problem */
/** @typedef {{ family: 4 | 6, bits: bigint }} Address */

const WILD = /^(?:\*+|x+|n+|\?+|0-255|\[0-255\])$/i
const NUMBER = /^[0-9]{1,3}$/
const RANGE = /-|\u2013|\u2014|\.\.+|\u2026|~|\bto\b/i
const MASK = /^([0-9.]+)(\s*\/\s*|\\|\s+)([0-9]+(?:\.[0-9]+){3})$/

const WIDTH = { 4: 32n, 6: 128n }

/**
 * @param {string} text
 * @returns {Address | undefined} of an address without a length
 */
function addressOf (text) {
  const { address } = describeEntry(text)
  return address === undefined || text.includes('/') ? undefined : address
}

/** @param {Address} address */
function textOf ({ family, bits }) {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => bits >> shift & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => (bits >> BigInt(112 - 16 * i) & 0xffffn).toString(16))
  return describeEntry(groups.join(':')).subnets[0].text
}

/**
 * Returns the fewest subnets that cover all addresses from the first to the last:
 * at most 62 of IPv4, or 254 of IPv6.
 *
 * @param {4 | 6} family
 * @param {bigint} first
 * @param {bigint} last not less
 */
function subnetsOf (family, first, last) {
  const width = WIDTH[family]
  const subnets = []
  while (first <= last) {
    let free = 0n
    // As wide as both the first and the last address allow.
    while (free < width && (first >> free & 1n) === 0n && first + (2n << free) - 1n <= last) free++
    subnets.push(textOf({ family, bits: first }) + (free === 0n ? '' : `/${width - free}`))
    first += 1n << free
  }
  return subnets
}

/** @param {string[]} subnets */
function oneOrAll (subnets) {
  return subnets.length === 1 ? subnets[0] : subnets
}

/**
 * @param {string[]} parts an address divided at its dots
 * @param {number} known how many of them are numbers
 */
function padded (parts, known) {
  return [...parts.slice(0, known), ...Array(4 - known).fill('0')].join('.')
}

/**
 * 192.168.1.*, 10.x.x.x, 10.1., 2001:db8:*
 *
 * @param {string} text
 * @returns {Problem | undefined}
 */
function lintWildcard (text) {
  const groups = /^((?:[0-9a-f]{1,4}:){1,7}):?\*$/i.exec(text)
  if (groups !== null) {
    const count = groups[1].split(':').length - 1
    return wildcard(`${groups[1]}:/${16 * count}`)
  }
  const parts = text.split('.')
  const known = parts.findIndex((part) => !NUMBER.test(part))
  const rest = parts.slice(known)
  const isWhole = known > 0 && parts.length <= 4 &&
    (rest.every((part) => WILD.test(part)) || (rest.length === 1 && rest[0] === ''))
  if (isWhole) return wildcard(`${padded(parts, known)}/${8 * known}`)
  return /[*?]/.test(text) && !/[a-z:]/i.test(text) ? wildcard(undefined) : undefined
}

/** @param {string | undefined} subnet what was probably meant, which may be invalid */
function wildcard (subnet) {
  return problem('invalid-address', 'Wildcards are not accepted: write a subnet, with the length of its ' +
    'prefix', subnet !== undefined && describeEntry(subnet).fault === 'none' ? subnet : undefined)
}

/**
 * Returns the last address of a range, which may be written as its last number alone.
 *
 * @param {string} first
 * @param {string} last
 */
function lastOf (first, last) {
  return addressOf(NUMBER.test(last) ? first.slice(0, first.lastIndexOf('.') + 1) + last : last)
}

/**
 * 192.168.1.0-192.168.1.255, 10.0.0.1 - 10.0.0.9, 192.168.1.0-255
 *
 * @param {string} text
 * @returns {Problem | undefined}
 */
function lintRange (text) {
  const [from, to, ...more] = text.split(RANGE).map((part) => part.trim())
  if (to === undefined || more.length > 0) return undefined
  const first = addressOf(from)
  const last = lastOf(from, to)
  if (first === undefined || last === undefined || first.family !== last.family) return undefined
  const isOrdered = first.bits <= last.bits
  return problem('invalid-address', 'A range from a first to a last address is not accepted: write ' +
    `${isOrdered ? 'it as subnets' : 'subnets; here, the last one is before the first'}`,
  isOrdered ? oneOrAll(subnetsOf(first.family, first.bits, last.bits)) : undefined)
}

/**
 * Returns the length of the prefix that a mask stands for.
 *
 * @param {bigint} mask
 * @returns {{ length: number, isInverted: boolean } | undefined}
 */
function prefixOf (mask) {
  const all = 2n ** 32n - 1n
  for (let length = 1; length < 32; length++) {
    const free = (1n << BigInt(32 - length)) - 1n
    if (mask === free) return { length, isInverted: true }
    if (mask === (all ^ free)) return { length, isInverted: false }
  }
}

/**
 * 172.16.0.0/0.15.255.255, 172.16.0.0 255.240.0.0
 *
 * @param {string} text
 * @returns {Problem | undefined}
 */
function lintMask (text) {
  const [, network, separator, mask] = MASK.exec(text) ?? []
  const address = network && addressOf(network)
  const prefix = address && prefixOf(describeEntry(mask).address?.bits ?? 0n)
  if (!address || !prefix) return undefined
  const { length, isInverted } = prefix
  const free = BigInt(32 - length)
  const instead = `${textOf({ family: 4, bits: address.bits >> free << free })}/${length}`
  if (isInverted) {
    return problem('invalid-range', 'The mask is inverted, as routers write wildcards: write the length ' +
      'of the prefix', instead)
  }
  return problem('invalid-range', separator.includes('/')
    ? 'There are blanks around the slash: leave them out'
    : 'A slash must stand between an address and its mask', instead)
}

/**
 * 10.0/8, 192.168.1
 *
 * @param {string} text
 * @returns {Problem | undefined}
 */
function lintShort (text) {
  const [address, length] = text.split('/')
  const parts = address.split('.')
  // Two numbers with a dot are a fraction, too, though nobody has 10.5 hops.
  const least = length === undefined && (Number(parts[0]) < 10 || parts[0] === '127') ? 3 : 2
  if (parts.length < least || parts.length > 3 || !parts.every((part) => NUMBER.test(part))) return undefined
  const meant = `${padded(parts, parts.length)}/${length ?? 8 * parts.length}`
  return problem('invalid-address', 'An address has four numbers, and this one has fewer',
    describeEntry(meant).fault === 'none' ? meant : undefined)
}

/**
 * @param {string} text refused
 * @returns {Problem | undefined}
 */
function lintSpan (text) {
  return lintMask(text) ?? lintRange(text) ?? lintWildcard(text) ?? lintShort(text)
}

module.exports = { lintSpan }
