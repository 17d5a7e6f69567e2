'use strict'

/*
 * Asks three sides the same questions: proxy-addr, the model, and this package. As long
 * as the other two agree with proxy-addr, all three agree. Otherwise the verdict names
 * the one that stands alone.
 *
 *   node test/compare/model/run.js [--count n | --seconds n] [--seeds 1,new]
 *     [--under-test another implementation]
 *
 * --count is for each seed and pair, --seconds for all; the seed "new" draws one.
 * Exit code 1 if there was a difference.
 */

const path = require('node:path')
const { parseArgs } = require('node:util')

const { Duel } = require('../duel')
const { minimise, report } = require('../report')
const { add, newTally, run, summary } = require('../run')
const { integer, seedsOf } = require('../rounds')
const { implementations } = require('../sides')

const MODEL = path.join(__dirname, 'index.js')

// Compares proxy-addr with the model, and with this package.
const PAIRS = 2

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
 * @param {{ [name: string]: { lib: object, path: string } }} sides three, of which the
 *   report calls the first one the reference
 * @param {object} options of run()
 * @returns {Promise<{ tallies: object[], verdict: string | undefined }>} the
 *   verdict if there was a difference
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

/** Names the side that differs from two that agree. */
function alone (sides, round) {
  const names = Object.keys(sides)
  const agree = (a, b) => new Duel(sides[a].lib, sides[b].lib).play(round) === -1
  for (const name of names) {
    const [a, b] = names.filter((one) => one !== name)
    if (agree(a, b)) return `${name} stands alone: ${a} and ${b} agree`
  }
  return 'all three differ'
}

async function main () {
  const { values } = parseArgs({
    options: {
      count: { type: 'string' },
      seconds: { type: 'string', default: '0' },
      seeds: { type: 'string', default: '1,2' },
      'under-test': { type: 'string' }
    }
  })
  const seeds = seedsOf(values.seeds)
  const total = integer('seconds', values.seconds)
  const count = integer('count', values.count ?? (total > 0 ? '1' : '500000'))
  const seconds = total / seeds.length / PAIRS
  for (const seed of seeds) {
    const started = Date.now()
    const { tallies, verdict } =
      await trial(sides(values['under-test']), { seed, count, seconds })
    console.log(`seed ${seed}: ${summary(tallies.reduce(add, newTally()), Date.now() - started)}`)
    if (verdict === undefined) continue
    console.log(verdict)
    process.exitCode = 1
    return
  }
}

if (require.main === module) main()

module.exports = { sides, trial }
