'use strict'

const assert = require('node:assert/strict')
const { randomInt } = require('node:crypto')

const { add, summary } = require('../run')
const model = require('.')
const { sides, trial } = require('./trial')

const COUNT = Number(process.env.COUNT ?? 100_000)
const FIXED_SEED = 2026
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31))

/** The model, but for one address, which it trusts never. */
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
  this.timeout(0)

  for (const seed of [FIXED_SEED, SEED]) {
    it(`answer alike: seed ${seed === SEED ? 'of this run' : seed}`, async () => {
      const started = Date.now()
      const { tallies, verdict } = await trial(sides(process.env.UNDER_TEST), { seed, count: COUNT })
      console.log(`      seed ${seed}: ${summary(tallies.reduce(add), Date.now() - started)}`)
      assert.equal(verdict, undefined, verdict)
      assert.ok(tallies.length === 2 && tallies.every(({ comparisons }) => comparisons >= COUNT))
    })
  }

  for (const name of Object.keys(sides())) {
    it(`are told apart where one of them is wrong: ${name}`, async () => {
      const three = sides()
      const [a, b] = Object.keys(three).filter((one) => one !== name)

      three[name].lib = blind

      const { verdict } = await trial(three, { seed: FIXED_SEED, count: 10_000 })

      assert.equal(verdict.split('\n')[0], `${name} stands alone: ${a} and ${b} agree`)
      assert.match(verdict, /'::1'/)
    })
  }
})
