'use strict'

/*
 * Tests that the native engine's sets are freed after their functions are collected,
 * and the resolver's policies when they are released. Large sets show it in a short
 * run: the system takes back each at once, or never.
 */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')

const LIB = path.join(__dirname, '..', '..', 'lib')

const MEGA = 2 ** 20
const SUBNETS = 100_000
const SETS = 100

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

describe('a native policy of the resolver', function () {
  this.timeout(120_000)

  it('returns its memory, and what was reported of it', function () {
    const [rss, external] = run(`
      const { addon } = require(${JSON.stringify(path.join(LIB, 'engine'))})
      const { crossing } = require(${JSON.stringify(path.join(LIB, 'trust', 'compile'))})
      const { text, lengths } = crossing(entries)
      const config = Uint32Array.of(9, 1, 0, 0xffffffff, 20, 0, 0, 0, entries.length)
      const round = async (count) => {
        for (let i = 0; i < count; i++) addon.releaseStrict(addon.compileStrict(config, text, lengths))
        return await held()
      }
      const [one, all] = [await round(20), await round(${SETS})]
      return [all.rss - one.rss, all.external - one.external]
    `)
    assert.ok(rss < SETS * 0.8 * MEGA / 2, `${rss} bytes more after ${SETS} policies`)
    assert.ok(external < SETS * 0.8 * MEGA / 2, `${external} bytes more are reported after ${SETS} policies`)
  })
})
