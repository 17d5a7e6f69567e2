'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { run } = require('../support/script')
const { request } = require('../spec/helpers')

const ROOT = path.join(__dirname, '..', '..')
const BINARY = path.join('build', 'Release', 'proxy_addr_native.node')

/** The package once more, in a directory of its own. */
function copy (directory) {
  fs.cpSync(path.join(ROOT, 'lib'), path.join(directory, 'lib'), { recursive: true })
  fs.mkdirSync(path.join(directory, path.dirname(BINARY)), { recursive: true })
  fs.copyFileSync(path.join(ROOT, BINARY), path.join(directory, BINARY))
  return path.join(directory, 'lib')
}

describe('several copies of the package', function () {
  this.timeout(60_000)

  let directory
  let places
  let copies

  before(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
    places = ['one', 'two', 'three'].map((name) => copy(path.join(directory, name)))
    copies = [require(ROOT), ...places.map((place) => require(place))]
  })

  after(() => fs.rmSync(directory, { recursive: true, force: true }))

  it('are different packages, each with a binary of its own', () => {
    assert.equal(new Set(copies).size, 4)
    assert.equal(new Set(copies.map(({ compile }) => compile)).size, 4)
  })

  it('take each other\'s trust functions, which are functions to them', () => {
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
