'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { needs } = require('../support/skip')
const failing = require('./failing')

const WALK = path.join(__dirname, 'failing', 'walk.js')

// The two sets that walk.js keeps, the record of all sets with its slots, and the empty
// record of the resolver's policies.
const KEPT = 2 + 2 + 1

describe('without memory', function () {
  let walked

  before(function () {
    needs({ test: this.test, skip: () => this.skip() }, process.platform === 'linux', 'no linker with --wrap')
    failing.build()

    const { status, signal, stdout, stderr } =
      spawnSync(process.execPath, ['--expose-gc', WALK], { encoding: 'utf8' })

    assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
    walked = JSON.parse(stdout)
  })

  it('each call throws a RangeError if any request fails, and succeeds the next time', () => {
    const { requests } = walked

    assert.ok(Object.keys(requests).length > 10)
    for (const [call, [once, forGood]] of Object.entries(requests)) {
      assert.equal(once, forGood, call)
      if (/compile\(\)|list|long/.test(call)) assert.ok(once > 0, call)
    }
  })

  it('looking up ordinary text allocates nothing', () => {
    assert.deepEqual(walked.requests['a compiled function'], [0, 0])
    assert.deepEqual(walked.requests['proxyaddr()'], [0, 0])
  })

  for (const [n, what] of [[0, 'function'], [1, 'finalizer']]) {
    it(`no exception is passed on, and no run over a log is kept, if Node-API fails to make a ${what}`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `
        const { throwAt, blocks } = require(${JSON.stringify(path.join(__dirname, 'failing'))}).load()
        const { Log, readPlan } = require(${JSON.stringify(path.join(__dirname, '..', '..', 'lib', 'logs', 'log'))})
        const plan = readPlan({ format: 'nginx', trust: 'loopback' })
        new Log(plan)
        const before = blocks()
        throwAt(${n})
        let thrown
        try { new Log(plan) } catch (error) { thrown = String(error) }
        console.log(JSON.stringify([thrown, blocks() - before, new Log(plan) instanceof Log]))
      `], { encoding: 'utf8' })
      assert.deepEqual([status, stderr], [0, ''])
      assert.deepEqual(JSON.parse(stdout), ['RangeError: out of memory', 0, true])
    })
  }

  it('a set is reported to the garbage collector until it is freed, and is freed', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', `
      const { setImmediate: turn } = require('node:timers/promises')
      const { proxyaddr, reported, blocks } = require(${JSON.stringify(path.join(__dirname, 'failing'))}).load()
      async function main () {
        // The first set makes the table of all sets.
        const first = proxyaddr.compile('10.0.0.0/8')
        const before = [blocks(), reported()]
        const list = Array.from({ length: 1000 }, (_, i) => '10.' + (i >> 7) + '.' + (i & 127) * 2 + '.0')
        const during = (() => {
          const sets = Array.from({ length: 100 }, () => proxyaddr.compile(list))
          return [blocks(), reported(), sets.length]
        })()
        for (let i = 0; i < 4; i++) { gc(); await turn() }
        console.log(JSON.stringify([before, during, [blocks(), reported()], first('10.0.0.1')]))
      }
      main()
    `], { encoding: 'utf8' })
    assert.deepEqual([status, stderr], [0, ''])
    const [before, during, after, stays] = JSON.parse(stdout)
    assert.equal(stays, true)
    assert.equal(during[0] - before[0], 100)
    assert.ok(during[1] - before[1] > 100 * 1000 * 8, `${during[1]} bytes were reported`)
    assert.deepEqual(after, before)
  })

  it('a policy of the resolver is, too', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `
      const { reported, blocks } = require(${JSON.stringify(path.join(__dirname, 'failing'))}).load()
      const { addon: { compileStrict, releaseStrict } } = require(${JSON.stringify(path.join(__dirname, '..', '..', 'lib', 'engine'))})
      const list = Array.from({ length: 1000 }, (_, i) => '10.' + (i >> 7) + '.' + (i & 127) * 2 + '.0')
      const make = () => compileStrict(Uint32Array.of(1, 1, 0, 1, 20, 0, 0, 0, 1000), list.join(''), Uint32Array.from(list, ({ length }) => length))
      // The first policy makes the table of all policies.
      make()
      const before = [blocks(), reported()]
      const policies = Array.from({ length: 100 }, make)
      const during = [blocks(), reported()]
      policies.forEach((policy) => releaseStrict(policy))
      console.log(JSON.stringify([before, during, [blocks(), reported()]]))
    `], { encoding: 'utf8' })
    assert.deepEqual([status, stderr], [0, ''])
    const [before, during, after] = JSON.parse(stdout)
    // Two blocks for each: the policy and its set.
    assert.equal(during[0] - before[0], 200)
    assert.ok(during[1] - before[1] > 100 * 1000 * 8, `${during[1]} bytes were reported`)
    assert.deepEqual(after, before)
  })

  it('a failed call keeps nothing', () => {
    assert.equal(walked.blocks, KEPT)
  })
})
