'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const express = require('express')
const { compileTrust: express4 } = require('express4/lib/utils')
const { compileTrust: express5 } = require('express/lib/utils')
const reference = require('proxy-addr')
const Brand = require('../../lib/trust/brand')
const proxyaddr = require('../../lib')

const { all, compile, fromEnv, trustProxy } = proxyaddr

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
const EXPRESS_SETTINGS = [
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
    for (const setting of EXPRESS_SETTINGS) {
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

const ROOT = path.join(__dirname, '..', '..')

const ACCEPTED = 'Accepted: true, false, yes, no, on, off, a number of hops such as 1, or a list ' +
  'of addresses, subnets (10.0.0.0/8) and names (loopback, linklocal, uniquelocal), separated by commas'

const SETTINGS = [
  [undefined, false], ['', false], [' ', false], ['\t\r\n', false],
  ['true', true], ['TRUE', true], ['True', true], ['yes', true], ['Yes', true], ['on', true], ['ON', true],
  ['false', false], ['FALSE', false], ['no', false], ['No', false], ['off', false], ['oFF', false],
  [' true ', true], ['off\r\n', false],
  ['0', 0], ['1', 1], ['2', 2], [' 3 ', 3], ['02', 2], ['10', 10], ['9007199254740991', 9007199254740991],
  ['loopback', ['loopback']],
  ['loopback, uniquelocal', ['loopback', 'uniquelocal']],
  [' 10.0.0.0/8 ,fd00::/8\t', ['10.0.0.0/8', 'fd00::/8']],
  ['10.0.0.0/255.0.0.0', ['10.0.0.0/255.0.0.0']],
  ['192.0.2.1,::1,1::/16,2001:db8::/32', ['192.0.2.1', '::1', '1::/16', '2001:db8::/32']]
]

/** What is wrong with a value, and what to write instead; refusals.test.js has more. */
const REFUSED = [
  ['-1', /"-1": It is a number, and not an address/],
  ['1e3', /"1e3": It is a number/],
  ['0x7f000001', /it means 127\.0\.0\.1\. Write PROXIES=127\.0\.0\.1$/],
  ['1,loopback', /"1": A number alone is all 32 bits of an address/],
  ['10/8', /"10\/8": A number alone .* Write PROXIES=10\.0\.0\.0\/8$/],
  ['9007199254740993', /: the number is too large$/],
  ['9'.repeat(400), /: the number is too large$/],
  ['\u0661', /"\\u0661": It is refused as an address: "\\u0661" cannot be in an address$/],
  ['Loopback', /Names are in lower case; this one is refused\. Write PROXIES=loopback$/],
  ['constructor', /"constructor": It is the name of a host/],
  ['__proto__', /"__proto__": It is the name of a host/],
  ['10.0.0.0/33', /"33" is more bits than the address has$/],
  ['0.0.0.0/0', /A length of 0 means everybody.*own addresses, or a number of hops$/],
  ['loopback, ,::1', /comma too many, after "loopback"\. Write PROXIES=loopback,::1$/],
  [',', /comma too many, at the start$/]
]

describe('fromEnv()', () => {
  for (const [value, setting] of SETTINGS) {
    it(`reads ${JSON.stringify(value)} as ${JSON.stringify(setting)}`, () => {
      assert.deepEqual(fromEnv('PROXIES', { PROXIES: value }), setting)
    })
  }

  for (const [value, fault] of REFUSED) {
    it(`refuses ${JSON.stringify(value).slice(0, 40)}, and says why and what it accepts`, () => {
      assert.throws(() => fromEnv('PROXIES', { PROXIES: value }), ({ name, message }) => {
        const [start, end] = message.split('. Accepted: ')

        assert.equal(name, 'TypeError')
        assert.match(start, /^PROXIES=".*" is not a trust proxy setting: /)
        assert.match(start, fault)
        assert.equal(`Accepted: ${end}`, ACCEPTED)
        return true
      })
    })
  }

  it('reads own properties of the environment only', () => {
    assert.equal(fromEnv('A', Object.create({ A: 'true' })), false)
    assert.equal(fromEnv('toString', {}), false)
    Object.prototype.TRUST_PROXY = 'true' // eslint-disable-line no-extend-native
    try {
      assert.equal(fromEnv(undefined, {}), false)
      assert.equal(fromEnv('TRUST_PROXY'), false)
    } finally {
      delete Object.prototype.TRUST_PROXY
    }
  })

  it('passes on an error that is not about the entry', () => {
    const engine = require('../../lib/engine')
    const { compile } = engine
    engine.compile = () => { throw new Error('out of memory') }
    try {
      assert.throws(() => fromEnv('A', { A: 'loopback' }), { message: 'out of memory' })
    } finally {
      engine.compile = compile
    }
  })

  it('escapes the value, and shortens a long one', () => {
    const messageOf = (name, value) => {
      try {
        fromEnv(name, { [name]: value })
      } catch ({ message }) {
        return message
      }
    }

    assert.match(messageOf('A\u001b', '\u001b[31m\0\u202e'), /^[ -~]+$/)
    assert.ok(messageOf('A', 'x '.repeat(1e5)).length < 1000)
  })

  it('returns settings that Express and trustProxy() accept', () => {
    for (const [value, setting] of SETTINGS) {
      const app = express()

      app.set('trust proxy', fromEnv('PROXIES', { PROXIES: value }))
      assert.deepEqual(app.get('trust proxy'), setting)
      assert.equal(typeof trustProxy(fromEnv('PROXIES', { PROXIES: value })), 'function')
    }
  })

  it('never returns a setting that Express would misread: no string of digits', () => {
    assert.equal(typeof fromEnv('PROXIES', { PROXIES: '1' }), 'number')
    assert.equal(trustProxy(fromEnv('PROXIES', { PROXIES: '1' }))('192.0.2.1', 0), true)
    assert.equal(trustProxy('1')('192.0.2.1', 0), false)
  })

  it('reads TRUST_PROXY of the process by default', () => {
    const print = (env) => spawnSync(process.execPath,
      ['-p', "JSON.stringify(require('./lib').fromEnv())"], { cwd: ROOT, encoding: 'utf8', env }).stdout.trim()

    assert.equal(print({ ...process.env, TRUST_PROXY: '2' }), '2')
    assert.equal(print({ ...process.env, TRUST_PROXY: 'loopback' }), '["loopback"]')

    const { TRUST_PROXY, ...without } = process.env
    assert.equal(print(without), 'false')
    assert.deepEqual(fromEnv(undefined, { TRUST_PROXY: 'on' }), true)
  })

  it('refuses an invalid name, an invalid environment, and a value that is not a string', () => {
    const name = { name: 'TypeError', message: 'name must be that of an environment variable' }
    const env = { name: 'TypeError', message: 'env must be an object of environment variables' }

    for (const wrong of ['', null, 1, {}, Symbol.for('x')]) assert.throws(() => fromEnv(wrong), name)
    for (const wrong of [null, 'TRUST_PROXY', 1, true]) assert.throws(() => fromEnv('A', wrong), env)
    for (const wrong of [1, true, null, ['loopback'], () => true]) {
      assert.throws(() => fromEnv('A', { A: wrong }),
        { name: 'TypeError', message: 'A must be a string, as environment variables are' })
    }
  })
})
