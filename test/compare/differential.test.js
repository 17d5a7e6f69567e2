'use strict'

const assert = require('node:assert/strict')

const { shortRun } = require('./bounds')
const { Duel } = require('./duel')
const { implementations } = require('./implementations')
const { report } = require('./report')
const { KNOWN_ROUNDS } = require('./rounds')
const { run, summary } = require('./run')

const BOUNDS = shortRun(3)
const FIXED_SEED = 20260
const FIXED_COUNT = 10000

describe('compared with proxy-addr on generated input', function () {
  const sides = implementations(process.env.UNDER_TEST)

  /** Plays a seed; returns what was compared, or fails with a reproduction. */
  async function compare (bounds) {
    const started = Date.now()
    const { mismatch, ...tally } = await run({ ...sides, ...bounds })
    console.log(`      seed ${bounds.seed}: ${summary(tally, Date.now() - started)}`)
    if (mismatch) assert.fail(report(mismatch, sides))
    return tally
  }

  it('answers every question of a fixed seed alike', async function () {
    await compare({ seed: FIXED_SEED, count: FIXED_COUNT })
  })

  it('answers every question of this run\'s own seed alike', async function () {
    const tally = await compare(BOUNDS)
    assert.ok(tally.comparisons >= BOUNDS.count)
  })

  it('answers alike where a header has megabytes', function () {
    for (const [number, round] of KNOWN_ROUNDS.entries()) {
      assert.equal(new Duel(sides.reference, sides.subject).play(round), -1, `known round ${number}`)
    }
  })

  it('asks about lists that are accepted, and walks several hops', async function () {
    const tally = await run({ ...sides, subject: sides.reference, seed: FIXED_SEED, count: 20000 })
    const walks = tally.hops.reduce((a, b) => a + b)
    const severalHops = walks - tally.hops[0] - tally.hops[1]
    assert.equal(tally.mismatches, 0)
    assert.ok(tally.accepted >= 0.3 * tally.rounds, `${tally.accepted} of ${tally.rounds} lists`)
    assert.ok(tally.trusted >= 0.3 * tally.trustCalls, `${tally.trusted} of ${tally.trustCalls} calls`)
    assert.ok(severalHops >= 0.2 * walks, `${severalHops} of ${walks} walks`)
    assert.ok(tally.errors <= 0.3 * tally.comparisons, `${tally.errors} errors`)
    assert.ok(tally.longWalks >= 20, `${tally.longWalks} walks past 256 units`)
  })
})
