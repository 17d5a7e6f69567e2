'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { throwsTypeError } = require('../support/rules')

const { all } = proxyaddr

const FORMS = [
  ['all() without trust', (req) => all(req)],
  ['all() with a name', (req) => all(req, 'loopback')],
  ['all() with a function', (req) => all(req, () => true)],
  ['proxyaddr() with a name', (req) => proxyaddr(req, 'loopback')],
  ['proxyaddr() with a list', (req) => proxyaddr(req, ['loopback', '10.0.0.1'])],
  ['proxyaddr() with a compiled function', (req) => proxyaddr(req, proxyaddr.compile('loopback'))],
  ['proxyaddr() with a function', (req) => proxyaddr(req, () => true)]
]

/** A proxy of `target` that records each property read, in order. */
function recorded (target, reads, path = '') {
  return new Proxy(target, {
    get (object, key) {
      const value = object[key]

      reads.push(path + String(key))
      return value !== null && typeof value === 'object'
        ? recorded(value, reads, `${path}${String(key)}.`)
        : value
    }
  })
}

describe('the address of the socket', () => {
  it('is the only address if there is no header', () => {
    const req = { headers: {}, socket: { remoteAddress: '127.0.0.1' } }

    assert.deepEqual(all(req), ['127.0.0.1'])
    assert.deepEqual(all(req, 'loopback'), ['127.0.0.1'])
    assert.equal(proxyaddr(req, 'loopback'), '127.0.0.1')
  })

  it('comes from req.connection if there is no req.socket', () => {
    for (const socket of [undefined, null, false, 0, '']) {
      const connection = { remoteAddress: '127.0.0.1' }
      const req = { headers: { 'x-forwarded-for': '10.0.0.1' }, socket, connection }

      assert.deepEqual(all(req), ['127.0.0.1', '10.0.0.1'])
      assert.equal(proxyaddr(req, 'loopback'), '10.0.0.1')
    }
  })

  it('comes from req.socket if both exist', () => {
    const req = {
      headers: { 'x-forwarded-for': '10.0.0.2' },
      socket: { remoteAddress: '10.0.0.1' },
      connection: { remoteAddress: '127.0.0.1' }
    }

    assert.deepEqual(all(req), ['10.0.0.1', '10.0.0.2'])
    assert.equal(proxyaddr(req, 'loopback'), '10.0.0.1')
  })

  it('comes from req.socket even if that has no address', () => {
    const req = { headers: {}, socket: {}, connection: { remoteAddress: '127.0.0.1' } }

    assert.deepEqual(all(req), [undefined])
    assert.equal(proxyaddr(req, 'loopback'), undefined)
  })

  it('may be a property of anything', () => {
    const socket = Object.assign(() => {}, { remoteAddress: '127.0.0.1' })

    assert.deepEqual(all({ headers: {}, socket }), ['127.0.0.1'])
    assert.deepEqual(all({ headers: {}, socket: 7 }), [undefined])
    assert.deepEqual(all({ headers: 'text', socket: { remoteAddress: '::1' } }), ['::1'])
  })

  for (const [name, address] of [
    ['undefined, as of a closed or a Unix socket', undefined], ['null', null], ['the empty string', ''],
    ['a number', 2130706433], ['zero', 0], ['NaN', NaN], ['false', false], ['an object', { a: 1 }],
    ['text that is not an address', 'not an address'], ['a list, as one address', ['127.0.0.1', '10.0.0.1']]
  ]) {
    it(`is returned unchanged: ${name}`, () => {
      const socket = { remoteAddress: address }

      assert.deepEqual(all({ headers: {}, socket }), [address])
      assert.deepEqual(all({ headers: {}, socket }, 'loopback'), [address])
      assert.equal(proxyaddr({ headers: {}, socket }, 'loopback'), address)
    })

    it(`is not trusted, so the header is ignored: ${name}`, () => {
      const req = { headers: { 'x-forwarded-for': '10.0.0.2, 10.0.0.1' }, socket: { remoteAddress: address } }

      assert.deepEqual(all(req), [address, '10.0.0.1', '10.0.0.2'])
      assert.deepEqual(all(req, ['loopback', '0.0.0.0/1']), [address])
      assert.equal(proxyaddr(req, ['loopback', '0.0.0.0/1']), address)
      assert.equal(proxyaddr(req, () => true), '10.0.0.2')
    })
  }

  it('is trusted by its string if it is a String object, and returned as the object', () => {
    // eslint-disable-next-line no-new-wrappers
    const address = new String('127.0.0.1')
    const headers = { 'x-forwarded-for': '10.0.0.2, 10.0.0.1' }

    assert.equal(proxyaddr({ headers, socket: { remoteAddress: address } }, 'loopback'), '10.0.0.1')
    assert.equal(proxyaddr({ headers: {}, socket: { remoteAddress: address } }, 'loopback'), address)
    assert.equal(proxyaddr({ headers, socket: { remoteAddress: address } }, '10.0.0.1'), address)
  })
})

