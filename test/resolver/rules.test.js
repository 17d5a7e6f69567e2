'use strict'

/* Tests each rule of docs/resolver.md. */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const diagnostics = require('node:diagnostics_channel')
const { once } = require('node:events')
const http = require('node:http')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { lists } = require('../../lib/lists')
const { createResolver, lint } = require('../../lib/resolver')
const { compare } = require('./compare')

const LIST = { trust: ['loopback', '10.0.0.0/8'] }
const FORWARDED = { ...LIST, header: 'forwarded' }
const CDN = { name: 'cf-connecting-ip', from: '10.0.0.9' }

function request (peer, headers = {}, more = {}) {
  const named = typeof headers === 'string' ? { 'x-forwarded-for': headers } : headers
  return { headers: named, socket: { remoteAddress: peer, ...more } }
}

/** Reason, address, and the anomalies. */
function short (options, peer, headers) {
  const { reason, address, anomalies } = createResolver(options).resolve(request(peer, headers))
  return [reason, address, ...anomalies]
}

/**
 * By sentence: the options, the peer, the header (or headers); and the expected reason,
 * address and anomalies.
 */
const RULES = {
  'rule 1: without a peer address there is none': [
    [LIST, undefined, '1.2.3.4', 'no-peer', undefined],
    [LIST, '', '1.2.3.4', 'no-peer', undefined],
    [LIST, 'garbage', '1.2.3.4', 'no-peer', undefined],
    [LIST, '10.0.0.1:80', '1.2.3.4', 'no-peer', undefined],
    [LIST, '::ffff:10.0.0.1%eth0', '1.2.3.4', 'no-peer', undefined],
    [LIST, '::ffff:a00:1%eth0', '1.2.3.4', 'no-peer', undefined],
    [{ hops: 1 }, undefined, '1.2.3.4', 'no-peer', undefined]
  ],
  'rule 2: a peer that is not trusted is the client': [
    [LIST, '192.0.2.1', {}, 'direct', '192.0.2.1'],
    [LIST, '::ffff:192.0.2.1', {}, 'direct', '192.0.2.1'],
    [LIST, '192.0.2.1', '1.2.3.4', 'direct', '192.0.2.1', 'untrusted-peer-with-header'],
    [{ trust: false }, '127.0.0.1', '1.2.3.4', 'direct', '127.0.0.1', 'untrusted-peer-with-header']
  ],
  'rule 3: what is no address ends the walk without one': [
    [LIST, '10.0.0.1', '1.2.3.4, unknown', 'invalid-entry', undefined, 'invalid-entry'],
    [LIST, '10.0.0.1', '1.2.3.4, x, 10.0.0.2', 'invalid-entry', undefined, 'invalid-entry'],
    [LIST, '10.0.0.1', '010.0.0.1', 'invalid-entry', undefined, 'invalid-entry'],
    [LIST, '10.0.0.1', '0x7f.0.0.1', 'invalid-entry', undefined, 'invalid-entry'],
    [LIST, '10.0.0.1', '2130706433', 'invalid-entry', undefined, 'invalid-entry'],
    [LIST, '10.0.0.1', 'fe80::1%eth0', 'invalid-entry', undefined, 'invalid-entry'],
    [LIST, '10.0.0.1', 'unknown, 1.2.3.4', 'forwarded', '1.2.3.4']
  ],
  'rule 3: empty elements are passed over, and blanks trimmed': [
    [LIST, '10.0.0.1', '6.6.6.6,, ,\t1.2.3.4\t, ,10.0.0.2,', 'forwarded', '1.2.3.4']
  ],
  'rule 4: the first entry that is not trusted is the client': [
    [LIST, '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.3', 'forwarded', '1.2.3.4'],
    [LIST, '::1', '2001:DB8::0001', 'forwarded', '2001:db8::1'],
    [LIST, '10.0.0.1', '::ffff:1.2.3.4', 'forwarded', '1.2.3.4'],
    [LIST, 'fe80::1%eth0', '1.2.3.4', 'direct', 'fe80::1%eth0', 'untrusted-peer-with-header'],
    [{ trust: 'linklocal' }, 'fe80::1%eth0', '1.2.3.4', 'forwarded', '1.2.3.4']
  ],
  'rule 4: if all are trusted it is the furthest, and without an entry the peer': [
    [LIST, '10.0.0.1', '10.0.0.3, 10.0.0.2', 'all-trusted', '10.0.0.3', 'all-trusted'],
    [LIST, '10.0.0.1', {}, 'no-header', '10.0.0.1', 'trusted-peer-without-header'],
    [LIST, '10.0.0.1', ' , ', 'no-header', '10.0.0.1', 'trusted-peer-without-header']
  ],
  'rule 5: hops alone trust whoever it is, and want an entry for the client': [
    [{ hops: 1 }, '192.0.2.1', '6.6.6.6, 1.2.3.4', 'forwarded', '1.2.3.4'],
    [{ hops: 2 }, '192.0.2.1', '6.6.6.6, 1.2.3.4, 192.0.2.2', 'forwarded', '1.2.3.4'],
    [{ hops: 2 }, '192.0.2.1', '1.2.3.4', 'chain-too-short', undefined, 'chain-too-short'],
    [{ hops: 1 }, '192.0.2.1', {}, 'chain-too-short', undefined, 'chain-too-short'],
    [{ hops: 3 }, '192.0.2.1', 'x, 1.2.3.4', 'invalid-entry', undefined, 'invalid-entry']
  ],
  'rule 5: with a list both must hold, and a short chain is fine': [
    [{ ...LIST, hops: 1 }, '10.0.0.1', '10.0.0.2', 'forwarded', '10.0.0.2'],
    [{ ...LIST, hops: 3 }, '10.0.0.1', '1.2.3.4', 'forwarded', '1.2.3.4'],
    [{ ...LIST, hops: 3 }, '192.0.2.1', '1.2.3.4', 'direct', '192.0.2.1', 'untrusted-peer-with-header']
  ],
  'rule 5: no more than maxEntries are looked at': [
    [{ ...LIST, maxEntries: 1 }, '10.0.0.1', '1.2.3.4, 10.0.0.2', 'chain-too-long', undefined, 'chain-too-long'],
    [{ ...LIST, maxEntries: 2 }, '10.0.0.1', '1.2.3.4, 10.0.0.2', 'forwarded', '1.2.3.4'],
    [LIST, '10.0.0.1', `1.2.3.4${', 10.0.0.2'.repeat(20)}`, 'chain-too-long', undefined, 'chain-too-long'],
    [LIST, '10.0.0.1', `1.2.3.4${', 10.0.0.2'.repeat(19)}`, 'forwarded', '1.2.3.4'],
    [LIST, '10.0.0.1', '10.0.0.2,'.repeat(20), 'all-trusted', '10.0.0.2', 'all-trusted']
  ],
  'rule 6: a header with from is believed where the furthest trusted hop is in its list': [
    [{ ...LIST, header: [CDN, 'x-forwarded-for'] }, '10.0.0.1',
      { 'x-forwarded-for': '1.2.3.4, 10.0.0.9', 'cf-connecting-ip': ' 1.2.3.4 ' }, 'provider', '1.2.3.4'],
    [{ ...LIST, header: [CDN, 'x-forwarded-for'] }, '10.0.0.1',
      { 'x-forwarded-for': '5.5.5.5, 10.0.0.9', 'cf-connecting-ip': '[2001:DB8::1]' }, 'provider', '2001:db8::1', 'headers-disagree'],
    [{ ...LIST, header: [CDN, 'x-forwarded-for'] }, '10.0.0.1',
      { 'x-forwarded-for': '1.2.3.4', 'cf-connecting-ip': '6.6.6.6' }, 'forwarded', '1.2.3.4', 'provider-header-ignored'],
    [{ ...LIST, header: [CDN, 'x-forwarded-for'] }, '10.0.0.9',
      { 'x-forwarded-for': '1.2.3.4', 'cf-connecting-ip': '6.6.6.6, 7.7.7.7' }, 'forwarded', '1.2.3.4', 'provider-header-ignored'],
    [{ ...LIST, header: [CDN, 'x-forwarded-for'] }, '10.0.0.9',
      { 'x-forwarded-for': '1.2.3.4', 'cf-connecting-ip': '6.6.6.6:80' }, 'forwarded', '1.2.3.4', 'provider-header-ignored'],
    [{ ...LIST, header: [CDN, 'x-forwarded-for'] }, '192.0.2.1',
      { 'cf-connecting-ip': '6.6.6.6' }, 'direct', '192.0.2.1', 'provider-header-ignored']
  ],
  'a header with from also decides where the chain cannot, but not where it is too short': [
    [{ ...LIST, header: [CDN, 'x-forwarded-for'] }, '10.0.0.9',
      { 'x-forwarded-for': 'x', 'cf-connecting-ip': '1.2.3.4' }, 'provider', '1.2.3.4', 'invalid-entry'],
    [{ ...LIST, header: [CDN, 'x-forwarded-for'] }, '10.0.0.1',
      { 'x-forwarded-for': '10.0.0.9', 'cf-connecting-ip': '1.2.3.4' }, 'provider', '1.2.3.4', 'all-trusted'],
    [{ ...LIST, header: [CDN, 'x-forwarded-for'], maxEntries: 1 }, '10.0.0.1',
      { 'x-forwarded-for': '6.6.6.6, 10.0.0.9', 'cf-connecting-ip': '1.2.3.4' }, 'provider', '1.2.3.4', 'chain-too-long'],
    [{ hops: 2, header: [CDN, 'x-forwarded-for'] }, '10.0.0.1',
      { 'x-forwarded-for': '10.0.0.9', 'cf-connecting-ip': '6.6.6.6' }, 'chain-too-short', undefined,
      'chain-too-short', 'provider-header-ignored']
  ],
  'without a chain header only the peer is looked at': [
    [{ header: CDN }, '10.0.0.9', { 'cf-connecting-ip': '1.2.3.4', 'x-forwarded-for': '6.6.6.6' }, 'provider', '1.2.3.4'],
    [{ header: CDN }, '10.0.0.9', { 'cf-connecting-ip': 'x' }, 'invalid-entry', undefined, 'invalid-entry', 'provider-header-ignored'],
    [{ header: CDN }, '10.0.0.9', { 'cf-connecting-ip': '1.2.3.4,' }, 'invalid-entry', undefined, 'invalid-entry', 'provider-header-ignored'],
    [{ header: CDN }, '10.0.0.9', {}, 'no-header', '10.0.0.9', 'trusted-peer-without-header'],
    [{ header: CDN }, '192.0.2.1', { 'cf-connecting-ip': '6.6.6.6' }, 'direct', '192.0.2.1', 'provider-header-ignored']
  ],
  'with a chain header and no rule of trust the peer is looked up in from': [
    [{ header: [CDN, 'x-forwarded-for'] }, '10.0.0.9', { 'cf-connecting-ip': '1.2.3.4' }, 'provider', '1.2.3.4'],
    [{ header: [CDN, 'x-forwarded-for'] }, '192.0.2.1', { 'cf-connecting-ip': '1.2.3.4' }, 'direct', '192.0.2.1', 'provider-header-ignored']
  ],
  'headers with from are tried in their order': [
    [{ header: [CDN, { name: 'x-real-ip', from: '10.0.0.9' }] }, '10.0.0.9',
      { 'cf-connecting-ip': 'x', 'x-real-ip': '1.2.3.4' }, 'provider', '1.2.3.4', 'provider-header-ignored'],
    [{ header: [CDN, { name: 'x-real-ip', from: '10.0.0.9' }] }, '10.0.0.9',
      { 'cf-connecting-ip': '1.2.3.4', 'x-real-ip': '5.5.5.5' }, 'provider', '1.2.3.4']
  ],
  'each hop can have a list of its own, beyond which nobody is trusted': [
    [{ trust: [['10.0.0.1'], ['10.0.0.2']] }, '10.0.0.1', '1.2.3.4, 10.0.0.3, 10.0.0.2', 'forwarded', '10.0.0.3'],
    [{ trust: [['10.0.0.1'], ['10.0.0.2']] }, '10.0.0.2', '1.2.3.4', 'direct', '10.0.0.2', 'untrusted-peer-with-header'],
    [{ trust: [['10.0.0.0/8'], ['10.0.0.0/8']] }, '10.0.0.1', '10.0.0.9, 10.0.0.8', 'forwarded', '10.0.0.9']
  ],
  'names stand for their networks': [
    ...['192.168.1.1', '127.0.0.1', 'fe80::1', 'fd00::1'].map((peer) => [{ trust: 'private' }, peer, '1.2.3.4', 'forwarded', '1.2.3.4']),
    [{ trust: 'uniquelocal' }, 'fd00::1', '1.2.3.4', 'forwarded', '1.2.3.4'],
    [{ trust: 'uniquelocal' }, 'fe80::1', {}, 'direct', 'fe80::1'],
    [{ trust: 'cgnat' }, '100.128.0.0', {}, 'direct', '100.128.0.0'],
    [{ trust: 'cgnat' }, '100.127.255.255', '1.2.3.4', 'forwarded', '1.2.3.4'],
    [{ trust: 'loopback, 10.0.0.0/8' }, '10.0.0.1', '1.2.3.4', 'forwarded', '1.2.3.4'],
    [{ trust: ['::ffff:10.0.0.0/104'] }, '10.9.9.9', '1.2.3.4', 'forwarded', '1.2.3.4'],
    [{ trust: ['2001:db8::/32'] }, '::ffff:32.1.13.184', '1.2.3.4', 'direct', '32.1.13.184', 'untrusted-peer-with-header']
  ],
  'host bits are accepted in a subnet': [
    [{ trust: '127.0.0.1/8' }, '127.9.9.9', '1.2.3.4', 'forwarded', '1.2.3.4'],
    [{ trust: 'fd00::1/8' }, 'fdff::', '1.2.3.4', 'forwarded', '1.2.3.4']
  ],
  'a long header is walked as a short one is': [
    [LIST, '10.0.0.1', `${'6.6.6.6, '.repeat(2000)}1.2.3.4, 10.0.0.2`, 'forwarded', '1.2.3.4'],
    [LIST, '10.0.0.1', `${'x'.repeat(16_000)}, 1.2.3.4`, 'forwarded', '1.2.3.4'],
    [LIST, '10.0.0.1', `1.2.3.4, ${'0'.repeat(16_000)}`, 'invalid-entry', undefined, 'invalid-entry'],
    [LIST, '10.0.0.1', `[${':'.repeat(16_000)}]`, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: `${'for=6.6.6.6, '.repeat(1000)}for=1.2.3.4, for=10.0.0.2` }, 'forwarded', '1.2.3.4'],
    [FORWARDED, '10.0.0.1', { forwarded: `for=1.2.3.4;x="${','.repeat(16_000)}\\"", for=10.0.0.2` }, 'forwarded', '1.2.3.4'],
    [FORWARDED, '10.0.0.1', { forwarded: `for=6.6.6.6, for=${'1'.repeat(16_000)}` }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: `for="${'\\'.repeat(16_001)}"` }, 'invalid-entry', undefined, 'invalid-entry']
  ],
  'a line feed, which comes from no server, is in no element': [
    [FORWARDED, '10.0.0.1', { forwarded: 'for=6.6.6.6\nfor=10.0.0.2' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for="6.6.6.6\n", for=10.0.0.2' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for="6.6.6.6", \n' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: '\n, for=1.2.3.4;proto="http", for=10.0.0.2' }, 'forwarded', '1.2.3.4'],
    [LIST, '10.0.0.1', '6.6.6.6\n, 10.0.0.2', 'invalid-entry', undefined, 'invalid-entry'],
    [LIST, '10.0.0.1', '\n, 1.2.3.4', 'forwarded', '1.2.3.4']
  ],
  'a list of from trusts nobody for the walk': [
    [{ trust: ['127.0.0.1'], header: [CDN, 'x-forwarded-for'] }, '10.0.0.9', { 'x-forwarded-for': '6.6.6.6', 'cf-connecting-ip': '1.2.3.4' },
      'direct', '10.0.0.9', 'untrusted-peer-with-header', 'provider-header-ignored'],
    [{ trust: ['127.0.0.1'], header: [CDN, 'x-forwarded-for'] }, '127.0.0.1', { 'x-forwarded-for': '6.6.6.6, 10.0.0.9', 'cf-connecting-ip': '1.2.3.4' },
      'forwarded', '10.0.0.9', 'provider-header-ignored']
  ],
  'one address with a port, an empty one or several in a header with from are not exactly one': [
    '1.2.3.4:80', '[::1]:80', '1.2.3.4, 1.2.3.4', ',1.2.3.4', '', ' ', '1.2.3.4%eth0', 'fe80::1%eth0'
  ].map((text) => [{ header: CDN }, '10.0.0.9', { 'cf-connecting-ip': text }, 'invalid-entry', undefined, 'invalid-entry', 'provider-header-ignored']),
  'an address is four decimal octets, or RFC 4291 text, with a port or brackets where it may': [
    ['0.0.0.0', '0.0.0.0'], ['255.255.255.255', '255.255.255.255'], ['1.2.3.4:0', '1.2.3.4'], ['1.2.3.4:65535', '1.2.3.4'],
    ['[2001:db8::1]', '2001:db8::1'], ['[2001:db8::1]:65535', '2001:db8::1'], ['\t 1.2.3.4 \t', '1.2.3.4'], ['::', '::'], ['[::]:0', '::'],
    ['2001:0DB8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'], ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::1.2.3.4', '::102:304'], ['64:ff9b::1.2.3.4', '64:ff9b::102:304'], ['::ffff:102:304', '1.2.3.4'], ['0:0:0:0:0:FFFF:1.2.3.4', '1.2.3.4'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'], ['2001:db8::1:8080', '2001:db8::1:8080']
  ].map(([text, address]) => [{ trust: '10.0.0.1' }, '10.0.0.1', `6.6.6.6, ${text}`, 'forwarded', address]),
  'anything else in a header is no address': [
    '01.2.3.4', '1.2.3.04', '0x1.2.3.4', '1.2.3', '1.2.3.4.', '.1.2.3.4', '1.2.3.256', '16909060', '1.2.3.4:', '1.2.3.4:080', '1.2.3.4:65536', '1.2.3.4:-1',
    '1.2.3.4:80:80', '1.2.3.4 x', '1.2.3.4/32', '1 .2.3.4', '[1.2.3.4]', '[1.2.3.4]:80', '[2001:db8::1', '2001:db8::1]', '[2001:db8::1]80', '[2001:db8::1]:080',
    '[]', '[[::1]]', '1:2:3:4:5:6:7:8:80', ':::', '::1::', '12345::', '1:2:3:4:5:6:7', '::ffff:1.2.3.04', '::ffff:1.2.3', '::1%eth0', '[::1%eth0]',
    'unknown', 'localhost', '_hidden', '1.2.3.4\u0130', '\u00a01.2.3.4', '\uff11.2.3.4', '1.2.3.4\0', '"1.2.3.4"', 'for=1.2.3.4'
  ].map((text) => [LIST, '10.0.0.1', `6.6.6.6, ${text}`, 'invalid-entry', undefined, 'invalid-entry']),
  'RFC 7239 is read only if asked for, and reported beside the other': [
    [LIST, '10.0.0.1', { 'x-forwarded-for': '1.2.3.4', forwarded: 'for=6.6.6.6' }, 'forwarded', '1.2.3.4', 'other-header-present'],
    [LIST, '10.0.0.1', { forwarded: 'for=6.6.6.6' }, 'no-header', '10.0.0.1', 'trusted-peer-without-header', 'other-header-present'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=6.6.6.6, For="[2001:DB8::1]:80";proto=http, for="10.0.0.2:_p"' }, 'forwarded', '2001:db8::1']
  ],
  'a void element, a name and an element without for end the walk': [
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4, for=unknown' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4, for=_hidden' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4, proto=http' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4;for=1.2.3.4' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for="::1"' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=" 1.2.3.4 "' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4;x="\u0100"' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4;;by=_x; unknown=y' }, 'forwarded', '1.2.3.4'],
    [FORWARDED, '10.0.0.1', { forwarded: 'FOR = 1.2.3.4' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4:80' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=[::1]' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4;x=' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4;x=a b' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4;For=5.6.7.8' }, 'invalid-entry', undefined, 'invalid-entry'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for="1.2\\.3.4"\t;\tby=7 ; proto=ftp' }, 'forwarded', '1.2.3.4'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for=1.2.3.4;x="a,b;for=6.6.6.6", ,' }, 'forwarded', '1.2.3.4'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for="[2001:db8::1]"' }, 'forwarded', '2001:db8::1'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for="evil, for=1.2.3.4' }, 'forwarded', '1.2.3.4'],
    [FORWARDED, '10.0.0.1', { forwarded: 'for="evil, for=10.0.0.2' }, 'invalid-entry', undefined, 'invalid-entry']
  ]
}

