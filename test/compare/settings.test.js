'use strict'

const assert = require('node:assert/strict')

const { shortRun } = require('./bounds')
const { settings } = require('./implementations')
const { report } = require('./report')
const { run, summary } = require('./run')

const BOUNDS = shortRun(1)

for (const [name, express] of [['Express 5', 'express'], ['Express 4', 'express4']]) {
  describe(`trustProxy(), compared with ${name}'s own reading of settings`, function () {
    it('answers every question alike', async () => {
      const sides = settings(express)
      const started = Date.now()
      const { mismatch, ...tally } = await run({ ...sides, ...BOUNDS })
      console.log(`      seed ${BOUNDS.seed}: ${summary(tally, Date.now() - started)}`)
      if (mismatch) assert.fail(report(mismatch, sides))
      assert.ok(tally.comparisons >= BOUNDS.count)
    })

    it('asks about settings that are accepted, and walks several hops', async () => {
      const { reference, material } = settings(express)
      const tally = await run({ reference, subject: reference, material, seed: 1, count: 20000 })
      const walks = tally.hops.reduce((a, b) => a + b)

      assert.equal(tally.mismatches, 0)
      assert.ok(tally.accepted >= 0.5 * tally.rounds, `${tally.accepted} of ${tally.rounds} settings`)
      assert.ok(walks - tally.hops[0] - tally.hops[1] >= 0.2 * walks, `${tally.hops} walks`)
      assert.ok(tally.longWalks >= 20, `${tally.longWalks} walks past 256 units`)
    })
  })
}
