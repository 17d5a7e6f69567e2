'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { request, show } = require('./helpers')

const { all } = proxyaddr

const PEER = '127.0.0.1'

/** What a header holds, nearest first, as all() tells it. */
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

describe('a header with', () => {
  for (const [subject, rows] of HEADERS) {
    describe(subject, () => {
      for (const [header, entries] of rows) {
        it(`${show(header)} holds ${show(entries)}`, () => {
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
  it('is the one called x-forwarded-for, in lower case', () => {
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
