'use strict'

/* Compares the strict walk of WebAssembly with that of the native engine. */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { load: loadNative } = require('../../lib/engine/native')
const { needs } = require('../support/skip')

const { INTERFACE } = require('../../lib/engine/layout')

const ROOT = path.join(__dirname, '..', '..')
const MODULE = path.join(ROOT, 'lib', 'resolver', 'wasm.js')

/** A chain, and one list of one entry: see src/core/strict/crossing.h. */
const CONFIG = Uint32Array.of(9, 1, 0, 0xffffffff, 20, 0, 0, 0, 1)
const POLICY = [CONFIG, '10.0.0.0/8', Uint32Array.of(10)]
/** The size for a request with an answer of up to 20 entries. */
const WORDS = 7 + 14 + 22 * 48

const WRONG = [undefined, null, 7, {}, [], '', new Uint8Array(8)]

/** Runs a script that has the module's exports, `POLICY` and `words`. */
function child (script, ...flags) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', ...flags, '-e', `
    const { compileStrict, findStrict, walkStrict, releaseStrict, memory } = require(${JSON.stringify(MODULE)})
    const POLICY = [Uint32Array.from(${JSON.stringify([...CONFIG])}), '10.0.0.0/8', Uint32Array.of(10)]
    const words = new Uint32Array(${WORDS})
    const size = () => memory.memory.buffer.byteLength
    ${script}
  `], { encoding: 'utf8', cwd: ROOT })
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** Returns the error of loading the resolver of a folder; undefined if it loads. */
function refusal (folder, engine, before = '') {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', `
    ${before}
    try { require('./lib/resolver') } catch ({ message }) { console.log(message) }
  `], { encoding: 'utf8', cwd: folder, env: { ...process.env, PROXY_ADDR_ENGINE: engine } })
  assert.equal(stderr, '')
  return stdout === '' ? undefined : stdout.trimEnd()
}

describe('the strict walk by WebAssembly', function () {
  this.timeout(600_000)

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
      [path.join(__dirname, 'compare.js'), '--count', '4000', '--seconds', '300', '--seed', '20261126'],
      { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: 'wasm' } })
    assert.match(stdout, /^wasm: [1-9][0-9,]* requests, seed 20261126, 0 different\n$/)
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  })

  it('answers as the native one does, even for values that are not strings', () => {
    const ask = [native, wasm].map((engine) => {
      const policy = engine.compileStrict(...POLICY)
      return (...texts) => engine.findStrict(policy, ...texts)
    })
    const texts = ['10.0.0.1', '192.0.2.1', 'x', '', '6.6.6.6, 1.2.3.4, 10.0.0.2', '1.2.3.4,'.repeat(500), ...WRONG]
    assert.equal(ask[0]('10.0.0.1', '1.2.3.4'), 7)
    assert.equal(ask[1](), ask[0]())
    for (const text of texts) {
      assert.equal(ask[1](text), ask[0](text))
      for (const header of texts) assert.equal(ask[1](text, header), ask[0](text, header))
    }
  })

  it('writes the answer that the native one writes, and none if an argument is missing', () => {
    const config = Uint32Array.of(9, 1, 2, 0xffffffff, 20, 0, 0, 0, 1, 1, 1)
    const list = [config, '10.0.0.0/810.0.0.110.0.0.1', Uint32Array.of(10, 8, 8)]
    const answers = [native, wasm].map(({ compileStrict, walkStrict }) => {
      const policy = compileStrict(...list)
      const walk = (...texts) => {
        const words = new Uint32Array(WORDS)
        words.set([2, 1, 0, 0xffffffff, 3, 0, 0])
        const done = walkStrict(policy, words, ...texts)
        return [done, [...words.subarray(0, 21 + words[14] * 48)]]
      }
      return [
        walk('10.0.0.1', '1.2.3.4, 10.0.0.2', '5.5.5.5', 'x')[1],
        walk('10.0.0.1', '1.2.3.4', 'x', '[2001:DB8::1]'),
        walk('10.0.0.1', '1.2.3.4', undefined)[0],
        walk('10.0.0.1', undefined)[0],
        walk(7, {})[1],
        walkStrict(policy, new Uint32Array(WORDS - 1), '10.0.0.1', ''),
        walkStrict(policy, [], '10.0.0.1', '')
      ]
    })
    assert.deepEqual(answers[1], answers[0])
    assert.equal(answers[0][1][0], 0)
    assert.deepEqual(answers[0].slice(2), [undefined, undefined, answers[0][4], undefined, undefined])
  })

  it('refuses to compile what the native one refuses', () => {
    for (const engine of [native, wasm]) {
      for (const place of [0, 1, 2]) {
        for (const value of WRONG.filter((value) => place !== 1 || value !== '')) {
          // A list of one entry needs no lengths.
          if (place === 2 && value === undefined) continue
          assert.equal(engine.compileStrict(...POLICY.with(place, value)), undefined)
        }
      }
      assert.equal(engine.compileStrict(CONFIG, '10.0.0.0/x', Uint32Array.of(10)), -2)
      assert.equal(engine.compileStrict(CONFIG.subarray(1), '10.0.0.0/8', Uint32Array.of(10)), -2)
      // One count too many; then one too few, for which the memory after them would be read.
      const counts = Uint32Array.of(...CONFIG, 0)
      assert.equal(engine.compileStrict(counts, '10.0.0.0/8', Uint32Array.of(10)), -2)
      counts[1] = 2
      assert.equal(engine.compileStrict(counts.subarray(0, 9), '10.0.0.0/8', Uint32Array.of(10)), -2)
    }
  })

  it('does not answer for a policy that was released', () => {
    const policy = native.compileStrict(...POLICY)
    native.releaseStrict(policy)
    native.releaseStrict(policy)
    assert.equal(native.findStrict(policy, '1.2.3.4'), undefined)
    assert.equal(native.walkStrict(policy, new Uint32Array(WORDS), '10.0.0.1', '1.2.3.4'), undefined)
  })

  it('returns undefined if memory runs out, and answers afterwards', () => {
    assert.deepEqual(child(`
      const policy = compileStrict(...POLICY)
      const withFrom = compileStrict(Uint32Array.of(9, 1, 1, 0xffffffff, 20, 0, 0, 0, 1, 1), '10.0.0.0/810.0.0.1', Uint32Array.of(10, 8))
      const { allocate, release } = memory.wasm
      const [small, large] = [allocate(256), allocate(8000)]
      const held = []
      for (let size = 2 ** 30; size >= 8;) {
        const at = allocate(size)
        if (at === 0) size /= 2
        else held.push(at)
      }
      const long = 'x'.repeat(1000)
      const calls = [
        () => findStrict(policy, long), () => findStrict(policy, '10.0.0.1', long), () => compileStrict(...POLICY),
        () => walkStrict(policy, words, '10.0.0.1', '1.2.3.4')
      ]
      const refused = calls.map((call) => call() ?? null)
      // Where only a part of what is needed has room.
      release(small)
      refused.push(compileStrict(...POLICY) ?? null)
      release(large)
      words.set([2, 0, 0, 0xffffffff, 1, 0, 0])
      refused.push(walkStrict(withFrom, words, '10.0.0.1', undefined, 'x'.repeat(5000)) ?? null)
      release(held[0])
      console.log(JSON.stringify([refused, findStrict(policy, long), findStrict(policy, '10.0.0.1', '1.2.3.4'), calls[2]() > 0, calls[3]()]))
    `), [[null, null, null, null, null, null], -1, 7, true, 0])
  })

  it('frees policies that are no longer reachable, and the arguments of calls', () => {
    assert.deepEqual(child(`
      const { createResolver } = require('./lib/resolver')
      const make = () => {
        for (let i = 0; i < 200; i++) {
          const client = createResolver({ trust: ['10.0.0.0/8'] })
          client({ headers: { 'x-forwarded-for': 'x, '.repeat(400) }, socket: { remoteAddress: '10.0.0.1' } })
        }
      }
      const sizes = new Set()
      async function main () {
        for (let round = 0; round < 30; round++) {
          make()
          gc()
          await new Promise((resolve) => setTimeout(resolve, 1))
          if (round >= 10) sizes.add(size())
        }
        console.log(sizes.size)
      }
      main()
    `.replace("require('./lib/resolver')", "(process.env.PROXY_ADDR_ENGINE = 'wasm', require('./lib/resolver'))")), 1)
  })

  it('keeps no invalid policy', () => {
    assert.deepEqual(child(`
      const make = () => { for (let i = 0; i < 5000; i++) compileStrict(POLICY[0], '10.0.0.0/x', POLICY[2]) }
      make()
      const before = size()
      make()
      console.log(size() - before)
    `), 0)
  })

  it('answers after the stack of JavaScript overflowed', () => {
    assert.deepEqual(child(`
      const policy = compileStrict(...POLICY)
      const overflows = new Set()
      const deep = () => { findStrict(policy, '10.0.0.1', '1.2.3.4'); walkStrict(policy, words, '10.0.0.1', ''); deep() }
      for (let i = 0; i < 20; i++) try { deep() } catch (error) { overflows.add(error.name) }
      console.log(JSON.stringify([[...overflows], findStrict(policy, '10.0.0.1', '1.2.3.4')]))
    `, '--stack-size=200'), [['RangeError'], 7])
  })

  it('throws the same trap from every call after one, even if memory is intact again', () => {
    assert.deepEqual(child(`
      const assert = require('node:assert/strict')
      const policy = compileStrict(...POLICY)
      const all = new Uint8Array(memory.memory.buffer)
      const before = all.slice()
      all.fill(0xff, 16384)
      let trap
      assert.throws(() => findStrict(policy, '10.0.0.1', '1.2.3.4'), (error) => {
        trap = error
        return error instanceof WebAssembly.RuntimeError
      })
      all.set(before)
      for (const call of [
        () => findStrict(policy, '1.2.3.4'), () => findStrict(policy, '10.0.0.1', '1.2.3.4'),
        () => walkStrict(policy, words, '10.0.0.1', ''), () => compileStrict(...POLICY)
      ]) assert.throws(call, (error) => error === trap)
      // By which a collected policy is freed.
      releaseStrict(policy)
      console.log(JSON.stringify('dead'))
    `), 'dead')
  })

  it('is refused if it is of a different build, and so is an addon without it', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'resolver-'))
    try {
      for (const name of ['lib', 'package.json', 'prebuilds.js']) fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true })
      assert.equal(refusal(folder, 'wasm'), undefined)
      const file = path.join(folder, 'lib', 'resolver', 'wasm-binary.js')
      const bytes = Buffer.from(require(file), 'base64')
      const number = Buffer.from(Uint32Array.of(INTERFACE).buffer)
      const at = bytes.indexOf(number)
      assert.equal(bytes.lastIndexOf(number), at)
      bytes.writeUInt32LE(7, at)
      fs.writeFileSync(file, `module.exports = '${bytes.toString('base64')}'`)
      assert.equal(refusal(folder, 'wasm'), 'the resolver cannot be used: a different or outdated build: ' +
        `its INTERFACE is 7, expected ${INTERFACE}; build or install proxy-addr-native again`)
      assert.match(refusal(ROOT, 'native', "delete require('./lib/engine').addon.walkStrict"),
        /^the resolver cannot be used: .*: it has no walkStrict\(\); build or install/)
    } finally {
      fs.rmSync(folder, { recursive: true, force: true })
    }
  })
})
