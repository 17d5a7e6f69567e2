'use strict'

/* The length and the seeds of a run of comparisons. */

const { randomInt } = require('node:crypto')

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

module.exports = { integer, newSeed, seedsOf, shortRun }
