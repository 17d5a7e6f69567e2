'use strict'

const assert = require('node:assert/strict')
const { randomInt } = require('node:crypto')
const { describe, it } = require('mocha')

const { explainedSettings, explainedSides } = require('./explained')
const { implementations, settings } = require('./implementations')
const { report } = require('./report')
const { run, summary } = require('./run')

const COUNT = Number(process.env.COUNT ?? 120000)
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31))

describe('explain() compared with proxy-addr on generated input', function () {
  this.timeout(0)

  async function compare (sides) {
    const started = Date.now()
    const { mismatch, ...tally } = await run({ ...sides, seed: SEED, count: COUNT })
    console.log(`      seed ${SEED}: ${summary(tally, Date.now() - started)}`)
    if (mismatch) assert.fail(report(mismatch, sides))
    assert.ok(tally.comparisons >= COUNT)
  }

  it('has the answer of proxyaddr() for every list and function', async function () {
    await compare(explainedSides(implementations()))
  })

  it('has the answer of Express for every setting', async function () {
    await compare(explainedSettings(settings('express'), implementations().subject))
  })
})
