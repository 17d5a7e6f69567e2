'use strict'

const assert = require('node:assert/strict')
const { compileTrust: express4 } = require('express4/lib/utils')
const { compileTrust: express5 } = require('express/lib/utils')
const reference = require('proxy-addr')
const Brand = require('../../lib/trust/brand')
const proxyaddr = require('../../lib')

const { all, compile, trustProxy } = proxyaddr

const PEER = '10.0.0.1'

function request (header, peer = PEER) {
  return { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer } }
}

function outcome (call) {
  try {
    return call()
  } catch (error) {
    return `${error.constructor.name}: ${error.message}`
  }
}

const { proxy: revoked, revoke } = Proxy.revocable([], {})
revoke()

const NUMBERS = [
  0, -0, 1, 2, 3, 4, 5, 254, 255, 256, 0.5, 1.5, 5e-324, -1, -0.5, NaN, Infinity, -Infinity,
  2 ** 31, 2 ** 32 + 1, Number.MAX_VALUE
]
const SETTINGS = [
  ...NUMBERS, true, false, undefined, null, '', ' ', ',', '0', '1', '2', '1.5', '-1', 'true',
  'loopback', ' loopback ,\tuniquelocal\xa0', 'loopback,', '10.0.0.0/8, 192.0.2.1', '10.0.0.0/33',
  'loopback uniquelocal', [], ['loopback'], ['10.0.0.0/8', 'fd00::/8'], ['loopback, 10.0.0.0/8'],
  [' loopback'], [10], [null], [true], ['10.0.0.0/8', undefined], {}, [[]], 1n, 0n,
  Symbol.for('loopback'), Object(1), Object(true), Object('loopback'), new Date(0), new Map(),
  Buffer.from('loopback'), revoked
]

const HEADERS = [
  '192.0.2.1', ' 192.0.2.1 ', '192.0.2.1, 10.0.0.3, 10.0.0.2', '10.0.0.3,10.0.0.2', ',', ' , ,',
  ',192.0.2.1', '192.0.2.1,', ',,192.0.2.1,,10.0.0.2,,', ' 192.0.2.1 , 10.0.0.3 , 10.0.0.2 ',
  '192.0.2.1,\t10.0.0.2\t', '\u0130, 10.0.0.2', '\ud800,\udc00', 'a b , c', 'unknown, 10.0.0.2',
  'x'.repeat(255), 'x'.repeat(256), 'x'.repeat(257), 'x'.repeat(600),
  'x'.repeat(510) + ', 10.0.0.2', 'x'.repeat(511) + ' , 10.0.0.2', ',' + 'x'.repeat(512) + ',10.0.0.2',
  ' '.repeat(300), ','.repeat(300), ' '.repeat(300) + '192.0.2.1', '192.0.2.1' + ','.repeat(300),
  '192.0.2.1' + ' '.repeat(300), '192.0.2.1, ' + ' '.repeat(240) + '10.0.0.3, 10.0.0.2',
  'a,'.repeat(400) + '10.0.0.2', '10.0.0.2' + ', 10.0.0.3'.repeat(2000),
  ...Array.from({ length: 30 }, (_, i) => '192.0.2.1, ' + 'y'.repeat(230 + i) + ', 10.0.0.3, 10.0.0.2'),
  ...Array.from({ length: 8 }, (_, i) => ' 192.0.2.1 ,' + '10.0.0.3'.padStart(244 + i, ' ') + ',10.0.0.2')
]

const ODD_HEADERS = [
  undefined, null, '', 0, 1, true, {}, [], ['192.0.2.1'], Object('192.0.2.1, 10.0.0.2'),
  { length: 1 }, Symbol.for('x')
]

