'use strict'

/*
 * Both engines, called directly: what lib/ never passes, memory, the end of the
 * stack, traps.
 */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { DESCRIPTION, HOP, INTERFACE, NUMBERS } = require('../../lib/engine/layout')
const { needs } = require('../support/skip')

const ROOT = path.join(__dirname, '..', '..')
const ENGINE = path.join(ROOT, 'lib', 'engine')
const ADDON = path.join('build', 'Release', 'proxy_addr_native.node')

const LIST = ['10.0.0.0/8127.0.0.1', Uint32Array.of(10, 9)]
const CHAIN = ['127.0.0.1192.0.2.1', Uint32Array.of(9, 9)]

const LONG = '10.0.0.2, '.repeat(1000)
const WRONG = [undefined, null, 1, {}, [], Symbol('x'), Object('10.0.0.1'), () => {}]

/** The result of a call, or what it throws. */
function outcome (call) {
  try {
    const value = call()
    return typeof value === 'function' ? 'a function' : { value }
  } catch (thrown) {
    return { thrown }
  }
}

/** Asks a compiled set by the call for that many arguments. */
function asking ({ isTrusted, walk, resolve }, set) {
  return (...args) => {
    if (args.length > 2) return walk(set, args[1])
    return args.length > 1 ? resolve(set, ...args) : isTrusted(set, ...args)
  }
}

/** What describeChain() returns and writes. */
function hops ({ describeChain }, ...args) {
  const numbers = new Uint32Array(4 * HOP).fill(7)
  return [describeChain(...args, numbers), numbers]
}

