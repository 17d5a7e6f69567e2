'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { request, show, throwsTypeError } = require('../support/rules')

const { all } = proxyaddr

const PEER = '127.0.0.1'

/** The entries of a header, nearest first, as all() returns them. */
const HEADERS = [
  ['one entry', [
    ['10.0.0.1', ['10.0.0.1']],
    ['x', ['x']],
    ['not an address', ['not an address']]
  ]],
  ['several entries, the nearest of which is the last', [
    ['10.0.0.1,10.0.0.2', ['10.0.0.2', '10.0.0.1']],
    ['a,b,c,d,e', ['e', 'd', 'c', 'b', 'a']],
    ['10.0.0.1, 10.0.0.1', ['10.0.0.1', '10.0.0.1']]
  ]],
  ['spaces around entries, which do not count', [
    ['10.0.0.1, 10.0.0.2', ['10.0.0.2', '10.0.0.1']],
    ['  10.0.0.1  ,  10.0.0.2  ', ['10.0.0.2', '10.0.0.1']],
    [' 10.0.0.1', ['10.0.0.1']],
    ['10.0.0.1 ', ['10.0.0.1']],
    [`${' '.repeat(300)}a${' '.repeat(300)},${' '.repeat(300)}b${' '.repeat(300)}`, ['b', 'a']]
  ]],
  ['spaces inside entries, which stay', [
    ['a b', ['a b']],
    [' a  b , c   d ', ['c   d', 'a  b']]
  ]],
  ['other white space, which stays', [
    ['\t10.0.0.1,10.0.0.2\t', ['10.0.0.2\t', '\t10.0.0.1']],
    ['10.0.0.1,\t10.0.0.2', ['\t10.0.0.2', '10.0.0.1']],
    [' \t , a', ['a', '\t']],
    ['\u00a010.0.0.1\u00a0', ['\u00a010.0.0.1\u00a0']],
    ['a\r\n,\r\nb', ['\r\nb', 'a\r\n']],
    ['\ufeffa,\u2003b,\vc,\fd', ['\fd', '\vc', '\u2003b', '\ufeffa']]
  ]],
  ['empty entries, which do not count', [
    [',', []],
    [',,,', []],
    [' ', []],
    [' , ,, ', []],
    [',10.0.0.1', ['10.0.0.1']],
    ['10.0.0.1,', ['10.0.0.1']],
    ['10.0.0.1,,10.0.0.2', ['10.0.0.2', '10.0.0.1']],
    [', , 10.0.0.1 , , 10.0.0.2 , , ', ['10.0.0.2', '10.0.0.1']],
    [','.repeat(1000), []]
  ]],
  ['quotes, brackets and ports, which mean nothing', [
    ['"10.0.0.1, 10.0.0.2"', ['10.0.0.2"', '"10.0.0.1']],
    ['[::1]:80, 10.0.0.1:80', ['10.0.0.1:80', '[::1]:80']],
    ['for=10.0.0.1;by=10.0.0.2', ['for=10.0.0.1;by=10.0.0.2']],
    ['a\\,b', ['b', 'a\\']]
  ]],
  ['any other text, which stays as it is', [
    ['unknown, _hidden', ['_hidden', 'unknown']],
    ['\0,a\0b', ['a\0b', '\0']],
    ['\u00ff, \u00e9', ['\u00e9', '\u00ff']],
    ['\ud800, \udc00', ['\udc00', '\ud800']],
    ['\u{1f600}\u{1f600}, b', ['b', '\u{1f600}\u{1f600}']],
    ['a\uff0cb, c\u3000', ['c\u3000', 'a\uff0cb']]
  ]]
]

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

