'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const express = require('express')
const { fromEnv, trustProxy } = require('../../lib')

const ROOT = path.join(__dirname, '..', '..')

const ACCEPTED = 'Accepted are true, false, yes, no, on, off, a number of hops such as 1, or a list ' +
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
  ['9007199254740993', /: The number is too large$/],
  ['9'.repeat(400), /: The number is too large$/],
  ['\u0661', /"\\u0661": It is refused as an address: "\\u0661" cannot be in an address$/],
  ['Loopback', /Names are in lower case; this one is refused\. Write PROXIES=loopback$/],
  ['constructor', /"constructor": It is the name of a host/],
  ['__proto__', /"__proto__": It is the name of a host/],
  ['10.0.0.0/33', /"33" is more bits than there are$/],
  ['0.0.0.0/0', /A length of 0 is everybody.*own addresses, or a number of hops$/],
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
        const [start, end] = message.split('. Accepted are ')

        assert.equal(name, 'TypeError')
        assert.match(start, /^PROXIES=".*" is not a trust proxy setting: /)
        assert.match(start, fault)
        assert.equal(`Accepted are ${end}`, ACCEPTED)
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
