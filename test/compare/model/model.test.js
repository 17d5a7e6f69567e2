'use strict'

const assert = require('node:assert/strict')

const { shortRun } = require('../bounds')
const { add, summary } = require('../run')
const model = require('.')
const { sides, trial } = require('./run')

const BOUNDS = shortRun(1)
const FIXED = { seed: 2026, count: 5000 }

/** The model, except that it never trusts one address. */
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
  for (const bounds of [FIXED, BOUNDS]) {
    it(`answer alike: seed ${bounds === BOUNDS ? 'drawn anew' : bounds.seed}`, async () => {
      const started = Date.now()
      const { tallies, verdict } = await trial(sides(process.env.UNDER_TEST), bounds)
      console.log(`      seed ${bounds.seed}: ${summary(tallies.reduce(add), Date.now() - started)}`)
      assert.equal(verdict, undefined, verdict)
      assert.ok(tallies.length === 2 && tallies.every(({ comparisons }) => comparisons >= bounds.count))
    })
  }

  for (const name of Object.keys(sides())) {
    it(`differ, and the verdict names the wrong one: ${name}`, async () => {
      const three = sides()
      const [a, b] = Object.keys(three).filter((one) => one !== name)

      three[name].lib = blind

      const { verdict } = await trial(three, { seed: FIXED.seed, count: 10_000 })

      assert.equal(verdict.split('\n')[0], `${name} stands alone: ${a} and ${b} agree`)
      assert.match(verdict, /'::1'/)
    })
  }
})
