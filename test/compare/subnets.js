'use strict'

/*
 * Entries of trust lists, with the subnets they were made from, so that addresses at
 * their bounds can be derived.
 *
 * A subnet is { family: 4 or 6, value, length }.
 */

const {
  colons, dotted, mapped, randomV4, randomV6, writeV4, writeV6
} = require('./addresses')
const { disguise, mutate, soup } = require('./texts')

const NAMES = {
  linklocal: [v4(0xa9fe0000, 16), v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10)],
  loopback: [v4(0x7f000001, 8), v6([0, 0, 0, 0, 0, 0, 0, 1], 128)],
  uniquelocal: [
    v4(0x0a000000, 8), v4(0xac100000, 12), v4(0xc0a80000, 16),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7)
  ]
}
const NAME_TEXTS = Object.keys(NAMES)
const NEAR_NAMES = [
  'Loopback', ' loopback', 'loopback ', 'loopback/8', 'loopbac\u212a', 'local',
  'constructor', '__proto__', 'hasOwnProperty', 'toString', 'loopback,linklocal'
]

const V4_LENGTHS = [1, 2, 7, 8, 9, 12, 15, 16, 17, 23, 24, 25, 30, 31, 32]
const V6_LENGTHS = [
  1, 7, 10, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 79, 80, 81, 95, 96, 97,
  112, 126, 127, 128
]
const MAPPED_LENGTHS = [1, 64, 79, 80, 81, 94, 95, 96, 97, 103, 104, 105, 112, 120, 127, 128]
const BAD_RANGES = [
  '', '0', '-1', '+8', ' 8', '8 ', '33', '129', '256', '264', '4294967304',
  '18446744073709551624', '00', '0x8', '8.', '1e1', '/8', '0.0.0.0', '::', 'ff00::',
  'ffff:ffff::', 'loopback', '255.0.255.0', '255.255.0.255', '0.255.0.0',
  '255.0.0.1', '1.0.0.0', '255.255.255.256', '256.0.0.0', '255.0.0', '\u0664',
  '::ffff:255.0.0.0', '8%eth0', '00x8', '255.255.253.0', '254.255.0.0'
]

function v4 (value, length) {
  return { family: 4, value, length }
}

function v6 (value, length) {
  return { family: 6, value, length }
}

/**
 * One entry of a list.
 *
 * @param {Random} random
 * @param {object[]} earlier the subnets of the list so far
 * @returns {{ text: string, subnets: object[] }}
 */
function makeEntry (random, earlier) {
  if (random.once(10)) {
    const name = random.pick(NAME_TEXTS)
    return { text: name, subnets: NAMES[name] }
  }
  const subnet = earlier.length > 0 && random.once(3)
    ? relative(random, random.pick(earlier))
    : randomSubnet(random)
  return { text: writeSubnet(random, subnet), subnets: [subnet] }
}

/** An invalid entry, mostly an almost valid one. */
function makeBadEntry (random, earlier) {
  const { text, subnets } = makeEntry(random, earlier)
  const [address] = text.split('/')
  switch (random.int(8)) {
    case 0:
      return { text: address + '/' + random.pick(BAD_RANGES), subnets }
    case 1:
      return { text: dotted(randomV4(random)) + '/' + writeMask(random), subnets }
    case 2:
      return { text: soup(random) + random.pick(['', '/8', '/' + soup(random)]), subnets }
    case 3:
      return { text: random.pick(NEAR_NAMES), subnets }
    case 4:
      return { text: disguise(random, text), subnets }
    default:
      return { text: mutate(random, text), subnets }
  }
}

function randomSubnet (random) {
  if (random.once(3)) {
    return v6(randomV6(random), random.once(3) ? 128 : pickLength(random, V6_LENGTHS, 128))
  }
  if (random.once(8)) {
    return v6(mapped(randomV4(random)), pickLength(random, MAPPED_LENGTHS, 128))
  }
  return v4(randomV4(random), random.once(3) ? 32 : pickLength(random, V4_LENGTHS, 32))
}

function pickLength (random, usual, most) {
  return random.once(3) ? 1 + random.int(most) : random.pick(usual)
}

/** A subnet that touches, overlaps, contains or repeats another one. */
function relative (random, { family, value, length }) {
  const bits = family === 4 ? 32 : 128
  switch (random.int(5)) {
    case 0:
      return { family, value: following({ family, value, length }), length }
    case 1:
      return { family, value: before({ family, value, length }), length }
    case 2:
      return { family, value, length: 1 + random.int(length) }
    case 3:
      return { family, value: inside(random, { family, value, length }), length: Math.min(bits, length + random.int(9)) }
    default:
      return { family, value, length }
  }
}

function writeSubnet (random, { family, value, length }) {
  if (family === 6) {
    const text = writeV6(random, value)
    return length === 128 && !random.once(3) ? text : text + '/' + writeLength(random, length)
  }
  const text = writeV4(random, value)
  if (length === 32 && !random.once(3)) return text
  if (!random.once(5)) return text + '/' + writeLength(random, length)
  const mask = (-1 << (32 - length)) >>> 0
  return text + '/' + (random.once(2) ? dotted(mask) : writeV4(random, mask))
}

