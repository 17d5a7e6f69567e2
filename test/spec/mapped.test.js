'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { EVERYTHING, request } = require('../support/rules')

const { compile } = proxyaddr

/** Returns whether `subnet` contains `address`; sets of one and of two entries must agree. */
function holds (subnet, address) {
  const answers = [
    compile(subnet)(address),
    compile([subnet, subnet])(address),
    compile([subnet, '203.0.113.77'])(address),
    compile(['2001:db8:77::77', subnet])(address)
  ]

  assert.deepEqual(answers, Array(4).fill(answers[0]), 'a set of one and sets of two agree')
  return answers[0]
}

const MAPPED_FORMS = [
  '::ffff:10.1.2.3',
  '::FFFF:10.1.2.3',
  '::ffff:a01:203',
  '::ffff:0a01:0203',
  '0:0:0:0:0:ffff:10.1.2.3',
  '0:0:0:0:0:ffff:a01:203',
  '0000:0000:0000:0000:0000:ffff:0a01:0203',
  '::0:ffff:10.1.2.3',
  '0::ffff:a01:203',
  '0:0:0:0:0:ffff::10.1.2.3',
  '0:0:0:0:0:ffff:a01:203:',
  '::ffff:10.1.2.3%eth0'
]

const TABLE = [
  // candidate, subnet, whether it is inside
  ['an IPv4 candidate and an IPv4 subnet', [
    ['10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.2/31', true],
    ['10.1.2.3', '10.1.2.4/31', false],
    ['11.1.2.3', '10.0.0.0/8', false]
  ]],
  ['an IPv4 candidate and a mapped subnet of /96 and longer', [
    ['10.1.2.3', '::ffff:0.0.0.0/96', true],
    ['255.255.255.255', '::ffff:10.1.2.3/96', true],
    ['10.1.2.3', '::ffff:0.0.0.0/97', true],
    ['128.1.2.3', '::ffff:0.0.0.0/97', false],
    ['10.1.2.3', '::ffff:10.0.0.0/104', true],
    ['11.1.2.3', '::ffff:10.0.0.0/104', false],
    ['10.1.2.3', '::ffff:a00:0/104', true],
    ['10.1.2.3', '::ffff:10.1.2.3/128', true],
    ['10.1.2.2', '::ffff:10.1.2.3/128', false],
    ['10.1.2.2', '::ffff:10.1.2.3/127', true]
  ]],
  ['an IPv4 candidate and a mapped subnet shorter than /96', [
    ['10.1.2.3', '::ffff:10.1.2.3/95', false],
    ['10.1.2.3', '::ffff:10.1.2.3/80', false],
    ['10.1.2.3', '::ffff:10.1.2.3/64', false],
    ['10.1.2.3', '::ffff:10.1.2.3/1', false]
  ]],
  ['an IPv4 candidate and any other IPv6 subnet', [
    ['10.1.2.3', '::/1', false],
    ['0.0.0.1', '::1/128', false],
    ['10.1.2.3', '::/96', false],
    ['10.1.2.3', '::/80', false],
    ['10.1.2.3', '::fffe:0:0/95', false],
    ['10.1.2.3', '::a01:203', false],
    ['10.1.2.3', '::ffff:0:a01:203', false],
    ['10.1.2.3', '64:ff9b::a01:203', false],
    ['10.1.2.3', '2002:a01:203::/48', false]
  ]],
  ['an IPv6 candidate and an IPv4 subnet', [
    ['::1', '0.0.0.1', false],
    ['::1', '127.0.0.1', false],
    ['::a01:203', '10.0.0.0/8', false],
    ['::ffff:0:a01:203', '10.0.0.0/8', false],
    ['::fffe:a01:203', '10.0.0.0/8', false],
    ['1::ffff:a01:203', '10.0.0.0/8', false],
    ['a01:203::', '10.0.0.0/8', false]
  ]],
  ['an IPv6 candidate and a mapped subnet', [
    ['::1', '::ffff:0.0.0.1/1', false],
    ['::1', '::ffff:10.0.0.0/64', false],
    ['::1', '::ffff:10.0.0.0/80', false],
    ['::fffe:a01:203', '::ffff:10.1.2.3/95', false],
    ['::ffff:0:a01:203', '::ffff:10.1.2.3/64', false],
    ['1::', '::ffff:10.0.0.0/8', false],
    ['2001:db8::1', '::ffff:0.0.0.0/1', false]
  ]],
  ['an IPv6 candidate and an IPv6 subnet', [
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['::1', '::/1', true],
    ['::fffe:a01:203', '::fffe:0:0/95', true],
    ['::2', '::/126', true],
    ['::4', '::/126', false]
  ]],
  ['a mapped candidate, which is an IPv4 candidate', [
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['::ffff:11.1.2.3', '10.0.0.0/8', false],
    ['::ffff:10.1.2.3', '::ffff:10.0.0.0/104', true],
    ['::ffff:10.1.2.3', '::ffff:0.0.0.0/96', true],
    ['::ffff:10.1.2.3', '::ffff:10.1.2.3', true],
    ['::ffff:10.1.2.3', '::ffff:10.1.2.3/95', false],
    ['::ffff:10.1.2.3', '::ffff:10.1.2.3/1', false],
    ['::ffff:10.1.2.3', '::/1', false],
    ['::ffff:10.1.2.3', '::/64', false],
    ['::ffff:10.1.2.3', '::/80', false],
    ['::ffff:10.1.2.3', '::fffe:0:0/95', false]
  ]]
]

