'use strict'

/*
 * Tests that the native engine's sets are freed after their functions are collected.
 * Large sets show it in a short run: the system takes back each at once, or never.
 */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')

const LIB = path.join(__dirname, '..', '..', 'lib')

const MEGA = 2 ** 20
const SUBNETS = 100_000
const SETS = 100
const RUNS = 1000

/** Returns what a script returns that can compile sets and call `held()`. */
function run (script) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', `
    const { compile } = require(${JSON.stringify(LIB)})
    const { setImmediate: turn } = require('node:timers/promises')
    const entries = Array.from({ length: ${SUBNETS} }, (_, i) => \`\${i >> 14}.\${i >> 6 & 255}.\${i & 63}.128/25\`)
    async function held () {
      for (let i = 0; i < 3; i++) { gc(); await turn() }
      return process.memoryUsage()
    }
    async function main () { ${script} }
    main().then((answer) => console.log(JSON.stringify(answer)))
  `], { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: 'native' } })
  assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
  return JSON.parse(stdout)
}

describe('a native set', function () {
  this.timeout(120_000)

  it('returns its memory', function () {
    const [one, all] = run(`
      const round = async (count) => {
        for (let i = 0; i < count; i++) {
          compile(entries)
          if (i % 5 === 0) await held()
        }
        return (await held()).rss
      }
      return [await round(20), await round(${SETS})]
    `)
    // Each holds 0.8 MB at least.
    assert.ok(all - one < SETS * 0.8 * MEGA / 2, `${all - one} bytes more after ${SETS} sets`)
  })
})

describe('a native run over a log', function () {
  this.timeout(120_000)

  it('counts as memory for the garbage collector', function () {
    const collected = run(`
      const { createLog } = require(${JSON.stringify(path.join(LIB, 'logs', 'engine'))})
      const config = Uint32Array.from([0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0])
      const none = ['', new Uint32Array(0), undefined]
      let collected = 0
      const registry = new FinalizationRegistry(() => { collected++ })
      for (let i = 0; i < ${RUNS}; i++) {
        registry.register(createLog(config, new Uint8Array(0), ...none, ...none, ...none))
        await turn()
      }
      return collected
    `)
    // Each has 2 MB for a header, and nothing else would make the collector run.
    assert.ok(collected > RUNS / 2, `${collected} of ${RUNS} were collected`)
  })
})
