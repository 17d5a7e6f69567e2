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
const SEEMS = /only looks like "/
const INTERFACE = /network interface.*subnet/
const ALONE = /write the entry alone/
const PATTERN = /pattern.*subnet/
const EXCLUSION = /A list cannot exclude/

const KINDS = {
  'names of hosts': [
    ['traefik', 'host-name', undefined, HOST],
    ['proxy.internal.example', 'host-name', undefined, HOST],
    ['my_gateway-1', 'host-name', undefined, HOST],
    ['b\u00fccher.example', 'host-name', undefined, HOST],
    ['*.cluster.example', 'host-name', undefined, /pattern of names/],
    ['AS64500', 'host-name', undefined, /number of a network/],
    ['.cluster.example', 'host-name', undefined, /pattern of names/],
    ['host.docker.internal', 'host-name', undefined, HOST],
    ['docker', 'host-name', undefined, /docker network inspect/]
  ],
  'names of interfaces, and of what a cloud has': [
    ['eth0', 'host-name', undefined, INTERFACE], ['docker0', 'host-name', undefined, INTERFACE],
    ['br-4f2a9c81d03e', 'host-name', undefined, INTERFACE], ['lo', 'host-name', 'loopback', INTERFACE],
    ['sg-0a1b2c3d4e5f', 'host-name', undefined, /identifier/], ['arn:aws:ec2:eu-west-1:1:vpc', 'host-name', undefined, /identifier/],
    ['ethernet', 'host-name', undefined, HOST], ['pl-proxy', 'host-name', undefined, HOST]
  ],
  'names with look-alike letters': [
    ['1inklocal', 'misspelt-name', 'linklocal', LOOKS],
    ['l0opback', 'misspelt-name', 'loopback', LOOKS],
    ['un1quelocal', 'misspelt-name', 'uniquelocal', LOOKS],
    ['l\u043eopback', 'misspelt-name', 'loopback', LOOKS],
    ['loopbac\u212a', 'wrong-case', 'loopback', /lower case/],
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
    ['LOOPBACK or fd00::/8', 'several-entries', ['loopback', 'fd00::/8'], /blanks/],
    ['10.0.0.7 and 10.0.0.8', 'several-entries', ['10.0.0.7', '10.0.0.8'], /blanks/],
    ['10.0.0.7;', 'several-entries', '10.0.0.7', ALONE], ['fd00::/8 |', 'several-entries', 'fd00::/8', ALONE],
    ['- uniquelocal', 'several-entries', 'uniquelocal', ALONE], ['10.1.0.0/16 # office', 'several-entries', '10.1.0.0/16', ALONE],
    ['2;', 'several-entries', 2, ALONE], ['loopback, 2;', 'several-entries', undefined, ALONE],
    ['- 10.0.0.7\r\n- 10.0.0.8\r\n', 'several-entries', ['10.0.0.7', '10.0.0.8'], /./],
    ['10.0.0.7 10.0.0.7 10.0.0.8', 'several-entries', ['10.0.0.7', '10.0.0.8'], /blanks/],
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
    ['[true]', 'json-text', undefined, /JSON/], ['[]', 'json-text', false, /JSON/], ['{}', 'json-text', false, /JSON/],
    ['["10.1.0.0/16",]', 'json-text', '10.1.0.0/16', /JSON/], ['[null]', 'json-text', undefined, /JSON/]
  ],
  'characters that only look right': [
    ['\uff11\uff10.0.0.7', 'invalid-address', '10.0.0.7', SEEMS], ['10\uff0e0\uff0e0\uff0e7', 'invalid-address', '10.0.0.7', SEEMS],
    ['10.1.0.0\u204416', 'invalid-address', '10.1.0.0/16', SEEMS], ['10\u30020\u30020\u30027', 'invalid-address', '10.0.0.7', SEEMS],
    ['fd00\u2236:7', 'invalid-address', 'fd00::7', SEEMS], ['\uff12', 'invalid-address', 2, SEEMS],
    ['\ud835\udfcf0.0.0.7', 'invalid-address', '10.0.0.7', SEEMS], ['loopback,\uff12', 'invalid-address', undefined, SEEMS],
    ['\u0661\u0660.0.0.7', 'invalid-address', undefined, /./]
  ],
  'patterns and exclusions': [
    ['^10\\.', 'invalid-address', undefined, PATTERN], ['/^10\\.0/', 'invalid-address', undefined, PATTERN], ['~^10', 'invalid-address', undefined, PATTERN],
    ['10\\.0\\.\\d+', 'invalid-address', undefined, PATTERN],
    ['!10.0.0.7', 'invalid-address', undefined, EXCLUSION], ['-fd00::7', 'invalid-address', undefined, EXCLUSION],
    ['uniquelocal, not 10.0.0.7', 'invalid-address', undefined, EXCLUSION], ['!', 'invalid-address', undefined, /./]
  ],
  'quotation marks and names of variables': [
    ["'loopback'", 'quoted-text', 'loopback', /quotation marks/],
    ['"2"', 'quoted-text', 2, /quotation marks/],
    ['"10.1.0.0/16,fd00::/8"', 'quoted-text', ['10.1.0.0/16', 'fd00::/8'], /quotation marks/],
    ['\u2018uniquelocal\u2019', 'quoted-text', 'uniquelocal', /quotation marks/],
    ['`1`', 'quoted-text', 1, /quotation marks/],
    ['"true"', 'quoted-text', undefined, /quotation marks/],
    ['"off"', 'quoted-text', undefined, /quotation marks/],
    ['""', 'quoted-text', false, /quotation marks/], ['"10.1.0.0/16;fd00::/8"', 'quoted-text', ['10.1.0.0/16', 'fd00::/8'], /quotation/],
    ['trust proxy: 10.1.0.0/16', 'assignment-text', '10.1.0.0/16', /colon/], ['trust_proxy:1', 'assignment-text', 1, /colon/],
    ['set PROXIES=1', 'assignment-text', 1, /equals/], ['PROXIES := loopback', 'assignment-text', 'loopback', /equals/],
    ['PROXIES=10.1.0.0/16', 'assignment-text', '10.1.0.0/16', /equals sign/],
    // eslint-disable-next-line no-template-curly-in-string
    ['${PROXIES}', 'invalid-address', undefined, /variable, which was not replaced/],
    ['{{ proxies }}', 'invalid-address', undefined, /variable/],
    ['\u200b10.0.0.7', 'invalid-address', '10.0.0.7', /invisible character, U\+200B, at 0/]
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
    ['fd00::7]:443', 'invalid-address', 'fd00::7', PORT],
    ['gateway:3000', 'invalid-address', undefined, /port.*not looked up/]
  ],
  'addresses with a note or a label': [
    ['10.0.0.7 (gateway)', 'invalid-address', '10.0.0.7', /blank/], ['<10.1.0.0/16>', 'invalid-address', '10.1.0.0/16', /"<"/],
    ['ip4:10.1.0.0/16', 'invalid-address', '10.1.0.0/16', /./], ['admin@10.0.0.7', 'host-name', '10.0.0.7', /Names are not/],
    ['10.0.0.7 gateway', 'invalid-address', undefined, /blank/], ['[object Object]', 'invalid-address', undefined, /an object that was converted/]
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
    ['10.20.0.1..10.20.0.6', 'invalid-address', ['10.20.0.1', '10.20.0.2/31', '10.20.0.4/31', '10.20.0.6'], RANGE],
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
    ['10.20.0.0/16/', 'invalid-range', '10.20.0.0/16', /one slash/],
    ['10.20.0.0/', 'invalid-range', '10.20.0.0', /length of the prefix is missing/],
    ['10.20.0.0\\16', 'invalid-range', '10.20.0.0/16', /one slash/], ['fe80::/10%eth0', 'invalid-range', 'fe80::/10', /zone/],
    ['10.20.0.0/16/16', 'invalid-range', undefined, /one length/],
    ['0.0.0.0/0', 'invalid-range', undefined, /everybody.*choose the address.*number of hops/], ['::/0', 'invalid-range', undefined, /everybody/],
    ['10.20', 'invalid-address', '10.20.0.0/16', /four numbers/], ['192.168', 'invalid-address', '192.168.0.0/16', /four numbers/],
    ['10.20/16', 'invalid-address', '10.20.0.0/16', /four numbers/],
    ['10.20.0.0/40', 'invalid-range', undefined, /more bits/],
    ['/16', 'invalid-address', undefined, /./]
  ],
  'words of other systems': [
    ['everyone', 'keyword', undefined, /everybody.*true.*choose the address/],
    ['*:443', 'keyword', undefined, /everybody/],
    ['**', 'keyword', undefined, /everybody/],
    ['nobody', 'keyword', false, /which here is false/],
    ['undefined', 'keyword', false, /which here is false/],
    ['loopback,none', 'keyword', undefined, /leave it out/],
    ['auto', 'keyword', undefined, /means nothing here.*number of hops/], ['X-Forwarded-For', 'keyword', undefined, /means nothing/],
    ['()', 'keyword', false, /false/], ['Cloud Run', 'keyword', undefined, /#google-cloud/], ['api-gateway', 'keyword', undefined, /#api-gateway/],
    ['DigitalOcean', 'keyword', undefined, /published/],
    ['CloudFront', 'keyword', undefined, /guide\.md#aws-alb-and-cloudfront/],
    ['fastly', 'keyword', undefined, /ranges that the provider has published/],
    ['private_ranges', 'misspelt-name', 'uniquelocal', /the name for this is uniquelocal/],
    ['LAN', 'misspelt-name', 'uniquelocal', /the name for this is/],
    ['self', 'misspelt-name', 'loopback', /the name for this is/]
  ],
  numbers: [
    ['-2', 'invalid-address', undefined, /whole number/],
    ['2.5', 'invalid-address', undefined, /whole number/],
    ['NaN', 'invalid-address', undefined, /whole number/],
    ['1 hop', 'invalid-address', 1, /whole number/],
    ['2 proxies', 'invalid-address', 2, /whole number/], ['one', 'invalid-address', 1, /whole number/], ['two,loopback', 'invalid-address', undefined, /whole/],
    ['1.0', 'invalid-address', 1, /whole number/], ['+1', 'invalid-address', 1, /whole number/], ['1e3', 'invalid-address', undefined, /whole/],
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
    return error.message.split('. Accepted: ')[0]
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
    assert.match(refusalOf('10.0.0.7:80, proxy.example'), /^PROXIES="[^"]*" is .*by the address alone: write 10\.0\.0\.7; "proxy\.example"/)
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