/** What a script prints that has the WebAssembly engine, in a process of its own. */
function run (script, ...flags) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', `
    const assert = require('node:assert/strict')
    const { wasm, state } = require(${JSON.stringify(path.join(ENGINE, 'wasm-memory'))})
    const engine = require(${JSON.stringify(path.join(ENGINE, 'wasm'))})
    const { compile, resolveOnce, describeAddress, describeChain, names } = engine
    const asking = ${asking}
    const set = asking(engine, compile('10.0.0.0/8', undefined))
    ${script}
  `], { encoding: 'utf8' })
  assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
  return stdout
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

  /** Both answer a call alike; returns that answer. */
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

  it('answer alike for what is no string', () => {
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

  it('say alike what is wrong with which entry', () => {
    assert.deepEqual(same(({ compile }) => compile('10.0.0.1x::1/129', Uint32Array.of(8, 1, 7))), { value: -5 })
    assert.deepEqual(same(({ compile }) => compile('10.0.0.1::1/129', Uint32Array.of(8, 7))), { value: -6 })
    assert.deepEqual(same(({ resolveOnce }) => resolveOnce('x', undefined, '', '')), { value: null })
  })

  it('write the same facts, and no more than there is room for', () => {
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

  it('describe a chain alike, whatever its texts are, and no more than there is room for', () => {
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
    it(`write the same ${name}, as far as there is room`, () => {
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

  it('are right while the memory of WebAssembly grows', () => {
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

  it('are without memory, and right again, when that of WebAssembly is full', () => {
    assert.equal(run(`
      // All of it, in ever smaller pieces.
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

  for (const [how, ...flags] of [
    ["by V8's builtins where they exist"],
    ['in a loop where they do not', '--require', path.join(ROOT, 'test', 'support', 'no-string-builtins.js')]
  ]) {
    it(`copy each unit of a text, however it is held, ${how}`, () => {
      const builtins = flags.length === 0 && Number(process.versions.node.split('.')[0]) >= 22

      assert.equal(run(`
        const { put, putApart, drop } = require(${JSON.stringify(path.join(ENGINE, 'wasm-memory'))})
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
      `, ...flags), `${builtins}\n`)
    })
  }

  it('give out memory that nobody else has', () => {
    assert.equal(run(`
      const { memory, allocate, release } = wasm
      let seed = 1
      const random = (below) => (seed = (seed * 48271) % 2147483647) % below
      const held = []
      for (let i = 0; i < 200_000; i++) {
        if (held.length > 0 && random(100) < 49) {
          const [[at, size, mark]] = held.splice(random(held.length), 1)
          const bytes = new Uint8Array(memory.buffer, at, size)
          if (!bytes.every((byte) => byte === mark)) throw new Error('overwritten')
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
      // All of that is one block again.
      const before = memory.buffer.byteLength
      const at = allocate(before - 200_000)
      console.log(at !== 0 && memory.buffer.byteLength === before && before < 2 ** 26)
    `), 'true\n')
  })

  it('trust nobody at the end of the stack, and are right when that is over', () => {
    assert.equal(run(`
      let overflows = 0
      let answers = 0
      const list = ['10.0.0.0/8', undefined]
      const hop = new Uint32Array(${HOP})
      const calls = [
        () => assert.equal(set('192.0.2.1'), false), () => assert.equal(set('192.0.2.1', 'a'), 0),
        () => assert.equal(set('10.0.0.1', 'client,' + ' 10.0.0.2,'.repeat(9)), -7),
        () => assert.equal(asking(engine, compile(...list))('192.0.2.1'), false),
        () => assert.equal(describeChain(...list, '192.0.2.1', undefined, hop), true),
        () => assert.equal(names(hop), 125)
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
      // More often than the module's own stack has room for.
      for (let i = 0; i < 200; i++) {
        for (const call of calls) {
          try { deep(call) } catch (error) { if (!(error instanceof RangeError)) throw error }
          assert.equal(set('10.0.0.1'), true)
          assert.equal(set('192.0.2.1'), false)
        }
      }
      console.log(overflows > 0 && answers > 0)
    `, '--stack-size=200'), 'true\n')
  })

  it('trust nobody any more after a trap', () => {
    assert.equal(run(`
      // Pointers of the set, and of all else, point beyond memory.
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
    it(`pass a trap on from a ${what}`, () => {
      assert.equal(run(`
        new Uint8Array(wasm.memory.buffer, 16384).fill(0xff)
        try { ${call} } catch (error) { console.log(error instanceof WebAssembly.RuntimeError) }
        assert.throws(() => set('10.0.0.1'), WebAssembly.RuntimeError)
      `.replace("set('10.0.0.1', 'a', true)", "set('10.0.0.1', '10.0.0.2, 10.0.0.3, 10.0.0.4', true)")), 'true\n')
    })
  }

  it('free a set when its trust function has been collected, and not before', async () => {
    assert.equal(run(`
      process.env.PROXY_ADDR_ENGINE = 'wasm'
      const proxyaddr = require(${JSON.stringify(path.join(ROOT, 'lib'))})
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
    `, '--expose-gc'), 'wasm true\n')
  })
})

describe('the native engine', () => {
  const native = require('../../build/Release/proxy_addr_native.node')

  it('answers a handle that it does not know, or no longer, by undefined', () => {
    const set = native.compile('10.0.0.0/8', undefined)

    assert.equal(native.isTrusted(set, '10.0.0.1'), true)
    native.release(set)
    native.release(set)
    for (const handle of [...WRONG, 0, -1, 0.5, NaN, 2 ** 31, 2 ** 32, 2 ** 53, 1e6, set]) {
      // What is not a whole number of 32 bits is converted to one.
      if (native.walk(handle, 'a') !== undefined) assert.notEqual(handle, set)
      else assert.deepEqual(outcome(() => native.isTrusted(handle, '10.0.0.1')), { thrown: undefined })
    }
    assert.equal(native.walk(set, 'a'), undefined)
    assert.equal(native.resolve(set, '10.0.0.1', 'a'), undefined)
    assert.deepEqual([native.walk(), native.resolve(), native.release()], [undefined, undefined, undefined])
  })

  it('keeps many sets apart, also where one was released', () => {
    const list = (i) => `10.${i >> 8}.${i & 255}.0/24`
    const sets = Array.from({ length: 1000 }, (_, i) => native.compile(list(i), undefined))

    assert.equal(new Set(sets).size, 1000)
    for (let i = 0; i < 1000; i += 3) native.release(sets[i])
    for (let i = 0; i < 1000; i += 6) sets[i] = native.compile(list(i), undefined)
    for (const [i, set] of sets.entries()) {
      if (i % 3 === 0 && i % 6 !== 0) continue
      assert.equal(native.isTrusted(set, `10.${i >> 8}.${i & 255}.9`), true)
      assert.equal(native.isTrusted(set, `10.${i >> 8}.${(i + 1) & 255}.9`), false)
    }
    for (const set of sets) native.release(set)
  })
})

describe('what crosses to an engine', function () {
  let directory

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
    for (const name of ['lib', 'src', 'tools', 'package.json']) {
      fs.cpSync(path.join(ROOT, name), path.join(directory, name), { recursive: true })
    }
  })

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }))

  /** Changes a file of the copy, in which the text must be found once. */
  function edit (file, text, replacement) {
    const place = path.join(directory, file)
    const parts = fs.readFileSync(place, 'utf8').split(text)
    assert.equal(parts.length, 2, text)
    fs.writeFileSync(place, parts.join(replacement))
  }

  /** Builds the copy for WebAssembly. */
  function build (test) {
    const { status, stderr } = spawnSync(process.execPath,
      [path.join(directory, 'tools', 'build', 'wasm.js')], { encoding: 'utf8' })
    needs(test, status === 0 || !stderr.includes('missing'), 'the WebAssembly engine cannot be built: clang is missing')
    assert.equal(status, 0, stderr)
  }

  /** What the copy answers to a script, as JSON. */
  function ask (engine, script) {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', `
      const proxyaddr = require(${JSON.stringify(path.join(directory, 'lib'))})
      console.log(JSON.stringify((${script})(proxyaddr)))
    `], { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: engine } })
    assert.equal(stderr, '')
    return JSON.parse(stdout)
  }

  /** The first line of the error that the copy cannot be loaded with. */
  function refusal (engine) {
    const { stderr } = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(path.join(directory, 'lib'))})`],
      { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: engine } })
    return stderr.split('\n').filter((line) => line.startsWith('- ')).join('\n')
  }

  it('is refused when loaded if a description has one field more', function () {
    edit('src/core/why/describe.h', '  uint32_t fault;\n', '  uint32_t more;\n  uint32_t fault;\n')
    build(this)
    assert.equal(refusal('wasm'),
      '- WebAssembly: a different or outdated build: its DESCRIPTION is 238, expected 237')
  })

  it('is refused natively, too, if this package expects other numbers', () => {
    edit('lib/engine/layout.js', 'INTERFACE: 2', 'INTERFACE: 3')
    fs.mkdirSync(path.join(directory, 'build', 'Release'), { recursive: true })
    fs.copyFileSync(path.join(ROOT, ADDON), path.join(directory, ADDON))
    assert.match(refusal('native'),
      /^- the binary in build: a different or outdated build: its INTERFACE is 2, expected 3\n/)
  })

  it('has a new version for every change of the headers', () => {
    // The sum of what the headers say, without comments and white space. Where
    // it differs, change PA_INTERFACE and INTERFACE, and then the sum.
    const sum = createHash('sha256')
    for (const name of ['proxy_addr', 'entries', 'subnet', 'why/chain', 'why/describe', 'why/diagnose']) {
      const text = fs.readFileSync(path.join(ROOT, 'src', 'core', `${name}.h`), 'utf8')
      sum.update(text.replace(/[/][*].*?[*][/]/gs, '').replace(/\s+/g, ' '))
    }
    assert.deepEqual([INTERFACE, sum.digest('hex').slice(0, 16)], [2, '4d59d3a0f8adde60'])
  })

  it('has a new name everywhere when it is added to the table of the core', function () {
    edit('src/core/subnet.c', '     4},\n};', '     4},\n    {TEXT("documentation"), {V4(192, 0, 2, 0, 24)}, 1},\n};')
    build(this)
    assert.deepEqual(ask('wasm', `({ compile, explain, lint, fromEnv }) => [
      compile('documentation')('192.0.2.1'),
      compile([Object('::1'), 'documentation'])('192.0.2.1'),
      compile('loopback')('192.0.2.1'),
      explain({ headers: {}, socket: { remoteAddress: '192.0.2.1' } }, ['10.0.0.1', 'documentation']).hops[0].by,
      lint(['documentatoin']).map(({ code, instead }) => [code, instead]),
      fromEnv('T', { T: 'documentation' })
    ]`), [
      true, true, false,
      { rule: 'list', entry: 'documentation', index: 1, name: 'documentation', subnet: '192.0.2.0/24' },
      [['misspelt-name', 'documentation']],
      ['documentation']
    ])
  })
})
