'use strict'

/*
 * The long comparison of three. Options: --count (of each seed and pair) or
 * --seconds (in all), --seeds (divided by commas; "new" draws one), --under-test
 * (another implementation). Exit code 1 if there was a difference.
 */

const { parseArgs } = require('node:util')

const { integer, seedsOf } = require('../bounds')
const { add, newTally, summary } = require('../run')
const { sides, trial } = require('./trial')

// proxy-addr with the model, and with this package.
const PAIRS = 2

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

main()
