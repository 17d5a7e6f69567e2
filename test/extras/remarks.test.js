'use strict'

/*
 * Cases in which the address is correct but not what the user expects, by kind, and what
 * explain() remarks on them. Each row is [request, setting or trust, the code of the
 * remark or the reason, what the text says, what it does not say].
 */

const assert = require('node:assert/strict')
const { describe, it } = require('mocha')
const proxyaddr = require('../../lib')
const { lists } = require('../../lib/lists')
const { createResolver } = require('../../lib/resolver')

const { trustProxy } = proxyaddr

const EDGE = lists.googleLoadBalancers()

const CLIENT = '198.51.100.7'

/** Makes a request from a peer, with X-Forwarded-For or with other headers. */
function from (remoteAddress, headers, more = {}) {
  return { headers: typeof headers === 'string' ? { 'x-forwarded-for': headers } : headers, socket: { remoteAddress }, ...more }
}

const unread = (name) => [from('10.0.0.1', { [name]: CLIENT }), '10.0.0.0/24', 'other-header', new RegExp(`${name} is present, but not read: have the proxy send X-Forwarded-For`)]
const spelt = (name) => [from('10.0.0.1', { [name]: CLIENT }), '10.0.0.0/24', 'header-spelling', new RegExp(`"${name}" is another spelling of X-Forwarded-For`), /there is no X-Forwarded-For/]
const near = (address, setting, text) => [from(address, CLIENT), setting, 'near-miss', text]
const fault = (text, instead) => [from('10.0.0.1', text), '10.0.0.0/24', instead ? 'without-fault' : 'not an address', instead ? new RegExp(`it is ${instead}: have the proxy`) : /^client .*: not an address: /]
const wrong = (req, text) => [req, '10.0.0.0/8', 'not-a-request', text]
const asTrust = (trust, text = /explain\(req, trustProxy\(setting\)\)/) => [from('10.0.0.1', CLIENT), () => trust, 'setting-as-trust', text]

class Ctx {
  constructor (values) { Object.assign(this, values) }
}

