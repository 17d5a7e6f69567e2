'use strict'

/*
 * Three sides, the same questions: proxy-addr, the model, and this package. As
 * long as both others agree with proxy-addr, all three do. Where they do not,
 * the verdict names the one that stands alone.
 */

const path = require('node:path')

const { Duel } = require('../duel')
const { implementations } = require('../implementations')
const { minimise } = require('../minimise')
const { report } = require('../report')
const { run } = require('../run')

const MODEL = path.join(__dirname, 'index.js')

/** @param {string} [underTest] another implementation in place of this package */
function sides (underTest) {
  const { reference, subject, path: place, referencePath } = implementations(underTest)
  return {
    'proxy-addr': { lib: reference, path: referencePath },
    'the model': { lib: require(MODEL), path: MODEL },
    [underTest ?? 'this package']: { lib: subject, path: place }
  }
}

/**
 * @param {{ [name: string]: { lib: object, path: string } }} sides three; the
 *   first one is taken for the reference in what is printed
 * @param {object} options of run()
 * @returns {Promise<{ tallies: object[], verdict: string | undefined }>} the
 *   verdict where there was a difference
 */
async function trial (sides, options) {
  const [first, ...others] = Object.keys(sides)
  const tallies = []
  for (const other of others) {
    const reference = sides[first].lib
    const subject = sides[other].lib
    const { mismatch, ...tally } = await run({ ...options, reference, subject })
    tallies.push(tally)
    if (mismatch) return { tallies, verdict: verdict(sides, first, other, mismatch) }
  }
  return { tallies, verdict: undefined }
}

function verdict (sides, first, other, mismatch) {
  const reference = sides[first].lib
  const subject = sides[other].lib
  const smallest = minimise(mismatch.round, reference, subject)
  const written = report({ ...mismatch, round: smallest },
    { reference, subject, path: sides[other].path, referencePath: sides[first].path })
  return [alone(sides, smallest), `reference: ${first}, subject: ${other}`, written].join('\n')
}

/** Who differs from two that agree. */
function alone (sides, round) {
  const names = Object.keys(sides)
  const agree = (a, b) => new Duel(sides[a].lib, sides[b].lib).play(round) === -1
  for (const name of names) {
    const [a, b] = names.filter((one) => one !== name)
    if (agree(a, b)) return `${name} stands alone: ${a} and ${b} agree`
  }
  return 'all three differ'
}

module.exports = { sides, trial }
