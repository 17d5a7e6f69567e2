'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { request, throwsTypeError } = require('./helpers')

const { all } = proxyaddr

describe('all()', () => {
  it('needs a request', () => {
    for (const req of [undefined, null, false, 0, '', NaN, 0n]) {
      throwsTypeError(() => all(req), 'argument req is required')
      throwsTypeError(() => all(req, 'loopback'), 'argument req is required')
      throwsTypeError(() => all(req, 42), 'argument req is required')
    }

    throwsTypeError(() => all(), 'argument req is required')
  })

  it('returns every address, nearest first, without a trust argument', () => {
    const req = request('127.0.0.1', '10.0.0.3, nonsense, 10.0.0.1')

    for (const trust of [undefined, null, false, 0, '', NaN, 0n]) {
      assert.deepEqual(all(req, trust), ['127.0.0.1', '10.0.0.1', 'nonsense', '10.0.0.3'])
    }

    assert.deepEqual(all(req), ['127.0.0.1', '10.0.0.1', 'nonsense', '10.0.0.3'])
  })

  it('stops after the first address that is not trusted', () => {
    const req = request('127.0.0.1', '10.0.0.3, 127.0.0.2, 10.0.0.1, 127.0.0.3')

    assert.deepEqual(all(req, 'loopback'), ['127.0.0.1', '127.0.0.3', '10.0.0.1'])
    assert.deepEqual(all(req, '10.0.0.1'), ['127.0.0.1'])
    assert.deepEqual(all(req, ['loopback', '10.0.0.1']),
      ['127.0.0.1', '127.0.0.3', '10.0.0.1', '127.0.0.2', '10.0.0.3'])
  })

  it('stops at text that is not an address', () => {
    assert.deepEqual(all(request('127.0.0.1', '10.0.0.1, nonsense, 127.0.0.2'), 'loopback'),
      ['127.0.0.1', '127.0.0.2', 'nonsense'])
  })

  it('returns every address if all are trusted', () => {
    const req = request('127.0.0.1', '127.0.0.4, 127.0.0.3, 127.0.0.2')

    assert.deepEqual(all(req, 'loopback'), ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'])
  })

  it('accepts a name, a subnet, a list and a function as trust', () => {
    const req = request('10.0.0.1', '203.0.113.9, 10.0.0.2')
    const expected = ['10.0.0.1', '10.0.0.2', '203.0.113.9']

    assert.deepEqual(all(req, 'uniquelocal'), expected)
    assert.deepEqual(all(req, '10.0.0.0/8'), expected)
    assert.deepEqual(all(req, ['10.0.0.1', '10.0.0.2']), expected)
    assert.deepEqual(all(req, proxyaddr.compile('10.0.0.0/8')), expected)
    assert.deepEqual(all(req, (address) => address.startsWith('10.')), expected)
    assert.deepEqual(all(req, (address, i) => i < 2), expected)
  })

  it('accepts an empty list as trust, which trusts nothing', () => {
    assert.deepEqual(all(request('127.0.0.1', '10.0.0.1'), []), ['127.0.0.1'])
    assert.deepEqual(all(request('127.0.0.1', '10.0.0.1'), proxyaddr.compile([])), ['127.0.0.1'])
  })

  it('refuses any other trust as compile() does', () => {
    const req = request('127.0.0.1', '10.0.0.1')

    for (const trust of [42, true, {}, Symbol('loopback'), 1n, new Set(['loopback']), /./]) {
      throwsTypeError(() => all(req, trust), 'unsupported trust argument')
    }

    throwsTypeError(() => all(req, 'blargh'), 'invalid IP address: blargh')
    throwsTypeError(() => all(req, ['::1/129']), 'invalid range on address: ::1/129')
    throwsTypeError(() => all(req, [42]), 'note.lastIndexOf is not a function')
    throwsTypeError(() => all(req, [null]), "Cannot read properties of null (reading 'lastIndexOf')")
  })

  it('refuses an invalid trust even if there is nothing to trust', () => {
    throwsTypeError(() => all(request('127.0.0.1'), 'blargh'), 'invalid IP address: blargh')
    throwsTypeError(() => all(request('127.0.0.1'), 42), 'unsupported trust argument')
  })

  it('reports an invalid request before an invalid trust', () => {
    throwsTypeError(() => all({}, 42), "Cannot read properties of undefined (reading 'x-forwarded-for')")
    throwsTypeError(() => all({ headers: {} }, 42), "Cannot read properties of undefined (reading 'remoteAddress')")
    throwsTypeError(() => all(request('127.0.0.1', [1]), 'blargh'), 'header.charCodeAt is not a function')
  })

  it('returns a new list, which the caller may change', () => {
    const req = request('127.0.0.1', '10.0.0.1')

    for (const trust of [undefined, 'loopback', [], () => true, proxyaddr.compile('loopback')]) {
      const before = all(req, trust)
      const expected = [...before]

      assert.equal(Object.getPrototypeOf(before), Array.prototype)
      before.reverse().push('more')
      assert.notEqual(all(req, trust), before)
      assert.deepEqual(all(req, trust), expected)
    }
  })

  it('returns a list without holes, of the right length', () => {
    const addresses = all(request('127.0.0.1', 'a, b, c'), 'loopback')

    assert.equal(addresses.length, 2)
    assert.deepEqual(Object.keys(addresses), ['0', '1'])
  })

  it('leaves a list given as trust unchanged', () => {
    const trust = ['loopback', '10.0.0.1']

    all(request('127.0.0.1', '10.0.0.1'), trust)
    assert.deepEqual(trust, ['loopback', '10.0.0.1'])
  })

  it('sees each change of a list given as trust', () => {
    const req = request('127.0.0.1', '10.0.0.2, 10.0.0.1')
    const trust = ['loopback']

    assert.deepEqual(all(req, trust), ['127.0.0.1', '10.0.0.1'])
    trust.push('10.0.0.1')
    assert.deepEqual(all(req, trust), ['127.0.0.1', '10.0.0.1', '10.0.0.2'])
    trust.length = 0
    assert.deepEqual(all(req, trust), ['127.0.0.1'])
  })
})
