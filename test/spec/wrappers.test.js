'use strict'

const assert = require('node:assert/strict')
const util = require('node:util')
const vm = require('node:vm')
const proxyaddr = require('../support/implementation')
const { request, throwsTypeError } = require('../support/rules')

const { all, compile } = proxyaddr

// Each wrapper is stricter or looser than the compiled function inside it, so an
// implementation that bypassed the wrapper would give another answer.
const REQ = request('10.0.0.1', '10.0.0.4, 10.0.0.3, 10.0.0.2')
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']

/** Checks that `trust` is called, and trusts the first `count` addresses. */
function letsThrough (trust, count) {
  assert.deepEqual(all(REQ, trust), ADDRESSES.slice(0, count))
  assert.equal(proxyaddr(REQ, trust), ADDRESSES[count - 1])
}

/** Returns a user's own trust function: like `compiled`, but only one hop deep. */
function oneHop (compiled) {
  return (address, i) => i < 1 && compiled(address, i)
}

describe('a wrapper around a compiled trust function is called, not bypassed:', () => {
  let compiled

  beforeEach(() => {
    compiled = compile('10.0.0.0/8')
    letsThrough(compiled, 4)
  })

  it('if it is a closure', () => letsThrough(oneHop(compiled), 2))

  it('if it is bound', () => {
    letsThrough(compiled.bind(null), 4)
    letsThrough(oneHop(compiled).bind(compiled), 2)
    letsThrough(compiled.bind(null, '192.0.2.1'), 1)
    letsThrough(compile('192.0.2.1').bind(null, '192.0.2.1'), 4)
  })

  it('if it has been given the properties by Object.assign()', () => {
    letsThrough(Object.assign(oneHop(compiled), compiled), 2)
  })

  it('if it has been given the properties by Object.defineProperties()', () => {
    const wrapper = oneHop(compiled)

    Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(compiled))
    assert.equal(wrapper.name, 'trust')
    letsThrough(wrapper, 2)
  })

  it('if it has been given every property, one by one', () => {
    const wrapper = oneHop(compiled)

    for (const key of Reflect.ownKeys(compiled)) {
      Object.defineProperty(wrapper, key, { configurable: true, value: compiled[key] })
    }

    letsThrough(wrapper, 2)
  })

  it('if it inherits from the compiled function', () => {
    letsThrough(Object.setPrototypeOf(oneHop(compiled), compiled), 2)
  })

  it('if it both inherits and has the properties', () => {
    const wrapper = Object.setPrototypeOf(oneHop(compiled), compiled)

    letsThrough(Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(compiled)), 2)
  })

  it('if it has the prototype property of the compiled function', () => {
    const wrapper = function (address, i) { return i < 1 }

    wrapper.prototype = compiled.prototype
    letsThrough(wrapper, 2)
    assert.equal(compiled.prototype.constructor, compiled)
  })

  it('if it is another compiled function that has been given the properties', () => {
    const stricter = compile('10.0.0.1')

    for (const key of Reflect.ownKeys(compiled)) {
      const descriptor = Object.getOwnPropertyDescriptor(compiled, key)

      Reflect.defineProperty(stricter, key, descriptor)
    }

    Object.setPrototypeOf(stricter, compiled)
    letsThrough(stricter, 2)
  })

  it('if it was made by util.promisify(), whose promise is trusted', () => {
    // A promise is truthy even if its callback is never called.
    letsThrough(util.promisify(compiled), 4)
    letsThrough(util.promisify(compile('192.0.2.1')), 4)
  })

  it('if it was made by util.callbackify(), which needs a callback', () => {
    assert.throws(() => proxyaddr(REQ, util.callbackify(compiled)), { code: 'ERR_INVALID_ARG_TYPE' })
  })

  it('if it is a proxy that decides differently', () => {
    letsThrough(new Proxy(compiled, { apply: (target, self, args) => args[1] < 1 && target(...args) }), 2)
    letsThrough(new Proxy(compiled, { apply: () => false }), 1)
    letsThrough(new Proxy(compile('192.0.2.1'), { apply: () => true }), 4)
    letsThrough(new Proxy(compiled, {}), 4)
    letsThrough(new Proxy(new Proxy(compiled, { apply: () => false }), {}), 1)
  })

  it('if it is a proxy, which is only called', () => {
    const traps = []
    const handler = new Proxy({}, { get (target, trap) { traps.push(trap) } })

    letsThrough(new Proxy(compiled, handler), 4)
    assert.deepEqual(traps, Array(6).fill('apply'))
  })

  it('if it is a proxy that has been revoked', () => {
    const { proxy, revoke } = Proxy.revocable(compiled, {})

    revoke()
    throwsTypeError(() => proxyaddr(REQ, proxy), "Cannot perform 'apply' on a proxy that has been revoked")
    throwsTypeError(() => all(REQ, proxy), "Cannot perform 'apply' on a proxy that has been revoked")
    assert.equal(proxyaddr(request('10.0.0.1'), proxy), '10.0.0.1')
  })

  it('if it comes from another realm', () => {
    const wrap = vm.runInNewContext('(compiled) => (address, i) => i < 1 && compiled(address, i)')

    letsThrough(wrap(compiled), 2)
    letsThrough(Object.setPrototypeOf(wrap(compiled), compiled), 2)
  })

  it('if it is a class, which cannot be called', () => {
    class Trust extends compiled {}

    throwsTypeError(() => proxyaddr(REQ, Trust), "Class constructor Trust cannot be invoked without 'new'")
  })

  it('if it is a method, which gets no receiver', () => {
    const policy = {
      trust (address, i) {
        assert.equal(this, undefined)
        return i < 1 && compiled(address)
      }
    }

    letsThrough(policy.trust, 2)
  })

  it('if it counts', () => {
    let calls = 0

    letsThrough((address, i) => { calls++; return compiled(address, i) }, 4)
    assert.equal(calls, 6)
  })

  it('if it has the name, length and source of a compiled function', () => {
    const wrapper = function trust (addr) { return addr === '10.0.0.1' }

    wrapper.toString = () => compiled.toString()
    letsThrough(wrapper, 2)
  })
})

