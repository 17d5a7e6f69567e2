'use strict'

/* Calls both engines directly, with arguments that lib/ never passes. */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')

const { DESCRIPTION, HOP, NUMBERS } = require('../../lib/engine/layout')
const { run } = require('../support/script')
const { needs } = require('../support/skip')

const ROOT = path.join(__dirname, '..', '..')
const ENGINE = path.join(ROOT, 'lib', 'engine')

const LIST = ['10.0.0.0/8127.0.0.1', Uint32Array.of(10, 9)]
const CHAIN = ['127.0.0.1192.0.2.1', Uint32Array.of(9, 9)]

const LONG = '10.0.0.2, '.repeat(1000)
const WRONG = [undefined, null, 1, {}, [], Symbol('x'), Object('10.0.0.1'), () => {}]

/** Returns the result of a call, or what it throws. */
function outcome (call) {
  try {
    const value = call()
    return typeof value === 'function' ? 'a function' : { value }
  } catch (thrown) {
    return { thrown }
  }
}

/** Queries a compiled set with the function that takes this many arguments. */
function asking ({ asked, isTrusted, walk, resolve }, set) {
  return (...args) => {
    asked[0] = set
    if (args.length > 2) return walk(args[1])
    return args.length > 1 ? resolve(...args) : isTrusted(...args)
  }
}

/** Returns what describeChain() returns and writes. */
function hops ({ describeChain }, ...args) {
  const numbers = new Uint32Array(4 * HOP).fill(7)
  return [describeChain(...args, numbers), numbers]
}

