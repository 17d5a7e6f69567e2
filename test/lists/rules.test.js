'use strict'

/* Tests which entries, formats and lists are accepted, and the command; without a network. */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { xoroshiro128plus } = require('pure-rand/generator/xoroshiro128plus')
const { lists } = require('../../lib/lists')
const { readEntry, sizeOf } = require('../../lib/lists/entries')
const { parseText } = require('../../lib/lists/formats')
const { delayOf } = require('../../lib/lists/sources')
const { describeEntry } = require('../../lib/why/facts')
const { write } = require('../../lib/lists/snapshot')
const lint = require('../../lib/why/lint')
const { run } = require('../support/command')
const { makeFolder, removeFolders } = require('./support/server')

/**
 * Returns the core's reading of an entry; undefined if it refuses the entry or reads
 * it leniently, or if an IPv4 tail is not in the usual form of a mapped address.
 */
function byCore (text) {
  if (text.includes(':') && text.includes('.') && !/^::ffff:[0-9.]+(?:\/|$)/i.test(text)) return undefined
  const { fault, forms, name, subnets: [subnet] } = describeEntry(text)
  if (fault !== 'none' || name !== undefined || subnet === undefined || subnet.length === 0) return undefined
  if (forms.some((form) => !['mapped', 'hostBits'].includes(form))) return undefined
  return { family: subnet.family, length: subnet.length }
}

/** Returns the first bits of an entry as the core reads them. */
function headByCore (text) {
  const { subnets: [{ family, bits }] } = describeEntry(text)
  return Number(family === 4 ? bits : bits >> 80n)
}

describe('an entry of a list', () => {
  const ACCEPTED = [
    '192.0.2.1', '192.0.2.0/24', '0.0.0.0/1', '255.255.255.255/32', '10.1.2.3/8', '::1', '2001:db8::/32',
    '2001:DB8::1/128', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '::ffff:192.0.2.0/120',
    '0001:0002::', '::/1', '::ffff:1:2'
  ]
  const REFUSED = [
    '', ' ', '1', '10', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '01.2.3.4', '1.2.3.04', '1.2.3.256', '0x7f.0.0.1',
    '1.2.3.4/', '1.2.3.4/0', '1.2.3.4/33', '1.2.3.4/08', '1.2.3.4/+8', '1.2.3.4/8/8', '1.2.3.4/255.0.0.0',
    ' 1.2.3.4', '1.2.3.4 ', '1.2.3.4:80', ':', ':::', '1::2::3', '12345::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9',
    '1::2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:', '::/0', '::/129', 'fe80::1%eth0', '[::1]', '::1.2.3', '64:ff9b::192.0.2.1', '::01.2.3.4',
    '::ffff:0:0/96', '::ffff:1.2.3.4/95', 'loopback', 'private', 'unix', 'linklocal', 'example.com', '１.2.3.4', '1.2.3.4\n'
  ]

  for (const text of ACCEPTED) it(`may be ${text}`, () => assert.notEqual(readEntry(text), undefined))
  for (const text of REFUSED) it(`may not be ${JSON.stringify(text)}`, () => assert.equal(readEntry(text), undefined))

  it('means the same here as to the core, however it is spelt', () => {
    const generator = xoroshiro128plus(20260711)
    const below = (limit) => Math.floor((generator.next() >>> 0) / 2 ** 32 * limit)
    const units = [...'0123456789abcdefABCDEF:.:.::/%xX- ,', '/8', '/32', '/128', '::ffff:', '.0', ':0']
    const pick = (from) => from[below(from.length)]
    let accepted = 0
    for (let i = 0; i < 60_000; i++) {
      let text = pick([...ACCEPTED, ...REFUSED])
      for (let edits = below(4); edits > 0; edits--) {
        const at = below(text.length + 1)
        text = text.slice(0, at) + (below(3) > 0 ? pick(units) : '') + text.slice(at + below(2))
      }
      const here = readEntry(text)
      const there = byCore(text)
      assert.deepEqual(here && { family: here.family, length: here.length }, there, JSON.stringify(text))
      if (here === undefined) continue
      accepted++
      const size = 2 ** Math.max((here.family === 4 ? 32 : 48) - here.length, 0)
      assert.equal(here.head - here.head % size, headByCore(text), text)
    }
    assert.ok(accepted > 5000, String(accepted))
  })
})

