'use strict'

/*
 * The shapes of requests, and the trust functions that come with them. A shape
 * is a function of (peer, header, { log }), whose source is a reproduction; see
 * odd-values.js.
 */

const util = require('node:util')

/** The shape of a request as Node makes it; both sides may share one. */
const usual = (peer, header) => ({
  headers: { 'x-forwarded-for': header },
  socket: { remoteAddress: peer }
})

const SHAPES = [
  // Writing to any of these would throw.
  (peer, header) => Object.freeze({
    headers: Object.freeze({ 'x-forwarded-for': header }),
    socket: Object.freeze({ remoteAddress: peer })
  }),
  (peer, header) => ({
    headers: { 'x-forwarded-for': header },
    connection: { remoteAddress: peer }
  }),
  (peer, header) => ({
    headers: { 'x-forwarded-for': header },
    socket: { remoteAddress: peer },
    connection: { remoteAddress: '192.0.2.1' }
  }),
  (peer, header) => ({
    headers: { 'x-forwarded-for': header },
    socket: null,
    connection: { remoteAddress: peer }
  }),
  (peer, header) => ({
    headers: Object.create({ 'x-forwarded-for': header }),
    socket: Object.create({ remoteAddress: peer })
  }),
  (peer, header) => ({
    headers: { 'X-Forwarded-For': header, 'x-forwarded-for ': header, forwarded: header },
    socket: { remoteAddress: peer }
  }),
  (peer, header) => ({ headers: { 'x-forwarded-for': header } }),
  (peer, header) => ({ headers: { 'x-forwarded-for': header }, socket: 1 }),
  (peer, header) => ({ socket: { remoteAddress: peer } }),
  (peer, header) => Object.assign(() => {}, {
    headers: Object.assign([], { 'x-forwarded-for': header }),
    socket: Object.assign(() => {}, { remoteAddress: peer })
  }),
  (peer, header, { log }) => ({
    get headers () { log('headers'); return { get 'x-forwarded-for' () { log('header'); return header } } },
    get socket () { log('socket'); return { get remoteAddress () { log('peer'); return peer } } },
    get connection () { log('connection') }
  }),
  (peer, header, { log }) => ({
    get headers () { log('headers'); return { get 'x-forwarded-for' () { log('header'); return header } } },
    get socket () { log('socket') },
    get connection () { log('connection'); return { get remoteAddress () { log('peer'); return peer } } }
  }),
  (peer, header, { log }) => new Proxy({
    headers: new Proxy({ 'x-forwarded-for': header }, {
      get (headers, key) { log(String(key)); return headers[key] }
    }),
    socket: new Proxy({ remoteAddress: peer }, {
      get (socket, key) { log(String(key)); return socket[key] }
    })
  }, { get (req, key) { log(String(key)); return req[key] } }),
  // A socket that exists at the first read, but not at the second.
  (peer, header, { log }) => ({
    reads: 0,
    headers: { 'x-forwarded-for': header },
    get socket () { log('socket'); return this.reads++ === 0 ? { remoteAddress: '::1' } : { remoteAddress: peer } }
  }),
  (peer, header) => ({
    headers: { get 'x-forwarded-for' () { throw new RangeError(header) } },
    get socket () { throw new SyntaxError('too early') }
  }),
  (peer, header) => ({
    headers: { 'x-forwarded-for': header },
    socket: { get remoteAddress () { throw new RangeError(header) } }
  })
]

/*
 * Trust functions that are not compiled: written by users, or wrapped around a
 * compiled one. Each is a function of (n, { log, lib, trust, req }),
 * whose source is a reproduction; see odd-values.js.
 *
 * `log` records a call, `lib` is the implementation in use, `trust` its compiled
 * function, and `n` a small number.
 */

/** Users' functions. */
const FUNCTIONS = [
  (n, { log }) => (addr, i) => { log(addr, i); return i < n },
  (n, { log }) => function () {
    log(this, arguments.length, ...arguments)
    return arguments[1] < n
  },
  (n, { log }) => function (addr, i, ...rest) { log(rest.length, addr, i); return i !== n },
  (n, { log }) => (addr) => { log(addr); return true },
  (n) => () => false,
  (n, { log }) => (addr, i) => {
    log(addr, i)
    return [true, 1, {}, [], '0', Symbol.for('x'), 1n, Object(false), Promise.resolve(false), -1][(n + i) % 10]
  },
  (n, { log }) => (addr, i) => {
    log(addr, i)
    return i < n || [undefined, null, 0, -0, 0n, NaN, '', false][n]
  },
  (n, { log }) => (addr, i) => { log(addr, i); if (i === n) throw new RangeError(addr); return true },
  (n, { log }) => (addr, i) => { log(addr, i); if (i === n) throw undefined; return true }, // eslint-disable-line no-throw-literal
  (n, { log }) => (addr, i) => { log(addr, i); if (i === n) throw addr; return true },
  (n, { log }) => async (addr, i) => { log(addr, i); return false },
  (n, { log }) => function * (addr, i) { log(addr, i) },
  () => class Trust {},
  // During the walk, the request changes, or is resolved again.
  (n, { log, req }) => (addr, i) => {
    log(addr, i)
    if (req && req.headers) req.headers['x-forwarded-for'] = '192.0.2.9'
    if (req && req.socket) req.socket.remoteAddress = '192.0.2.8'
    return i < n
  },
  (n, { log, lib, req }) => (addr, i) => {
    log(addr, i, lib(req, 'loopback'), ...lib.all(req, (_, j) => j < n))
    return i < n
  }
]

/** Wrappers, which must be called and not bypassed. */
const WRAPPERS = [
  (n, { trust }) => trust.bind(null),
  (n, { trust }) => new Proxy(trust, {}),
  (n, { trust, log }) => new Proxy(trust, {
    apply (target, self, args) { log(self, ...args); return Reflect.apply(target, self, args) }
  }),
  (n, { trust }) => new Proxy(trust, { apply: (target, self, args) => args[1] < n }),
  (n, { trust }) => util.promisify(trust),
  (n, { trust, log }) => Object.assign((addr, i) => { log(addr, i); return i < n && trust(addr, i) }, trust),
  (n, { trust, log }) => Object.defineProperties(
    function strict (addr, i) { log(addr, i); return i < n && trust(addr) },
    Object.getOwnPropertyDescriptors(trust)
  ),
  (n, { trust }) => Object.setPrototypeOf((addr, i) => i < n, trust),
  (n, { trust }) => Object.setPrototypeOf(
    Object.defineProperties((addr, i) => !trust(addr, i), Object.getOwnPropertyDescriptors(trust)),
    trust
  ),
  (n, { trust }) => new Proxy((addr, i) => i < n, {
    get: (target, key) => Reflect.get(trust, key), has: () => true
  }),
  (n, { trust }) => trust.call.bind(trust, undefined),
  // The function of an empty list is shared, and must not change.
  (n, { trust }) => trust.name === 'trustNone' ? trust : Object.assign(trust, { extra: n }),
  (n, { trust }) => class Trust extends trust {}
]

module.exports = { FUNCTIONS, SHAPES, usual, WRAPPERS }
