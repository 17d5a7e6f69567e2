'use strict'

/*
 * Cases in which the address is correct but not what the user expects, by kind, and
 * what explain() remarks on them. Each row is [request, setting or trust, the code of
 * the remark or the reason, what the text says, what it does not say].
 */

const assert = require('node:assert/strict')
const { describe, it } = require('mocha')
const { explain, trustProxy } = require('../../lib')

const CLIENT = '198.51.100.7'

/** Makes a request from a peer, with X-Forwarded-For or with other headers. */
function from (remoteAddress, headers, more = {}) {
  return { headers: typeof headers === 'string' ? { 'x-forwarded-for': headers } : headers, socket: { remoteAddress }, ...more }
}

const unread = (name) => [from('10.0.0.1', { [name]: CLIENT }), '10.0.0.0/24', 'other-header', new RegExp(`${name} is there, and not read: have the proxy send X-Forwarded-For`)]
const spelt = (name) => [from('10.0.0.1', { [name]: CLIENT }), '10.0.0.0/24', 'header-spelling', new RegExp(`"${name}" is there by another spelling`), /there is no X-Forwarded-For/]
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
    unread('X-Client-IP'), unread('x-envoy-external-address'),
    [from('10.0.0.1', { 'x-real-ip': CLIENT, forwarded: `for=${CLIENT}` }), '10.0.0.1', 'other-header', /x-real-ip, forwarded are there/],
    [from('10.0.0.1', { 'x-real-ip': CLIENT, 'x-forwarded-for': ' , ' }), '10.0.0.1', 'other-header', /no entries/]
  ],
  'other spellings of the name': [spelt('X-Forwarded-For'), spelt('X-FORWARDED-FOR'), spelt('x_forwarded_for'), spelt('HTTP_X_FORWARDED_FOR')],
  'headers that are not an object of properties': [
    [from('10.0.0.1', new Headers({ 'x-forwarded-for': CLIENT })), '10.0.0.1', 'headers-object', /Headers object.*Object\.fromEntries/, /there is no/],
    [from('10.0.0.1', new Map([['x-forwarded-for', CLIENT]])), '10.0.0.1', 'headers-object', /Map object/],
    [from('10.0.0.1', ['X-Forwarded-For', CLIENT]), '10.0.0.1', 'headers-object', /headers is an array/]
  ],
  'values that are not requests': [
    wrong(new Request('http://x.example'), /A web Request has neither socket nor connection: pass the request of node:http/),
    wrong({ headers: {} }, /What was given has neither socket nor connection/),
    wrong({ socket: {} }, /has no headers, or neither/),
    wrong({ headers: { 'X-Forwarded-For': CLIENT }, requestContext: {} }, /A function's event has neither/),
    wrong({ multiValueHeaders: {}, headers: {} }, /A function's event/),
    wrong({ id: 'a', handshake: { headers: {} } }, /A socket of Socket\.IO has neither/),
    wrong({ headers: {}, issued: 1, address: '10.0.0.1' }, /A handshake of Socket\.IO/),
    wrong(new Ctx({ req: {} }), /pass its "req"/),
    wrong({ raw: {} }, /pass its "raw"/),
    wrong(new Proxy({}, {}), /What was given/),
    [from('10.0.0.1', CLIENT, { ip: '192.0.2.9' }), '10.0.0.1', 'own-ip', /an ip of its own, "192\.0\.2\.9"/]
  ],
  'clients that are not addresses': [
    fault('198.51.100.7:50123', CLIENT.replaceAll('.', '\\.')), fault('[2001:db8::7]:443', '2001:db8::7'), fault('2001:db8::7:50123', '2001:db8::7'),
    fault('unknown'), fault('_hidden'), fault('-'), fault('localhost'), fault('"198.51.100.7"'), fault('x'.repeat(1000)),
    [from('10.0.0.1', 'unknown'), 1, 'not an address', /^client unknown: not an address/],
    [from('10.0.0.1', `unknown, ${CLIENT}:80`), 1, 'without-fault', /^client 198\.51\.100\.7:80: not an address: a port/],
    [from('10.0.0.1', '198.51.100.7:1'), true, 'not an address', /not an address: a port/],
    [from(undefined, CLIENT), '10.0.0.1', 'no socket address', /^client unknown: the socket has no address/]
  ],
  'ends of the chain': [
    [from('10.0.0.1', CLIENT), 2, 'too few hops', /^client 198\.51\.100\.7: the last, after fewer entries than the 2 hops that are trusted/],
    [from('10.0.0.1', `${CLIENT}, 10.0.0.2`), 5, 'too few hops', /the 5 hops/],
    [from('10.0.0.1', CLIENT), 1, 'end of chain', /every hop before it is trusted, and it is the last/, /fewer/],
    [from('10.0.0.1', CLIENT), true, 'end of chain', /everybody is trusted: whoever sent it may have chosen it/],
    [from('10.0.0.1', '10.0.0.9'), '10.0.0.0/24', 'itself trusted', /itself trusted: one of your proxies, which did not pass its caller on/],
    [from('127.0.0.1', '::1'), 'loopback', 'itself trusted', /itself trusted/],
    [from('127.0.0.1', CLIENT), 'loopback', 'end of chain', /^client/, /itself/]
  ],
  'peers that are not trusted': [
    [from('192.0.2.1', CLIENT), '10.0.0.1', 'untrusted', /^client 192\.0\.2\.1: the peer, which is not trusted, so X-Forwarded-For is not read/],
    [from('127.0.0.1', CLIENT), false, 'untrusted', /so X-Forwarded-For is not read/],
    [from('192.0.2.1', {}), '10.0.0.1', 'no header', /there is no X-Forwarded-For/, /not read/]
  ],
  'addresses that seem to be trusted': [
    near('100.64.1.1', 'loopback, linklocal, uniquelocal', /100\.64\.0\.0\/10, the shared address space/),
    near('::ffff:100.127.0.1', 'uniquelocal', /shared address space/), near('::1', '127.0.0.1', /"loopback" holds both/),
    near('::ffff:127.0.0.1', '::1', /127\.0\.0\.1 is this host/), near('127.0.1.1', '127.0.0.1', /this host/),
    near('172.18.0.4', 'loopback', /"uniquelocal" holds them/), near('fd12::1', '10.0.0.0/8', /private address/),
    near('fe80::1', 'uniquelocal', /"linklocal" holds them/), near('172.32.0.1', 'uniquelocal', /is a public address/),
    near('192.167.0.1', 'uniquelocal', /is a public address/), near('fec0::1', 'uniquelocal', /site-local/),
    [from('10.0.0.1', `${CLIENT}, 10.9.0.1`), '10.0.0.1', 'near-miss', /10\.9\.0\.1 is a private address/],
    [from('10.0.0.1', '10.9.0.1'), '10.0.0.1', 'end of chain', /^client/, /private/],
    [from('203.0.113.1', CLIENT), 'loopback', 'untrusted', /^client/, /note/]
  ],
  'clients that are inside a trusted subnet': [
    [from('10.0.0.1', `${CLIENT}, 10.9.0.1`), 'uniquelocal', 'trusted-client', /10\.9\.0\.1 is trusted by uniquelocal: if it is a client/],
    [from('10.0.0.1', `1.2.3.4, ${CLIENT}, 10.9.0.1`), '10.0.0.0/8', 'trusted-client', /could have written all to its left/],
    [from('10.0.0.1', `${CLIENT}, 10.9.0.1`), '10.0.0.0/8', 'trusted-client', /./],
    [from('10.0.0.1', `${CLIENT}, 10.0.0.2`), '10.0.0.0/24', 'end of chain', /^client/, /note/],
    [from('10.0.0.1', `${CLIENT}, 192.0.2.1`), '10.0.0.0/8, 192.0.0.0/8', 'end of chain', /^client/, /note/],
    [from('127.0.0.1', `${CLIENT}, 127.0.0.1`), 'loopback', 'end of chain', /^client/, /note/]
  ],
  'trust arguments of the wrong kind': [
    asTrust(true), asTrust(1), asTrust(false), asTrust(''), asTrust({}), asTrust('loopback, 10.0.0.0/8', /text with commas goes through trustProxy/),
    [from('10.0.0.1', CLIENT), () => 'blargh', undefined, /^no client: invalid IP address: blargh/, /trustProxy/],
    [from('::ffff:10.0.0.1', CLIENT), () => (addr) => addr === '10.0.0.1', 'mapped-text', /asked about the text ::ffff:10\.0\.0\.1, and not about 10\.0\.0\.1: compile\(\)/],
    [from('10.0.0.2', CLIENT), () => (addr) => addr === '10.0.0.1', 'untrusted', /^client/, /note/]
  ]
}

describe('an explanation', () => {
  for (const [kind, rows] of Object.entries(KINDS)) {
    rows.forEach(([req, setting, wanted, has, lacks], i) => {
      it(`speaks of ${kind}, ${i + 1}: ${String(has).slice(1, 40)}`, () => {
        const explanation = explain(req, typeof setting === 'function' ? setting() : trustProxy(setting))
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

    assert.equal(explain(req, '10.0.0.1').remarks, undefined)
    assert.equal(explain(req, '10.0.0.1').address, '10.0.0.1')
    assert.equal(explain({ headers: Object.defineProperty({}, 'x-real-ip', { get: fail, enumerable: true }), socket: {} }, '10.0.0.1').remarks[0].code, 'other-header')
    assert.equal(explain({ headers: {}, req: trap }, '10.0.0.1').remarks[0].code, 'not-a-request')
  })

  it('has at most five remarks, and names at most four headers', () => {
    const headers = { 'X-Forwarded-For': CLIENT }
    for (const name of ['forwarded', 'x-real-ip', 'true-client-ip', 'x-client-ip', 'client-ip']) headers[name] = CLIENT
    const { remarks } = explain(from('10.0.0.1', headers, { ip: 'x' }), '10.0.0.1')

    assert.deepEqual(remarks.map(({ code }) => code), ['header-spelling', 'other-header', 'own-ip'])
    assert.match(remarks[1].message, /^forwarded, x-real-ip, true-client-ip, x-client-ip are there/)
  })
})
