'use strict'

/*
 * Values that no caller should pass. Each is a function of (text, { log, lib }), with
 * which each side makes its own value.
 */

const vm = require('node:vm')

/** Constructors of another realm, as `vm` and test runners create them. */
const foreign = vm.runInNewContext('({ Array, Object, Proxy, String })')

/**
 * A value that cannot be shared by the two sides of a comparison, because it
 * records what is done to it or has a state: each side makes its own.
 *
 * `make` is a function of (text, tools) that refers only to globals, `util` and
 * `foreign`, so that its source is a reproduction.
 */
class Made {
  constructor (make, text) {
    this.make = make
    this.text = text
  }
}

/** Returns the value itself, or the one that this side makes. */
function materialise (value, tools) {
  return value instanceof Made ? value.make(value.text, tools) : value
}

const FALSY = [
  () => undefined, () => null, () => '', () => 0, () => -0, () => NaN,
  () => false, () => 0n
]

const PLAIN = [
  () => 1, () => 42, () => 2130706433, () => Infinity, () => true, () => 10n,
  () => Symbol.for('10.0.0.1'), () => ({}), () => [], () => Object.create(null),
  () => () => {}, () => function (addr) { return addr }, () => /x/, () => new Date(0),
  () => new Map(), () => new Set(['127.0.0.1']), () => Promise.resolve(true),
  () => Object(true), () => Object(1n), () => Object(Symbol.for('x'))
]

/** Values that convert to a text, contain it, or look like it. */
const AROUND = [
  (text) => Object(text),
  (text) => Object.freeze(Object(text)),
  (text) => new foreign.String(text),
  (text) => new (class Text extends String {})(text),
  (text) => Object.assign(Object(text), { extra: 1 }),
  (text) => Object.assign(Object(text), { toString () { return '127.0.0.1' } }),
  (text) => new Proxy(Object(text), {}),
  (text) => Object.create(String.prototype),
  (text) => [text],
  (text) => [[text]],
  (text) => [text, text],
  (text) => [text, '/'],
  (text) => foreign.Array.of(text),
  (text) => Object.freeze([text]),
  (text) => Buffer.from(text),
  (text) => new Uint8Array(Buffer.from(text)),
  (text) => new Uint8Array([10, 0, 0, 1]),
  (text) => ({ 0: text, length: 1 }),
  (text) => (function () { return arguments })(text),
  (text) => ({ [text]: true }),
  (text) => ({ toString: () => text }),
  (text) => ({ valueOf: () => text, toString: undefined }),
  (text) => ({ toString () { throw new RangeError(text) } }),
  (text) => ({ [Symbol.toPrimitive]: () => text }),
  (text) => ({ lastIndexOf: () => -1, substring: () => text, toString: () => text })
]

/** The same, with a record of the calls. */
const RECORDING = [
  (text, { log }) => ({ toString () { log('toString'); return text } }),
  (text, { log }) => ({ valueOf () { log('valueOf'); return text } }),
  (text, { log }) => ({ toString () { log('toString'); throw new RangeError(text) } }),
  (text, { log }) => ({ [Symbol.toPrimitive] (hint) { log(hint); return text } }),
  (text, { log }) => ({
    calls: 0,
    toString () { log('toString'); return this.calls++ === 0 ? text : 'loopback' }
  }),
  (text, { log }) => ({
    length: text.length,
    lastIndexOf (sought) { log('lastIndexOf', sought); return text.lastIndexOf(sought) },
    substring (start, end) { log('substring', start, end); return text.substring(start, end) },
    toString () { return text }
  }),
  (text, { log }) => ({
    lastIndexOf (sought) { log('lastIndexOf', sought); return 1 },
    substring (start, end) { log('substring', start, end); return Object(text) }
  }),
  (text, { log }) => Object.assign(Object(text), {
    lastIndexOf (sought) {
      if (sought === '/') log('lastIndexOf')
      return text.lastIndexOf(sought)
    }
  })
]