describe('a header with', () => {
  for (const [subject, rows] of HEADERS) {
    describe(subject, () => {
      for (const [header, entries] of rows) {
        it(`${show(header)} contains ${show(entries)}`, () => {
          const req = request(PEER, header)
          const seen = []

          assert.deepEqual(all(req), [PEER, ...entries])
          assert.deepEqual(all(req, () => true), [PEER, ...entries])
          assert.equal(proxyaddr(req, () => true), [PEER, ...entries].at(-1))
          proxyaddr(req, (address) => seen.push(address))
          assert.deepEqual(seen, [PEER, ...entries].slice(0, -1))
        })

        it(`${show(header)} gives a compiled trust function ${show(entries[0] ?? PEER)}`, () => {
          const req = request(PEER, header)
          const trusted = entries[0] === '10.0.0.2' ? 1 : 0

          assert.equal(proxyaddr(req, 'loopback'), entries[0] ?? PEER)
          assert.deepEqual(all(req, 'loopback'), [PEER, ...entries.slice(0, 1)])
          assert.deepEqual(all(req, ['loopback', '10.0.0.2']), [PEER, ...entries.slice(0, 1 + trusted)])
        })
      }
    })
  }
})

describe('the header', () => {
  it('is named x-forwarded-for, in lower case', () => {
    const socket = { remoteAddress: PEER }

    for (const name of ['X-Forwarded-For', 'X-FORWARDED-FOR', 'forwarded', 'x-real-ip', 'x_forwarded_for']) {
      assert.deepEqual(all({ headers: { [name]: '10.0.0.1' }, socket }), [PEER])
      assert.equal(proxyaddr({ headers: { [name]: '10.0.0.1' }, socket }, 'loopback'), PEER)
    }
  })

  it('may be inherited', () => {
    const req = { headers: Object.create({ 'x-forwarded-for': '10.0.0.1' }), socket: { remoteAddress: PEER } }

    assert.deepEqual(all(req), [PEER, '10.0.0.1'])
    assert.equal(proxyaddr(req, 'loopback'), '10.0.0.1')
  })

  it('may be among headers without a prototype', () => {
    const headers = Object.assign(Object.create(null), { 'x-forwarded-for': '10.0.0.1' })

    assert.equal(proxyaddr({ headers, socket: { remoteAddress: PEER } }, 'loopback'), '10.0.0.1')
  })

  it('is read again at each call', () => {
    const req = request(PEER, '10.0.0.1')

    assert.equal(proxyaddr(req, 'loopback'), '10.0.0.1')
    req.headers['x-forwarded-for'] = '10.0.0.2'
    assert.equal(proxyaddr(req, 'loopback'), '10.0.0.2')
    delete req.headers['x-forwarded-for']
    assert.equal(proxyaddr(req, 'loopback'), PEER)
  })
})

describe('a header that is not a string', () => {
  for (const [way, call] of WAYS) {
    describe(`given to ${way}`, () => {
      for (const [name, header] of NO_HEADER) {
        it(`counts as no header: ${name}`, () => {
          const req = { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: PEER } }

          assert.deepEqual(call(req), [PEER])
        })
      }

      for (const [name, header, message] of NO_TEXT) {
        it(`is refused: ${name}`, () => throwsTypeError(() => call(request(PEER, header)), message))
      }

      it('counts as its string: a String object', () => {
        assert.equal(call(request(PEER, new String(' 10.0.0.1 ,'))).at(-1), '10.0.0.1')
      })
    })
  }

  it('yields primitive strings if it is a String object', () => {
    assert.deepEqual(all(request(PEER, new String('10.0.0.1, 10.0.0.2'))),
      [PEER, '10.0.0.2', '10.0.0.1'])
    assert.equal(typeof proxyaddr(request(PEER, new String('10.0.0.1')), 'loopback'), 'string')
  })
  /* eslint-enable no-new-wrappers */

  it('is read unit by unit from the right, and by its parts, if it has the methods', () => {
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

  it('may return anything, which a compiled set does not trust', () => {
    const header = { length: 1, charCodeAt: () => 0x61, substring: () => 2130706433 }

    assert.equal(proxyaddr(request(PEER, header), 'loopback'), 2130706433)
  })

  it('is split before any trust function is called', () => {
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
