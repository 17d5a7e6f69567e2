'use strict'

const assert = require('node:assert/strict')
const { describe, it } = require('mocha')

const { shortRun } = require('./bounds')
const { explainedSettings, explainedSides } = require('./explained')
const { implementations, settings } = require('./implementations')
const { report } = require('./report')
const { run, summary } = require('./run')

const BOUNDS = shortRun(2)

describe('explain() compared with proxy-addr on generated input', function () {
  async function compare (sides) {
    const started = Date.now()
    const { mismatch, ...tally } = await run({ ...sides, ...BOUNDS })
    console.log(`      seed ${BOUNDS.seed}: ${summary(tally, Date.now() - started)}`)
    if (mismatch) assert.fail(report(mismatch, sides))
    assert.ok(tally.comparisons >= BOUNDS.count)
  }

  it('has the answer of proxyaddr() for every list and function', async function () {
    await compare(explainedSides(implementations()))
  })

  it('has the answer of Express for every setting', async function () {
    await compare(explainedSettings(settings('express'), implementations().subject))
  })
})