/** A netmask that is valid, or almost: with a hole, or as a mapped address. */
function writeMask (random) {
  const mask = (-1 << random.int(33)) >>> 0
  switch (random.int(3)) {
    case 0: return writeV4(random, mask)
    case 1: return writeV4(random, (mask ^ (1 << random.int(32))) >>> 0)
    default: return writeV6(random, mapped(mask))
  }
}

function writeLength (random, length) {
  return random.once(24) ? random.some('0') + length : String(length)
}

/** Plain subnets for long lists: cheap to make and never refused. */
function makePlainEntry (random, earlier) {
  const close = earlier.length > 0 && random.once(2)
  return plainEntry(close ? relative(random, random.pick(earlier)) : plainSubnet(random))
}

/** Subnets at the ends of both address spaces. */
const ENDS = [
  v4(0, 32), v4(0xffffffff, 32), v6(new Array(8).fill(0), 128), v6(new Array(8).fill(0xffff), 128)
]

/** Small subnets close to the list's first one, and rarely one far away. */
function makeCrowdedEntry (random, earlier) {
  if (earlier.length === 0) return plainEntry(plainSubnet(random))
  if (random.once(40)) return plainEntry(random.pick(ENDS))
  const [{ family, value }] = earlier
  const crowd = random.int(4096)
  return plainEntry(family === 4
    ? v4((value & ~0xfff | crowd) >>> 0, 29 + random.int(4))
    : v6([...value.slice(0, 7), crowd], 125 + random.int(4)))
}

function plainEntry (subnet) {
  const { family, value, length } = subnet
  const text = family === 4 ? dotted(value) : colons(value)
  return { text: text + '/' + length, subnets: [subnet] }
}

function plainSubnet (random) {
  return random.once(2)
    ? v6(randomV6(random), 96 + random.int(33))
    : v4(random.int(4294967296), 12 + random.int(21))
}

/** The first value of a subnet. */
function first ({ family, value, length }) {
  if (family === 4) return (value & (-1 << (32 - length))) >>> 0
  return value.map((word, i) => word & ~hostBits(i, length))
}

/** The last value of a subnet. */
function last ({ family, value, length }) {
  if (family === 4) return (value | (length === 32 ? 0 : -1 >>> length)) >>> 0
  return value.map((word, i) => word | hostBits(i, length))
}

/** The bits of the i-th word after the prefix. */
function hostBits (i, length) {
  return 0xffff >>> Math.min(16, Math.max(0, length - 16 * i))
}

/** The value after a subnet; after the last value comes the first. */
function following (subnet) {
  if (subnet.family === 4) return (last(subnet) + 1) >>> 0
  const words = last(subnet)
  for (let i = 7; i >= 0; i--) {
    words[i] = (words[i] + 1) & 0xffff
    if (words[i] !== 0) break
  }
  return words
}

/** The value before a subnet. */
function before (subnet) {
  if (subnet.family === 4) return (first(subnet) - 1) >>> 0
  const words = first(subnet)
  for (let i = 7; i >= 0; i--) {
    words[i] = (words[i] - 1) & 0xffff
    if (words[i] !== 0xffff) break
  }
  return words
}

function inside (random, { family, value, length }) {
  if (family === 4) {
    return (value ^ (length === 32 ? 0 : random.int(4294967296) >>> length)) >>> 0
  }
  return value.map((word, i) => word ^ (random.int(65536) & hostBits(i, length)))
}

/** @returns {{ family: 4 | 6, value }} an address in, at or beside a subnet */
function nearAddress (random, subnet) {
  const { family } = subnet
  switch (random.int(8)) {
    case 0: return { family, value: before(subnet) }
    case 1: return { family, value: following(subnet) }
    case 2: return { family, value: withOtherBit(random, innerAddress(random, subnet)) }
    default: return innerAddress(random, subnet)
  }
}

/** A value that differs in one random bit. */
function withOtherBit (random, { family, value }) {
  if (family === 4) return (value ^ 1 << random.int(32)) >>> 0
  const place = random.int(8)
  return value.map((word, i) => i === place ? word ^ 1 << random.int(16) : word)
}

/** @returns {{ family: 4 | 6, value }} an address in a subnet */
function innerAddress (random, subnet) {
  const { family } = subnet
  switch (random.int(4)) {
    case 0: return { family, value: first(subnet) }
    case 1: return { family, value: last(subnet) }
    default: return { family, value: inside(random, subnet) }
  }
}

/** An address as text; an IPv4 address is sometimes mapped, or almost. */
function writeAddress (random, { family, value }) {
  if (family === 6) return writeV6(random, value)
  if (!random.once(4)) return writeV4(random, value)
  const words = mapped(value)
  if (random.once(12)) words[random.int(6)] ^= 1 << random.int(16)
  return writeV6(random, words)
}

module.exports = {
  NAMES, innerAddress, makeBadEntry, makeCrowdedEntry, makeEntry, makePlainEntry, nearAddress, writeAddress
}
