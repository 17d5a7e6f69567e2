'use strict'

/* The strict walk by WebAssembly, beside the native one. */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { load: loadNative } = require('../../lib/engine/native')
const { needs } = require('../support/skip')

const ROOT = path.join(__dirname, '..', '..')
const MODULE = path.join(ROOT, 'lib', 'resolver', 'wasm.js')

/** A chain, one list of one entry: src/core/strict/crossing.h. */
const CONFIG = Uint32Array.of(9, 1, 0, 0xffffffff, 20, 0, 0, 0, 1)
const POLICY = [CONFIG, '10.0.0.0/8', Uint32Array.of(10)]
const WRONG = [undefined, null, 1, '', {}, [1], Uint8Array.of(1)]

/** Runs a script that has `createStrict`, `exported`, `POLICY` and `words`. */
function child (script) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', `
    const { Instance } = WebAssembly
    let exported
    WebAssembly.Instance = class { constructor (module) { exported = this.exports = new Instance(module).exports } }
    const { createStrict, strictWords } = require(${JSON.stringify(MODULE)})
    const POLICY = [Uint32Array.from(${JSON.stringify([...CONFIG])}), '10.0.0.0/8', Uint32Array.of(10)]
    const words = new Uint32Array(strictWords(20))
    ${script}
  `], { encoding: 'utf8' })
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return JSON.parse(stdout)
}

describe('the strict walk by WebAssembly', function () {
  let native
  let wasm

  before(function () {
    const isBuilt = fs.existsSync(path.join(path.dirname(MODULE), 'wasm-binary.js'))
    needs({ test: this.test, skip: () => this.skip() }, isBuilt, 'WebAssembly was not built: clang is missing')
    const reasons = []
    native = loadNative(reasons)
    assert.notEqual(native, undefined, reasons.join())
    wasm = require(MODULE)
  })

  it('agrees with the model', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath,
      [path.join(__dirname, 'compare.js'), '--count', '4000', '--seconds', '40', '--seed', '20261126'],
      { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: 'wasm' } })
    assert.match(stdout, /^wasm: [1-9][0-9,]* requests, seed 20261126, 0 different\n$/)
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  })

  it('answers as the native one does, also what is no string', () => {
    const words = new Uint32Array(wasm.strictWords(20))
    const [one, other] = [native, wasm].map(({ createStrict }) => createStrict(...POLICY, words))
    const texts = ['10.0.0.1', '192.0.2.1', 'x', '', '6.6.6.6, 1.2.3.4, 10.0.0.2', ...WRONG]
    assert.equal(typeof one('10.0.0.1', '1.2.3.4'), 'number')
    for (const text of texts) {
      assert.equal(other(text), one(text))
      for (const header of texts) if (text !== undefined) assert.equal(other(text, header), one(text, header))
    }
  })

  it('refuses what the native one refuses to compile', () => {
    const words = new Uint32Array(wasm.strictWords(20))
    for (const place of [0, 1, 2, 3]) {
      for (const value of WRONG.filter((value) => place !== 1 || value !== '')) {
        assert.equal(wasm.createStrict(...[...POLICY, words].with(place, value)), undefined)
      }
    }
    const answers = [native, wasm].map(({ createStrict }) => createStrict(CONFIG, '10.0.0.0/x', Uint32Array.of(10), words))
    assert.equal(answers[1], answers[0])
    assert.notEqual(typeof answers[1], 'function')
  })

  it('returns undefined where memory runs out, and answers afterwards', () => {
    assert.deepEqual(child(`
      const size = () => exported.memory.buffer.byteLength
      const large = new Uint32Array(2 ** 30 - 1)
      const refused = createStrict(...POLICY, large)
      const before = size()
      for (let i = 0; i < 2000; i++) createStrict(...POLICY, large)
      const call = createStrict(...POLICY, words)
      console.log(JSON.stringify([refused ?? null, size() - before, call('10.0.0.1', '1.2.3.4') >= 0]))
    `), [null, 0, true])
  })

  it('frees policies that nobody has any more', () => {
    assert.deepEqual(child(`
      const make = () => { for (let i = 0; i < 200; i++) createStrict(...POLICY, words) }
      const sizes = new Set()
      async function main () {
        for (let round = 0; round < 30; round++) {
          make()
          gc()
          await new Promise((resolve) => setTimeout(resolve, 1))
          if (round >= 10) sizes.add(exported.memory.buffer.byteLength)
        }
        console.log(sizes.size)
      }
      main()
    `), 1)
  })

  it('answers after the stack of JavaScript overflowed, and throws the same after a trap', () => {
    const [address, overflowed, messages] = child(`
      const call = createStrict(...POLICY, words)
      const expected = call('10.0.0.1', '1.2.3.4')
      const overflows = []
      const deep = () => { call('10.0.0.1', '1.2.3.4'); deep() }
      for (let i = 0; i < 20; i++) try { deep() } catch (error) { overflows.push(error.name) }
      const answer = call('10.0.0.1', '1.2.3.4') === expected
      new Uint8Array(exported.memory.buffer).fill(0xff)
      const messages = []
      for (let i = 0; i < 2; i++) try { messages.push(call('10.0.0.1', '1.2.3.4')) } catch (error) { messages.push(error.name) }
      console.log(JSON.stringify([answer, [...new Set(overflows)], messages]))
    `)
    assert.equal(address, true)
    assert.deepEqual(overflowed, ['RangeError'])
    assert.deepEqual(messages, ['RuntimeError', 'RuntimeError'])
  })
})
