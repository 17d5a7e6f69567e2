'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { request, throwsTypeError } = require('./helpers')

const { all } = proxyaddr

const PEER = '127.0.0.1'

const WAYS = [
  ['all() without trust', (req) => all(req)],
  ['all() with a compiled set', (req) => all(req, 'loopback')],
  ['all() with a function', (req) => all(req, () => true)],
  ['proxyaddr() with a compiled set', (req) => [proxyaddr(req, 'loopback')]],
  ['proxyaddr() with a compiled function', (req) => [proxyaddr(req, proxyaddr.compile(['loopback']))]],
  ['proxyaddr() with a function', (req) => [proxyaddr(req, () => true)]]
]

/* eslint-disable no-new-wrappers */
const NO_HEADER = [
  ['undefined', undefined], ['null', null], ['the empty string', ''], ['zero', 0], ['NaN', NaN],
  ['false', false], ['0n', 0n], ['a number', 42], ['true', true], ['a bigint', 1n],
  ['a symbol', Symbol('10.0.0.1')], ['an object', {}], ['a Set', new Set(['10.0.0.1'])],
  ['a Date', new Date(0)], ['an empty array', []], ['an empty Buffer', Buffer.alloc(0)],
  ['a function without parameters', () => '10.0.0.1'], ['an empty String object', new String('')],
  ['an object of length 0', { length: 0 }], ['an object of a negative length', { length: -3 }]
]

const NO_TEXT = [
  ['an array', ['10.0.0.1'], 'header.charCodeAt is not a function'],
  ['an array of several', ['10.0.0.1', '10.0.0.2'], 'header.charCodeAt is not a function'],
  ['a Buffer', Buffer.from('10.0.0.1'), 'header.charCodeAt is not a function'],
  ['an object of length 1', { length: 1 }, 'header.charCodeAt is not a function'],
  ['a function with a parameter', (a) => a, 'header.charCodeAt is not a function'],
  ['an object without a real length', { length: NaN }, 'header.substring is not a function']
]

describe('a header that is no string', () => {
  for (const [way, call] of WAYS) {
    describe(`given to ${way}`, () => {
      for (const [name, header] of NO_HEADER) {
        it(`is no header: ${name}`, () => {
          const req = { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: PEER } }

          assert.deepEqual(call(req), [PEER])
        })
      }

      for (const [name, header, message] of NO_TEXT) {
        it(`is refused: ${name}`, () => throwsTypeError(() => call(request(PEER, header)), message))
      }

      it('is its string: a String object', () => {
        assert.equal(call(request(PEER, new String(' 10.0.0.1 ,'))).at(-1), '10.0.0.1')
      })
    })
  }

  it('gives primitive strings if it is a String object', () => {
    assert.deepEqual(all(request(PEER, new String('10.0.0.1, 10.0.0.2'))),
      [PEER, '10.0.0.2', '10.0.0.1'])
    assert.equal(typeof proxyaddr(request(PEER, new String('10.0.0.1')), 'loopback'), 'string')
  })
  /* eslint-enable no-new-wrappers */

  it('is asked for its units from the right and for its parts if it can be', () => {
    const calls = []
    const header = {
      length: 3,
      charCodeAt (i) { calls.push(['charCodeAt', i]); return 'a,b'.charCodeAt(i) },
      substring (start, end) { calls.push(['substring', start, end]); return [start, end] }
    }

    assert.deepEqual(all(request(PEER, header)), [PEER, [2, 3], [0, 1]])
    assert.deepEqual(calls, [
      ['charCodeAt', 2], ['charCodeAt', 1], ['substring', 2, 3], ['charCodeAt', 0], ['substring', 0, 1]
    ])
  })

  it('gives what it likes, which a compiled set does not trust', () => {
    const header = { length: 1, charCodeAt: () => 0x61, substring: () => 2130706433 }

    assert.equal(proxyaddr(request(PEER, header), 'loopback'), 2130706433)
  })

  it('is taken apart before any function is asked', () => {
    const events = []
    const header = {
      length: 5,
      charCodeAt (i) { events.push(i); return 'a,b,c'.charCodeAt(i) },
      substring: (start, end) => 'a,b,c'.substring(start, end)
    }

    assert.equal(proxyaddr(request(PEER, header), (address) => events.push(address) && false), PEER)
    assert.deepEqual(events, [4, 3, 2, 1, 0, PEER])
  })

  it('may throw anything, which passes unchanged', () => {
    const thrown = new RangeError('mine')
    const header = { length: 1, charCodeAt () { throw thrown } }

    for (const [, call] of WAYS) {
      assert.throws(() => call(request(PEER, header)), (error) => error === thrown)
    }
  })
})