/** As the whole trust argument. */
const LISTS = [
  (text) => [, text], // eslint-disable-line no-sparse-arrays
  (text) => [text, , text], // eslint-disable-line no-sparse-arrays
  (text) => Object.assign([text], { length: 3 }),
  (text) => new (class List extends Array {})(text, text),
  (text) => new Proxy([text, 'loopback'], {}),
  (text, { log }) => new Proxy([text, 'loopback'], {
    get (list, key) { log(String(key)); return list[key] }
  }),
  (text) => Object.assign(['10.0.0.1'], { slice () { return [text] } }),
  (text) => Object.assign(['10.0.0.1'], { slice () { return foreign.Array.of(text, 'loopback') } }),
  (text) => Object.assign(['10.0.0.1'], { slice: 1 }),
  // A copy that observes how it is read.
  (text, { log }) => Object.assign(['10.0.0.1'], {
    slice () {
      return new Proxy([text, 'loopback', '10.0.0.0/8'], {
        get (list, key) { log(String(key)); return list[key] }
      })
    }
  }),
  // One whose elements change each time they are read.
  (text, { log }) => Object.assign(['10.0.0.1'], {
    slice () {
      let reads = 0
      return new Proxy([text, text], {
        get (list, key) {
          log(String(key))
          return key === '0' || key === '1' ? [text, '10.0.0.0/8', 'loopback', '/'][reads++ % 4] : list[key]
        }
      })
    }
  }),
  (text, { log }) => Object.assign(['10.0.0.1'], {
    slice () {
      return Object.defineProperty([text, text, '127.0.0.1'], 1, {
        get () { log('read'); return text }
      })
    }
  }),
  (text, { log }) => Object.assign([text], {
    constructor: {
      [Symbol.species]: class List extends Array {
        splice (...args) { log('splice', ...args); return super.splice(...args) }
      }
    }
  }),
  (text) => Object.assign([text], { constructor: undefined }),
  (text) => Object.assign([text], {
    constructor: { [Symbol.species]: class List extends Array {} }
  }),
  (text, { log }) => Object.defineProperty(['10.0.0.1'], 0, {
    get () { log('read'); return text }
  }),
  (text) => Object.assign([text], { match () { return null } }),
  (text, { log }) => [
    'not an address',
    { toString () { log('toString'); throw new RangeError('later, but first') } }
  ],
  (text, { log }) => [
    { toString () { log('first'); return text } },
    { toString () { log('second'); return 'uniquelocal' } }
  ]
]

/** As the header. */
const HEADERS = [
  () => ({ length: 1 }), () => ({ length: NaN }), () => ({ length: -1 }),
  () => ({ length: '3' }), () => ({ length: 0 }), () => function (one) {},
  () => ['127.0.0.1', '10.0.0.1'], () => Buffer.alloc(0),
  (text, { log }) => ({
    length: text.length,
    charCodeAt (i) { log('charCodeAt', i); return text.charCodeAt(i) },
    substring (start, end) { log('substring', start, end); return text.substring(start, end) }
  }),
  (text, { log }) => ({
    length: text.length,
    charCodeAt (i) { return text.charCodeAt(i) },
    substring (start, end) { return start }
  }),
  (text, { log }) => Object.assign(Object(text), {
    charCodeAt (i) { return i % 3 === 0 ? 0x2c : 0x31 }
  })
]

/** As the request. */
const REQUESTS = [
  ...FALSY, () => 1, () => 'text', () => true, () => ({}), () => [], () => () => {},
  () => Symbol.for('x'), () => 1n,
  () => ({ headers: null }), () => ({ headers: undefined }), () => ({ headers: 1 }),
  () => ({ headers: {} }), () => ({ headers: {}, socket: null }),
  () => ({ headers: {}, connection: null }), () => ({ headers: {}, socket: 0, connection: '' }),
  () => ({ headers: {}, socket: true }), () => ({ headers: {}, socket: {} }),
  () => ({ socket: { remoteAddress: '127.0.0.1' } }),
  () => ({ headers: { 'x-forwarded-for': [1] } })
]

module.exports = {
  Made,
  foreign,
  materialise,
  ADDRESSES: [...FALSY, ...PLAIN, ...AROUND, ...RECORDING],
  ELEMENTS: [...FALSY, ...PLAIN, ...AROUND, ...RECORDING],
  HEADERS: [...FALSY, ...PLAIN, ...AROUND, ...RECORDING, ...HEADERS, ...HEADERS],
  LISTS: [...FALSY, ...PLAIN, ...AROUND, ...RECORDING, ...LISTS, ...LISTS],
  PEERS: [...FALSY, ...PLAIN, ...AROUND, ...RECORDING],
  REQUESTS
}
