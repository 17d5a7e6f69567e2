'use strict'

/*
 * What plain JavaScript can achieve: the core's algorithm, written by hand for
 * this benchmark and only for speed. It reads addresses in ordinary spelling;
 * for others it uses proxy-addr's parser.
 */

const { COLON, NONE, beforeMapped, colonGroups, isMapped, quad, words } = require('./read')

const original = require.resolve('proxy-addr')
const ipaddr = require(require.resolve('ipaddr.js', { paths: [original] }))

/*
 * A set is the sorted boundaries of its ranges, with an index over their
 * leading bits: an address is inside if the number of boundaries at or below it
 * is odd.
 */

const INDEX_BITS = 20
const FEW = 8

/** @param {number} boundaries @param {number} span */
function shiftFor (boundaries, span) {
  if (boundaries <= FEW) return 53
  const bits = Math.min(Math.max(Math.ceil(Math.log2(boundaries)), 8), INDEX_BITS)
  let shift = 0
  while (span >= 2 ** (bits + shift)) shift++
  return shift
}

/** For each slot, the number of boundaries in the slots before it. */
function indexOf (count, slots, slotAt) {
  const index = new Uint32Array(slots + 1)
  let next = 0
  for (let rank = 0; rank < count; rank++) {
    for (const slot = slotAt(rank); next <= slot;) index[next++] = rank
  }
  index.fill(count, next)
  return index
}

class SetV4 {
  /** @param {number[]} boundaries sorted, at most 2 ** 32 */
  constructor (boundaries) {
    const closed = boundaries.at(-1) === 2 ** 32 ? boundaries.slice(0, -1) : boundaries
    this.boundary = Uint32Array.from(closed)
    this.count = closed.length
    this.first = closed[0] ?? 2 ** 32
    this.last = closed.at(-1) ?? 2 ** 32
    this.shift = Math.min(shiftFor(this.count, this.last - this.first), 31)
    const slots = (this.last - this.first >>> this.shift) + 1
    this.index = indexOf(this.count, slots,
      (rank) => closed[rank] - this.first >>> this.shift)
  }

  /** @param {number} address */
  has (address) {
    if (address < this.first) return false
    if (address >= this.last) return (this.count & 1) === 1
    const slot = address - this.first >>> this.shift
    const boundary = this.boundary
    let low = this.index[slot]
    let high = this.index[slot + 1]
    while (low < high) {
      const middle = low + high >>> 1
      if (boundary[middle] <= address) low = middle + 1
      else high = middle
    }
    return (low & 1) === 1
  }
}

/** The leading 53 bits of an address, which a number holds exactly. */
function leading (a, b) {
  return a * 2 ** 21 + (b >>> 11)
}

class SetV6 {
  /** @param {Uint32Array} words four for each boundary, sorted */
  constructor (words) {
    this.words = words
    this.count = words.length / 4
    const lead = (rank) => leading(words[rank * 4], words[rank * 4 + 1])
    this.first = this.count > 0 ? lead(0) : Infinity
    this.last = this.count > 0 ? lead(this.count - 1) : Infinity
    const span = this.count > 0 ? this.last - this.first : 0
    this.scale = 2 ** -shiftFor(this.count, span)
    this.index = indexOf(this.count, Math.floor(span * this.scale) + 1,
      (rank) => Math.floor((lead(rank) - this.first) * this.scale))
  }

  /** An address as four words. */
  has (a, b, c, d) {
    const lead = leading(a, b)
    if (lead < this.first) return false
    if (lead > this.last) return (this.count & 1) === 1
    const slot = (lead - this.first) * this.scale | 0
    const words = this.words
    let low = this.index[slot]
    let high = this.index[slot + 1]
    while (low < high) {
      const middle = low + high >>> 1
      const at = middle * 4
      const is = words[at] - a || words[at + 1] - b || words[at + 2] - c || words[at + 3] - d
      if (is <= 0) low = middle + 1
      else high = middle
    }
    return (low & 1) === 1
  }
}

const NAMES = {
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  loopback: ['127.0.0.1/8', '::1/128'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']
}

/** Reads an address into `words`. Returns its number of bits, 0 if invalid. */
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

/** Returns the boundaries as words; ranges are [first, last) as bigints. */
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
    if (!(bits > 0 && length > 0 && length <= bits)) throw new Error(`invalid entry: ${entry}`)
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

const COMMA = 0x2c
const SPACE = 0x20

/** The left end of the entry that was read last. */
const place = { left: 0, start: 0 }

/** Returns whether the text is a trusted address in any spelling. */
function trustsOdd (set, text) {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address.kind() === 'ipv4') {
    const [a, b, c, d] = address.octets
    return set.v4.has((a << 24 | b << 16 | c << 8 | d) >>> 0)
  }
  const [a, b, c, d, e, f, g, h] = address.parts
  return set.v6.has((a << 16 | b) >>> 0, (c << 16 | d) >>> 0,
    (e << 16 | f) >>> 0, (g << 16 | h) >>> 0)
}

function hasGroups (set) {
  return isMapped()
    ? set.v4.has(words[3])
    : set.v6.has(words[0], words[1], words[2], words[3])
}

/** @param {string} text an address or any other text */
function trusts (set, text) {
  let left = quad(text, text.length)
  if (left >= 0) left = beforeMapped(text, left)
  if (left === -1) return set.v4.has(words[3])
  return colonGroups(text, text.length) === -1 ? hasGroups(set) : trustsOdd(set, text)
}

/** Only spaces may stand between an address and the comma to its left. */
function endsAt (text, left) {
  place.start = left + 1
  let i = left
  while (i >= 0 && text.charCodeAt(i) === SPACE) i--
  place.left = i
  return i < 0 || text.charCodeAt(i) === COMMA
}

/** Returns whether the entry that ends at `end` is trusted. Stores its start in `place`. */
function trustsEntry (set, text, end) {
  let left = quad(text, end)
  if (left >= 0 && text.charCodeAt(left) === COLON) left = beforeMapped(text, left)
  if (left !== NONE && endsAt(text, left)) return set.v4.has(words[3])
  left = colonGroups(text, end)
  if (left !== NONE && endsAt(text, left)) return hasGroups(set)
  place.left = text.lastIndexOf(',', end - 1)
  place.start = place.left + 1
  while (text.charCodeAt(place.start) === SPACE) place.start++
  return trustsOdd(set, text.slice(place.start, end))
}

/** Returns the end of the text without its last commas and spaces. */
function skip (text, end) {
  while (end > 0) {
    const unit = text.charCodeAt(end - 1)
    if (unit !== COMMA && unit !== SPACE) break
    end--
  }
  return end
}

/** Returns the header's leftmost entry, which ends at `end`. */
function leftmost (text, end) {
  let start = 0
  while (text.charCodeAt(start) === SPACE) start++
  return text.slice(start, end)
}

function walk (set, peer, header) {
  const comma = header.indexOf(',')
  let end = skip(header, header.length)
  if (end === 0) return peer
  for (;;) {
    if (end <= comma || comma === -1) return leftmost(header, end)
    const trusted = trustsEntry(set, header, end)
    const rest = trusted ? skip(header, Math.max(place.left, 0)) : 0
    if (rest === 0) return header.slice(place.start, end)
    end = rest
  }
}

function resolve (req, set) {
  const peer = req.socket.remoteAddress
  const header = req.headers['x-forwarded-for']
  if (header === undefined || header === '' || !trusts(set, peer)) return peer
  return walk(set, peer, header)
}

module.exports = { compile, resolve, trusts }