describe('a mapped address', () => {
  for (const text of MAPPED_FORMS) {
    it(`is IPv4 when written ${text}`, () => {
      assert.equal(holds('10.1.2.3', text), true)
      assert.equal(holds('10.1.2.2', text), false)
      assert.equal(holds(text, '10.1.2.3'), true)
      assert.equal(holds(text, '10.1.2.2'), false)
    })
  }

  it('is returned as received, not as its IPv4 address', () => {
    const req = request('::ffff:127.0.0.1', '::ffff:a01:203, ::ffff:127.0.0.2')

    assert.equal(proxyaddr(req, 'loopback'), '::ffff:a01:203')
    assert.deepEqual(proxyaddr.all(req, 'loopback'),
      ['::ffff:127.0.0.1', '::ffff:127.0.0.2', '::ffff:a01:203'])
  })

  it('is trusted by its IPv4 form', () => {
    assert.equal(compile('loopback')('::ffff:127.0.0.1'), true)
    assert.equal(compile('uniquelocal')('::ffff:192.168.1.1'), true)
    assert.equal(compile('linklocal')('::ffff:169.254.1.1'), true)
  })
})

describe('membership of', () => {
  for (const [subject, rows] of TABLE) {
    describe(subject, () => {
      for (const [address, subnet, inside] of rows) {
        it(`${address} is ${inside ? 'inside' : 'outside'} ${subnet}`, () => {
          assert.equal(holds(subnet, address), inside)
        })
      }
    })
  }
})

describe('a short subnet around the mapped addresses (CVE-2026-90711)', () => {
  it('trusts no mapped client through an IPv6 subnet that spans it', () => {
    const req = request('::1', '::ffff:203.0.113.9')

    assert.equal(proxyaddr(req, ['::/64']), '::ffff:203.0.113.9')
    assert.deepEqual(proxyaddr.all(request('::1', '198.51.100.7, ::ffff:203.0.113.9'), ['::/64']),
      ['::1', '::ffff:203.0.113.9'])
  })

  it('trusts no client at all through a mapped subnet shorter than /96', () => {
    for (let length = 1; length < 96; length++) {
      const subnet = `::ffff:10.1.2.3/${length}`

      for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '::1', '::', '::fffe:10.1.2.3', '7fff::']) {
        assert.equal(holds(subnet, address), false, `${address} in ${subnet}`)
      }
    }
  })

  it('trusts by its last bits through a mapped subnet of /96 to /128', () => {
    for (let length = 96; length <= 128; length++) {
      const subnet = `::ffff:255.255.255.255/${length}`
      const differsBehind = length === 128 ? null : 2 ** (128 - length) - 1
      const nearest = differsBehind === null ? 0xffffffff : 0xffffffff - differsBehind

      assert.equal(holds(subnet, String(nearest)), true, `${nearest} in ${subnet}`)
      if (nearest > 0) assert.equal(holds(subnet, String(nearest - 1)), false, `below ${subnet}`)
    }
  })

  it('trusts by subnets of both families together what each trusts alone', () => {
    const trust = compile(EVERYTHING)

    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '::1', 'ffff::', '0.0.0.0', '255.255.255.255']) {
      assert.equal(trust(address), true)
    }

    const trustIPv6 = compile(['::/1', '8000::/1'])

    assert.equal(trustIPv6('::fffe:10.1.2.3'), true)
    assert.equal(trustIPv6('::ffff:10.1.2.3'), false)
    assert.equal(trustIPv6('10.1.2.3'), false)
  })
})
