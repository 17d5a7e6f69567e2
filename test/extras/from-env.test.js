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

const REFUSED = [
  ['-1', '"-1" is wrong: invalid IP address: -1'],
  ['+1', '"+1" is wrong: invalid IP address: +1'],
  ['1.5', '"1.5" is wrong: invalid IP address: 1.5'],
  ['1e3', '"1e3" in a list is neither a number of hops nor a whole address'],
  ['0x7f000001', '"0x7f000001" in a list is neither a number of hops nor a whole address'],
  ['1,loopback', '"1" in a list is neither a number of hops nor a whole address'],
  ['loopback, 1', '"1" in a list is neither a number of hops nor a whole address'],
  ['10/8', '"10/8" in a list is neither a number of hops nor a whole address'],
  ['9007199254740993', 'the number is too large'],
  ['9'.repeat(400), 'the number is too large'],
  ['\u0661', '"\u0661" is wrong: invalid IP address: \u0661'],
  ['NaN', '"NaN" is wrong: invalid IP address: NaN'],
  ['Infinity', '"Infinity" is wrong: invalid IP address: Infinity'],
  ['loopbak', '"loopbak" is wrong: invalid IP address: loopbak'],
  ['Loopback', '"Loopback" is wrong: invalid IP address: Loopback'],
  ['true,loopback', '"true" is wrong: invalid IP address: true'],
  ['constructor', '"constructor" is wrong: invalid IP address: constructor'],
  ['__proto__', '"__proto__" is wrong: invalid IP address: __proto__'],
  ['loopback;uniquelocal', '"loopback;uniquelocal" is wrong: invalid IP address: loopback;uniquelocal'],
  ['10.0.0.0/33', '"10.0.0.0/33" is wrong: invalid range on address: 10.0.0.0/33'],
  ['0.0.0.0/0', '"0.0.0.0/0" is wrong: invalid range on address: 0.0.0.0/0'],
  ['["loopback"]', '"[\\"loopback\\"]" is wrong: invalid IP address: ["loopback"]'],
  ['loopback,', 'one of its entries is empty'],
  [',loopback', 'one of its entries is empty'],
  ['loopback, ,::1', 'one of its entries is empty'],
  [',', 'one of its entries is empty']
]

describe('fromEnv()', () => {
  for (const [value, setting] of SETTINGS) {
    it(`reads ${JSON.stringify(value)} as ${JSON.stringify(setting)}`, () => {
      assert.deepEqual(fromEnv('PROXIES', { PROXIES: value }), setting)
    })
  }

  for (const [value, fault] of REFUSED) {
    it(`refuses ${JSON.stringify(value).slice(0, 40)}, and says why and what it would take`, () => {
      assert.throws(() => fromEnv('PROXIES', { PROXIES: value }), {
        name: 'TypeError',
        message: `PROXIES=${JSON.stringify(value)} is no trust proxy setting: ${fault}. ${ACCEPTED}`
      })
    })
  }

  it('gives what Express and trustProxy() take', () => {
    for (const [value, setting] of SETTINGS) {
      const app = express()

      app.set('trust proxy', fromEnv('PROXIES', { PROXIES: value }))
      assert.deepEqual(app.get('trust proxy'), setting)
      assert.equal(typeof trustProxy(fromEnv('PROXIES', { PROXIES: value })), 'function')
    }
  })

  it('never gives a setting that Express reads otherwise than it is meant: no text of digits', () => {
    assert.equal(typeof fromEnv('PROXIES', { PROXIES: '1' }), 'number')
    assert.equal(trustProxy(fromEnv('PROXIES', { PROXIES: '1' }))('192.0.2.1', 0), true)
    assert.equal(trustProxy('1')('192.0.2.1', 0), false)
  })

  it('reads TRUST_PROXY of the process if nothing else is said', () => {
    const print = (env) => spawnSync(process.execPath,
      ['-p', "JSON.stringify(require('./lib').fromEnv())"], { cwd: ROOT, encoding: 'utf8', env }).stdout.trim()

    assert.equal(print({ ...process.env, TRUST_PROXY: '2' }), '2')
    assert.equal(print({ ...process.env, TRUST_PROXY: 'loopback' }), '["loopback"]')

    const { TRUST_PROXY, ...without } = process.env
    assert.equal(print(without), 'false')
    assert.deepEqual(fromEnv(undefined, { TRUST_PROXY: 'on' }), true)
  })

  it('refuses what is no name, no environment, and no text', () => {
    const name = { name: 'TypeError', message: 'name must be that of an environment variable' }
    const env = { name: 'TypeError', message: 'env must be an object of environment variables' }

    for (const wrong of ['', null, 1, {}, Symbol.for('x')]) assert.throws(() => fromEnv(wrong), name)
    for (const wrong of [null, 'TRUST_PROXY', 1, true]) assert.throws(() => fromEnv('A', wrong), env)
    for (const wrong of [1, true, null, ['loopback'], () => true]) {
      assert.throws(() => fromEnv('A', { A: wrong }),
        { name: 'TypeError', message: 'A must be a string, as environment variables are' })
    }
    assert.throws(() => fromEnv('toString', {}),
      { name: 'TypeError', message: 'toString must be a string, as environment variables are' })
  })
})