describe('the two engines', function () {
  let native
  let wasm

  before(function () {
    const isBuilt = fs.existsSync(path.join(ENGINE, 'wasm-binary.js'))
    needs({ test: this.test, skip: () => this.skip() }, isBuilt, 'the WebAssembly engine was not built: clang is missing')
    native = require('../../build/Release/proxy_addr_native.node')
    wasm = require('../../lib/engine/wasm')
  })

  /** Checks that both answer a call alike, and returns the answer. */
  function same (call) {
    const [one, other] = [native, wasm].map((engine) => outcome(() => call(engine)))
    assert.deepEqual(other, one)
    return one
  }

  it('answer alike for each number of arguments', () => {
    for (const args of [
      [], ['10.0.0.1'], ['192.0.2.1'], [''], ['10.0.0.1', 'a, 10.0.0.2'], ['192.0.2.1', 'a'],
      ['10.0.0.1', ''], ['x', '10.0.0.2', true], ['x', 'a', undefined], [undefined, '10.0.0.3', false, 1],
      ['10.0.0.1', LONG], ['10.0.0.1', LONG, true], ['10.0.0.1', `a,${LONG}`], ['1'.repeat(1000)],
      ['10.0.0.1', 'x'.repeat(510)], ['10.0.0.1', 'x'.repeat(511)], ['10.0.0.1', 'x'.repeat(512)],
      ['10.0.0.1', 'x'.repeat(513)], ['10.0.0.1', `\u0130${'x'.repeat(600)}, 10.0.0.1`], ['1\u0130.0.0.1']
    ]) {
      same((engine) => asking(engine, engine.compile(...LIST))(...args))
      same(({ resolveOnce }) => resolveOnce(...LIST, ...args))
    }
  })

  it('answer alike for values that are not strings', () => {
    for (const value of WRONG) {
      const { thrown } = same((engine) => asking(engine, engine.compile(...LIST))(value))
      assert.equal(thrown, undefined)
      same((engine) => asking(engine, engine.compile(...LIST))(value, 'a'))
      same((engine) => asking(engine, engine.compile(...LIST))('10.0.0.1', value))
      same((engine) => asking(engine, engine.compile(...LIST))('192.0.2.1', value))
      same((engine) => asking(engine, engine.compile(...LIST))('', value, true))
      same(({ compile }) => compile(value, undefined))
      if (value !== undefined) same(({ compile }) => compile('10.0.0.1', value))
      same(({ resolveOnce }) => resolveOnce(value, undefined, '10.0.0.1', 'a'))
      same(({ resolveOnce }) => resolveOnce(...LIST, value, 'a'))
      same(({ resolveOnce }) => resolveOnce(...LIST, '10.0.0.1', value))
      for (const position of [0, 1, 2, 3, 4]) {
        const args = [...LIST, ...CHAIN, new Uint32Array(2 * HOP)]
        args[position] = value
        same(({ describeChain }) => describeChain(...args))
      }
      same(({ names }) => names(value))
      same(({ layout }) => layout(value))
      for (const name of ['describeAddress', 'describeEntry']) {
        same((engine) => engine[name](value, new Uint32Array(DESCRIPTION)))
        same((engine) => engine[name]('10.0.0.1', value))
      }
    }
  })

  it('answer alike for lengths that do not fit the text, and arrays of other kinds', () => {
    const text = LIST[0]
    for (const lengths of [
      Uint32Array.of(), Uint32Array.of(10), Uint32Array.of(10, 9, 0), Uint32Array.of(10, 9, 9), Uint32Array.of(100),
      Uint32Array.of(10, 0xffffffff), Uint32Array.of(0xffffffff, 0xffffffff), Uint32Array.of(0, 10, 9),
      new Uint32Array(Uint32Array.of(9, 10, 9).buffer, 4), new Uint8Array(2), new Int32Array([10, 9]),
      new Float32Array(2), new DataView(new ArrayBuffer(8)), new BigUint64Array(1), [10, 9]
    ]) {
      same((engine) => {
        const set = engine.compile(text, lengths)
        return set > 0 ? asking(engine, set)('127.0.0.1') : set
      })
      same(({ resolveOnce }) => resolveOnce(text, lengths, '10.0.0.1', 'a, 10.0.0.2'))
      same((engine) => hops(engine, text, lengths, ...CHAIN))
      same((engine) => hops(engine, ...LIST, text, lengths))
    }
  })

  it('report the same fault of the same entry', () => {
    assert.deepEqual(same(({ compile }) => compile('10.0.0.1x::1/129', Uint32Array.of(8, 1, 7))), { value: -5 })
    assert.deepEqual(same(({ compile }) => compile('10.0.0.1::1/129', Uint32Array.of(8, 7))), { value: -6 })
    assert.deepEqual(same(({ resolveOnce }) => resolveOnce('x', undefined, '', '')), { value: null })
  })

  it('write the same facts, and nothing if the array is too short', () => {
    for (const text of ['10.0.0.1', 'fe80::1%eth0', '::ffff:10.0.0.1/100', 'uniquelocal', '1.2.3.4:80', '', LONG]) {
      for (const name of ['describeAddress', 'describeEntry']) {
        for (const room of [0, DESCRIPTION - 1, DESCRIPTION, DESCRIPTION + 3]) {
          const written = [native, wasm].map((engine) => {
            const facts = new Uint32Array(room).fill(7)
            return [engine[name](text, facts), facts]
          })
          assert.deepEqual(written[1], written[0])
        }
        for (const facts of [new Int32Array(DESCRIPTION), new Uint8Array(DESCRIPTION * 4), new Array(DESCRIPTION)]) {
          same((engine) => engine[name](text, facts))
        }
      }
    }
  })

  it('describe a chain alike, whatever its texts are, and write nothing if the array is too short', () => {
    for (const [chain, lengths] of [
      ['', undefined], ['', Uint32Array.of()], [LONG, undefined], [`${LONG}::1`, Uint32Array.of(LONG.length, 3)],
      ['::ffff:10.0.0.1', undefined], ['1\u0130.2.3.4', undefined], CHAIN
    ]) same((engine) => hops(engine, ...LIST, chain, lengths))
    for (const room of [0, HOP - 1, HOP, 2 * HOP - 1, 2 * HOP, 2 * HOP + 3]) {
      const written = [native, wasm].map(({ describeChain }) => {
        const numbers = new Uint32Array(room).fill(7)
        return [describeChain(...LIST, ...CHAIN, numbers), numbers]
      })
      assert.deepEqual(written[1], written[0])
      assert.equal(written[0][0], room < 2 * HOP ? undefined : true)
    }
  })

  for (const name of ['names', 'layout']) {
    it(`write the same ${name}, as far as the array reaches`, () => {
      for (const room of [0, 1, NUMBERS, 1000]) {
        const written = [native, wasm].map((engine) => {
          const numbers = new Uint32Array(room).fill(7)
          return [engine[name](numbers), numbers.subarray(0, NUMBERS)]
        })
        assert.deepEqual(written[1], written[0])
      }
    })
  }

  it('keep each set apart from all others', () => {
    const sets = Array.from({ length: 2000 }, (_, i) => asking(wasm, wasm.compile(`10.${i >> 8}.${i & 255}.0/24`, undefined)))
    for (const [i, set] of sets.entries()) {
      assert.equal(set(`10.${i >> 8}.${i & 255}.9`), true)
      assert.equal(set(`10.${i >> 8}.${(i + 1) & 255}.9`), false)
    }
  })
})

describe('the native engine', () => {
  const native = require('../../build/Release/proxy_addr_native.node')

  it('returns undefined for an unknown or released handle', () => {
    const set = native.compile('10.0.0.0/8', undefined)

    assert.equal(asking(native, set)('10.0.0.1'), true)
    native.release(set)
    native.release(set)
    // The number 1 may be another test's set.
    for (const handle of [...WRONG.filter((value) => value !== 1), -1, 0.5]) native.release(handle)
    for (const handle of [0, 2 ** 31, 2 ** 32 - 1, 1e6, set]) {
      native.asked[0] = handle
      assert.deepEqual(outcome(() => native.isTrusted('10.0.0.1')), { thrown: undefined })
      assert.deepEqual([native.walk('a'), native.resolve('10.0.0.1', 'a')], [undefined, undefined])
      assert.deepEqual([native.walk(), native.resolve(), native.release()], [undefined, undefined, undefined])
    }
  })

  it('looks up no handle beyond its sets', () => {
    // In its own process there are no other sets, and what would be read is nearby.
    run(`
      const native = require('${path.join(ROOT, 'build/Release/proxy_addr_native.node')}')
      for (let i = 0; i < 3; i++) native.compile('10.0.0.0/8', undefined)
      for (native.asked[0] = 4; native.asked[0] < 30000; native.asked[0]++) {
        assert.throws(() => native.isTrusted('10.0.0.1'), (thrown) => thrown === undefined)
      }
    `)
  })

  it('keeps many sets apart, even if some were released', () => {
    const list = (i) => `10.${i >> 8}.${i & 255}.0/24`
    const sets = Array.from({ length: 1000 }, (_, i) => native.compile(list(i), undefined))

    assert.equal(new Set(sets).size, 1000)
    for (let i = 0; i < 1000; i += 3) native.release(sets[i])
    for (let i = 0; i < 1000; i += 6) sets[i] = native.compile(list(i), undefined)
    for (const [i, set] of sets.entries()) {
      if (i % 3 === 0 && i % 6 !== 0) continue
      assert.equal(asking(native, set)(`10.${i >> 8}.${i & 255}.9`), true)
      assert.equal(asking(native, set)(`10.${i >> 8}.${(i + 1) & 255}.9`), false)
    }
    for (const set of sets) native.release(set)
  })
})

