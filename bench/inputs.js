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

/** A subnet somewhere in the address space, /16 to /28 or /32 to /64. */
function subnetV4 (numbers) {
  return [1 + numbers.below(223), ...octets(numbers, 3)].join('.') +
    '/' + (16 + numbers.below(13))
}

function subnetV6 (numbers) {
  return '2' + numbers.below(4096).toString(16).padStart(3, '0') + ':' +
    groups(numbers, 3).join(':') + '::/' + (32 + numbers.below(33))
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

module.exports = {
  COUNT, flat, many, publicV4, privateV4, publicV6, privateV6, subnetV4, subnetV6
}
