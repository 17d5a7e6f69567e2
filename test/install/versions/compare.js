'use strict'

/* Compares with proxy-addr on the given number of generated calls, in any runtime. */

const { report } = require('../../compare/report')
const { run } = require('../../compare/run')
const { implementations } = require('../../compare/sides')

const SEED = 1

async function main (count) {
  const sides = implementations()
  const { comparisons, mismatch } = await run({ ...sides, seed: SEED, count })
  console.log(mismatch ? report(mismatch, sides) : `${comparisons} comparisons alike`)
  if (mismatch) process.exitCode = 1
}

main(Number(process.argv[2]))
