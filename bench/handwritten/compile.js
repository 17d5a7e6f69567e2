'use strict'

/* From a list in ordinary spelling to its two sets. */

const { NONE, beforeMapped, colonGroups, isMapped, quad, words } = require('./read')
const { SetV4, SetV6 } = require('./set')

const NAMES = {
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  loopback: ['127.0.0.1/8', '::1/128'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']
}

/** Reads an address into `words`; tells its number of bits, 0 for none. */
function read (text) {
  let left = quad(text, text.length)
  if (left === -1) return 32
  if (left !== NONE) return beforeMapped(text, left) === -1 ? 32 : 0
  left = colonGroups(text, text.length)
  return left === -1 ? (isMapped() ? 32 : 128) : 0
}

/** Boundaries of the ranges [first, last), sorted and merged. */
function mergeV4 (ranges) {
  // A range as one number, because arrays of numbers sort fastest: its first
  // address, and its length in the six bits below.
  const sorted = Float64Array.from(ranges).sort()
  const boundaries = []
  for (const range of sorted) {
    const first = Math.floor(range / 64)
    const last = first + 2 ** (32 - range % 64)
    if (first > (boundaries.at(-1) ?? -1)) boundaries.push(first, last)
    else if (last > boundaries.at(-1)) boundaries[boundaries.length - 1] = last
  }
  return boundaries
}

/** The boundaries as words; ranges are [first, last) as bigints. */
function mergeV6 (ranges) {
  ranges.sort((a, b) => a[0] < b[0] ? -1 : Number(a[0] > b[0]))
  const boundaries = []
  for (const [first, last] of ranges) {
    if (boundaries.length === 0 || first > boundaries.at(-1)) boundaries.push(first, last)
    else if (last > boundaries.at(-1)) boundaries[boundaries.length - 1] = last
  }
  if (boundaries.at(-1) === 1n << 128n) boundaries.pop()
  return Uint32Array.from(boundaries.flatMap((value) =>
    [96n, 64n, 32n, 0n].map((shift) => Number(value >> shift & 0xffffffffn))))
}

/** @param {string[]} list */
function compile (list) {
  const v4 = []
  const v6 = []
  for (const entry of list.flatMap((entry) => NAMES[entry] ?? entry)) {
    const slash = entry.lastIndexOf('/')
    const bits = read(slash === -1 ? entry : entry.slice(0, slash))
    const length = slash === -1 ? bits : Number(entry.slice(slash + 1))
    if (!(bits > 0 && length > 0 && length <= bits)) throw new Error(`unknown: ${entry}`)
    if (bits === 32) {
      const host = 2 ** (32 - length)
      v4.push(Math.floor(words[3] / host) * host * 64 + length)
    } else {
      const host = BigInt(128 - length)
      const address = words.reduce((value, word) => value << 32n | BigInt(word), 0n)
      v6.push([address >> host << host, (address >> host) + 1n << host])
    }
  }
  return { v4: new SetV4(mergeV4(v4)), v6: new SetV6(mergeV6(v6)) }
}

module.exports = { compile }
