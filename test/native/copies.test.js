'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const vm = require('node:vm')
const { request } = require('../support/rules')
const proxyaddr = require('../support/implementation')
const { run } = require('../support/script')
const { makeTemp, remove } = require('../support/temp')

const LONG = Array.from({ length: 20_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/25`)

/** Code that runs without a pause until its time runs out. */
const LOOPS = [
  ['compile()', "proxyaddr.compile(['10.0.0.0/8', 'loopback'])"],
  ['compile() of a long list', 'proxyaddr.compile(LONG)'],
  ['a compiled function', "trust('10.0.0.1')"],
  ['proxyaddr()', "proxyaddr(request('10.0.0.1', '192.0.2.1, 10.0.0.2'), trust)"],
  ['proxyaddr() with a list', "proxyaddr(request('10.0.0.1', '192.0.2.1, 10.0.0.2'), ['10.0.0.0/8', '::1'])"],
  ['proxyaddr() with a function', "proxyaddr(request('10.0.0.1', '192.0.2.1'), (addr) => trust(addr))"],
  ['compile() of an invalid list', "try { proxyaddr.compile(['10.0.0.0/8', 'wrong']) } catch {}"]
]

describe('a script whose time is up', function () {
  for (const [name, call] of LOOPS) {
    it(`may be stopped in ${name}, and the next call answers correctly`, () => {
      const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8'])
      const context = vm.createContext({ LONG, proxyaddr, request, trust })

      for (let timeout = 1; timeout <= 20; timeout++) {
        assert.throws(() => vm.runInContext(`for (;;) { ${call} }`, context, { timeout }),
          { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' })
        assert.equal(proxyaddr(request('10.0.0.1', '192.0.2.1, fd00::1'), trust), '192.0.2.1')
      }
      assert.equal(proxyaddr.compile(LONG)('10.78.31.1'), true)
    })
  }

  it('may be stopped in a trust function that never ends', () => {
    const context = vm.createContext({ proxyaddr, request })
    const source = "proxyaddr(request('10.0.0.1', '192.0.2.1'), () => { for (;;); })"

    assert.throws(() => vm.runInContext(source, context, { timeout: 5 }),
      { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' })
    assert.equal(proxyaddr(request('10.0.0.1', '192.0.2.1'), '10.0.0.0/8'), '192.0.2.1')
  })
})

describe('a context', function () {
  it('may make sets and be dropped with them, hundreds of times', () => {
    assert.equal(run(`
      const vm = require('node:vm')
      const source = \`
        kept = Array.from({ length: 20 }, (_, i) => proxyaddr.compile(['10.0.0.0/8', '192.0.2.' + i]))
        ;[proxyaddr(request('10.0.0.1', 'client'), kept[3]), proxyaddr.all(request('192.0.2.3', 'a, b'), kept[3]).length]
      \`
      async function main () {
        let last
        for (let i = 0; i < 300; i++) {
          const context = vm.createContext({ proxyaddr, request })
          assert.equal(vm.runInContext(source, context).join(), 'client,2')
          last = vm.runInContext('kept', context)
          if (i % 20 === 0) {
            gc()
            await new Promise(setImmediate)
          }
        }
        console.log(last[19]('192.0.2.19'), last[19]('192.0.2.18'))
      }
      main()
    `, '--expose-gc'), 'true false\n')
  })

  it('may load its own copy of the package, with its own functions', () => {
    assert.equal(run(`
      const fs = require('node:fs')
      const path = require('node:path')
      const vm = require('node:vm')
      const load = (file, context, cache) => {
        if (cache.has(file)) return cache.get(file).exports
        const module = { exports: {} }
        cache.set(file, module)
        const inner = (name) => name.startsWith('.') && !name.endsWith('.node')
          ? load(require.resolve(name, { paths: [path.dirname(file)] }), context, cache)
          : require(name.startsWith('.') ? path.resolve(path.dirname(file), name) : name)
        vm.compileFunction(fs.readFileSync(file, 'utf8'), ['exports', 'require', 'module', '__filename', '__dirname'],
          { filename: file, parsingContext: context })(module.exports, inner, module, file, path.dirname(file))
        return module.exports
      }
      for (let i = 0; i < 50; i++) {
        const context = vm.createContext({})
        const other = load(require.resolve(${JSON.stringify(require.resolve('../../lib'))}), context, new Map())
        const trust = other.compile(['10.0.0.0/8', '::1'])
        assert.notEqual(Object.getPrototypeOf(trust), Function.prototype)
        assert.equal(proxyaddr(request('10.0.0.1', 'client, 10.0.0.2'), trust), 'client')
        assert.equal(other(request('10.0.0.1', 'client, 10.0.0.2'), proxyaddr.compile('10.0.0.1')), '10.0.0.2')
        assert.throws(() => other.compile('wrong'), (error) => !(error instanceof TypeError) && error.name === 'TypeError')
        gc()
      }
      console.log('well')
    `, '--expose-gc'), 'well\n')
  })
})

