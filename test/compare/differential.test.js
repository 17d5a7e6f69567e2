'use strict'

const assert = require('node:assert/strict')

const { Duel } = require('./duel')
const model = require('./model')
const { sides: three, trial } = require('./model/run')
const { report } = require('./report')
const { KNOWN_ROUNDS } = require('./rounds')
const { add, run, summary } = require('./run')
const { shortRun } = require('./seeds')
const { explainedSettings, explainedSides, implementations, settings } = require('./sides')

const BOUNDS = shortRun(3)
const SETTINGS_BOUNDS = shortRun(1)
const EXPLAIN_BOUNDS = shortRun(2)
const FIXED_SEED = 20260
const FIXED_COUNT = 10000
const MODEL_BOUNDS = shortRun(1)
const MODEL_FIXED = { seed: 2026, count: 5000 }

/** Plays a seed; returns the tally, or fails with a reproduction. */
async function compare (sides, bounds) {
  const started = Date.now()
  const { mismatch, ...tally } = await run({ ...sides, ...bounds })
  console.log(`      seed ${bounds.seed}: ${summary(tally, Date.now() - started)}`)
  if (mismatch) assert.fail(report(mismatch, sides))
  assert.ok(tally.comparisons >= bounds.count)
  return tally
}

describe('compared with proxy-addr on generated input', function () {
  const sides = implementations(process.env.UNDER_TEST)

  it('answers every question of a fixed seed alike', async function () {
    await compare(sides, { seed: FIXED_SEED, count: FIXED_COUNT })
  })

  it('answers every question of a new seed alike', async function () {
    await compare(sides, BOUNDS)
  })

  it('answers headers of megabytes alike', function () {
    for (const [number, round] of KNOWN_ROUNDS.entries()) {
      assert.equal(new Duel(sides.reference, sides.subject).play(round), -1, `known round ${number}`)
    }
  })

  it('compiles enough valid lists, and walks several hops often enough', async function () {
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

for (const [name, express] of [['Express 5', 'express'], ['Express 4', 'express4']]) {
  describe(`trustProxy(), compared with ${name}'s own reading of settings`, function () {
    it('answers every question alike', async function () {
      await compare(settings(express), SETTINGS_BOUNDS)
    })

    it('reads enough valid settings, and walks several hops often enough', async function () {
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

describe('explain(), compared with proxy-addr on generated input', function () {
  it('gives the answer of proxyaddr() for every list and function', async function () {
    await compare(explainedSides(implementations()), EXPLAIN_BOUNDS)
  })

  it('gives the answer of Express for every setting', async function () {
    await compare(explainedSettings(settings('express'), implementations().subject), EXPLAIN_BOUNDS)
  })
})

/** The model with a fault: it never trusts one of the addresses. */
const blind = Object.assign((req, trust) => model(req, dim(trust)), {
  all: (req, trust) => model.all(req, dim(trust)),
  compile: (val) => {
    const full = model.compile(val)
    return full.name === 'trustNone' ? full : function trust (addr) { return addr !== '::1' && full(addr) }
  }
})

function dim (trust) {
  return !trust || typeof trust === 'function' ? trust : blind.compile(trust)
}

describe('proxy-addr, a model of its rules, and this package', function () {
  for (const bounds of [MODEL_FIXED, MODEL_BOUNDS]) {
    it(`answer alike: seed ${bounds === MODEL_BOUNDS ? 'drawn at random' : bounds.seed}`, async () => {
      const started = Date.now()
      const { tallies, verdict } = await trial(three(process.env.UNDER_TEST), bounds)
      console.log(`      seed ${bounds.seed}: ${summary(tallies.reduce(add), Date.now() - started)}`)
      assert.equal(verdict, undefined, verdict)
      assert.ok(tallies.length === 2 && tallies.every(({ comparisons }) => comparisons >= bounds.count))
    })
  }

  for (const name of Object.keys(three())) {
    it(`differ, and the verdict names the wrong one: ${name}`, async () => {
      const sides = three()
      const [a, b] = Object.keys(sides).filter((one) => one !== name)

      sides[name].lib = blind

      const { verdict } = await trial(sides, { seed: MODEL_FIXED.seed, count: 10_000 })

      assert.equal(verdict.split('\n')[0], `${name} stands alone: ${a} and ${b} agree`)
      assert.match(verdict, /'::1'/)
    })
  }
})
