'use strict'

const assert = require('node:assert/strict')
const { describe, it } = require('mocha')
const { Duel } = require('./duel')
const model = require('./model')
const { sides: three, trial } = require('./model/run')
const { report } = require('./report')
const { KNOWN_ROUNDS, shortRun } = require('./rounds')
const { add, run, summary } = require('./run')
const { explainedSettings, explainedSides, implementations, settings } = require('./sides')
const { reference, subject } = require('./sides').implementations()
const { readCorpus } = require('../core/fuzz/corpus')

const BOUNDS = shortRun(2)
const SETTINGS_BOUNDS = shortRun(0.5)
const EXPLAIN_BOUNDS = shortRun(1)
const FIXED_SEED = 20260
const FIXED_COUNT = 10000
const MODEL_BOUNDS = shortRun(0.5)
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

  it('answers alike what random choice rarely makes, such as headers of megabytes', function () {
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

/*
 * Compares this package with the real proxy-addr on the inputs that the fuzzer kept.
 * The fuzzer itself compares the core only with models in C.
 */

const EVERYTHING = ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1']

const ADDRESSES = ['0.0.0.0', '10.1.2.3', '127.0.0.1', '172.16.0.1', '192.168.0.1', '255.255.255.255',
  '1.2.3.4', '::', '::1', '1:2:3:4:5:6:7:8', '2001:db8::1', 'fe80::1', 'fc00::1', '::ffff:10.0.0.1',
  '8000::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']

const LONGEST = 4096
const LINES = 64

/** Readers of a text, by its first byte modulo 3: see test/core/fuzz/fuzz.h. */
const readers = [
  (bytes) => bytes.toString('latin1'),
  (bytes) => bytes.toString('latin1').replace(/[\x80-\xff]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) + 0x80)),
  (bytes) => Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16().toString('utf16le')
]

/**
 * @param {Buffer} bytes
 * @returns {string}
 */
function decode (bytes) {
  if (bytes.length === 0) return ''
  return readers[bytes[0] % readers.length](bytes.subarray(1)).slice(0, LONGEST)
}

/** @param {Buffer} bytes of the target resolve */
function decodeRequest (bytes) {
  const [peer, header = '', ...list] = decode(bytes).split('\n').slice(0, LINES)
  return { peer, header, list }
}

/** The outcome of a call: its result, or its error's class and message. */
function outcome (call) {
  try {
    return call()
  } catch (error) {
    return `${error.name}: ${error.message}`
  }
}

/** Returns which addresses a list trusts, or its error. */
function trusted (proxyaddr, list, addresses) {
  return outcome(() => {
    const trust = proxyaddr.compile(list)
    return addresses.filter((address) => trust(address, 0))
  })
}

/** The outcomes of all functions for a request and a trust argument. */
function answers (proxyaddr, peer, header, trust) {
  const request = () => ({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer } })
  return [
    outcome(() => proxyaddr(request(), trust)),
    outcome(() => proxyaddr.all(request(), trust)),
    outcome(() => proxyaddr(request(), proxyaddr.compile(trust))),
    outcome(() => proxyaddr.all(request(), proxyaddr.compile(trust)))
  ]
}

const questions = {
  address: (bytes) => (proxyaddr) => {
    const text = decode(bytes)
    return [trusted(proxyaddr, [text], ADDRESSES), trusted(proxyaddr, EVERYTHING, [text])]
  },

  subnet: (bytes) => (proxyaddr) => {
    const entry = decode(bytes)
    const address = entry.slice(0, Math.max(entry.lastIndexOf('/'), 0))
    return trusted(proxyaddr, [entry], [...ADDRESSES, address])
  },

  hops: (bytes) => (proxyaddr) => {
    const header = decode(bytes)
    return [
      ...answers(proxyaddr, '127.0.0.1', header, undefined),
      ...answers(proxyaddr, '127.0.0.1', header, EVERYTHING)
    ]
  },

  resolve: (bytes) => (proxyaddr) => {
    const { peer, header, list } = decodeRequest(bytes)
    // Skips invalid entries, as the target does: a single one would hide all others.
    const right = list.filter((entry) => typeof outcome(() => reference.compile([entry])) === 'function')
    return [
      trusted(proxyaddr, list, [peer]),
      ...answers(proxyaddr, peer, header, list),
      ...answers(proxyaddr, peer, header, right)
    ]
  }
}

describe('the corpus of the fuzzer', () => {
  for (const [target, question] of Object.entries(questions)) {
    it(`is answered as by proxy-addr: ${target}`, () => {
      const inputs = readCorpus(target)
      assert.ok(inputs.length > 0)
      for (const { name, bytes } of inputs) {
        const ask = question(bytes)
        assert.deepEqual(ask(subject), ask(reference), `${target}, ${name}: ${JSON.stringify(decode(bytes))}`)
      }
    })
  }
})