const EDGE = lists.googleLoadBalancers()

/** By what the message must contain. */
const MISTAKES = [
  [undefined, /options must be an object/], [{}, /nothing says whom to trust/], [{ trust: undefined }, /trust: undefined; is an environment variable/],
  [{ trust: true }, /true would let anyone/], [{ trust: 1 }, /say hops: 1/], [{ trust: [] }, /empty list/], [{ trust: '' }, /is empty/],
  [{ trust: ['10/8'] }, /'10\/8'.*did you mean '10\.0\.0\.0\/8'/], [{ trust: ['10.0.0.0/0'] }, /everybody/],
  [{ trust: ['::/0'] }, /everybody/], [{ trust: ['::ffff:0:0/96'] }, /mapped subnet/], [{ trust: ['::ffff:0:0/90'] }, /mapped subnet/],
  [{ trust: ['10.0.0.0/255.0.0.0'] }, /did you mean '10\.0\.0\.0\/8'/], [{ trust: ['0x7f.0.0.1'] }, /127\.0\.0\.1/],
  [{ trust: ['010.0.0.1'] },
    /'010\.0\.0\.1' has a leading zero, which makes it octal for some readers \(8\.0\.0\.1\) and decimal for others \(10\.0\.0\.1\); write the one that is meant$/],
  [{ trust: ['010.0.0.0/8'] }, /some readers \(8\.0\.0\.0\/8\) and decimal for others \(10\.0\.0\.0\/8\)/],
  [{ trust: ['0377.0.0.1'] }, /some readers \(255\.0\.0\.1\); write the one/], [{ trust: ['192.168.001.1'] }, /did you mean '192\.168\.1\.1'\?$/],
  [{ trust: '1' }, /^option trust: '1' is a number; say hops: 1 if that many proxies are meant$/], [{ trust: ['::1', '02'] }, /'02' is a number; say hops: 2/],
  [{ header: { name: 'x-real-ip', from: '1' } }, /'1' is not an address.*unix$/], [{ trust: ['10.0.0.9', '*'] }, /'\*' would let anyone choose/],
  [{ trust: 'True' }, /^option trust: 'True' would let anyone choose their address; list the proxies, or say hops: 1$/],
  [{ trust: 'false' }, /say trust: false if nobody is meant$/], [{ trust: ['none'] }, /say trust: false if nobody is meant$/],
  [{ trust: 'cloudflare' }, /'cloudflare' is not .*; give lists\.cloudflare\(\) of proxy-addr-native\/lists$/],
  [{ trust: ['CloudFront'] }, /lists\.aws\('CLOUDFRONT_ORIGIN_FACING'\)/], [{ trust: ['Front Door'] }, /lists\.azure\('AzureFrontDoor\.Backend', address\)/],
  [{ header: { name: 'fastly-client-ip', from: 'fastly' } }, /lists\.fastly\(\)/], [{ trust: 'googleLoadBalancers' }, /lists\.googleLoadBalancers\(\)/],
  [{ trust: 'akamai' }, /'akamai' is not .*unix$/], [{ trust: 'localhost' }, /did you mean 'loopback'\?$/], [{ trust: 'nginx' }, /'nginx' is not .*unix$/],
  [{ trust: ['10.0.0.5:80'] }, /'10\.0\.0\.5:80' is refused: it has a port, ":80"; trust goes by the address alone; did you mean '10\.0\.0\.5'\?$/],
  [{ trust: ['[::1]:80'] }, /it has a port, ":80".*did you mean '::1'\?$/],
  [{ trust: ['::1', EDGE.trust] }, /is the trust function of a live list; give the list itself: edge, not edge\.trust$/],
  [{ trust: [() => true] }, /or a live list$/], [{ trust: createResolver({ hops: 1 }) }, /a resolver takes a request, not an address; give its trust function, client\.trust$/],
  [{ trust: ['fe80::1%eth0'] }, /did you mean 'fe80::1'/], [{ trust: ['[::1]'] }, /did you mean '::1'/],
  [{ trust: ['Loopback'] }, /did you mean 'loopback'/], [{ trust: [' ::1'] }, /did you mean '::1'/], [{ trust: ['::1/129'] }, /1 to 128/],
  [{ trust: ['10.0.0.0/08'] }, /did you mean '10\.0\.0\.0\/8'/], [{ trust: [['::1'], '::1'] }, /mixed/], [{ trust: [[]] }, /empty list/],
  [{ trust: [new Set(['::1'])] }, /is not an address/], [{ trust: [null] }, /null/], [{ hops: 0 }, /trust: false/], [{ hops: '2' }, /the number 2/],
  [{ hops: NaN }, /NaN/], [{ hops: 1.5 }, /1\.5/], [{ hops: undefined }, /environment variable/], [{ hops: 30 }, /maxEntries/],
  [{ hops: 1, maxEntries: 0 }, /maxEntries: 0/], [{ hops: 1, Hop: 1 }, /unknown option 'Hop'/], [{ Trust: 'loopback' }, /did you mean trust/],
  [{ hops: 1, header: 'X-Forwarded-For' }, /did you mean 'x-forwarded-for'/], [{ hops: 1, header: 'x-real-ip' }, /needs \{ name, from \}/],
  [{ hops: 1, header: ['forwarded', 'x-forwarded-for'] }, /two headers/], [{ hops: 1, header: [] }, /empty array/],
  [{ header: { name: 'forwarded', from: '::1' } }, /entry for each hop/], [{ header: { name: 'x-real-ip', from: [] } }, /empty list/],
  [{ header: { name: 'x-real-ip' } }, /undefined is not accepted/], [{ header: { name: 'X-Real-IP', from: '::1' } }, /say 'x-real-ip'/],
  [{ trust: null }, /null is not accepted; give an array/], [{ trust: 7n, hops: 1 }, /7n is not accepted/], [[], /options must be an object/],
  [{ hops: 1, header: { name: 'x-real-ip', from: '::1', to: 1 } }, /unknown property 'to'/], [{ hops: 1, header: [['forwarded']] }, /\['?forwarded|\[ 'forwarded' \]/],
  [{ header: { name: 7, from: '::1' } }, /7 is not the name/], [{ header: { name: 'a b', from: '::1' } }, /'a b' is not the name/],
  [{ header: { name: 'x-real-ip', from: ' ' } }, /is empty/], [{ trust: new Array(33).fill(['::1']) }, /33 lists; at most 32/],
  [{ header: Array.from({ length: 31 }, (_, i) => ({ name: `x-${i}`, from: '::1' })) }, /31 headers with from; at most 30/],
  [{ header: [CDN, CDN] }, /twice/], [{ hops: 1, protocol: 'yes' }, /neither true nor false/], [{ hops: 1, header: 7 }, /7 is not accepted/]
]

describe('the resolver', function () {
  this.timeout(120_000)

  for (const [sentence, rows] of Object.entries(RULES)) {
    it(sentence, () => {
      for (const [options, peer, headers, ...expected] of rows) {
        assert.deepEqual(short(options, peer, headers), expected, JSON.stringify({ options, peer, headers }))
        const client = createResolver(options)
        // Cached peers change no answer.
        for (let i = 0; i < 3; i++) assert.equal(client(request(peer, headers)), expected[1])
        assert.equal(client.stats().reasons[expected[0]], 3)
        for (const kind of expected.slice(2)) assert.equal(client.stats().anomalies[kind], 3)
      }
    })
  }

  it('refuses each mistake in an option, and says what is expected', () => {
    for (const [options, message] of MISTAKES) {
      assert.throws(() => createResolver(options), (error) => error instanceof TypeError && message.test(error.message), String(message))
    }
  })

  it('answers with all that is known', () => {
    const client = createResolver({ ...LIST, host: true })
    assert.deepEqual(client.resolve(request('::ffff:10.0.0.1', {
      'x-forwarded-for': '6.6.6.6, [2001:DB8::1]:4711, 10.0.0.2:80',
      'x-forwarded-proto': 'http, HTTPS, http',
      'x-forwarded-host': 'example.com',
      'x-forwarded-port': '8443',
      host: 'inside:80'
    })), {
      address: '2001:db8::1',
      port: 4711,
      family: 6,
      text: '[2001:DB8::1]:4711',
      hop: 2,
      reason: 'forwarded',
      lastProxy: '10.0.0.2',
      proxies: ['10.0.0.1', '10.0.0.2'],
      peer: '10.0.0.1',
      header: 'x-forwarded-for',
      protocol: 'https',
      host: 'example.com:8443',
      secure: true,
      anomalies: []
    })
  })

  it('gives plain data: equal to its copy, and whole as JSON', () => {
    for (const options of [LIST, FORWARDED]) {
      const result = createResolver(options).resolve(request('10.0.0.1', '1.2.3.4'))
      assert.equal(Object.getPrototypeOf(result), Object.prototype)
      assert.deepEqual({ ...result }, result)
      assert.deepEqual(Object.keys(result), ['address', 'port', 'family', 'text', 'hop', 'reason', 'lastProxy', 'proxies', 'peer',
        'header', 'protocol', 'host', 'secure', 'anomalies'])
      assert.equal(JSON.parse(JSON.stringify(result)).reason, result.reason)
    }
  })

  it('counts a client among the proxies if it is itself trusted', () => {
    const client = createResolver(LIST)
    const all = ({ address, family, hop, proxies, lastProxy, peer }) => [address, family, hop, proxies, lastProxy, peer]
    assert.deepEqual(all(client.resolve(request('10.0.0.1', '10.0.0.3, 10.0.0.2'))),
      ['10.0.0.3', 4, 2, ['10.0.0.1', '10.0.0.2', '10.0.0.3'], '10.0.0.3', '10.0.0.1'])
    assert.deepEqual(all(client.resolve(request('::1', {}))), ['::1', 6, 0, ['::1'], '::1', '::1'])
    assert.deepEqual(all(client.resolve(request('fe80::1%eth0', {}))), ['fe80::1%eth0', 6, 0, [], undefined, 'fe80::1%eth0'])
  })

  it('reports only the peer and the proxies if the client has no address', () => {
    const { address, port, family, text, hop, header, lastProxy, proxies } =
      createResolver(LIST).resolve(request('10.0.0.1', '1.2.3.4, x, 10.0.0.2'))
    assert.deepEqual([address, port, family, text, hop, header], new Array(6).fill(undefined))
    assert.deepEqual([lastProxy, proxies], ['10.0.0.2', ['10.0.0.1', '10.0.0.2']])
  })

  it('takes the protocol that is aligned with the client, or the only one, from a trusted peer', () => {
    const client = createResolver(LIST)
    const protocol = (peer, header, proto, encrypted) => {
      const result = client.resolve(request(peer, { 'x-forwarded-for': header, 'x-forwarded-proto': proto }, { encrypted }))
      return [result.protocol, ...result.anomalies.filter((kind) => kind.startsWith('protocol'))]
    }
    assert.deepEqual(protocol('10.0.0.1', '1.2.3.4', 'https'), ['https'])
    assert.deepEqual(protocol('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', 'ws, wss, http'), ['wss'])
    assert.deepEqual(protocol('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', 'https'), ['https'])
    assert.deepEqual(protocol('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', 'https, http'), ['http', 'protocol-ambiguous'])
    assert.deepEqual(protocol('10.0.0.1', undefined, 'https, http'), ['http', 'protocol-ambiguous'])
    assert.deepEqual(protocol('10.0.0.1', '1.2.3.4', ' https\t'), ['https'])
    assert.deepEqual(protocol('10.0.0.1', '1.2.3.4', ''), ['http'])
    assert.deepEqual(protocol('10.0.0.1', '1.2.3.4', ['https', 7]), ['https'])
    assert.deepEqual(protocol('10.0.0.1', '1.2.3.4', [7]), ['http'])
    assert.deepEqual(protocol('10.0.0.1', '1.2.3.4', 'ftp', true), ['https'])
    assert.deepEqual(protocol('192.0.2.1', '1.2.3.4', 'https'), ['http'])
    assert.deepEqual(protocol('10.0.0.1', 'x', 'https'), ['http'])
    assert.equal(createResolver({ ...LIST, protocol: false }).resolve(request('10.0.0.1', { 'x-forwarded-proto': 'https' })).protocol, 'http')
  })

  it('reads and explains a million blanks within an entry, in linear time', () => {
    const blanks = `x${' '.repeat(1_000_000)}y`
    const client = createResolver(LIST)
    const headers = { 'x-forwarded-for': `${blanks}, 1.2.3.4, 10.0.0.2`, 'x-forwarded-proto': `${blanks}, https, http` }

    assert.equal(client.resolve(request('10.0.0.1', headers)).protocol, 'https')
    assert.deepEqual(client.explain(request('10.0.0.1', headers)).hops.map(({ text, verdict }) => [text.length, verdict]),
      [[8, 'trusted'], [8, 'trusted'], [7, 'untrusted'], [1_000_002, 'not reached']])
  })

  it('takes proto and host from the element that decided, and from no other header then', () => {
    const client = createResolver({ ...FORWARDED, host: true })
    const { protocol, host, anomalies } = client.resolve(request('10.0.0.1', {
      forwarded: 'for=6.6.6.6;proto=ws;host=a, for=1.2.3.4;proto="ht\\tps";host="example.com:443", for=10.0.0.2;proto=ws;host=b',
      'x-forwarded-proto': 'wss',
      'x-forwarded-host': 'evil'
    }))
    assert.deepEqual([protocol, host, anomalies], ['https', 'example.com:443', []])
  })

  it('ignores an invalid host', () => {
    const client = createResolver({ ...LIST, host: true })
    const ask = (host) => client.resolve(request('10.0.0.1', { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-host': host, host: 'inside' }))
    for (const host of ['a@b', 'a/b', 'a b', '[::1', '[1.2.3.4]', 'a:99999', 'a:080', '\x01', 'a%zz', '::1']) {
      // The host that was read last is cached.
      const before = 'x'.repeat(host.length)
      assert.equal(ask(before).host, before)
      const result = ask(host)
      assert.deepEqual([result.host, result.anomalies], ['inside', ['host-invalid']], host)
    }
    for (const host of ['example.com', '1.2.3.4:80', '[2001:db8::1]:443', 'a%20b', 'x_y']) {
      assert.equal(ask(host).host, host)
    }
  })

  it('takes the host from the proxy only with the option, and X-Forwarded-Port if that has no port', () => {
    const ask = (options, headers, peer = '10.0.0.1') => {
      const { host, protocol, anomalies } = createResolver({ ...LIST, ...options })
        .resolve(request(peer, { 'x-forwarded-for': '1.2.3.4', host: 'inside', ...headers }))
      return [host, protocol, ...anomalies]
    }
    const claims = { 'x-forwarded-host': 'example.com', 'x-forwarded-port': '8443', 'x-forwarded-proto': 'https' }
    assert.deepEqual(ask({}, claims), ['inside', 'https'])
    assert.deepEqual(ask({ host: true }, claims), ['example.com:8443', 'https'])
    assert.deepEqual(ask({ host: true }, { ...claims, 'x-forwarded-host': 'example.com:80' }), ['example.com:80', 'https'])
    assert.deepEqual(ask({ host: true }, { ...claims, 'x-forwarded-host': undefined }), ['inside:8443', 'https'])
    assert.deepEqual(ask({ host: true }, { ...claims, 'x-forwarded-port': '99999' }), ['example.com', 'https'])
    assert.deepEqual(ask({ host: true }, { ...claims, 'x-forwarded-host': 'a, b, c' }), ['inside:8443', 'https', 'host-invalid'])
    assert.deepEqual(ask({ host: true }, { ...claims, 'x-forwarded-host': ' , ' }), ['inside:8443', 'https'])
    assert.deepEqual(ask({ host: true }, claims, '192.0.2.1'), ['inside', 'http', 'untrusted-peer-with-header'])
    assert.deepEqual(ask({ host: true }, { ...claims, 'x-forwarded-for': 'x' }), ['inside', 'http', 'invalid-entry'])
    assert.deepEqual(ask({ host: true, header: [{ name: 'x-real-ip', from: '10.0.0.1' }, 'x-forwarded-for'] }, { ...claims, 'x-real-ip': '1.2.3.4' }),
      ['inside', 'http'])
    assert.deepEqual(ask({ host: true }, { ...claims, host: undefined, ':authority': 'two', 'x-forwarded-host': '' }), ['two:8443', 'https'])
    assert.deepEqual(ask({}, { host: undefined }), [undefined, 'http'])
    assert.deepEqual(ask({}, { host: '' }), [undefined, 'http', 'host-invalid'])
    const forwarded = { ...claims, forwarded: 'for=1.2.3.4;host="a@b";proto=ftp', 'x-forwarded-for': undefined }
    assert.deepEqual(ask({ host: true, header: 'forwarded' }, forwarded), ['inside', 'http', 'host-invalid'])
  })

  it('calls a trust function with canonical text, hop by hop, and refuses anything but a boolean', () => {
    const asked = []
    const client = createResolver({ trust: (address, hop) => asked.push([address, hop]) > 0 && address.startsWith('10.') })
    assert.equal(client(request('::ffff:10.0.0.1', '6.6.6.6, 2001:DB8::1, 10.0.0.2:80')), '2001:db8::1')
    assert.deepEqual(asked, [['10.0.0.1', 0], ['10.0.0.2', 1], ['2001:db8::1', 2]])
    const wrong = createResolver({ trust: async function byPromise () { return true } })
    assert.throws(() => wrong(request('10.0.0.1', '1.2.3.4')), { name: 'TypeError', message: /byPromise returned a promise/ })
    assert.throws(() => createResolver({ trust: function one () { return 1 } })(request('10.0.0.1')), /^TypeError: trust function one returned number; it must/)
    assert.throws(() => createResolver({ trust: [() => {}][0] })(request('10.0.0.1')), /function \(without a name\) returned undefined/)
  })

  it('can be called from within a trust function', () => {
    const client = createResolver({
      trust: (address) => {
        if (address === '10.0.0.1') client.resolve(request('9.9.9.9', '8.8.8.8, 7.7.7.7'))
        return address.startsWith('10.')
      }
    })
    assert.equal(client(request('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.1, 10.0.0.2')), '1.2.3.4')
  })

  it('asks a live list each time, in trust and in from, and says when it is stale', () => {
    const entries = new Set(['10.0.0.1'])
    const live = { has: (address) => entries.has(address), state: { stale: false } }
    const client = createResolver({ trust: ['192.168.0.0/16', live] })
    assert.equal(client(request('10.0.0.1', '1.2.3.4')), '1.2.3.4')
    entries.delete('10.0.0.1')
    assert.equal(client(request('10.0.0.1', '1.2.3.4')), '10.0.0.1')
    assert.equal(client(request('192.168.0.1', '1.2.3.4')), '1.2.3.4')
    live.state.stale = true
    assert.deepEqual(client.resolve(request('192.168.0.1', '1.2.3.4')).anomalies, ['list-stale'])
    const cdn = createResolver({ header: { name: 'x-real-ip', from: live } })
    assert.equal(createResolver({ trust: live })(request('10.0.0.7', '1.2.3.4')), '10.0.0.7')
    assert.equal(cdn(request('10.0.0.5', { 'x-real-ip': '1.2.3.4' })), '10.0.0.5')
    entries.add('10.0.0.5')
    assert.equal(cdn(request('10.0.0.5', { 'x-real-ip': '1.2.3.4' })), '1.2.3.4')
  })

  it('trusts only if a live list answers exactly true', () => {
    for (const answer of [Promise.resolve(true), 1, 'yes', {}]) {
      const live = { has: () => answer }
      const req = request('10.0.0.1', { 'x-forwarded-for': '1.2.3.4', 'x-real-ip': '1.2.3.4' })
      assert.equal(createResolver({ trust: live })(req), '10.0.0.1')
      assert.equal(createResolver({ header: { name: 'x-real-ip', from: live } })(req), '10.0.0.1')
    }
  })

  it('asks the live list of each header, whatever that of another one answered', () => {
    const [nobody, everybody] = [false, true].map((answer) => ({ has: () => answer }))
    const req = request('10.0.0.1', { 'x-one': '1.1.1.1', 'x-two': '2.2.2.2' })
    for (const [one, two, expected] of [[nobody, everybody, '2.2.2.2'], [everybody, nobody, '1.1.1.1'], [nobody, nobody, '10.0.0.1']]) {
      assert.equal(createResolver({ header: [{ name: 'x-one', from: one }, { name: 'x-two', from: two }] })(req), expected)
    }
  })

  it('takes a peer with port or brackets, and headers in any shape, if there is no request', () => {
    const client = createResolver(LIST)
    for (const headers of [
      { 'X-FORWARDED-For': ['6.6.6.6', '1.2.3.4'] }, { 'X-Forwarded-For': '6.6.6.6', 'x-forwarded-for': '1.2.3.4' },
      { 'X-Forwarded-For': '6.6.6.6, 1.2.3.4', 'x-forwarded-for': '10.0.0.2' },
      new Headers({ 'X-Forwarded-For': '6.6.6.6, 1.2.3.4' }), '6.6.6.6, 1.2.3.4'
    ]) {
      for (const peer of ['10.0.0.1', '10.0.0.1:80', '[::1]', '[::1]:80', '::ffff:10.0.0.1']) {
        assert.equal(client.from(peer, headers).address, '1.2.3.4')
      }
    }
    assert.equal(client.from(undefined, '1.2.3.4').reason, 'no-peer')
    for (const headers of ['for=6.6.6.6\nfor=10.0.0.2', { Forwarded: 'for=6.6.6.6\nfor="10.0.0.2"' }]) {
      assert.equal(createResolver(FORWARDED).from('10.0.0.1', headers).reason, 'invalid-entry')
    }
    assert.equal(client.from('10.0.0.1', {}).reason, 'no-header')
    assert.equal(client.from('10.0.0.1').protocol, undefined)
    assert.equal(createResolver({ header: CDN }).from('10.0.0.9', '1.2.3.4').reason, 'no-header')
    assert.throws(() => client.from('10.0.0.1', 7), { name: 'TypeError', message: /^headers must be Headers, an object/ })
  })

  it('accepts exactly the tokens of RFC 9110 as names in Forwarded', () => {
    const client = createResolver(FORWARDED)
    for (let unit = 0; unit < 256; unit++) {
      const character = String.fromCharCode(unit)
      const expected = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(character) ? '1.2.3.4' : undefined
      assert.equal(client(request('10.0.0.1', { forwarded: `for=1.2.3.4;a${character}b=1` })), expected, character)
      assert.equal(client(request('10.0.0.1', { forwarded: `for=1.2.3.4;${character}=${character}` })), expected, character)
    }
  })

  it('reads Forwarded line by line, so that a quote cannot swallow the next line', () => {
    const client = createResolver(FORWARDED)
    const lines = ['for="', 'for=1.2.3.4', 'for=10.0.0.2;by="x"']
    const req = { ...request('10.0.0.1', { forwarded: lines.join(', ') }), rawHeaders: lines.flatMap((line) => ['Forwarded', line]) }
    assert.equal(client(req), '1.2.3.4')
    const odd = ['for=6.6.6.6, for="', 'for=10.0.0.2"']
    assert.equal(client({ ...request('10.0.0.1', { forwarded: odd.join(', ') }), rawHeaders: odd.flatMap((line) => ['forwarded', line]) }), undefined)
  })

  it('trusts a Unix socket only if the options say so, and never a dead TCP socket', async () => {
    const file = path.join(os.tmpdir(), `resolver-${process.pid}.sock`)
    const clients = [{ trust: ['unix'] }, { trust: ['loopback'] }, { hops: 1 }, { header: { name: 'x-real-ip', from: 'unix' } }].map(createResolver)
    const answers = []
    const server = http.createServer((req, res) => {
      // Node caches the address of a socket once it was read.
      if (typeof server.address() === 'object') req.socket.destroy()
      answers.push(clients.map((client) => [client.resolve(req).reason, client(req)]))
      req.socket.destroy()
      res.end()
    })
    for (const [where, connect] of [[file, { socketPath: file }], [0, {}]]) {
      server.listen(where)
      await once(server, 'listening')
      const options = { ...connect, headers: { 'x-forwarded-for': '1.2.3.4', 'x-real-ip': '5.5.5.5' }, agent: false }
      const req = http.get(where === 0 ? { ...options, port: server.address().port, host: '127.0.0.1' } : options)
      await once(req, 'error')
      server.close()
      await once(server, 'close')
    }
    assert.deepEqual(answers[0], [['forwarded', '1.2.3.4'], ['no-peer', undefined], ['forwarded', '1.2.3.4'], ['provider', '5.5.5.5']])
    assert.deepEqual(answers[1], new Array(4).fill(['no-peer', undefined]))
  })

  it('is a trust function for frameworks that walk by themselves', () => {
    const { trust } = createResolver({ ...LIST, hops: 2 })
    assert.deepEqual([['10.0.0.1', 0], ['::ffff:10.0.0.1', 1], ['10.0.0.1', 2], ['1.2.3.4', 0], ['010.0.0.1', 0], ['10.0.0.1:80', 0], [undefined, 0], ['10.0.0.1', -1],
      ['10.0.0.1']].map(([address, hop]) => trust(address, hop)), [true, true, ...new Array(7).fill(false)])
    assert.equal(createResolver({ hops: 1 }).trust('1.2.3.4', 0), true)
    assert.equal(createResolver({ hops: 1 }).trust('1.2.3.4', 1), false)
    assert.equal(createResolver({ trust: [['::1'], ['10.0.0.1']] }).trust('10.0.0.1', 0), false)
    assert.equal(createResolver({ trust: 'linklocal' }).trust('fe80::1%eth0', 0), true)
  })

  it('makes keys for limiters: an IPv4 address, or an IPv6 network', () => {
    const client = createResolver(LIST)
    const key = (address, options) => client.key(request('10.0.0.1', address), options)
    assert.deepEqual([key('1.2.3.4'), key('2001:db8:1:2ff::9'), key('2001:db8:1:2ff::9', { prefix: 64 }), key('::1:2:3', { prefix: 128 }), key('x')],
      ['1.2.3.4', '2001:db8:1:200::/56', '2001:db8:1:2ff::/64', '::1:2:3/128', 'unknown'])
    assert.deepEqual(['2001:db8:ffff:ffff::', '::', '::1.2.3.4', 'fe80::1:2:3:4'].map((address) => key(address)),
      ['2001:db8:ffff:ff00::/56', '::/56', '::/56', 'fe80::/56'])
    assert.equal(client.key(request('fe80::1%eth0')), 'fe80::/56')
    for (const prefix of [0, 129, 1.5, '56', null]) {
      if (prefix === null) assert.equal(key('::1', { prefix }), '::/56')
      else assert.throws(() => key('1.2.3.4', { prefix }), /1 to 128/)
    }
  })

  it('publishes anomalies while somebody listens, escaped and cut, and prints them once', async () => {
    const messages = []
    const listener = (message) => messages.push(message)
    const warnings = []
    const onWarning = (warning) => warnings.push(warning.code)
    process.on('warning', onWarning)
    const client = createResolver({ ...LIST, warn: true })
    client(request('10.0.0.1', 'x'))
    diagnostics.subscribe('proxy-addr-native:anomaly', listener)
    client(request('10.0.0.1', `\x1b[2J${'x'.repeat(5000)}`))
    client(request('10.0.0.1', '1.2.3.4'))
    diagnostics.unsubscribe('proxy-addr-native:anomaly', listener)
    client(request('10.0.0.1', 'x'))
    await new Promise(setImmediate)
    process.off('warning', onWarning)
    assert.equal(messages.length, 1)
    assert.equal(messages[0].kind, 'invalid-entry')
    assert.match(messages[0]['http.request.header'], /^\\u001b\[2Jx{252}…$/)
    assert.deepEqual(warnings, ['invalid-entry'])
    const { answers, reasons, anomalies } = client.stats()
    assert.equal(anomalies['invalid-entry'], 3)
    assert.equal(answers, 4)
    for (const counter of [...Object.values(reasons), ...Object.values(anomalies)]) assert.ok(Number.isInteger(counter))
  })

  it('prints an anomaly of at most 1,024 peers once, and again once it is forgotten', () => {
    const { stdout, status } = spawnSync(process.execPath, ['--no-warnings', '-e', `
      const { createResolver } = require('./lib/resolver')
      const { performance } = require('node:perf_hooks')
      const client = createResolver({ trust: ['10.0.0.0/8'], warn: true })
      const ask = (i) => client({ headers: { 'x-forwarded-for': 'x' }, socket: { remoteAddress: '10.0.' + (i >> 8) + '.' + (i & 255) } })
      const codes = []
      process.on('warning', ({ name, code }) => codes.push(name + ' ' + code))
      const counts = []
      const round = (...peers) => new Promise((resolve) => {
        peers.forEach(ask)
        setImmediate(() => { counts.push(codes.length); resolve() })
      })
      async function main () {
        await round(0, 0, 1)
        await round(...Array.from({ length: 1024 }, (_, i) => i + 1))
        await round(0, 1024)
        createResolver({ hops: 1, warn: true })({ headers: { forwarded: 'x' } })
        const { now } = performance
        performance.now = () => now.call(performance) + 15 * 60 * 1000
        await round(1024)
        console.log(JSON.stringify([counts, [...new Set(codes)]]))
      }
      main()
    `], { encoding: 'utf8', cwd: path.join(__dirname, '..', '..') })
    assert.equal(status, 0)
    assert.deepEqual(JSON.parse(stdout), [[2, 1025, 1026, 1028], ['ProxyAddressWarning invalid-entry', 'ProxyAddressWarning other-header-present']])
  })

  it('escapes what it publishes, and cuts it', () => {
    const { printable } = require('../../lib/resolver/anomalies')
    assert.equal(printable('a\\b\r\n\u2028"<'), 'a\\\\b\\u000d\\u000a\\u2028"<')
    assert.equal(printable('x'.repeat(257)), `${'x'.repeat(256)}…`)
    assert.equal(printable(undefined), undefined)
  })

  it('explains each answer in the trace of explain()', () => {
    const client = createResolver(LIST)
    assert.equal(String(client.explain(request('10.0.0.1', '6.6.6.6, 1.2.3.4:80, 10.0.0.2'))), [
      'client 1.2.3.4: the nearest entry that is not trusted',
      '  socket  10.0.0.1             trusted',
      '  21-29   10.0.0.2             trusted',
      '  9-19    1.2.3.4:80  1.2.3.4  untrusted    <= client',
      '  0-7     6.6.6.6              not reached  may be forged'
    ].join('\n'))
    assert.equal(String(client.explain(request('10.0.0.1', '6.6.6.6, 1.2.3.4:99999'))), [
      'no client: an entry is not an address',
      '  socket  10.0.0.1       trusted',
      '  9-22    1.2.3.4:99999  not an address  ":99999" is not a port, at 7',
      '  0-7     6.6.6.6        not reached     may be forged'
    ].join('\n'))
    for (const [text, said] of [
      ['010.0.0.1', 'written unusually: octal'], ['010.0.0.1:80', 'written unusually: octal'], ['2130706433', 'written unusually: onePart'],
      ['localhost', 'a name, at 0'], ['unknown', 'a proxy that does not know its caller, at 0'], ['[::1]:99999', '":99999" is not a port, at 5'],
      ['1.2.3.4:', '":" is not a port, at 7'], ['[::1::2]:80', 'a second "::", at 4'], ['[1.2.3.4]:80', 'a bracket, "[", at 0'], ['x y', 'a blank, " ", at 1']
    ]) {
      assert.equal(String(client.explain(request('10.0.0.1', text))).split('\n')[2].split('not an address').at(-1).trim(), said, text)
    }
    assert.equal(String(client.explain({ headers: {}, socket: {} })), 'no client: the socket has no address')
    const forwarded = createResolver(FORWARDED).explain(request('10.0.0.1', { forwarded: 'for=1.2.3.4:80' }))
    assert.match(String(forwarded), /^no client: an entry is not an address\n.*\n.*not an address$/)
    const cdn = createResolver({ ...LIST, header: ['x-forwarded-for', { name: 'x-real-ip', from: '10.0.0.2' }] })
    const { hops } = cdn.explain(request('10.0.0.1', { 'x-forwarded-for': '6.6.6.6, 1.2.3.4, 10.0.0.2', 'x-real-ip': '5.5.5.5' }))
    assert.deepEqual(hops.map(({ text, verdict }) => `${text} ${verdict}`),
      ['10.0.0.1 trusted', '10.0.0.2 trusted', '5.5.5.5 provider', '1.2.3.4 not reached', '6.6.6.6 not reached'])
    for (const rows of Object.values(RULES)) {
      for (const [options, peer, headers, reason, address] of rows) {
        const explained = createResolver(options).explain(request(peer, headers))
        assert.deepEqual([explained.reason, explained.address], [reason, address])
        assert.equal(typeof String(explained), 'string')
      }
    }
  })

  it('explains a header of thousands of entries in a few lines, and says how many more there are', () => {
    const client = createResolver(LIST)
    for (const [text, more] of [['6.6.6.6, '.repeat(2000), 1968], ['\t,x, ,'.repeat(2000), 1968], [', '.repeat(8000), 0]]) {
      const explained = client.explain(request('10.0.0.1', `${text}1.2.3.4`))
      assert.equal(explained.hops.length, more === 0 ? 2 : 34)
      assert.deepEqual(explained.omitted, more === 0 ? undefined : { at: 2, trusted: 0, unreached: more })
      assert.equal(String(explained).split('\n').length, more === 0 ? 3 : 12)
    }
  })

  it('lints its options, and describes a request without anything harmful', () => {
    assert.deepEqual(lint({ trust: '10.1.2.3/8' }).map(({ code }) => code), ['host-bits'])
    assert.deepEqual(lint({ trust: ['0.0.0.0/1', 'unix'] }).map(({ code }) => code), ['very-wide'])
    assert.deepEqual(lint({}).map(({ code }) => code), ['refused-option'])
    assert.deepEqual(lint({ hops: 2 }).map(({ code }) => code), ['hops'])
    assert.deepEqual(createResolver({ hops: 2 }).lint().map(({ code }) => code), ['hops'])
    assert.deepEqual(lint({ trust: [['::1'], ['10.1.2.3/8']], header: [{ name: 'x-real-ip', from: '10.1.2.4/8' }] }).filter(({ code }) => code === 'host-bits').map(({ entry }) => entry), ['10.1.2.3/8', '10.1.2.4/8'])
    assert.deepEqual(lint({ trust: () => false }), [])
    const forwarded = createResolver(FORWARDED).describe(request('10.0.0.1', { forwarded: 'for=1.2.3.4', cookie: 'secret' }))
    assert.deepEqual(forwarded.headers, { forwarded: 'for=1.2.3.4' })
    const described = createResolver(LIST).describe(request('10.0.0.1', { 'x-forwarded-for': '\x1b<1.2.3.4', cookie: 'secret' }))
    assert.equal(JSON.stringify(described).includes('secret'), false)
    assert.deepEqual(described.headers, { 'x-forwarded-for': '\\u001b<1.2.3.4' })
  })

  it('never throws for the content of a header or a socket, and answers only with addresses', () => {
    const values = [undefined, null, '', ' ', ',', '\0', '"', '\\', ['1.2.3.4'], [], 7, {}, 'x'.repeat(70_000), '1.2.3.4,'.repeat(9000), '"'.repeat(20_001)]
    for (const options of [LIST, FORWARDED, { hops: 2 }, { header: CDN }, { ...LIST, header: [CDN, 'forwarded'], host: true }]) {
      const client = createResolver(options)
      for (const value of values) {
        for (const peer of [undefined, null, 7, {}, '', '10.0.0.1', '10.0.0.9', '1.2.3.4', 'x'.repeat(9000)]) {
          const headers = Object.fromEntries(['x-forwarded-for', 'forwarded', 'cf-connecting-ip', 'x-forwarded-proto', 'x-forwarded-host', 'host']
            .map((name) => [name, value]))
          const { address } = client.resolve(request(peer, headers))
          assert.ok(address === undefined || net.isIP(address) > 0)
          assert.equal(client(request(peer, headers)), address)
        }
      }
      assert.equal(client({ headers: {} }), undefined)
      assert.equal(client({}), undefined)
      assert.throws(() => client(undefined), TypeError)
    }
  })

  it('reads a request with Headers, or with a destroyed session', () => {
    const client = createResolver(LIST)
    const socket = { remoteAddress: '10.0.0.1' }
    const headers = new Headers({ 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https' })
    for (let i = 0; i < 3; i++) assert.equal(client({ headers, socket }), '1.2.3.4')
    for (let i = 0; i < 3; i++) assert.equal(client({ headers, socket: { remoteAddress: '192.0.2.1' } }), '192.0.2.1')
    assert.equal(client.stats().anomalies['untrusted-peer-with-header'], 3)
    assert.equal(client.resolve({ headers, connection: socket }).protocol, 'https')
    assert.equal(client.resolve({ headers: {}, connection: { ...socket, encrypted: true } }).protocol, 'https')
    const { address, protocol, reason } = client.resolve({ headers, get socket () { throw new Error('destroyed') } })
    assert.deepEqual([address, protocol, reason], [undefined, 'http', 'no-peer'])
  })

  it('finds a client whose offset and length do not fit into 32 bits together', () => {
    const header = `${'x'.repeat(2 ** 25)}, 1.2.3.4`
    assert.equal(createResolver(LIST)(request('10.0.0.1', header)), '1.2.3.4')
  })

  it('caches peers and clients without mixing them up', () => {
    const client = createResolver(LIST)
    const twins = ['1.1.1.234', '2.1.1.234', '3.1.1.234']
    const proxies = ['10.0.0.234', '10.0.1.234', '10.0.2.234']
    for (let i = 0; i < 50; i++) {
      const [twin, proxy] = [twins[i % 3], proxies[i >> 2 & 1]]
      assert.equal(client(request(proxy, twin)), twin)
      assert.equal(client(request(proxy, twin)), twin)
      assert.equal(client(request(twin)), twin)
      assert.equal(client(request(twin, proxy)), twin)
    }
    assert.equal(client.stats().anomalies['untrusted-peer-with-header'], 50)
    assert.equal(client.stats().answers, 200)
  })

  it('throws if memory runs out, and names what it lacks', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', `
      const { addon } = require('./lib/engine')
      const { compileStrict, walkStrict } = addon
      const limit = { compile: 2, walk: 1 }
      addon.compileStrict = (...args) => limit.compile-- > 0 ? compileStrict(...args) : undefined
      addon.walkStrict = (...args) => limit.walk-- > 0 ? walkStrict(...args) : undefined
      const { createResolver } = require('./lib/resolver')
      const client = createResolver({ hops: 1 })
      const req = { headers: {}, socket: { remoteAddress: '10.0.0.1' } }
      console.log(client.resolve(req).reason)
      for (const call of [() => client(req), () => createResolver({ hops: 1 })]) {
        try { call() } catch ({ name, message }) { console.log(name, message) }
      }
    `], { encoding: 'utf8', cwd: path.join(__dirname, '..', '..'), env: { ...process.env, PROXY_ADDR_ENGINE: 'native' } })
    assert.equal(stderr, '')
    assert.equal(stdout, 'chain-too-short\nRangeError out of memory\nRangeError out of memory\n')
  })

  it('is not loaded by the drop-in', () => {
    const { stdout } = spawnSync(process.execPath, ['-e',
      "require('.'); console.log(Object.keys(require.cache).filter((file) => /[\\\\/]lib[\\\\/](resolver|frameworks)[\\\\/]/.test(file)))"],
    { encoding: 'utf8', cwd: path.join(__dirname, '..', '..') })
    assert.equal(stdout, '[]\n')
  })

  it('agrees with a model that was written from the rules alone', () => {
    const { cases, faults } = compare({ seed: 20261126, count: 20_000, seconds: 40 })
    assert.deepEqual(faults, [])
    assert.ok(cases > 0)
  })
})