describe('trustProxy()', () => {
  for (const [name, compileTrust] of [['Express 4', express4], ['Express 5', express5]]) {
    for (const setting of SETTINGS) {
      const text = outcome(() => typeof setting === 'string' ? JSON.stringify(setting) : String(setting))

      it(`reads ${text} as ${name} does`, () => {
        const theirs = outcome(() => compileTrust(setting))
        const ours = outcome(() => trustProxy(setting))

        if (typeof theirs === 'string') return assert.equal(ours, theirs)
        assert.deepEqual([ours.name, ours.length], [theirs.name, theirs.length])
        for (const i of [0, 1, 2, 3, -1, 0.5, NaN, undefined, null, '1', 2n]) {
          for (const address of [PEER, '192.0.2.1', '::1', 'unknown', undefined]) {
            assert.equal(ours(address, i), theirs(address, i))
          }
        }
        for (const header of [...HEADERS, ...ODD_HEADERS]) {
          for (const peer of [PEER, '192.0.2.1', undefined, '', Object(PEER), 42]) {
            const req = request(header, peer)
            const question = () => [proxyaddr(req, ours), ...all(req, ours)]

            assert.deepEqual(outcome(question),
              outcome(() => [reference(req, theirs), ...reference.all(req, theirs)]))
          }
        }
      })
    }
  }

  it('returns a function unchanged', () => {
    const own = (address, i) => i < 1
    const compiled = compile('loopback')

    assert.equal(trustProxy(own), own)
    assert.equal(trustProxy(compiled), compiled)
    assert.equal(trustProxy(trustProxy), trustProxy)
  })

  it('returns the function of the empty list if nobody is trusted, otherwise a new one', () => {
    assert.equal(trustProxy(false), compile([]))
    assert.equal(trustProxy(), compile([]))
    for (const setting of [true, 0, 1, 'loopback', ['loopback']]) {
      assert.notEqual(trustProxy(setting), trustProxy(setting))
    }
  })

  it('passes on whatever a setting throws while its entries are read', () => {
    assert.throws(() => trustProxy([{ toString () { throw new RangeError('mine') } }]),
      { name: 'RangeError', message: 'mine' })
  })

  it('copies a list', () => {
    const list = ['10.0.0.0/8']
    const trust = trustProxy(list)

    list[0] = '192.0.2.0/24'
    assert.equal(trust(PEER), true)
    assert.equal(trust('192.0.2.1'), false)
  })
})

describe('a function of trustProxy()', () => {
  const req = request('192.0.2.1, 192.0.2.2, 192.0.2.3')

  it('is not called for each hop', () => {
    for (const setting of [true, false, 0, 1, 2, Infinity, 'loopback, 10.0.0.0/8']) {
      const trust = trustProxy(setting)
      const { client, chain } = { client: proxyaddr(req, trust), chain: all(req, trust) }

      assert.deepEqual(chain, reference.all(req, trust))
      assert.equal(client, chain.at(-1))
      assert.notEqual(Brand.setOf(trust), undefined)
    }
  })

  it('is called if it is wrapped, because the wrapper may be stricter', () => {
    const trust = trustProxy(3)
    const stricter = Object.assign((address, i) => i < 1 && trust(address, i), trust)

    assert.equal(proxyaddr(req, trust), '192.0.2.1')
    assert.equal(proxyaddr(req, stricter), '192.0.2.3')
    assert.equal(proxyaddr(req, Object.setPrototypeOf((address, i) => i < 1, trust)), '192.0.2.3')
    assert.equal(proxyaddr(req, new Proxy(trust, { apply: (target, self, [, i]) => i < 2 })), '192.0.2.2')
    assert.equal(proxyaddr(req, trust.bind(null, '')), reference(req, trust.bind(null, '')))
  })

  it('reveals its rule only to the package', () => {
    const rule = (setting) => Brand.setOf(trustProxy(setting)).rule

    assert.deepEqual(rule(true), { kind: 'all' })
    assert.deepEqual(rule(false), { kind: 'none' })
    assert.deepEqual(rule([]), { kind: 'none' })
    assert.deepEqual(rule(2), { kind: 'hops', hops: 2 })
    assert.deepEqual(rule(NaN), { kind: 'hops', hops: NaN })
    assert.deepEqual(rule(' loopback, 10.0.0.0/8'), { kind: 'list', entries: ['loopback', '10.0.0.0/8'] })
    assert.deepEqual(Reflect.ownKeys(trustProxy(2)).sort(), ['length', 'name', 'prototype'])
  })
})