describe('the size of a list', () => {
  const sharesOf = (...texts) => {
    const { families } = sizeOf(texts.map(readEntry))
    return [families[4].share, families[6].share]
  }

  it('counts each address once', () => {
    assert.deepEqual(sharesOf('10.0.0.0/8', '10.1.0.0/16', '10.255.255.255', '9.1.2.3/8'), [2 ** -7, 0])
    assert.deepEqual(sharesOf('2001:db8::/32', '2001:db8:1::/48', '2001:db9::/32'), [0, 2 ** -31])
    assert.deepEqual(sharesOf('::ffff:10.0.0.0/104', '10.0.0.0/8'), [2 ** -8, 0])
  })

  it('counts small subnets, too', () => {
    assert.deepEqual(sharesOf('192.0.2.1', '2001:db8::1'), [2 ** -32, 2 ** -128])
  })
})

describe('a format', () => {
  const AWS = {
    syncToken: '1753388594',
    createDate: '2025-07-24-20-23-14',
    prefixes: [
      { ip_prefix: '192.0.2.0/24', region: 'GLOBAL', service: 'CLOUDFRONT_ORIGIN_FACING' },
      { ip_prefix: '3.0.0.0/15', region: 'us-east-1', service: 'AMAZON' },
      { ip_prefix: '3.0.0.0/15', region: 'us-east-1', service: 'EC2' }
    ],
    ipv6_prefixes: [{ ipv6_prefix: '2001:db8::/32', region: 'GLOBAL', service: 'CLOUDFRONT_ORIGIN_FACING' }]
  }
  const AZURE = {
    changeNumber: 363,
    values: [
      { name: 'AzureFrontDoor.Backend', properties: { changeNumber: 19, addressPrefixes: ['192.0.2.0/29', '2001:db8::/48'] } },
      { name: 'AzureCloud', properties: { changeNumber: 20, addressPrefixes: ['4.0.0.0/9'] } }
    ]
  }
  const GOOGLE = { syncToken: '1', creationTime: '2025-07-24T19:16:28.780563', prefixes: [{ ipv4Prefix: '192.0.2.0/24' }, { ipv6Prefix: '2001:db8::/32' }] }
  const FASTLY = { addresses: ['192.0.2.0/24'], ipv6_addresses: ['2001:db8::/32'] }
  const CLOUDFLARE = { result: { ipv4_cidrs: ['192.0.2.0/24'], ipv6_cidrs: ['2001:db8::/32'], etag: '38f7' }, success: true, errors: [] }
  const BOTH = ['192.0.2.0/24', '2001:db8::/32']

  for (const [format, value, service, expected] of [
    ['cloudflare', CLOUDFLARE, undefined, { entries: BOTH, etag: '38f7' }],
    ['aws', AWS, 'CLOUDFRONT_ORIGIN_FACING', { entries: BOTH }],
    ['google', GOOGLE, undefined, { entries: BOTH }],
    ['fastly', FASTLY, undefined, { entries: BOTH }],
    ['azure', AZURE, 'AzureFrontDoor.Backend', { entries: ['192.0.2.0/29', '2001:db8::/48'] }]
  ]) {
    it(`is read: ${format}, by its name and by its shape`, () => {
      assert.deepEqual(parseText(JSON.stringify(value), format, service), expected)
      assert.deepEqual(parseText('\uFEFF' + JSON.stringify(value, null, 1), undefined, service), expected)
    })
  }

  it('is read: lines, by its name and by its shape', () => {
    const source = '# edge\r\n\r\n192.0.2.0/24  # first\r\n2001:db8::/32'
    assert.deepEqual(parseText(source, 'lines'), { entries: BOTH })
    assert.deepEqual(parseText(source, undefined), { entries: BOTH })
  })

  for (const [what, source, service, message] of [
    ["Google's cloud.json", { prefixes: [{ ipv4Prefix: '34.1.208.0/20', service: 'Google Cloud', scope: 'africa-south1' }] }, undefined, /cloud\.json/],
    ["Google's goog.json", { prefixes: [{ ipv4Prefix: '8.8.4.0/24' }, { ipv4Prefix: '8.8.8.0/24' }] }, undefined, /goog\.json/],
    ['all of AWS', AWS, undefined, /all of AWS \(name a service: CLOUDFRONT_ORIGIN_FACING/],
    ["AWS's AMAZON", AWS, 'AMAZON', /AWS's AMAZON/],
    ["AWS's EC2", AWS, 'EC2', /AWS's EC2/],
    ['all of Azure', AZURE, undefined, /all of Azure \(name a tag/],
    ['AzureCloud', AZURE, 'AzureCloud', /Azure's AzureCloud/],
    ['a region of AzureCloud', AZURE, 'AzureCloud.westeurope', /Azure's AzureCloud/],
    ['a tag that begins like that of a proxy', AZURE, 'ApiManagementCustomers', /Azure's ApiManagementCustomers/],
    ["GitHub's actions", { hooks: ['192.30.252.0/22'], actions: ['4.148.0.0/16'] }, undefined, /GitHub's meta/],
    ["DigitalOcean's list", '5.101.96.0/21,NL,NL-NH,Amsterdam,1098 XH\n', undefined, /DigitalOcean's/]
  ]) {
    it(`is refused because its addresses are customers': ${what}`, () => {
      assert.throws(() => parseText(typeof source === 'string' ? source : JSON.stringify(source), undefined, service),
        { name: 'ListError', rule: 'customers', message })
    })
  }

  for (const [what, source, format, service] of [
    ['wrong JSON', '{"addresses": [', 'fastly'],
    ['a web page in place of JSON', '<!doctype html><html>', 'fastly'],
    ['an array', '["192.0.2.0/24"]', undefined],
    ['null', 'null', 'cloudflare'],
    ['an error of an API', '{"success": false, "errors": [{"code": 10000}], "result": null}', 'cloudflare'],
    ['a success without a result', '{"success": true}', 'cloudflare'],
    ['a family that is missing', '{"addresses": ["192.0.2.0/24"]}', 'fastly'],
    ['an entry that is not text', '{"addresses": [7], "ipv6_addresses": []}', 'fastly'],
    ['a prefix that is missing', '{"prefixes": [{"service": "own"}]}', 'google'],
    ['a tag that is missing', '{"values": []}', 'azure', 'AzureFrontDoor.Backend'],
    ['another shape', '{"networks": []}', undefined]
  ]) {
    it(`is refused for ${what}`, () => {
      assert.throws(() => parseText(source, format, service), { name: 'ListError', rule: 'format' })
    })
  }
})

/** Makes a list of entries that can be set, and returns the outcome of setting them. */
class Settable {
  constructor (entries, options) {
    this.entries = entries
    this.list = lists.from(() => this.entries, options)
  }

  async set (entries) {
    this.entries = entries
    const { outcome, error } = await this.list.refresh()
    return error?.rule ?? outcome
  }
}

/** Returns `count` IPv4 entries, each in a /24 of its own. */
function subnets (count, length = 24) {
  return Array.from({ length: count }, (_, i) => `${20 + (i >> 16)}.${i >> 8 & 255}.${i & 255}.0/${length}`)
}

describe('a list', () => {
  let settable

  async function start (entries, options) {
    settable = new Settable(entries, options)
    await settable.list.ready
  }

  afterEach(() => settable?.list.close())

  it('trusts nobody, and `ready` rejects, if the first one is refused', async () => {
    settable = new Settable([])
    await assert.rejects(settable.list.ready, { name: 'ListError', rule: 'empty' })
    assert.equal(settable.list.trust('192.0.2.1'), false)
    assert.equal(settable.list.trust(undefined), false)
    assert.equal(settable.list.version, 0)
    assert.equal(await settable.set(['192.0.2.0/24']), 'updated')
    assert.equal(settable.list.trust('192.0.2.1'), true)
  })

  it('is not emptied, in neither family', async () => {
    await start(['192.0.2.0/24', '2001:db8::/32'], { allowShrink: true })
    assert.equal(await settable.set([]), 'empty')
    assert.equal(await settable.set(['192.0.2.0/24']), 'family')
    assert.equal(await settable.set(['2001:db8::/32']), 'family')
    assert.equal(settable.list.entries.length, 2)
  })

  it('is refused as a whole for one entry, with that entry and the reason', async () => {
    await start(['192.0.2.0/24'])
    for (const [entry, message] of [
      ['loopback', 'entry 2, "loopback", is not an address or a subnet (names are not accepted in a list)'],
      ['010.0.0.1', 'entry 2, "010.0.0.1", is not an address or a subnet (written unusually (octal): write 8.0.0.1/32)'],
      ['10.0.0.0/255.0.0.0', 'entry 2, "10.0.0.0/255.0.0.0", is not an address or a subnet (written unusually (netmask): write 10.0.0.0/8)'],
      ['::ffff:0:0/96', 'entry 2, "::ffff:0:0/96", is not an address or a subnet (it trusts everybody)'],
      ['::ffff:1.2.3.4/95', 'entry 2, "::ffff:1.2.3.4/95", is not an address or a subnet (a mapped subnet shorter than /96 matches nothing)'],
      ['10.0.0.0/0', 'entry 2, "10.0.0.0/0", is not an address or a subnet (a length of 0 would trust everybody)']
    ]) {
      assert.equal(await settable.set(['192.0.2.0/24', entry]), 'entry')
      assert.equal(settable.list.state.lastError.message, message)
    }
  })

  it('accepts host bits', async () => {
    await start(['192.0.2.77/24'])
    assert.equal(settable.list.trust('192.0.2.1'), true)
  })

  it('accepts no prefix wider than /8, or /19 for IPv6, unless allowed', async () => {
    await start(['11.0.0.0/8', '2001:d000::/19'], { allowGrowth: true })
    assert.equal(await settable.set(['10.0.0.0/7', '2001:d000::/19']), 'wide')
    assert.equal(await settable.set(['11.0.0.0/8', '2001:c000::/18']), 'wide')
    settable.list.close()
    await start(['10.0.0.0/7', '2001:c000::/18'], { allowWide: true })
    assert.equal(settable.list.trust('11.1.1.1'), true)
  })

  it('never covers more than 1/64 of an address space, whatever is allowed', async () => {
    const allowed = { allowWide: true, allowGrowth: true, allowShrink: true }
    await start(['10.0.0.0/8', '12.0.0.0/8', '14.0.0.0/8', '16.0.0.0/8'], allowed)
    assert.equal(await settable.set([...settable.entries, '18.0.0.1/32']), 'coverage')
    assert.equal(await settable.set(['10.0.0.0/8', '2000::/5']), 'coverage')
    assert.equal(await settable.set(['10.0.0.0/8', '2000::/6']), 'updated')
  })

  it('does not lose more than half of its entries, unless allowed', async () => {
    await start(subnets(10, 32))
    assert.equal(await settable.set(subnets(4, 24)), 'shrink')
    assert.equal(await settable.set(subnets(5, 24)), 'updated')
    settable.list.close()
    await start(subnets(10), { allowShrink: true })
    assert.equal(await settable.set(subnets(1)), 'updated')
  })

  it('does not lose more than half of its addresses, in either family', async () => {
    await start(['10.0.0.0/16', '192.0.2.0/24', '2001:db8::/32'])
    assert.equal(await settable.set(['10.0.0.0/18', '192.0.2.0/24', '2001:db8::/32']), 'shrink')
    assert.equal(await settable.set(['10.0.0.0/16', '192.0.2.0/24', '2001:db8::/34']), 'shrink')
    assert.equal(await settable.set(['10.0.0.0/17', '192.0.2.0/24', '2001:db8::/33']), 'updated')
  })

  it('is not halved again and again, from 100 entries on', async () => {
    await start(subnets(200))
    assert.equal(await settable.set(subnets(100)), 'updated')
    assert.equal(await settable.set(subnets(99)), 'shrink')
    assert.match(settable.list.state.lastError.message, /200 of the largest list of the last week/)
    assert.equal(await settable.set(subnets(100)), 'unchanged')
  })

  it('is not halved again and again in addresses, with as many entries', async () => {
    await start(subnets(200, 24))
    assert.equal(await settable.set(subnets(200, 25)), 'updated')
    assert.equal(await settable.set(subnets(201, 25)), 'updated')
    assert.equal(await settable.set(subnets(201, 26)), 'shrink')
    assert.match(settable.list.state.lastError.message, /of the largest list of the last week/)
  })

  it('may be halved again and again if it has fewer', async () => {
    await start(subnets(99))
    assert.equal(await settable.set(subnets(50)), 'updated')
    assert.equal(await settable.set(subnets(25)), 'updated')
  })

  it('does not grow tenfold to 1,000 entries or more, unless allowed', async () => {
    await start(subnets(100))
    assert.equal(await settable.set(subnets(1000)), 'growth')
    assert.equal(await settable.set(subnets(999)), 'updated')
    settable.list.close()
    await start(subnets(100), { allowGrowth: true })
    assert.equal(await settable.set(subnets(1000)), 'updated')
  })

  it('does not grow tenfold in addresses, beyond the widest prefix', async () => {
    await start(['192.0.2.0/24', '2001:db8::/32'])
    assert.equal(await settable.set(['192.0.2.0/24', '10.0.0.0/8', '2001:db8::/32']), 'growth')
    assert.equal(await settable.set(['192.0.2.0/24', '2001:db8::/32', '2400::/19']), 'growth')
    assert.equal(await settable.set(['192.0.2.0/24', '10.0.0.0/9', '2001:db8::/32']), 'updated')
  })

  it('keeps each entry once, and is unchanged by another order', async () => {
    await start(['192.0.2.0/24', '192.0.2.0/24', '198.51.100.0/24'])
    assert.equal(settable.list.state.entries, 2)
    assert.equal(await settable.set(['198.51.100.0/24', '192.0.2.0/24']), 'unchanged')
    assert.equal(settable.list.version, 1)
  })

  it('is refused if a function throws, or does not return an array of strings', async () => {
    settable = new Settable(['192.0.2.0/24'])
    const { list } = settable
    await list.ready
    for (const [entries, rule] of [['192.0.2.0/24', 'format'], [undefined, 'format'], [['192.0.2.0/24', 7], 'format']]) {
      assert.equal(await settable.set(entries), rule)
    }
    list.close()
    const failing = lists.from(async () => { throw new Error('no answer') })
    await assert.rejects(failing.ready, { rule: 'source', message: 'the function threw: no answer' })
    failing.close()
    // eslint-disable-next-line prefer-promise-reject-errors
    const odd = lists.from(() => Promise.reject(undefined))
    await assert.rejects(odd.ready, { rule: 'source', message: 'the function threw: undefined' })
    odd.close()
  })

  it('gives up on a function that does not answer', async () => {
    const list = lists.from(({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)), { timeout: 20 })
    await assert.rejects(list.ready, { rule: 'timeout' })
    list.close()
  })

  it('is parsed without blocking if it is large, and in a worker if it is larger', async function () {
    const prefixes = (count) => Array.from({ length: count }, (_, i) => ({
      ip_prefix: `${20 + (i >> 16)}.${i >> 8 & 255}.${i & 255}.0/24`,
      region: 'us-east-1',
      service: i < 50 ? 'CLOUDFRONT_ORIGIN_FACING' : 'AMAZON'
    }))
    const { parseBytes } = require('../../lib/lists/formats')
    for (const count of [13_000, 60_000]) {
      const bytes = Buffer.from(JSON.stringify({ prefixes: prefixes(count), ipv6_prefixes: [] }))
      const { entries } = await parseBytes(bytes, 'aws', 'CLOUDFRONT_ORIGIN_FACING')
      assert.equal(entries.length, 50)
      await assert.rejects(parseBytes(bytes, 'aws', 'EC2'), { name: 'ListError', rule: 'customers' })
    }
  })
})

describe('the time to the next attempt', () => {
  const HOUR = 3_600_000

  it('is an interval, give or take a tenth', () => {
    assert.deepEqual([0, 0.5, 1].map((random) => Math.round(delayOf(HOUR, 0, false, random))), [54, 60, 66].map((minutes) => minutes * 60_000))
  })

  it('doubles with each failure, up to a day', () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 1000].map((failures) => delayOf(HOUR, failures, false, 0.5) / HOUR), [2, 4, 8, 16, 24, 24, 24])
  })

  it('is a minute at first if there is no list yet, and never more than the interval', () => {
    assert.deepEqual([1, 2, 3, 7, 50].map((failures) => delayOf(HOUR, failures, true, 0.5) / 60_000), [1, 2, 4, 60, 60])
  })

  it('is never longer than a timer can wait', () => {
    assert.equal(delayOf(2 ** 31 - 1, 0, false, 1), 2 ** 31 - 1)
  })
})

describe('an option', () => {
  for (const [what, make, message] of [
    ['is unknown', () => lists.cloudflare({ snapshort: 'x' }), /unknown option "snapshort" \(expected snapshot,/],
    ['is of another list', () => lists.from(() => [], { ca: 'x' }), /unknown option "ca"/],
    ['is not a boolean', () => lists.fastly({ allowWide: 1 }), /the option allowWide must be true or false/],
    ['is not a time', () => lists.fastly({ interval: '1h' }), /the option interval must be a number of milliseconds from 10/],
    ['is not finite', () => lists.fastly({ timeout: Infinity }), /the option timeout must be/],
    ['is NaN', () => lists.fastly({ maxAge: NaN }), /the option maxAge must be/],
    ['is not a format', () => lists.url('https://localhost/', { parse: 'xml' }), /the option parse must be a function or one of lines,/],
    ['is not an agent', () => lists.fastly({ agent: {} }), /the option agent must be an https.Agent/],
    ['is not an object', () => lists.fastly('cloudflare.json'), /options must be an object/],
    ['is an http address', () => lists.url('http://example.com/list'), /http:\/\/example.com\/list is not https/],
    ['holds a name', () => lists.url('https://me@example.com/list'), /the address at example.com contains a password/],
    ['holds a password', () => lists.url('https://me:secret@example.com/list'), /the address at example.com contains a password/],
    ['is not an address', () => lists.url('example.com/list'), /"example.com\/list" is not an address/],
    ['is all of AWS', () => lists.aws(), /all of AWS/],
    ['is of EC2', () => lists.aws('EC2'), /AWS's EC2/],
    ['is of AzureCloud', () => lists.azure('AzureCloud', 'https://example.com/'), /Azure's AzureCloud/],
    ['leaves the address of Azure out', () => lists.azure('AzureFrontDoor.Backend'), /the address of this week's service tags must be text/],
    ['leaves the service out', () => lists.url('https://example.com/', { parse: 'aws' }), /all of AWS/],
    ['is not a function', () => lists.from(['192.0.2.0/24']), /must be a function/],
    ['leaves the name out', () => lists.from(() => [], { snapshot: 'x' }), /the option name is missing/],
    ['is not a path', () => lists.file(undefined), /the path of the file must be text/]
  ]) {
    it(`throws a TypeError if it ${what}`, () => assert.throws(make, { name: 'TypeError', message }))
  }
})

describe('lint', () => {
  /** As published in July 2025; only some entries of the longer lists. */
  const PUBLISHED = {
    cloudflare: '173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 ' +
      '190.93.240.0/20 188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 ' +
      '172.64.0.0/13 131.0.72.0/22 2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 ' +
      '2a06:98c0::/29 2c0f:f248::/32',
    fastly: '23.235.32.0/20 43.249.72.0/22 103.244.50.0/24 103.245.222.0/23 103.245.224.0/24 104.156.80.0/20 ' +
      '140.248.64.0/18 140.248.128.0/17 146.75.0.0/17 151.101.0.0/16 157.52.64.0/18 167.82.0.0/17 167.82.128.0/20 ' +
      '167.82.160.0/20 167.82.224.0/20 172.111.64.0/18 185.31.16.0/22 199.27.72.0/21 199.232.0.0/16 2a04:4e40::/32 2a04:4e42::/32',
    cloudfront: '120.52.22.96/27 205.251.249.0/24 180.163.57.128/26 204.246.168.0/22 111.13.171.128/26 18.160.0.0/15 ' +
      '205.251.252.0/23 54.192.0.0/16 204.246.173.0/24 54.230.200.0/21 2600:9000::/28',
    'front door': '4.213.28.114/31 4.213.81.64/29 4.232.98.120/29 13.73.248.16/29 20.210.70.64/30 2603:1000:4::600/123',
    'google load balancers': '130.211.0.0/22 35.191.0.0/16'
  }

  for (const [name, entries] of Object.entries(PUBLISHED)) {
    it(`stays clean for the published list of ${name}, as does the list itself`, async () => {
      const list = lists.from(() => entries.split(' '), { name })
      await list.ready
      assert.deepEqual(lint(list.trust), [])
      list.close()
    })
  }
})

describe('the command lists', () => {
  let folder

  beforeEach(function () { folder = makeFolder(this.currentTest) })
  afterEach(function () { removeFolders(this.currentTest) })

  /** @param {string} content of the file to check */
  function check (content, ...args) {
    const file = path.join(folder, 'list')
    fs.writeFileSync(file, content)
    return run(['lists', 'check', file, ...args])
  }

  it('check says how much of the internet a list trusts, and whose list it seems to be', () => {
    assert.deepEqual(check('173.245.48.0/20\n103.21.244.0/22\n2400:cb00::/32\n'), {
      status: 0,
      stderr: '',
      stdout: "IPv4: 2 entries, 0.00012 % of the internet's addresses\n" +
        "IPv6: 1 entry, 1.9e-7 % of the internet's addresses\n" +
        'looks like Cloudflare: 3 of 3 entries\nnothing is wrong\n'
    })
    assert.deepEqual(JSON.parse(check('{"addresses": ["151.101.0.0/16"], "ipv6_addresses": []}', '--json').stdout), {
      entries: ['151.101.0.0/16'],
      families: [{ family: 4, entries: 1, internet: 2 ** -16 }, { family: 6, entries: 0, internet: 0 }],
      owners: [{ owner: 'Fastly', entries: 1 }],
      problems: []
    })
  })

  it('check reports what lint does, and exits with 1 for a danger', () => {
    const { status, stdout } = check('203.0.113.0/24\n1.0.0.0/8\n')
    assert.equal(status, 1)
    assert.match(stdout, /does not look like the list of any known provider\ndanger {2}very-wide {2}1\.0\.0\.0\/8\n/)
    assert.equal(check('203.0.113.0/24\n1.0.0.0/8\n', '--json').status, 1)
    const { code } = JSON.parse(check('203.0.113.0/24', '--json').stdout).problems[0]
    assert.equal(code, 'documentation-range')
    assert.match(check('203.0.113.0/24').stdout, /warning {2}documentation-range/)
    assert.equal(JSON.parse(check('0.0.0.0/1', '--json').stdout).refused.rule, 'wide')
  })

  it('check exits with 1 for a refused list', () => {
    for (const [content, args, message] of [
      ['0.0.0.0/1', [], /^refused \(wide\): entry 1, "0\.0\.0\.0\/1"/],
      ['{"actions": []}', [], /^refused \(customers\): this is GitHub's meta/],
      ['{"addresses": []}', ['--parse', 'aws', '--service', 'EC2'], /^refused \(customers\): this is AWS's EC2/],
      ['', [], /^refused \(empty\)/]
    ]) {
      const { status, stdout, stderr } = check(content, ...args)
      assert.deepEqual([status, stderr], [1, ''])
      assert.match(stdout, message)
    }
  })

  it('exits with 2 and one line for an invalid argument', () => {
    for (const [args, message] of [
      [[], /the name of a list is missing \(expected cloudflare, fastly/],
      [['akamai'], /unknown list 'akamai'/],
      [['aws'], /a service is missing after lists aws/],
      [['aws', 'EC2'], /this is AWS's EC2/],
      [['fastly', 'x'], /unexpected argument 'x' after lists fastly/],
      [['fastly', '--parse', 'aws'], /--parse and --service are for url and check/],
      [['url', 'http://example.com/'], /is not https/],
      [['check'], /give check one file/],
      [['check', path.join(folder, 'none')], /cannot read .*there is no such file/],
      [['check', __filename, '--parse', 'xml'], /unknown format 'xml' \(expected lines,/]
    ]) {
      const { status, stdout, stderr } = run(['lists', ...args])
      assert.deepEqual([status, stdout], [2, ''], args.join(' '))
      assert.match(stderr, message)
      assert.equal(stderr.trimEnd().split('\n').length, 1)
    }
  })

  it('prints the snapshot, and exits with 1, if there is no network', async () => {
    const snapshot = path.join(folder, 'snapshot.json')
    // No server listens on port 1.
    const source = 'https://127.0.0.1:1/list'
    await write(snapshot, { source, fetchedAt: Date.now(), week: [], parts: [{ entries: ['192.0.2.0/24'] }] })
    const { status, stdout, stderr } = run(['lists', 'url', source, '--snapshot', snapshot])
    assert.deepEqual([status, stdout], [1, '192.0.2.0/24\n'])
    assert.equal(JSON.parse(run(['lists', 'url', source, '--json']).stdout).refused.rule, 'network')
    assert.match(stderr, /^proxy-addr-native: refused \(network\): cannot fetch https:\/\/127\.0\.0\.1:1\/list/)
  })

  it('writes a snapshot, and prints the list', () => {
    const snapshot = path.join(folder, 'snapshot.json')
    const expected = { status: 0, stdout: '130.211.0.0/22\n35.191.0.0/16\n', stderr: '' }
    assert.deepEqual(run(['lists', 'google-load-balancers', '--snapshot', snapshot]), expected)
    assert.ok(fs.existsSync(snapshot))
    const { outcome, entries } = JSON.parse(run(['lists', 'google-load-balancers', '--json']).stdout)
    assert.deepEqual([outcome, entries], ['unchanged', ['130.211.0.0/22', '35.191.0.0/16']])
    assert.deepEqual(run(['lists', 'google-load-balancers', '--snapshot', snapshot]), expected)
  })
})
