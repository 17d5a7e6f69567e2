'use strict'

/* The random numbers of a comparison: its seeds, and its bounds. */

const { randomInt } = require('node:crypto')
const { xoroshiro128plus } = require('pure-rand/generator/xoroshiro128plus')

const LARGEST_SEED = 2 ** 31

// Fewer comparisons would prove little, even on a slow machine.
const LEAST = 2000

function newSeed () {
  return randomInt(LARGEST_SEED)
}

/**
 * Reads a whole number.
 *
 * @param {string} name of the option
 * @param {string} text
 */
function integer (name, text) {
  if (!/^\d+$/.test(text)) throw new RangeError(`invalid --${name} '${text}': expected whole numbers`)
  return Number(text)
}

/** Reads seeds, separated by commas; `new` draws one at random. */
function seedsOf (text) {
  return text.split(',').map((seed) => seed === 'new' ? newSeed() : integer('seeds', seed))
}

/**
 * The bounds of a test inside `npm test`: a second or two, so that a slow
 * machine compares less and takes no longer. COUNT and SEED in the environment
 * repeat a run.
 *
 * @param {number} seconds
 * @returns {{ seed: number, count: number, seconds: number }}
 */
function shortRun (seconds) {
  const { COUNT, SEED } = process.env
  return {
    seed: Number(SEED ?? newSeed()),
    count: Number(COUNT ?? LEAST),
    seconds: COUNT === undefined ? seconds : 0
  }
}

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

module.exports = { Random, integer, newSeed, seedsOf, shortRun }
