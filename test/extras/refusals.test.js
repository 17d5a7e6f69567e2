'use strict'

/*
 * Texts that people mistakenly write as a setting, by kind. lint() names the kind and
 * the remedy; fromEnv(), and so --trust, says the same and spells out what to write.
 * Each row is [text, code, instead, what the reason says].
 */

const assert = require('node:assert/strict')
const { describe, it } = require('mocha')
const { fromEnv, lint, trustProxy } = require('../../lib')

const PORT = /port|brackets/
const RANGE = /range from a first to a last/
const WILDCARD = /Wildcards/
const SOCKET = /path.*Unix socket.*number of hops or a function.*guide\.md#unix-sockets/
const HOST = /host.*not looked up.*address.*subnet/
const LOOKS = /only looks like a letter/

const KINDS = {
  'names of hosts': [
    ['traefik', 'host-name', undefined, HOST],
    ['proxy.internal.example', 'host-name', undefined, HOST],
    ['my_gateway-1', 'host-name', undefined, HOST],
    ['b\u00fccher.example', 'host-name', undefined, HOST],
    ['*.cluster.example', 'host-name', undefined, /pattern of names/],
    ['AS64500', 'host-name', undefined, /number of a network/]
  ],
  'names with look-alike letters': [
    ['1inklocal', 'misspelt-name', 'linklocal', LOOKS],
    ['l0opback', 'misspelt-name', 'loopback', LOOKS],
    ['un1quelocal', 'misspelt-name', 'uniquelocal', LOOKS],
    ['l\u043eopback', 'misspelt-name', 'loopback', LOOKS],
    ['loopback2', 'misspelt-name', 'loopback', /no such name, so it is refused$/],
    ['Uniquelocal', 'wrong-case', 'uniquelocal', /lower case/]
  ],
  'other separators': [
    ['loopback 10.1.0.0/16', 'several-entries', ['loopback', '10.1.0.0/16'], /commas, not by blanks/],
    ['loopback\t10.1.0.0/16', 'several-entries', ['loopback', '10.1.0.0/16'], /commas, not by tabs/],
    ['10.1.0.0/16\r\nfd00::/8', 'several-entries', ['10.1.0.0/16', 'fd00::/8'], /line breaks/],
    ['10.1.0.0/16|fd00::/8', 'several-entries', ['10.1.0.0/16', 'fd00::/8'], /vertical bars/],
    ['10.1.0.0/16 ; fd00::/8', 'several-entries', ['10.1.0.0/16', 'fd00::/8'], /blanks/],
    ['10.1.0.0/16\\nfd00::/8', 'several-entries', ['10.1.0.0/16', 'fd00::/8'], /line breaks/],
    ['10.0.0.7:10.0.0.8', 'several-entries', ['10.0.0.7', '10.0.0.8'], /":"/],
    ['10.0.0.7 and 10.0.0.8', 'several-entries', ['10.0.0.7', '10.0.0.8'], /blanks/],
    ['# edge\n10.0.0.7 # first\n10.0.0.8', 'several-entries', ['10.0.0.7', '10.0.0.8'], /./],
    ['10.0.0.7\uff0c10.0.0.8', 'several-entries', ['10.0.0.7', '10.0.0.8'], /uff0c/]
  ],
  'commas too many': [
    ['uniquelocal, ', 'empty-entry', 'uniquelocal', /comma too many, after "uniquelocal"/],
    [',10.1.0.0/16', 'empty-entry', '10.1.0.0/16', /comma too many, at the start/],
    ['10.1.0.0/16,,fd00::/8', 'empty-entry', ['10.1.0.0/16', 'fd00::/8'], /after "10\.1\.0\.0\/16"/],
    [' , ,', 'empty-entry', undefined, /comma too many/]
  ],
  JSON: [
    ['["10.1.0.0/16"]', 'json-text', '10.1.0.0/16', /JSON/],
    ['[ 2 ]', 'json-text', 2, /JSON/],
    ['{"proxies":["10.1.0.0/16","fd00::/8"]}', 'json-text', ['10.1.0.0/16', 'fd00::/8'], /JSON/],
    ["['10.1.0.0/16', 'fd00::/8']", 'json-text', ['10.1.0.0/16', 'fd00::/8'], /JSON/],
    ['[10.1.0.0/16, loopback]', 'json-text', ['10.1.0.0/16', 'loopback'], /JSON/],
    ['[true]', 'json-text', undefined, /JSON/]
  ],
  'quotation marks and names of variables': [
    ["'loopback'", 'quoted-text', 'loopback', /quotation marks/],
    ['"2"', 'quoted-text', 2, /quotation marks/],
    ['"10.1.0.0/16,fd00::/8"', 'quoted-text', ['10.1.0.0/16', 'fd00::/8'], /quotation marks/],
    ['\u2018uniquelocal\u2019', 'quoted-text', 'uniquelocal', /quotation marks/],
    ['`1`', 'quoted-text', 1, /quotation marks/],
    ['"true"', 'quoted-text', undefined, /quotation marks/],
    ['"off"', 'quoted-text', undefined, /quotation marks/],
    ['PROXIES=10.1.0.0/16', 'assignment-text', '10.1.0.0/16', /equals sign/],
    // eslint-disable-next-line no-template-curly-in-string
    ['${PROXIES}', 'invalid-address', undefined, /variable, which nothing has replaced/],
    ['{{ proxies }}', 'invalid-address', undefined, /variable/],
    ['\u200b10.0.0.7', 'invalid-address', '10.0.0.7', /cannot be seen, U\+200B, at 0/]
  ],
  'URLs and ports': [
    ['https://10.0.0.7:8443/path', 'invalid-address', '10.0.0.7', /URL/],
    ['http://[fd00::7]:80', 'invalid-address', 'fd00::7', /URL/],
    ['http://localhost/', 'invalid-address', 'loopback', /URL/],
    ['tcp://proxy:80', 'invalid-address', undefined, /URL.*not looked up/],
    ['//10.0.0.7', 'invalid-address', '10.0.0.7', /URL/],
    ['localhost:8080', 'invalid-address', 'loopback', PORT],
    ['10.0.0.7:443', 'invalid-address', '10.0.0.7', PORT],
    ['10.1.0.0/16:80', 'invalid-address', '10.1.0.0/16', PORT],
    ['[fd00::7]:443', 'invalid-address', 'fd00::7', PORT],
    ['[fd00::7]', 'invalid-address', 'fd00::7', PORT],
    ['fd00::7:50123', 'invalid-address', 'fd00::7', PORT],
    ['::ffff:10.0.0.7:80', 'invalid-address', '::ffff:10.0.0.7', PORT],
    ['10.0.0.7:*', 'invalid-address', '10.0.0.7', PORT],
    ['gateway:3000', 'invalid-address', undefined, /port.*not looked up/]
  ],
  paths: [
    ['/run/nginx/app.socket', 'invalid-address', undefined, SOCKET],
    ['./app.sock', 'invalid-address', undefined, SOCKET],
    ['unix:/tmp/app', 'invalid-address', undefined, SOCKET],
    ['unix:///tmp/app', 'invalid-address', undefined, SOCKET],
    ['@abstract', 'invalid-address', undefined, SOCKET],
    ['\\\\.\\pipe\\app', 'invalid-address', undefined, SOCKET]
  ],
  wildcards: [
    ['10.20.*', 'invalid-address', '10.20.0.0/16', WILDCARD],
    ['10.20.x.x', 'invalid-address', '10.20.0.0/16', WILDCARD],
    ['172.20.', 'invalid-address', '172.20.0.0/16', WILDCARD],
    ['2001:db9:*', 'invalid-address', '2001:db9::/32', WILDCARD],
    ['8.*', 'invalid-address', undefined, WILDCARD],
    ['10.*.0.1', 'invalid-address', undefined, WILDCARD],
    ['300.*', 'invalid-address', undefined, WILDCARD]
  ],
  ranges: [
    ['10.20.0.0 - 10.20.255.255', 'invalid-address', '10.20.0.0/16', RANGE],
    ['10.20.0.16-31', 'invalid-address', '10.20.0.16/28', RANGE],
    ['10.20.0.1..10.20.0.6', 'invalid-address', ['10.20.0.1/32', '10.20.0.2/31', '10.20.0.4/31', '10.20.0.6/32'], RANGE],
    ['fd00::-fd00::ffff', 'invalid-address', 'fd00::/112', RANGE],
    ['10.20.0.9-10.20.0.1', 'invalid-address', undefined, /last one is before the first/],
    ['0.0.0.0-255.255.255.255', 'invalid-address', undefined, RANGE]
  ],
  masks: [
    ['10.20.0.0/0.0.255.255', 'invalid-range', '10.20.0.0/16', /inverted/],
    ['10.20.0.0 0.0.255.255', 'invalid-range', '10.20.0.0/16', /inverted/],
    ['10.20.0.0 255.255.0.0', 'invalid-range', '10.20.0.0/16', /slash must stand between/],
    ['10.20.0.0 / 255.255.0.0', 'invalid-range', '10.20.0.0/16', /blanks around the slash/],
    ['10.20.0.0/255.0.255.0', 'invalid-range', undefined, /holes/],
    ['loopback/8', 'invalid-range', 'loopback', /takes no length/],
    ['localhost/32', 'invalid-range', 'loopback', /takes no length/],
    ['[fd00::]/8', 'invalid-range', 'fd00::/8', /brackets/],
    ['10.20.0.0/16/', 'invalid-range', '10.20.0.0/16', /second slash/],
    ['10.20.0.0/', 'invalid-range', '10.20.0.0', /length of the prefix is missing/],
    ['10.20/16', 'invalid-address', '10.20.0.0/16', /four numbers/],
    ['10.20.0.0/40', 'invalid-range', undefined, /more bits/],
    ['/16', 'invalid-address', undefined, /./]
  ],
  'words of other systems': [
    ['everyone', 'keyword', undefined, /everybody.*true.*choose the address/],
    ['**', 'keyword', undefined, /everybody/],
    ['nobody', 'keyword', false, /which here is false/],
    ['undefined', 'keyword', false, /which here is false/],
    ['loopback,none', 'keyword', undefined, /leave it out/],
    ['CloudFront', 'keyword', undefined, /guide\.md#aws-alb-and-cloudfront/],
    ['fastly', 'keyword', undefined, /ranges that the provider has published/],
    ['private_ranges', 'misspelt-name', 'uniquelocal', /no such name/],
    ['LAN', 'misspelt-name', 'uniquelocal', /no such name/],
    ['self', 'misspelt-name', 'loopback', /no such name/]
  ],
  numbers: [
    ['-2', 'invalid-address', undefined, /whole number/],
    ['2.5', 'invalid-address', undefined, /whole number/],
    ['NaN', 'invalid-address', undefined, /whole number/],
    ['1 hop', 'invalid-address', 1, /whole number/],
    ['loopback, 2 hops', 'invalid-address', undefined, /must be the whole setting/],
    ['2,loopback', 'one-part', undefined, /number of hops must be the whole setting/],
    ['true,loopback', 'boolean-text', undefined, /must be the whole setting/],
    ['10/16', 'one-part', '10.0.0.0/16', /number alone/]
  ]
}

/** Returns what fromEnv() says about a value, without the list of what it accepts. */
function refusalOf (text) {
  try {
    fromEnv('PROXIES', { PROXIES: text })
  } catch (error) {
    return error.message.split('. Accepted are ')[0]
  }
}

function isDangerous (setting) {
  return lint(setting).some(({ level }) => level === 'danger')
}

describe('a text that is refused', () => {
  for (const [kind, rows] of Object.entries(KINDS)) {
    for (const [text, code, instead, reason] of rows) {
      it(`is known as one of ${kind}: ${JSON.stringify(text)}`, () => {
        const found = lint(text).find((problem) => problem.code === code)

        assert.ok(found, JSON.stringify(lint(text)))
        assert.match(found.reason, reason)
        assert.deepEqual(found.instead, instead)
        const message = refusalOf(text)
        assert.ok(message.startsWith('PROXIES='))
        assert.ok(message.includes(found.reason))
      })
    }
  }

  it('comes with a complete remedy if there is one', () => {
    const write = (text) => /\. Write PROXIES=(.*)$/.exec(refusalOf(text))?.[1]

    assert.equal(write('10.0.0.7:80, localhost ,10.20.*'), '10.0.0.7,loopback,10.20.0.0/16')
    assert.equal(write('10.0.0.7:80, proxy.example'), undefined)
    assert.equal(write('none'), 'false')
    assert.equal(write('"2"'), '2')
    assert.equal(write('["1", "2"]'), undefined)
    const many = Array.from({ length: 300 }, (_, i) => `10.0.${i >> 8}.${i & 255}`)
    assert.equal(write(many.join('\n')), many.join())
  })

  it('has at most three of its problems in a message, and the number of the others', () => {
    assert.match(refusalOf('a.b, c.d, e.f, g.h, i.j'), /^(?:[^;]*; ){3}and 2 more$/)
  })

  it('never has a remedy in which lint() finds a danger, alone or in an array', () => {
    for (const [text] of Object.values(KINDS).flat()) {
      for (const { instead } of lint(text)) {
        if (instead === undefined) continue
        assert.equal(isDangerous(instead), false, text)
        if (typeof instead === 'string') assert.equal(isDangerous([instead]), false, text)
      }
    }
  })

  it('is refused by trustProxy() as well, or reads as a number', () => {
    for (const [text, code] of Object.values(KINDS).flat()) {
      if (code !== 'one-part') assert.throws(() => trustProxy(text), TypeError, text)
    }
  })

  it('is judged in linear time, however long', () => {
    for (const part of [' ', ',', '"', '[', '10.0.0.1-', 'a.', ':', '1;', '/', '\\n', '#', ' and ']) {
      assert.ok(lint(part.repeat(20_000)).length >= 0)
    }
  }).timeout(120_000)
})
