'use strict'

/* In another runtime: compares with proxy-addr on so many generated calls. */

const { implementations } = require('../../compare/implementations')
const { report } = require('../../compare/report')
const { run } = require('../../compare/run')

const SEED = 1

async function main (count) {
  const sides = implementations()
  const { comparisons, mismatch } = await run({ ...sides, seed: SEED, count })
  console.log(mismatch ? report(mismatch, sides) : `${comparisons} comparisons alike`)
  if (mismatch) process.exitCode = 1
}

main(Number(process.argv[2]))
