'use strict'

/*
 * The shapes of requests. Each is a function of (peer, header, { log }), whose
 * source is a reproduction; see made.js.
 */

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
  // A socket that is there when asked for, and gone when used.
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

module.exports = { SHAPES, usual }
