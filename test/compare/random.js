'use strict'

const { xoroshiro128plus } = require('pure-rand/generator/xoroshiro128plus')

/** A stream of choices that depends only on two integers. */
class Random {
  /**
   * @param {number} seed
   * @param {number} round each round has its own stream, so that it can be
   *   replayed without those before it
   */
  constructor (seed, round) {
    this.generator = xoroshiro128plus(scramble(seed + Math.imul(round, 0x9e3779b9)))
    // The first outputs still resemble the seed.
    for (let i = 0; i < 8; i++) this.generator.next()
  }

  /** An integer from 0 up to but not including `limit` (at most 2 ** 32). */
  int (limit) {
    // Use the high bits: the low ones of this generator are weak.
    return Math.floor((this.generator.next() >>> 0) / 4294967296 * limit)
  }

  /** True once in `times`. */
  once (times) {
    return this.int(times) === 0
  }

  /** One element of an array. */
  pick (choices) {
    return choices[this.int(choices.length)]
  }

  /** `text` repeated: mostly a few times, rarely a few hundred times. */
  some (text) {
    return text.repeat(this.once(16) ? 1 + this.int(400) : 1 + this.int(3))
  }
}

/** The finaliser of MurmurHash3: neighbouring seeds become unrelated ones. */
function scramble (seed) {
  let hash = seed | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

module.exports = { Random }