const ROOT = path.join(__dirname, '..', '..')
const BINARY = path.join('build', 'Release', 'proxy_addr_native.node')

/** Makes a copy of the package in a directory of its own. */
function copy (directory) {
  for (const name of ['lib', 'package.json', 'prebuilds.js']) {
    fs.cpSync(path.join(ROOT, name), path.join(directory, name), { recursive: true })
  }
  fs.mkdirSync(path.join(directory, path.dirname(BINARY)), { recursive: true })
  fs.copyFileSync(path.join(ROOT, BINARY), path.join(directory, BINARY))
  return path.join(directory, 'lib')
}

describe('several copies of the package', function () {
  let directory
  let places
  let copies

  before(() => {
    directory = makeTemp()
    places = ['one', 'two', 'three'].map((name) => copy(path.join(directory, name)))
    copies = [require(ROOT), ...places.map((place) => require(place))]
  })

  after(() => remove(directory))

  it('are different packages, each with its own binary', () => {
    assert.equal(new Set(copies).size, 4)
    assert.equal(new Set(copies.map(({ compile }) => compile)).size, 4)
  })

  it('accept each other\'s trust functions as user functions', () => {
    for (const one of copies) {
      for (const other of copies) {
        const trust = other.compile(['10.0.0.0/8', 'fd00::/8'])

        assert.equal(one(request('10.0.0.1', 'a, 192.0.2.1, fd00::1'), trust), '192.0.2.1')
        assert.deepEqual(one.all(request('::ffff:10.0.0.1', 'a, 192.0.2.1'), trust), ['::ffff:10.0.0.1', '192.0.2.1'])
        assert.equal(one(request('192.0.2.9', 'a'), trust), '192.0.2.9')
      }
    }
  })

  it('keep their errors and their empty lists apart', () => {
    for (const one of copies) {
      assert.throws(() => one.compile('wrong'), new TypeError('invalid IP address: wrong'))
      assert.equal(one.compile([]), one.compile([]))
    }
    assert.equal(new Set(copies.map(({ compile }) => compile([]))).size, 4)
  })

  it('may be used by each other\'s trust functions, and by threads at once', () => {
    assert.equal(run(`
      const { Worker, isMainThread, parentPort } = require('node:worker_threads')
      const copies = ${JSON.stringify(places)}.map((place) => require(place))
      const nested = copies.reduce((inner, copy) => (addr, i) =>
        copy(request(addr, 'client'), copy.compile('10.0.0.0/8')) === 'client' && inner(addr, i), () => true)
      for (let i = 0; i < 1000; i++) {
        assert.equal(proxyaddr(request('10.0.0.1', '192.0.2.1, 10.0.0.2'), nested), '192.0.2.1')
      }
      if (isMainThread) {
        for (let i = 0; i < 4; i++) new Worker(process._eval, { eval: true }).on('exit', (code) => console.log(code))
      }
    `), '0\n'.repeat(4))
  })

  it('may lose their files once they are loaded', () => {
    const fourth = path.join(directory, 'four')
    const place = copy(fourth)

    assert.equal(run(`
      const fs = require('node:fs')
      const fourth = require(${JSON.stringify(place)})
      fs.rmSync(${JSON.stringify(fourth)}, { recursive: true })
      console.log(fourth(request('10.0.0.1', 'client'), fourth.compile(['10.0.0.0/8', '::1'])))
    `), 'client\n')
  })
})
