'use strict'

const assert = require('node:assert/strict')
const vm = require('node:vm')
const proxyaddr = require('../support/implementation')
const { request, throwsTypeError } = require('./helpers')

const { all, compile } = proxyaddr

/** The value of a source text, evaluated in a new realm. */
function foreign (source) {
  return vm.runInNewContext(`(${source})`)
}

describe('values of another realm', () => {
  it('can be the request', () => {
    const req = foreign(`{
      headers: { 'x-forwarded-for': '192.0.2.1, 10.0.0.2' },
      socket: { remoteAddress: '10.0.0.1' }
    }`)

    assert.equal(proxyaddr(req, '10.0.0.0/8'), '192.0.2.1')
    assert.deepEqual(all(req), ['10.0.0.1', '10.0.0.2', '192.0.2.1'])
  })

  it('can be the list of subnets', () => {
    const list = foreign("['loopback', '10.0.0.0/8']")

    assert.equal(compile(list)('10.0.0.1'), true)
    assert.equal(compile(list)('::1'), true)
    assert.equal(compile(list)('192.0.2.1'), false)
    assert.equal(proxyaddr(request('10.0.0.1', '192.0.2.1'), list), '192.0.2.1')
    assert.equal(list.length, 2)
  })

  it('can be the trust function, which gets no receiver there either', () => {
    const trust = foreign("function (address, i) { 'use strict'; return this === undefined && i < 1 }")

    assert.equal(proxyaddr(request('10.0.0.1', '192.0.2.1, 10.0.0.2'), trust), '10.0.0.2')
  })

  it('can be an empty list, which is the same as one of this realm', () => {
    assert.equal(compile(foreign('[]')), compile([]))
  })

  it('can be elements that are not strings, refused alike', () => {
    throwsTypeError(() => compile(foreign('[null]')), "Cannot read properties of null (reading 'lastIndexOf')")
    throwsTypeError(() => compile(foreign('[{}]')), 'note.lastIndexOf is not a function')
    throwsTypeError(() => compile(foreign('[[]]')), 'invalid IP address: ')
    throwsTypeError(() => compile(foreign('[,]')), "Cannot read properties of undefined (reading 'lastIndexOf')")
    assert.equal(compile(foreign("[['loopback'], new String('10.0.0.1')]"))('127.0.0.1'), true)
  })

  it('can be anything unsupported, refused alike', () => {
    for (const source of ['{}', '() => true', 'new Set()', "new String('loopback')", 'Symbol()']) {
      throwsTypeError(() => compile(foreign(source)), 'unsupported trust argument')
    }
  })

  it('can be a header that is not a string', () => {
    throwsTypeError(() => all(request('10.0.0.1', foreign("['a']"))), 'header.charCodeAt is not a function')
    assert.equal(proxyaddr(request('10.0.0.1', foreign("new String('192.0.2.1')")), '10.0.0.1'), '192.0.2.1')
  })

  it("yield errors and lists of the package's own realm", () => {
    const caught = vm.runInNewContext(`
      try { compile('blargh') } catch (error) { [error, error instanceof TypeError] }
    `, { compile })

    assert.ok(caught[0] instanceof TypeError)
    assert.equal(caught[1], false)
    assert.ok(vm.runInNewContext('all(req)', { all, req: request('::1') }) instanceof Array)
  })

  it('may come and go', () => {
    for (let i = 0; i < 50; i++) {
      const context = vm.createContext({ compile, proxyaddr, request })

      assert.equal(vm.runInContext(`
        const trust = compile(['10.0.0.0/8', 'loopback'])
        proxyaddr(request('10.0.0.1', '192.0.2.${i}, 10.0.0.2'), trust)
      `, context), `192.0.2.${i}`)
    }
  })

  it('may outlive their realm', () => {
    const trusts = Array.from({ length: 50 }, (_, i) =>
      vm.runInNewContext(`compile('10.0.0.${i}')`, { compile }))

    trusts.forEach((trust, i) => {
      assert.equal(proxyaddr(request(`10.0.0.${i}`, 'client'), trust), 'client')
      assert.equal(proxyaddr(request('10.0.0.99', 'client'), trust), '10.0.0.99')
    })
  })
})