const KINDS = {
  'headers that are not read': [
    unread('x-real-ip'), unread('cf-connecting-ip'), unread('true-client-ip'), unread('fly-client-ip'), unread('forwarded'),
    unread('X-Client-IP'), unread('x-envoy-external-address'), unread('fastly-client-ip'), unread('x-azure-clientip'), unread('cf-connecting-ipv6'),
    unread('x-original-forwarded-for'), unread('cloudfront-viewer-address'), unread('remote_addr'), unread('x-ms-forwarded-client-ip'), unread('forwarded-for'),
    [from('10.0.0.1', { 'x-real-ip': CLIENT, 'x-forwarded-for': '10.0.0.2' }), '10.0.0.0/24', 'itself trusted', /note: x-real-ip is present, but not read/],
    [from('10.0.0.1', { via: CLIENT, 'x-gzip': '1', 'x-forwarded-host': CLIENT, 'x-email-address': 'a' }), '10.0.0.1', 'no header', /^client/, /note/],
    [from('10.0.0.1', { 'x-real-ip': CLIENT, forwarded: `for=${CLIENT}` }), '10.0.0.1', 'other-header', /x-real-ip, forwarded are present/],
    [from('10.0.0.1', { 'x-real-ip': CLIENT, 'x-forwarded-for': ' , ' }), '10.0.0.1', 'other-header', /no entries/]
  ],
  'other spellings of the name': [spelt('X-Forwarded-For'), spelt('X-FORWARDED-FOR'), spelt('x_forwarded_for'), spelt('HTTP_X_FORWARDED_FOR'), spelt('xForwardedFor')],
  'headers that are not an object of properties': [
    [from('10.0.0.1', new Headers({ 'x-forwarded-for': CLIENT })), '10.0.0.1', 'headers-object', /Headers object.*Object\.fromEntries/, /there is no/],
    [from('10.0.0.1', new Map([['x-forwarded-for', CLIENT]])), '10.0.0.1', 'headers-object', /Map object/],
    [from('10.0.0.1', ['X-Forwarded-For', CLIENT]), '10.0.0.1', 'headers-object', /headers is an array/],
    [from('10.0.0.1', Object('X-Forwarded-For: 1')), '10.0.0.1', 'no header', /^client/],
    [{ headers: 'X-Forwarded-For: 192.0.2.1', socket: { remoteAddress: '10.0.0.1' } }, '10.0.0.1', 'headers-object', /headers is text/],
    [from('10.0.0.1', { 'x-forwarded-for': [CLIENT] }), '10.0.0.1', 'header-array', /must be one text.*join its elements/]
  ],
  'values that are not requests': [
    wrong(new Request('http://x.example'), /A web Request has neither socket nor connection: pass the request of node:http/),
    wrong({ headers: {} }, /What was given has neither socket nor connection/),
    wrong({ socket: {} }, /has no headers, or neither/),
    wrong({ headers: { 'X-Forwarded-For': CLIENT }, requestContext: {} }, /A function's event has neither/),
    wrong({ multiValueHeaders: {}, headers: {} }, /A function's event/),
    wrong({ id: 'a', handshake: { headers: {} } }, /A socket of Socket\.IO has neither/),
    wrong({ headers: {}, issued: 1, address: '10.0.0.1' }, /A handshake of Socket\.IO/),
    wrong({ headers: {}, requestContext: {} }, /names of headers in lower case.*sourceIp of its requestContext/),
    wrong({ headers: {}, issued: 1 }, /pass the request of its socket, socket\.request/),
    wrong({ _socket: {} }, /A socket of ws.*event "connection"/), wrong({ upgradeReq: {} }, /pass its upgradeReq/),
    wrong({ ':path': '/' }, /An object of headers/), wrong({ 'x-forwarded-for': CLIENT }, /An object of headers has no headers/),
    wrong(new Ctx({ req: { raw: {} }, env: { incoming: { socket: {} } } }), /pass its "env\.incoming"/),
    wrong(new Ctx({ req: {}, request: { connection: {} } }), /pass its "request"/),
    wrong(new Ctx({ req: {} }), /pass its "req"/),
    wrong({ raw: {} }, /pass its "raw"/),
    wrong(new Proxy({}, {}), /What was given/),
    [from('10.0.0.1', CLIENT, { ip: '192.0.2.9' }), '10.0.0.1', 'own-ip', /an ip property of its own, "192\.0\.2\.9"/]
  ],
  'clients that are not addresses': [
    fault('198.51.100.7:50123', CLIENT.replaceAll('.', '\\.')), fault('[2001:db8::7]:443', '2001:db8::7'), fault('2001:db8::7:50123', '2001:db8::7'),
    fault('unknown'), fault('_hidden'), fault('-'), fault('localhost'), fault('"198.51.100.7"', '198\\.51\\.100\\.7'), fault('for=198.51.100.7', '198\\.51\\.100\\.7'), fault('\t198.51.100.7', '198\\.51\\.100\\.7'),
    fault('198.51.100.0/24'), fault('00:11:22:33:44:55'), fault('client.example'), fault('198.51.100.7 x'),
    [from('10.0.0.1', '198.51.100.7 192.0.2.9'), 1, 'several-addresses', /These are 2 addresses, and none is read: have the proxy put commas/],
    [from('10.0.0.1', '198.51.100.7;192.0.2.9;192.0.2.8'), 1, 'several-addresses', /3 addresses/], fault('x'.repeat(1000)),
    [from('10.0.0.1', 'unknown'), 1, 'not an address', /^client unknown: not an address/],
    [from('10.0.0.1', `unknown, ${CLIENT}:80`), 1, 'without-fault', /^client 198\.51\.100\.7:80: not an address: a port/],
    [from('10.0.0.1', '198.51.100.7:1'), true, 'not an address', /not an address: a port/],
    [from(undefined, CLIENT), '10.0.0.1', 'no socket address', /^client unknown: the socket has no address/],
    [from(undefined, CLIENT), 'loopback', 'no-peer-address', /Unix socket.*number of hops, or a function/],
    [from('', CLIENT), () => () => false, 'no socket address', /^client/, /note/]
  ],
  'ends of the chain': [
    [from('10.0.0.1', CLIENT), 2, 'too few hops', /^client 198\.51\.100\.7: the last, because there are fewer entries than the 2 hops that are trusted/],
    [from('10.0.0.1', `${CLIENT}, 10.0.0.2`), 5, 'too few hops', /the 5 hops/],
    [from('10.0.0.1', CLIENT), 1, 'end of chain', /every hop before it is trusted, and it is the last/, /fewer/],
    [from('10.0.0.1', CLIENT), true, 'end of chain', /everybody is trusted: whoever sent it may have chosen it/],
    [from('10.0.0.1', '10.0.0.9'), '10.0.0.0/24', 'itself trusted', /itself trusted: one of your proxies, which did not pass on the address of its caller/],
    [from('127.0.0.1', '::1'), 'loopback', 'itself trusted', /itself trusted/],
    [from('127.0.0.1', CLIENT), 'loopback', 'end of chain', /^client/, /itself/]
  ],
  'peers that are not trusted': [
    [from('192.0.2.1', CLIENT), '10.0.0.1', 'untrusted', /^client 192\.0\.2\.1: the peer, which is not trusted, so X-Forwarded-For is not read/],
    [from('127.0.0.1', CLIENT), false, 'nobody-trusted', /so X-Forwarded-For is not read.*\n[^]*Nobody is trusted.*127\.0\.0\.1 is this host, so if your proxy runs here, set "trust proxy" to "loopback"/],
    [from('10.0.0.7', CLIENT), [], 'nobody-trusted', /if 10\.0\.0\.7 is your proxy, set "trust proxy" to its address/],
    [from('127.0.0.1', `${CLIENT}, 192.0.2.9`), 1, 'last-hop', /The number of hops, 1, ends here: if 192\.0\.2\.9 is a proxy or CDN/],
    [from('127.0.0.1', CLIENT), 1, 'end of chain', /^client/, /ends here/],
    [from('10.0.0.1', `1.2.3.4, ${CLIENT}`), 2, 'counted-client',
      /198\.51\.100\.7 is public, and trusted only by the number of hops: if it is not a proxy of yours, the number is too high, it is the client, and it made up 1\.2\.3\.4$/m],
    [from('10.0.0.1', '6.6.6.6, 1.2.3.4, 2001:db8::7, 10.0.0.2'), 3, 'counted-client', /2001:db8::7 is public.*made up 1\.2\.3\.4/],
    [from('10.0.0.1', 'x, 192.0.2.1'), 5, 'counted-client', /192\.0\.2\.1 is public.*made up x/],
    ...['10.0.0.2', '127.0.0.1', '::ffff:192.168.0.1', '169.254.1.1', '100.64.0.1', 'fd00::1', '::1'].map((hop) =>
      [from('192.0.2.1', `${CLIENT}, ${hop}`), 2, 'end of chain', /^client/, /is public/]),
    [from('10.0.0.1', `1.2.3.4, ${CLIENT}, 10.0.0.2`), 2, 'last-hop', /^client/, /is public/],
    [from('192.0.2.1', CLIENT), 1, 'end of chain', /^client/, /is public/], [from('10.0.0.1', `1.2.3.4, ${CLIENT}`), Infinity, 'end of chain', /^client/, /is public/],
    [from('10.0.0.1', '1.2.3.4, x'), 2, 'end of chain', /^client/, /is public/], [from('10.0.0.1', `1.2.3.4, ${CLIENT}`), CLIENT, 'untrusted', /^client/, /is public/],
    [from('192.0.2.1', {}), '10.0.0.1', 'no header', /there is no X-Forwarded-For/, /not read/]
  ],
  'addresses that seem to be trusted': [
    near('100.64.1.1', 'loopback, linklocal, uniquelocal', /100\.64\.0\.0\/10, the shared address space/),
    near('::ffff:100.127.0.1', 'uniquelocal', /shared address space/), near('::1', '127.0.0.1', /"loopback" covers both/),
    near('::ffff:127.0.0.1', '::1', /127\.0\.0\.1 is this host/), near('127.0.1.1', '127.0.0.1', /this host/),
    near('172.18.0.4', 'loopback', /"uniquelocal" would trust/), near('fd12::1', '10.0.0.0/8', /private address/),
    near('fe80::1', 'uniquelocal', /"linklocal" would trust/), near('172.32.0.1', 'uniquelocal', /is a public address/),
    near('192.167.0.1', 'uniquelocal', /is a public address/), near('fec0::1', 'uniquelocal', /site-local/),
    [from('10.0.0.1', `${CLIENT}, 10.9.0.1`), '10.0.0.1', 'near-miss', /10\.9\.0\.1 is a private address/],
    [from('10.0.0.1', '10.9.0.1'), '10.0.0.1', 'end of chain', /^client/, /private/],
    [from('203.0.113.1', CLIENT), 'loopback', 'untrusted', /^client/, /note/]
  ],
  'addresses that another header names': [
    [from('10.0.0.1', { 'cf-connecting-ip': CLIENT, 'x-forwarded-for': `${CLIENT}, 192.0.2.9` }), 1, 'named-elsewhere',
      /cf-connecting-ip names 198\.51\.100\.7, which was not reached: if 192\.0\.2\.9 is a proxy or CDN of yours.*one hop more/],
    [from('10.0.0.1', { 'x-real-ip': '192.0.2.8', 'x-forwarded-for': `${CLIENT}, 192.0.2.9` }), 1, 'last-hop', /^client/, /x-real-ip/],
    [from('10.0.0.1', { 'x-real-ip': '192.0.2.9', 'x-forwarded-for': `${CLIENT}, 192.0.2.9` }), 1, 'last-hop', /^client/, /x-real-ip/],
    [from('10.0.0.1', { 'x-real-ip': CLIENT, 'x-forwarded-for': CLIENT }), '127.0.0.2', 'untrusted', /^client/, /x-real-ip/]
  ],
  'clients that are inside a trusted subnet': [
    [from('10.0.0.1', `${CLIENT}, 10.9.0.1`), 'uniquelocal', 'trusted-client', /10\.9\.0\.1 is trusted by uniquelocal: if it is a client/],
    [from('10.0.0.1', `1.2.3.4, ${CLIENT}, 10.9.0.1`), '10.0.0.0/8', 'trusted-client', /could have written everything to its left/],
    [from('10.0.0.1', `${CLIENT}, 10.9.0.1`), '10.0.0.0/8', 'trusted-client', /./],
    [from('10.0.0.1', `${CLIENT}, 10.0.0.2`), '10.0.0.0/24', 'end of chain', /^client/, /note/],
    [from('10.0.0.1', `${CLIENT}, 192.0.2.1`), '10.0.0.0/8, 192.0.0.0/8', 'end of chain', /^client/, /note/],
    [from('127.0.0.1', `${CLIENT}, 127.0.0.1`), 'loopback', 'end of chain', /^client/, /note/]
  ],
  'trust arguments of the wrong kind': [
    asTrust(EDGE, /live list, and not its trust function: explain\(req, edge\.trust\)/),
    asTrust(createResolver({ hops: 1 }), /a resolver, and not a trust function: call client\.explain\(req\)/),
    asTrust(true), asTrust(1), asTrust(false), asTrust(''), asTrust({}), asTrust('loopback, 10.0.0.0/8', /text with commas must go through trustProxy/),
    [from('10.0.0.1', CLIENT), () => 'blargh', undefined, /^no client: invalid IP address: blargh/, /trustProxy/],
    [from('::ffff:10.0.0.1', CLIENT), () => (addr) => addr === '10.0.0.1', 'mapped-text', /called with the text ::ffff:10\.0\.0\.1, and not with 10\.0\.0\.1: compile\(\)/],
    [from('10.0.0.2', CLIENT), () => (addr) => addr === '10.0.0.1', 'untrusted', /^client/, /note/],
    [from('10.0.0.1', CLIENT), () => () => 'false', 'end of chain', /by the function, which returned a truthy string/],
    [from('10.0.0.1', CLIENT), () => async () => false, 'end of chain', /is the function async/]
  ]
}

function explain (peer, header, trust) {
  return proxyaddr.explain(from(peer, { 'x-forwarded-for': header }), trust)
}

describe('an explanation', () => {
  for (const [kind, rows] of Object.entries(KINDS)) {
    rows.forEach(([req, setting, wanted, has, lacks], i) => {
      it(`remarks on ${kind}, ${i + 1}: ${String(has).slice(1, 40)}`, () => {
        const explanation = proxyaddr.explain(req, typeof setting === 'function' ? setting() : trustProxy(setting))
        const { reason, remarks = [] } = JSON.parse(JSON.stringify(explanation))
        const text = String(explanation)

        assert.ok([reason, ...remarks.map(({ code }) => code)].includes(wanted), text)
        assert.match(text, has)
        if (lacks) assert.doesNotMatch(text, lacks)
        assert.match(text, /^[ -~\n]+$/)
      })
    })
  }

  it('runs no code of the user to find remarks', () => {
    const fail = () => assert.fail('called')
    const trap = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail })
    const req = Object.defineProperties({ headers: {}, socket: { remoteAddress: '10.0.0.1' } }, { ip: { get: fail }, handshake: { get: fail } })

    assert.equal(proxyaddr.explain(req, '10.0.0.1').remarks, undefined)
    assert.equal(proxyaddr.explain(req, '10.0.0.1').address, '10.0.0.1')
    assert.equal(proxyaddr.explain({ headers: Object.defineProperty({}, 'x-real-ip', { get: fail, enumerable: true }), socket: {} }, '10.0.0.1').remarks[0].code, 'other-header')
    assert.equal(proxyaddr.explain({ headers: {}, req: trap }, '10.0.0.1').remarks[0].code, 'not-a-request')
  })

  it('has at most five remarks, and names at most four headers', () => {
    const headers = { 'X-Forwarded-For': CLIENT }
    for (const name of ['forwarded', 'x-real-ip', 'true-client-ip', 'x-client-ip', 'client-ip']) headers[name] = CLIENT
    const { remarks } = proxyaddr.explain(from('10.0.0.1', headers, { ip: 'x' }), '10.0.0.1')

    assert.deepEqual(remarks.map(({ code }) => code), ['header-spelling', 'other-header', 'own-ip'])
    assert.match(remarks[1].message, /^forwarded, x-real-ip, true-client-ip, x-client-ip are present/)
  })
})

