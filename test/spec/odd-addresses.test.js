'use strict'

const assert = require('node:assert/strict')
const vm = require('node:vm')
const { compile } = require('../support/implementation')
const { EVERYTHING, trustEverything } = require('./helpers')

const NOBODY = [
  ['undefined', undefined], ['null', null], ['a number', 2130706433], ['zero', 0], ['NaN', NaN],
  ['true', true], ['false', false], ['a bigint', 2130706433n], ['a symbol', Symbol('127.0.0.1')],
  ['an object', {}], ['an array', ['127.0.0.1']], ['an empty array', []],
  ['a Buffer', Buffer.from('127.0.0.1')], ['the bytes of an address', Uint8Array.of(127, 0, 0, 1)],
  ['a function', () => '127.0.0.1'],
  ['an object that turns into an address', { toString: () => '127.0.0.1', valueOf: () => '127.0.0.1' }],
  ['an object with a primitive of its own', { [Symbol.toPrimitive]: () => '127.0.0.1' }],
  ['an object that throws', { toString () { throw new Error('never asked') } }],
  ['an object without a prototype', Object.create(null)],
  // eslint-disable-next-line no-new-wrappers
  ['a Number object', new Number(2130706433)],
  ['a Date', new Date(0)], ['a regular expression', /127\.0\.0\.1/], ['a Map', new Map()],
  ['a promise', Promise.resolve('127.0.0.1')], ['an iterator', ['127.0.0.1'].values()],
  ['an error', new Error('127.0.0.1')], ['a URL', new URL('http://127.0.0.1')]
]

const NO_ADDRESSES = [
  '', ' ', '127.0.0.1 ', '127.0.0.1:80', '[::1]', 'localhost', 'loopback', '127.0.0.1/8', '::1/128',
  '0.0.0.0/1', 'unknown', '127.0.0.1,127.0.0.1', '\0', '127.0.0.1\0', '\ud800', '-', '::1%'
]

describe('a trust function asked about something that is no string', () => {
  for (const [name, value] of NOBODY) {
    it(`does not trust ${name}`, () => {
      assert.equal(trustEverything(value), false)
      assert.equal(compile('127.0.0.1')(value), false)
      assert.equal(compile('loopback')(value), false)
    })
  }

  it('does not trust nothing at all', () => {
    assert.equal(trustEverything(), false)
    assert.equal(compile('127.0.0.1')(), false)
  })
})

describe('a trust function asked about a String object', () => {
  it('takes it for its string', () => {
    /* eslint-disable no-new-wrappers */
    assert.equal(trustEverything(new String('127.0.0.1')), true)
    assert.equal(trustEverything(new String('::1')), true)
    assert.equal(compile('loopback')(new String('::ffff:127.0.0.1')), true)
    assert.equal(compile('loopback')(new String('10.0.0.1')), false)
    assert.equal(trustEverything(new String('nonsense')), false)
    assert.equal(trustEverything(new String('')), false)
    /* eslint-enable no-new-wrappers */
  })

  it('takes one of another realm for its string', () => {
    const trust = compile('loopback')

    assert.equal(trust(vm.runInNewContext("new String('127.0.0.1')")), true)
    assert.equal(trust(vm.runInNewContext("new String('10.0.0.1')")), false)
  })

  it('takes one of a subclass for its string', () => {
    class Address extends String {}

    assert.equal(compile('loopback')(new Address('127.0.0.1')), true)
    assert.equal(compile('loopback')(new Address('128.0.0.1')), false)
  })
})

describe('a trust function asked about text that is no address', () => {
  for (const text of NO_ADDRESSES) {
    it(`does not trust ${JSON.stringify(text)}`, () => {
      assert.equal(trustEverything(text), false)
      assert.equal(compile(['loopback', ...EVERYTHING])(text), false)
    })
  }

  it('does not trust a million characters of anything', () => {
    for (const unit of ['1', '.', ':', '0', 'f', '1.', '1:', '::', '%', 'x', '\u0130', ' ']) {
      assert.equal(trustEverything(unit.repeat(1_000_000)), unit === '0')
    }
  })
})
