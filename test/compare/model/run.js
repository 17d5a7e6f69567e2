'use strict'

/*
 * The long comparison of three. Options: --count (of each seed and pair),
 * --seeds (divided by commas), --under-test (another implementation). Exit code
 * 1 if there was a difference.
 */

const { parseArgs } = require('node:util')

const { add, newTally, summary } = require('../run')
const { sides, trial } = require('./trial')

async function main () {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '500000' },
      seeds: { type: 'string', default: '1,2' },
      'under-test': { type: 'string' }
    }
  })
  for (const seed of values.seeds.split(',').map(Number)) {
    const started = Date.now()
    const { tallies, verdict } =
      await trial(sides(values['under-test']), { seed, count: Number(values.count) })
    console.log(`seed ${seed}: ${summary(tallies.reduce(add, newTally()), Date.now() - started)}`)
    if (verdict === undefined) continue
    console.log(verdict)
    process.exitCode = 1
    return
  }
}

main()