describe('an explanation of odd input', () => {
  it('describes odd requests', () => {
    assert.equal(proxyaddr.explain({}, '10.0.0.1').error,
      "Cannot read properties of undefined (reading 'x-forwarded-for')")
    assert.equal(String(proxyaddr.explain({}, '10.0.0.1')).split('\n')[0],
      "no client: Cannot read properties of undefined (reading 'x-forwarded-for')")
    assert.equal(proxyaddr.explain({ headers: {} }, '10.0.0.1').error,
      "Cannot read properties of undefined (reading 'remoteAddress')")
    assert.equal(proxyaddr.explain({ headers: {}, connection: { remoteAddress: '::1' } }, 'loopback').address, '::1')
    assert.equal(explain('10.0.0.1', ['a'], '10.0.0.1').error,
      'header.charCodeAt is not a function: X-Forwarded-For is an array, not text')
    assert.equal(explain('10.0.0.1', { length: 1 }, '10.0.0.1').error,
      'header.charCodeAt is not a function: X-Forwarded-For is an object, not text')
    const header = { length: 1, charCodeAt () { throw new RangeError('mine') } }
    assert.equal(explain('10.0.0.1', header, '10.0.0.1').error, 'mine')
  })

  it('describes odd addresses', () => {
    const fault = (peer) => explain(peer, 'a', '10.0.0.1').hops[0].fault.message

    assert.equal(fault(undefined), 'no address')
    assert.equal(fault(null), 'no address')
    assert.equal(fault(1), 'a number, not text')
    assert.equal(fault(['10.0.0.1']), 'an array, not text')
    assert.equal(fault({}), 'an object, not text')
    assert.equal(fault(Proxy.revocable({}, {}).proxy), 'an object, not text')
    assert.equal(fault(Object('x')), 'a name')
    assert.equal(String(explain({}, 'a', '10.0.0.1')).split('\n')[0],
      'client unknown: the socket has no address, so it is not trusted')
  })

  it('reads the entries of a String object, but gives no offsets', () => {
    const { address, hops } = explain(Object('10.0.0.1'), Object('192.0.2.1, 10.0.0.2'), '10.0.0.0/8')

    assert.equal(address, '192.0.2.1')
    assert.deepEqual(hops.map(({ text, start }) => [text, start]),
      [['10.0.0.1', undefined], ['10.0.0.2', undefined], ['192.0.2.1', undefined]])
    assert.equal(hops[0].by.entry, '10.0.0.0/8')
  })

  it('trusts a String object by its text, and then names no entry', () => {
    const peer = Object.assign(Object('x'), { toString: () => '10.0.0.1' })

    assert.deepEqual(explain(peer, 'a', '10.0.0.1').hops[0].by, { rule: 'list' })
    assert.match(String(explain(peer, 'a', '10.0.0.1')), /trusted {4}by the list/)
  })

  it('escapes and shortens text from the request', () => {
    assert.equal(String(explain('10.0.0.1', `\x1b[1m\n\u2028, ${'9'.repeat(400)}`, ['10.0.0.1'])), [
      `client ${'9'.repeat(61)}...: not an address: "${'9'.repeat(61)}..." has more than 32 bits, at 0`,
      '  socket  10.0.0.1' + ' '.repeat(56) + '  trusted      by 10.0.0.1',
      `  8-408   ${'9'.repeat(61)}...  untrusted    "${'9'.repeat(61)}..." has more than 32 bits, at 0; <= client`,
      '  0-6     "\\u001b[1m\\n\\u2028"' + ' '.repeat(45) + '  not reached  a bracket, "[", at 1; may be forged'
    ].join('\n'))
    assert.equal(String(explain('10.0.0.1', 'x', '\n\x1b')).split('\n')[0], 'no client: invalid IP address: \\u000a\\u001b')
  })

  it('limits the width of each cell, whatever is escaped in it', () => {
    const header = Array.from({ length: 8 }, () => '\u0001\u009b\u202e"'.repeat(600)).join()
    const text = String(explain('10.0.0.1', header, proxyaddr.trustProxy(true)))

    assert.match(text, /^[ -~\n]+$/)
    for (const line of text.split('\n')) assert.ok(line.length < 250, line)
    assert.ok(String(explain('10.0.0.1', 'x', '\u001b'.repeat(1e5))).length < 1000)
  })

  it('is not affected by additions to Object.prototype', () => {
    for (const name of ['get', 'set', 'value', 'writable']) {
      Object.prototype[name] = () => 1 // eslint-disable-line no-extend-native
      try {
        assert.equal(explain('10.0.0.1', '192.0.2.1', '10.0.0.1').address, '192.0.2.1')
      } finally {
        delete Object.prototype[name]
      }
    }
  })
})