describe('a value made from a compiled trust function that is not a function', () => {
  const compiled = compile('10.0.0.0/8')

  it('is not accepted as trust: an object that inherits from it', () => {
    throwsTypeError(() => proxyaddr(REQ, Object.create(compiled)), 'unsupported trust argument')
    throwsTypeError(() => all(REQ, Object.create(compiled)), 'unsupported trust argument')
  })

  it('is not accepted as trust: an object that was constructed by it', () => {
    const Trust = compiled

    throwsTypeError(() => proxyaddr(REQ, new Trust('10.0.0.1')), 'unsupported trust argument')
  })

  it('is not accepted as trust: an object with its properties', () => {
    throwsTypeError(() => proxyaddr(REQ, Object.defineProperties({}, Object.getOwnPropertyDescriptors(compiled))),
      'unsupported trust argument')
  })

  it('cannot be made by structuredClone()', () => {
    assert.throws(() => structuredClone(compiled), { name: 'DataCloneError' })
  })

  it('is left out of JSON', () => assert.equal(JSON.stringify({ compiled }), '{}'))
})

describe('a compiled trust function that has been modified', () => {
  it('still works with properties, another prototype or frozen', () => {
    const extended = Object.assign(compile('10.0.0.1'), { label: 'mine', [Symbol('mine')]: 1 })

    letsThrough(extended, 2)
    letsThrough(Object.setPrototypeOf(compile('10.0.0.1'), null), 2)
    letsThrough(Object.setPrototypeOf(compile('10.0.0.1'), compile('10.0.0.0/8')), 2)
    letsThrough(Object.freeze(compile('10.0.0.1')), 2)
  })

  it('still works under another name', () => {
    const renamed = Object.defineProperties(compile('10.0.0.1'), {
      name: { value: 'other' }, length: { value: 7 }
    })

    letsThrough(renamed, 2)
  })
})
