'use strict'

/* Seeded inputs: as many different ones as V8 needs to fold nothing. */

const { xoroshiro128plus } = require('pure-rand/generator/xoroshiro128plus')

const COUNT = 4096

/** Numbers that depend on the seed and on nothing else. */
class Numbers {
  /** @param {number} seed */
  constructor (seed) {
    this.generator = xoroshiro128plus(seed)
  }

  /** An integer from 0 up to but not including `limit` (at most 2 ** 32). */
  below (limit) {
    return Math.floor((this.generator.next() >>> 0) / 2 ** 32 * limit)
  }
}

/** The same text, not made of parts: what a socket and a header parser give. */
function flat (text) {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** @param {Numbers} numbers */
function publicV4 (numbers) {
  return [193 + numbers.below(20), ...octets(numbers, 3)].join('.')
}

/** @param {Numbers} numbers */
function privateV4 (numbers) {
  return ['10', ...octets(numbers, 3)].join('.')
}

function octets (numbers, count) {
  return Array.from({ length: count }, () => numbers.below(256))
}

function groups (numbers, count) {
  return Array.from({ length: count }, () => numbers.below(65536).toString(16))
}

/** @param {Numbers} numbers */
function publicV6 (numbers) {
  return ['2a01', ...groups(numbers, 3)].join(':') + '::' + groups(numbers, 1)
}

/** @param {Numbers} numbers */
function privateV6 (numbers) {
  return ['fd00', ...groups(numbers, 3)].join(':') + '::' + groups(numbers, 1)
}

/** A subnet somewhere in the address space, /22 to /32 or /32 to /64. */
function subnetV4 (numbers) {
  return [1 + numbers.below(223), ...octets(numbers, 3)].join('.') +
    '/' + (22 + numbers.below(11))
}

function subnetV6 (numbers) {
  return '2' + numbers.below(4096).toString(16).padStart(3, '0') + ':' +
    groups(numbers, 3).join(':') + '::/' + (32 + numbers.below(33))
}

/** @param {string} subnet @param {Numbers} numbers */
function inV4 (subnet, numbers) {
  const [address, length] = subnet.split('/')
  const bits = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0)
  const size = 2 ** (32 - Number(length))
  const chosen = bits - bits % size + numbers.below(size)
  return [24, 16, 8, 0].map((shift) => chosen >>> shift & 255).join('.')
}

/** Random in the first 64 bits behind the prefix, and in the last 16. */
function inV6 (subnet, numbers) {
  const [address, length] = subnet.split('/')
  const given = address.split('::')[0].split(':').map((group) => parseInt(group, 16))
  const chosen = [0, 1, 2, 3].map((i) => {
    const free = Math.min(Math.max((i + 1) * 16 - Number(length), 0), 16)
    return ((given[i] ?? 0) >> free << free | numbers.below(2 ** free)).toString(16)
  })
  return chosen.join(':') + '::' + groups(numbers, 1)
}

/**
 * A function that makes addresses in any of the subnets, so that a long list
 * matters to whoever goes through it.
 *
 * @param {string[]} subnets
 * @param {'IPv4' | 'IPv6' | 'mapped'} kind
 * @returns {(numbers: Numbers) => string}
 */
function insider (subnets, kind) {
  const isV6 = kind === 'IPv6'
  // Not a single address, which would be the same text again and again.
  const own = subnets.filter((subnet) =>
    subnet.includes(':') === isV6 && !subnet.endsWith('/128'))
  return (numbers) => {
    const subnet = own[numbers.below(own.length)]
    if (isV6) return inV6(subnet, numbers)
    const address = inV4(subnet, numbers)
    return kind === 'mapped' ? `::ffff:${address}` : address
  }
}

/**
 * `count` different inputs.
 *
 * @template T
 * @param {number} seed
 * @param {(numbers: Numbers, i: number) => T} make
 * @returns {T[]}
 */
function many (seed, make, count = COUNT) {
  const numbers = new Numbers(seed)
  return Array.from({ length: count }, (_, i) => make(numbers, i))
}

/**
 * What makes one of `count` texts only, each time as a string of its own.
 *
 * @param {number} count
 * @param {(numbers: Numbers) => string} make
 */
function oneOf (count, make) {
  const texts = many(count, make, count)
  return (numbers) => texts[numbers.below(count)]
}

module.exports = {
  COUNT, Numbers, flat, insider, many, oneOf, publicV4, privateV4, publicV6, privateV6, subnetV4, subnetV6
}
