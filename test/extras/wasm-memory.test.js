'use strict'

/*
 * Tests the WebAssembly engine's memory, stack overflows and traps, each in a process
 * of its own.
 */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { DESCRIPTION, HOP } = require('../../lib/engine/layout')
const { needs } = require('../support/skip')

const ENGINE = path.join(__dirname, '..', '..', 'lib', 'engine')

/** Returns what a script prints that uses the WebAssembly engine in its own process. */
function run (script, flags = [], env = {}) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', `
    const assert = require('node:assert/strict')
    const engine = require(${JSON.stringify(path.join(ENGINE, 'wasm'))})
    const state = engine.memory
    const wasm = { ...state.wasm, memory: state.memory }
    const [put, putApart, putNumbers, drop] = ['put', 'putApart', 'putNumbers', 'drop'].map((name) => state[name].bind(state))
    const { compile, resolveOnce, describeAddress, describeChain, names } = engine
    const asking = ({ asked, isTrusted, walk, resolve }, set) => (...args) => {
      asked[0] = set
      if (args.length > 2) return walk(args[1])
      return args.length > 1 ? resolve(...args) : isTrusted(...args)
    }
    const set = asking(engine, compile('10.0.0.0/8', undefined))
    ${script}
  `], { encoding: 'utf8', env: { ...process.env, ...env } })
  assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
  return stdout
}

describe('the WebAssembly engine', function () {
  before(function () {
    const isBuilt = fs.existsSync(path.join(ENGINE, 'wasm-binary.js'))
    needs({ test: this.test, skip: () => this.skip() }, isBuilt, 'the WebAssembly engine was not built: clang is missing')
  })

  it('answers correctly while its memory grows', () => {
    assert.equal(run(`
      const sizes = new Set()
      for (let i = 0; i < 24; i++) {
        const text = 'client,' + ' 10.0.0.2,'.repeat(2 ** i / 8) + '10.0.0.3'
        assert.equal(set('10.0.0.1', text), -1 - 6)
        assert.equal(set('192.0.2.1'), false)
        assert.equal(set('10.1.1.1'), true)
        sizes.add(wasm.memory.buffer.byteLength)
      }
      console.log(sizes.size > 3)
    `), 'true\n')
  })

  for (const [how, ...flags] of [
    ["by V8's builtins where they exist"],
    ['in a loop where they do not', '--require', path.join(__dirname, '..', 'support', 'broken.js')]
  ]) {
    it(`copies each unit of a text, however it is held, ${how}`, () => {
      const builtins = flags.length === 0 && Number(process.versions.node.split('.')[0]) >= 22

      assert.equal(run(`
        const { writer } = require(${JSON.stringify(path.join(ENGINE, 'string-builtins'))})
        const all = String.fromCharCode(...Array.from({ length: 65536 }, (_, i) => i))
        const texts = ['', 'a', all, all.slice(1000, 1500), 'x'.repeat(300) + '\u0130', all + all.slice(0, 700),
          'y'.repeat(512), 'y'.repeat(513), Buffer.from('caf\xe9', 'latin1').toString('latin1'), '\ud800']
        for (const text of texts) {
          for (const write of [put, putApart]) {
            const at = write(text)
            if (state.units.length === 0) state.units = new Uint16Array(wasm.memory.buffer)
            for (let i = 0; i < text.length; i++) assert.equal(state.units[at / 2 + i], text.charCodeAt(i))
            drop(at)
          }
        }
        console.log(writer(wasm.memory) !== undefined)
      `, flags, { BROKEN: 'string-builtins' }), `${builtins}\n`)
    })
  }

  it('reports that memory is full, and answers correctly once some is freed', () => {
    assert.equal(run(`
      // Takes all memory, in ever smaller blocks.
      const taken = []
      for (let size = 2 ** 30; size > 8; size /= 2) {
        for (let at = wasm.allocate(size); at !== 0; at = wasm.allocate(size)) taken.push(at)
      }
      const long = '10.0.0.2, '.repeat(1000)
      assert.equal(compile('10.0.0.0/8', undefined), undefined)
      assert.equal(resolveOnce('10.0.0.0/8', undefined, '10.0.0.1', 'a'), undefined)
      assert.equal(set('10.0.0.1', long), undefined)
      assert.equal(set(long, 'a'), undefined)
      assert.equal(describeAddress(long, new Uint32Array(${DESCRIPTION})), undefined)
      assert.equal(describeChain('10.0.0.1', undefined, long, undefined, new Uint32Array(${HOP})), undefined)
      assert.equal(names(new Uint32Array(1000)), undefined)
      let thrown = 'nothing'
      try { set(long) } catch (error) { thrown = error }
      assert.equal(thrown, undefined)
      assert.equal(set('10.0.0.1'), true)
      assert.equal(set('192.0.2.1'), false)
      taken.forEach((at) => wasm.release(at))
      assert.equal(set('10.0.0.1', long), -1 - 8)
      assert.equal(asking(engine, compile('10.0.0.0/8', undefined))('10.0.0.1'), true)
      console.log(wasm.allocate(2 ** 31 - 65536), wasm.allocate(2 ** 32 - 1), wasm.allocate(2 ** 32 - 8))
    `), '0 0 0\n')
  })

  it('allocates memory that is not in use', () => {
    assert.equal(run(`
      const { memory, allocate, release } = wasm
      let seed = 1
      const random = (below) => (seed = (seed * 48271) % 2147483647) % below
      const held = []
      for (let i = 0; i < 200_000; i++) {
        if (held.length > 0 && random(100) < 49) {
          const [[at, size, mark]] = held.splice(random(held.length), 1)
          const bytes = Buffer.from(memory.buffer, at, size)
          if (!bytes.equals(Buffer.alloc(size, mark))) throw new Error('overwritten')
          release(at)
        } else {
          const size = random(2) ? random(100) : random(20_000)
          const at = allocate(size)
          if (at % 8 !== 0 || at === 0) throw new Error('where is it?')
          new Uint8Array(memory.buffer, at, size).fill(i & 255)
          held.push([at, size, i & 255])
        }
      }
      held.forEach(([at]) => release(at))
      // All of it is a single block again.
      const before = memory.buffer.byteLength
      const at = allocate(before - 200_000)
      console.log(at !== 0 && memory.buffer.byteLength === before && before < 2 ** 26)
    `), 'true\n')
  })

  it('trusts nobody if the stack overflows, and answers correctly afterwards', () => {
    assert.equal(run(`
      let overflows = 0
      let answers = 0
      const list = ['10.0.0.0/8', undefined]
      const hop = new Uint32Array(${HOP})
      const written = names(hop)
      const calls = [
        () => assert.equal(set('192.0.2.1'), false), () => assert.equal(set('192.0.2.1', 'a'), 0),
        () => assert.equal(set('10.0.0.1', 'client,' + ' 10.0.0.2,'.repeat(9)), -7),
        () => assert.equal(asking(engine, compile(...list))('192.0.2.1'), false),
        () => assert.equal(describeChain(...list, '192.0.2.1', undefined, hop), true),
        () => assert.equal(names(hop), written)
      ]
      const deep = (call) => {
        try {
          deep(call)
        } catch (error) {
          if (!(error instanceof RangeError)) throw error
          overflows++
        }
        try {
          call()
          answers++
        } catch (error) {
          if (!(error instanceof RangeError)) throw error
          throw new RangeError('again')
        }
      }
      // More often than would fit into the module's own stack.
      for (let i = 0; i < 200; i++) {
        for (const call of calls) {
          try { deep(call) } catch (error) { if (!(error instanceof RangeError)) throw error }
          assert.equal(set('10.0.0.1'), true)
          assert.equal(set('192.0.2.1'), false)
        }
      }
      console.log(overflows > 0 && answers > 0)
    `, ['--stack-size=200']), 'true\n')
  })

  it('trusts nobody after a trap', () => {
    assert.equal(run(`
      // Makes all pointers, the set's included, point beyond memory.
      new Uint8Array(wasm.memory.buffer, 16384).fill(0xff)
      const texts = []
      const trapped = (call) => assert.throws(call, (error) => {
        texts.push(error.message)
        return error instanceof WebAssembly.RuntimeError
      })
      trapped(() => set('10.0.0.1'))
      trapped(() => set('10.0.0.1'))
      trapped(() => set('10.0.0.1', 'a'))
      trapped(() => set('10.0.0.1', 'a', true))
      trapped(() => set('x'.repeat(1000)))
      trapped(() => compile('10.0.0.0/8', undefined))
      trapped(() => resolveOnce('10.0.0.0/8', undefined, '10.0.0.1', 'a'))
      trapped(() => describeAddress('10.0.0.1', new Uint32Array(${DESCRIPTION})))
      trapped(() => describeChain('10.0.0.1', undefined, '10.0.0.1', undefined, new Uint32Array(${HOP})))
      trapped(() => names(new Uint32Array(0)))
      console.log(new Set(texts).size)
    `), '1\n')
  })

  for (const [what, call] of [
    ['walk', "set('10.0.0.1', 'a', true)"], ['list', "compile('10.0.0.1', undefined)"]
  ]) {
    it(`passes on a trap in a ${what}`, () => {
      assert.equal(run(`
        new Uint8Array(wasm.memory.buffer, 16384).fill(0xff)
        try { ${call} } catch (error) { console.log(error instanceof WebAssembly.RuntimeError) }
        assert.throws(() => set('10.0.0.1'), WebAssembly.RuntimeError)
      `.replace("set('10.0.0.1', 'a', true)", "set('10.0.0.1', '10.0.0.2, 10.0.0.3, 10.0.0.4', true)")), 'true\n')
    })
  }

  // Each call into the module, with arguments that make it trap. Memory is restored
  // afterwards, so that a later call can only fail because the trap was recorded.
  for (const [what, call] of [
    ['allocate(), for a text', "set('x'.repeat(1000))"],
    ['allocate(), for a list', "compile('10.0.0.0/8', undefined)"],
    ['allocate(), for numbers', 'putNumbers(new Uint32Array(8))'],
    ['allocate(), for an entry', "putApart('10.0.0.0/8')"],
    ['release()', 'drop(0x7ffffff0)'],
    ['isTrusted()', "set('10.0.0.1')"],
    ['walk()', "set('', 'a, 10.0.0.1', true)"],
    ['compile()', 'wasm.compile(0x7ffffff0, 8, 0x7ffffff0, 1)'],
    ['describeAddress()', 'wasm.describeAddress(0x7ffffff0, 8)'],
    ['describeEntry()', 'wasm.describeEntry(0x7ffffff0, 8)'],
    ['describeChain()', 'wasm.describeChain(0x7ffffff0, 8, 0x7ffffff0, 1, 0x7ffffff0, 8, 0x7ffffff0, 1, 0x7ffffff0)'],
    ['names()', 'wasm.names(0x7ffffff0, 100)']
  ]) {
    it(`is unusable after a trap in ${what}`, () => {
      assert.equal(run(`
        const numbers = () => new Uint32Array(1000)
        const memory = new Uint8Array(wasm.memory.buffer)
        const before = memory.slice()
        memory.fill(0xff, 16384)
        let trap
        assert.throws(() => ${call}, (error) => {
          trap = error
          return error instanceof WebAssembly.RuntimeError
        })
        memory.set(before)
        const dead = (call) => assert.throws(call, (error) => error === trap)
        dead(() => set('10.1.1.1'))
        dead(() => set('192.0.2.1'))
        dead(() => set('10.1.1.1', 'a, 10.0.0.1'))
        dead(() => set('10.1.1.1', 'a, 10.0.0.1', true))
        dead(() => set('1'.repeat(1000)))
        dead(() => compile('10.0.0.0/8', undefined))
        dead(() => resolveOnce('10.0.0.0/8', undefined, '10.0.0.1', 'a'))
        dead(() => describeAddress('10.0.0.1', numbers()))
        dead(() => describeChain('10.0.0.1', undefined, '10.0.0.1', undefined, numbers()))
        dead(() => names(numbers()))
        dead(() => putNumbers(numbers()))
        dead(() => putApart('x'))
        dead(() => wasm.release(0))
        // The call that frees a collected function's set.
        drop(8)
        console.log('dead')
      `), 'dead\n')
    })
  }

  it('resets its own stack each time JavaScript\'s stack overflows', () => {
    assert.equal(run(`
      const { stack } = state
      const top = stack.value
      const deep = () => {
        try { deep() } catch (error) { if (!(error instanceof RangeError)) throw error }
        set('10.0.0.1', 'client, 10.0.0.2, 10.0.0.3')
      }
      let lowered = 0
      for (let i = 0; i < 300; i++) {
        try { deep() } catch (error) { if (!(error instanceof RangeError)) throw error }
        if (stack.value !== top) lowered++
        assert.equal(set('10.0.0.1', 'client, 10.0.0.2, 10.0.0.3'), -7)
        assert.equal(stack.value, top)
      }
      // The state that a call leaves which overflows inside the module.
      stack.value = top - 16000
      state.failure = new RangeError('Maximum call stack size exceeded')
      state.units = new Uint16Array(0)
      assert.equal(set('10.0.0.1', 'client, 10.0.0.2, 10.0.0.3'), -7)
      assert.equal(stack.value, top)
      console.log('emptied')
    `, ['--stack-size=200']), 'emptied\n')
  })

  it('grows by whole pages, whatever size is requested', () => {
    assert.equal(run(`
      const PAGE = 65536
      const { memory, allocate } = wasm
      const end = () => memory.buffer.byteLength - 8
      // Takes the heap's last page, and what is free after it.
      const exhaust = () => {
        const before = end()
        let at
        do at = allocate(PAGE - 8); while (end() === before)
        const rest = end() - (at + PAGE - 8)
        if (rest > 0) assert.equal(allocate(rest - 8), at + PAGE)
      }
      for (let size = PAGE - 32; size <= PAGE + 32; size++) {
        exhaust()
        const at = allocate(size)
        assert.ok(at > 0 && at + size <= end(), 'out of memory, or beyond its end: ' + size)
        new Uint8Array(memory.buffer, at, size).fill(0xff)
        assert.equal(set('10.0.0.1'), true)
      }
      console.log('whole')
    `), 'whole\n')
  })

  it('frees a set when its trust function has been collected, and not before', async () => {
    assert.equal(run(`
      process.env.PROXY_ADDR_ENGINE = 'wasm'
      const proxyaddr = require(${JSON.stringify(path.join(ENGINE, '..'))})
      const { setImmediate: turn } = require('node:timers/promises')
      async function main () {
        const one = proxyaddr.compile('10.0.0.0/8')
        const size = () => wasm.memory.buffer.byteLength
        const before = size()
        for (let i = 0; i < 40; i++) {
          for (let k = 0; k < 500; k++) proxyaddr.compile(['10.0.0.0/8', 'fd00::/8'])
          gc()
          await turn()
        }
        assert.equal(one('10.0.0.1'), true)
        console.log(proxyaddr.engine, size() - before < 2 ** 20)
      }
      main()
    `, ['--expose-gc']), 'wasm true\n')
  })
})
