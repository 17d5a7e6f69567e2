'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { IMPLEMENTATION, run } = require('../support/script')
const { request } = require('../support/rules')

describe('a process', function () {
  it('exits normally with compiled sets alive', () => {
    assert.equal(run(`
      globalThis.kept = Array.from({ length: 1000 }, (_, i) => proxyaddr.compile(['loopback', '10.0.0.' + i % 256]))
      process.on('exit', () => console.log(proxyaddr(request('10.0.0.7', 'client'), kept[7])))
    `), 'client\n')
  })

  it('exits normally by process.exit() in a trust function', () => {
    assert.equal(run(`
      const compiled = proxyaddr.compile(['10.0.0.0/8', 'loopback'])
      proxyaddr(request('10.0.0.1', 'client'), (address) => {
        console.log(compiled(address))
        process.exit(0)
      })
    `), 'true\n')
  })

  it('exits normally after only loading the package', () => {
    assert.equal(run(''), '')
  })

  it('exits normally if a set is first used during the exit', () => {
    assert.equal(run(`
      const trust = proxyaddr.compile('loopback')
      process.on('exit', () => {
        console.log(trust('::1'), proxyaddr.compile(['10.0.0.1', '::2'])('::2'))
      })
    `), 'true true\n')
  })

  it('may load the package twice, and mix the two', () => {
    assert.equal(run(`
      const places = Object.keys(require.cache)
      for (const place of places) delete require.cache[place]
      const second = require(${JSON.stringify(IMPLEMENTATION)})
      assert.notEqual(second, proxyaddr)
      const req = request('10.0.0.1', 'client, 10.0.0.2')
      console.log(proxyaddr(req, second.compile('10.0.0.0/8')), second(req, proxyaddr.compile('10.0.0.1')))
    `), 'client 10.0.0.2\n')
  })

  it('may compile and drop many sets, collected between turns', () => {
    assert.equal(run(`
      async function main () {
        const kept = []
        for (let turn = 0; turn < 20; turn++) {
          for (let i = 0; i < 1000; i++) {
            const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8', '192.0.2.' + i % 256])
            assert.equal(trust('192.0.2.' + i % 256), true)
            assert.equal(trust('192.0.2.' + (i + 1) % 256), false)
            if (i === turn) kept.push(trust)
          }
          gc()
          await new Promise(setImmediate)
        }
        kept.forEach((trust, turn) => {
          assert.equal(proxyaddr(request('192.0.2.' + turn, 'client'), trust), 'client')
          assert.equal(proxyaddr(request('192.0.2.99', 'client'), trust), '192.0.2.99')
        })
        console.log(kept.length)
      }

      main()
    `, '--expose-gc'), '20\n')
  })

  it('does not grow while it resolves by names and lists without a pause', () => {
    const grown = Number(run(`
      const ask = (rounds) => {
        for (let i = 0; i < rounds; i++) {
          const req = request('10.0.0.1', 'client, 127.0.0.' + i % 256)
          assert.equal(proxyaddr(req, ['loopback', 'uniquelocal']), 'client')
          assert.equal(proxyaddr(req, 'uniquelocal'), '127.0.0.' + i % 256)
          assert.equal(proxyaddr.all(req, ['10.0.0.' + i % 256, '10.0.0.1']).length, 2)
          assert.equal(proxyaddr(request(undefined, 'a, b'), ['loopback', 'uniquelocal']), undefined)
        }
        gc()
      }
      ask(2_000)
      const before = process.memoryUsage().rss
      ask(30_000)
      console.log(process.memoryUsage().rss - before)
    `, '--expose-gc'))

    assert.ok(grown < 32 * 1024 * 1024, `grew by ${grown} bytes`)
  })

  it('may have its sets collected during a call of one', () => {
    assert.equal(run(`
      let answers = 0
      for (let i = 0; i < 200; i++) {
        const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8'])
        const result = proxyaddr(request('10.0.0.1', 'client, fd00::1, 10.0.0.2'), (address) => {
          proxyaddr.compile('loopback')
          gc()
          return trust(address)
        })
        if (result === 'client') answers++
      }
      console.log(answers)
    `, '--expose-gc'), '200\n')
  })
})

describe('a list of a million subnets', function () {
  it('is compiled, and answers correctly at each end', () => {
    const list = Array.from({ length: 1_000_000 }, (_, i) =>
      `${11 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.128/25`)
    const trust = proxyaddr.compile(list)

    for (const i of [0, 1, 255, 256, 65_535, 65_536, 500_000, 999_999]) {
      const address = `${11 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`

      assert.equal(trust(`${address}.128`), true)
      assert.equal(trust(`${address}.255`), true)
      assert.equal(trust(`${address}.127`), false)
      assert.equal(proxyaddr(request(`::ffff:${address}.200`, `client, ${address}.1`), trust), `${address}.1`)
    }

    assert.equal(trust('10.255.255.255'), false)
    assert.equal(trust('27.0.0.128'), false)
    assert.equal(trust('::b00:80'), false)
  })

  it('names the invalid one among them', () => {
    const list = Array(1_000_000).fill('10.0.0.0/8')

    list[999_998] = '10.0.0.0/33'
    assert.throws(() => proxyaddr.compile(list), new TypeError('invalid range on address: 10.0.0.0/33'))
  })
})
