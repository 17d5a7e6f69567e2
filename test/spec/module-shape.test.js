'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { request } = require('../support/rules')

describe('the shape of the module', () => {
  it('is a function called proxyaddr that takes two arguments', () => {
    assert.equal(typeof proxyaddr, 'function')
    assert.equal(proxyaddr.name, 'proxyaddr')
    assert.equal(proxyaddr.length, 2)
  })

  it('has all(), called alladdrs, that takes two arguments', () => {
    assert.equal(proxyaddr.all.name, 'alladdrs')
    assert.equal(proxyaddr.all.length, 2)
  })

  it('has compile(), that takes one argument', () => {
    assert.equal(proxyaddr.compile.name, 'compile')
    assert.equal(proxyaddr.compile.length, 1)
  })

  it('shows all and compile as ordinary, replaceable properties', () => {
    for (const name of ['all', 'compile']) {
      const { configurable, enumerable, writable } =
        Object.getOwnPropertyDescriptor(proxyaddr, name)

      assert.deepEqual({ configurable, enumerable, writable },
        { configurable: true, enumerable: true, writable: true })
    }
  })

  it('does not itself use these properties', () => {
    const { all, compile } = proxyaddr
    const req = request('127.0.0.1', '10.0.0.1')

    try {
      proxyaddr.all = proxyaddr.compile = () => assert.fail('called')
      assert.equal(proxyaddr(req, 'loopback'), '10.0.0.1')
      assert.deepEqual(all(req, ['loopback']), ['127.0.0.1', '10.0.0.1'])
    } finally {
      Object.assign(proxyaddr, { all, compile })
    }
  })

  it('consists of ordinary functions, which have a prototype', () => {
    for (const f of [proxyaddr, proxyaddr.all, proxyaddr.compile]) {
      assert.equal(Object.getPrototypeOf(f), Function.prototype)
      assert.equal(f.prototype.constructor, f)
    }
  })

  it('works without a receiver and with any other', () => {
    const { all, compile } = proxyaddr
    const req = request('127.0.0.1', '10.0.0.1')

    assert.equal(Reflect.apply(compile, null, ['loopback'])('127.0.0.1'), true)
    assert.deepEqual(all.call({ compile: null }, req), ['127.0.0.1', '10.0.0.1'])
    assert.equal(proxyaddr.call(7, req, 'loopback'), '10.0.0.1')
  })

  it('ignores further arguments', () => {
    const { all, compile } = proxyaddr
    const req = request('127.0.0.1', '10.0.0.1')

    assert.equal(compile('loopback', '10.0.0.1')('10.0.0.1'), false)
    assert.deepEqual(all(req, undefined, 'loopback'), ['127.0.0.1', '10.0.0.1'])
    assert.equal(proxyaddr(req, 'loopback', '10.0.0.1'), '10.0.0.1')
  })

  it('can be called with new, and still returns a list or a function', () => {
    const { all, compile: Compile } = proxyaddr
    const All = all
    const req = request('127.0.0.1', '10.0.0.1')

    assert.deepEqual(new All(req), ['127.0.0.1', '10.0.0.1'])
    assert.equal(new Compile('loopback')('127.0.0.1'), true)
  })
})

describe('the shape of a compiled trust function', () => {
  it('is a function called trust that takes one argument', () => {
    const trust = proxyaddr.compile('loopback')

    assert.equal(typeof trust, 'function')
    assert.equal(trust.name, 'trust')
    assert.equal(trust.length, 1)
  })

  it('is called trust for one subnet and for many', () => {
    assert.equal(proxyaddr.compile('10.0.0.1').name, 'trust')
    assert.equal(proxyaddr.compile(['10.0.0.1', '::1', '10.0.0.2']).name, 'trust')
  })

  it('has no properties but length, name and prototype', () => {
    const trust = proxyaddr.compile('loopback')

    assert.deepEqual(Object.getOwnPropertyNames(trust).sort(), ['length', 'name', 'prototype'])
    assert.deepEqual(Object.keys(trust), [])
    assert.equal(Object.getPrototypeOf(trust), Function.prototype)
  })

  it('can be extended, constructed, frozen and stripped of its prototype', () => {
    const Trust = proxyaddr.compile('loopback')

    Trust.label = 'mine'
    assert.equal(Trust.label, 'mine')
    assert.equal(new Trust('127.0.0.1') instanceof Trust, true)
    Object.setPrototypeOf(Object.freeze(Trust).prototype, null)
    assert.equal(Trust('127.0.0.1'), true)
    assert.equal(proxyaddr(request('127.0.0.1', '10.0.0.1'), Trust), '10.0.0.1')
  })

  it('still works without its properties', () => {
    const trust = Object.setPrototypeOf(proxyaddr.compile('loopback'), null)

    assert.equal(trust('127.0.0.1'), true)
    assert.equal(proxyaddr(request('127.0.0.1', '10.0.0.1'), trust), '10.0.0.1')
  })

  it('is a new function at each call', () => {
    assert.notEqual(proxyaddr.compile('loopback'), proxyaddr.compile('loopback'))
    assert.notEqual(proxyaddr.compile('10.0.0.1'), proxyaddr.compile('10.0.0.1'))
  })

  it('answers with a boolean', () => {
    const trust = proxyaddr.compile(['loopback', '10.0.0.1'])

    assert.equal(trust('127.0.0.1'), true)
    assert.equal(trust('10.0.0.2'), false)
    assert.equal(trust('nonsense'), false)
  })

  it('reads only the address, not the receiver or further arguments', () => {
    const trust = proxyaddr.compile('loopback')

    assert.equal(Reflect.apply(trust, null, ['127.0.0.1', 99, '10.0.0.1']), true)
    assert.equal(trust.call('127.0.0.1', '10.0.0.1', 0), false)
  })

  it('gives the same answer at each call', () => {
    const trust = proxyaddr.compile(['10.0.0.0/8', 'fc00::/7'])

    for (let round = 0; round < 100; round++) {
      assert.equal(trust('10.1.2.3'), true)
      assert.equal(trust('11.1.2.3'), false)
      assert.equal(trust('fd00::1'), true)
      assert.equal(trust('fe00::1'), false)
    }
  })
})

describe('the trust function of an empty list', () => {
  it('is one shared function called trustNone that takes no argument', () => {
    const trust = proxyaddr.compile([])

    assert.equal(trust, proxyaddr.compile([]))
    assert.equal(trust.name, 'trustNone')
    assert.equal(trust.length, 0)
    assert.deepEqual(Object.getOwnPropertyNames(trust).sort(), ['length', 'name', 'prototype'])
  })

  it('trusts nothing', () => {
    const trust = proxyaddr.compile([])

    for (const addr of ['127.0.0.1', '::1', '0.0.0.0', '', undefined]) {
      assert.equal(trust(addr), false)
    }
  })
})