describe('an engine that is loaded', () => {
  const layout = require('../../lib/engine/layout')
  const native = require('../../build/Release/proxy_addr_native.node')

  /** Returns why an engine is refused that differs from the native one in this. */
  const refused = (change) => layout.mismatch({ ...native, ...change })

  it('is the one that this package was built for', () => {
    const outdated = 'a different or outdated build: '

    assert.equal(refused({}), undefined)
    assert.equal(refused({ walk: 1 }), `${outdated}it has no walk()`)
    assert.equal(refused({ asked: [0] }), `${outdated}it has no asked`)
    assert.equal(refused({ layout () { throw new Error('no such call') } }), `${outdated}no such call`)
    assert.equal(refused({
      layout (numbers) {
        native.layout(numbers)
        numbers[2]++
      }
    }), `${outdated}its LENGTH_VALUES is 513, expected 512`)
  })

  it('is refused by name and reason', () => {
    const file = require.resolve('../../lib/engine/wasm')
    const kept = require.cache[file]
    const { PROXY_ADDR_ENGINE: variable } = process.env

    require.cache[file] = { exports: { ...native, names: undefined } }
    process.env.PROXY_ADDR_ENGINE = 'wasm'
    try {
      assert.throws(require('../../lib/engine/load'), /^- WebAssembly: a different or outdated build: it has no names\(\)$/m)
    } finally {
      require.cache[file] = kept
      if (kept === undefined) delete require.cache[file]
      if (variable === undefined) delete process.env.PROXY_ADDR_ENGINE
      else process.env.PROXY_ADDR_ENGINE = variable
    }
  })

  it('is refused if it is of another version than the package', () => {
    const { load } = require('../../lib/engine/native')
    const { readFileSync } = fs
    const reasons = []

    fs.readFileSync = () => '{ "name": "proxy-addr-native", "version": "0.0.1" }'
    try {
      load(reasons)
    } finally {
      fs.readFileSync = readFileSync
    }
    assert.match(reasons[0], /^the binary in build: only looked for in the package, proxy-addr-native /)
  })

  it('has the names that comparisons use, and the model has', () => {
    const names = Object.keys(require('../../lib/engine').names()).sort()

    assert.deepEqual(Object.keys(require('../compare/subnets').NAMES).sort(), names)
    assert.deepEqual(Object.keys(require('../compare/model/subnets').NAMES).sort(), names)
  })

  it('may run out of memory for the names', () => {
    const engine = require('../../lib/engine')
    const used = engine.name === 'native' ? native : require('../../lib/engine/wasm')
    const { names } = used

    used.names = () => undefined
    try {
      assert.throws(engine.names, { name: 'RangeError', message: 'out of memory' })
    } finally {
      used.names = names
    }
  })
})

describe('WebAssembly text', function () {
  const { validate, Instance } = WebAssembly
  const { writer } = require('../../lib/engine/string-builtins')
  const memory = new WebAssembly.Memory({ initial: 1 })

  afterEach(() => Object.assign(WebAssembly, { validate, Instance }))

  it("is copied in a loop without V8's builtins for strings", () => {
    WebAssembly.validate = () => false
    assert.equal(writer(memory), undefined)
  })

  it('is copied in a loop, too, if the runtime ignores the option for builtins', () => {
    // Then charCodeAt() is an ordinary import, which may have any type.
    WebAssembly.validate = () => true
    assert.equal(writer(memory), undefined)
  })

  it('is copied by a module if the builtins exist', () => {
    const unit = (text, i) => text.charCodeAt(i)
    let valid = false
    // On other runtimes, a function in JavaScript stands for the builtin.
    WebAssembly.validate = () => (valid = !valid)
    WebAssembly.Instance = function (module, imports) {
      return new Instance(module, { 'wasm:js-string': { charCodeAt: unit }, ...imports })
    }
    writer(memory)('a\u0130\ud800', 2, 3)
    assert.deepEqual([...new Uint16Array(memory.buffer, 0, 5)], [0, 0x61, 0x130, 0xd800, 0])
  })
})