describe('the properties of a request', () => {
  for (const [form, call] of FORMS) {
    it(`are read in a fixed order, and no others: ${form}`, () => {
      const reads = []

      call(recorded({ headers: {}, socket: { remoteAddress: '127.0.0.1' } }, reads))
      assert.deepEqual(reads, [
        'headers', 'headers.x-forwarded-for', 'socket', 'socket', 'socket.remoteAddress'
      ])
    })

    it(`are read in the same order if there is a header: ${form}`, () => {
      const reads = []
      const headers = { 'x-forwarded-for': '10.0.0.2, 10.0.0.1' }

      call(recorded({ headers, socket: { remoteAddress: '127.0.0.1' } }, reads))
      assert.deepEqual(reads, [
        'headers', 'headers.x-forwarded-for', 'socket', 'socket', 'socket.remoteAddress'
      ])
    })

    it(`are read in a fixed order if there is no socket: ${form}`, () => {
      const reads = []

      call(recorded({ headers: {}, connection: { remoteAddress: '127.0.0.1' } }, reads))
      assert.deepEqual(reads, [
        'headers', 'headers.x-forwarded-for', 'socket', 'connection', 'connection.remoteAddress'
      ])
    })

    it(`may be missing, which JavaScript reports: ${form}`, () => {
      throwsTypeError(() => call({}),
        "Cannot read properties of undefined (reading 'x-forwarded-for')")
      throwsTypeError(() => call({ headers: null }),
        "Cannot read properties of null (reading 'x-forwarded-for')")
      throwsTypeError(() => call({ headers: {} }),
        "Cannot read properties of undefined (reading 'remoteAddress')")
      throwsTypeError(() => call({ headers: {}, connection: null }),
        "Cannot read properties of null (reading 'remoteAddress')")
      throwsTypeError(() => call({ socket: { remoteAddress: '127.0.0.1' } }),
        "Cannot read properties of undefined (reading 'x-forwarded-for')")
    })

    it(`may throw anything, which passes unchanged: ${form}`, () => {
      const thrown = new RangeError('mine')
      const raise = () => { throw thrown }

      for (const req of [
        Object.defineProperty({}, 'headers', { get: raise }),
        { headers: Object.defineProperty({}, 'x-forwarded-for', { get: raise }) },
        Object.defineProperty({ headers: {} }, 'socket', { get: raise }),
        { headers: {}, socket: Object.defineProperty({}, 'remoteAddress', { get: raise }) }
      ]) {
        assert.throws(() => call(req), (error) => error === thrown)
      }
    })
  }

  it('may be those of any truthy value', () => {
    const missing = "Cannot read properties of undefined (reading 'x-forwarded-for')"

    for (const req of [1, 'req', true, 1n, Symbol('req'), [], () => {}]) {
      throwsTypeError(() => all(req), missing)
      throwsTypeError(() => proxyaddr(req, 'loopback'), missing)
    }
  })

  it('may be those of a function', () => {
    const req = Object.assign(() => {}, { headers: {}, socket: { remoteAddress: '::1' } })

    assert.deepEqual(all(req), ['::1'])
  })
})
