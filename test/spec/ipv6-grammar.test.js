'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { denotes, denotesNothing, request, show, throwsTypeError } = require('../support/rules')

const { compile } = proxyaddr

const READ_AS = [
  ['eight groups', [
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['ABCD:EF01:abcd:ef01:AbCd:eF01:a:B', 'abcd:ef01:abcd:ef01:abcd:ef01:a:b']
  ]],
  ['any number of leading zeros', [
    ['0001:0002:0003:0004:0005:0006:0007:0008', '1:2:3:4:5:6:7:8'],
    ['00001::0000000000ffff', '1:0:0:0:0:0:0:ffff'],
    [`::${'0'.repeat(300)}1`, '0:0:0:0:0:0:0:1'],
    ['00000:00000:00000:00000:00000:00000:00000:00000', '0:0:0:0:0:0:0:0']
  ]],
  ['a gap in front', [
    ['::', '0:0:0:0:0:0:0:0'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['::2:3', '0:0:0:0:0:0:2:3'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8']
  ]],
  ['a gap in the middle', [
    ['1::8', '1:0:0:0:0:0:0:8'],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1'],
    ['1:2:3::7:8', '1:2:3:0:0:0:7:8'],
    ['1:2:3:4::6:7:8', '1:2:3:4:0:6:7:8']
  ]],
  ['a gap at the end', [
    ['1::', '1:0:0:0:0:0:0:0'],
    ['fe80::', 'fe80:0:0:0:0:0:0:0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0']
  ]],
  ['a gap that stands for nothing', [
    ['::1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1::2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4::5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7:8::', '1:2:3:4:5:6:7:8']
  ]],
  ['one colon after the eighth group', [
    ['1:2:3:4:5:6:7:8:', '1:2:3:4:5:6:7:8']
  ]],
  ['a zone, which means nothing', [
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['::%1', '0:0:0:0:0:0:0:0'],
    ['::1%0', '0:0:0:0:0:0:0:1'],
    ['1:2:3:4:5:6:7:8%EN0', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7:8:%en0', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7:8::%en0', '1:2:3:4:5:6:7:8'],
    ['fe80::%ffff', 'fe80:0:0:0:0:0:0:0'],
    [`fe80::1%${'z9'.repeat(200)}`, 'fe80:0:0:0:0:0:0:1']
  ]]
]

const NOTHING = [
  ['too few groups', [
    ':', '1:', ':1', '1:2', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:', '127.0.0.1:80', 'a:b'
  ]],
  ['too many groups', [
    '1:2:3:4:5:6:7:8:9', '::1:2:3:4:5:6:7:8:9', '1:2:3:4::5:6:7:8:9', '1:2:3:4:5:6:7:8:9::',
    '1:2:3:4:5:6:7:8:9:', '1:'.repeat(200)
  ]],
  ['two gaps', [
    '::::', '1::2::3', '::1::', '::1::2', '1::2::', '::1:2:3:4:5:6:7:8::', '1::2::3:4:5:6:7:8'
  ]],
  ['three colons in a row', [':::', ':::1', '1:::', '1:::2', '1:2:3:4:5:6:7:8:::']],
  ['one colon in front', [
    ':1:2:3:4:5:6:7:8', ':1:2:3:4:5:6:7', ':1::', ':1::2'
  ]],
  ['one colon at the end, after a gap elsewhere', [
    '::1:', '1::2:', '1::2:3:4:5:6:7:', '1::2:3:4:5:6:7:8:', '::1:2:3:4:5:6:7:8:'
  ]],
  ['a group above ffff', [
    '::10000', '10000::', '1:2:3:4:5:6:7:10000', '::fffff', '::100000001', '::10000000000000001'
  ]],
  ['anything but hexadecimal digits', [
    '::g', '::0x1', '::-1', '::+1', 'fe80::1_', 'x:2:3:4:5:6:7:8', '::\u0661', '::\uff11'
  ]],
  ['a zone without a name', ['::1%', '::%', '1:2:3:4:5:6:7:8%']],
  ['a zone of anything but letters and digits', [
    '::1%eth0.1', '::1%eth-0', '::1%eth_0', '::1%eth:0', '::1% ', '::1%\u00e9', '::1%25eth0%',
    '::1%a%b', '::1%%a', '::1%\u212a', '::1%\u017f', '::1%\u0130'
  ]],
  ['a zone anywhere but at the end', ['%eth0', '%eth0::1', 'fe80%eth0::1', '::1%eth0:']],
  ['white space and brackets', [
    ' ::1', '::1 ', ':: 1', '::1\n', '::1\t', '[::1]', '[::1]:80', '\ufeff::1', '::1%eth0\n'
  ]]
]

describe('an IPv6 address', () => {
  for (const [subject, rows] of READ_AS) {
    describe(`with ${subject}`, () => {
      for (const [text, address] of rows) {
        it(`can be written ${show(text)} for ${address}`, () => denotes(text, address))
      }
    })
  }

  for (const [subject, texts] of NOTHING) {
    describe(`is not made of ${subject}`, () => {
      for (const text of texts) {
        it(`as in ${show(text)}`, () => denotesNothing(text))
      }
    })
  }
})

describe('the zone of an address', () => {
  it('makes no difference between a subnet and a candidate', () => {
    assert.equal(compile('fe80::1%eth0')('fe80::1%eth1'), true)
    assert.equal(compile('fe80::1%eth0')('fe80::1'), true)
    assert.equal(compile('fe80::1')('fe80::1%eth0'), true)
    assert.equal(compile('linklocal')('fe80::2%en1'), true)
  })

  it('may stand before the length of a subnet', () => {
    assert.equal(compile('fe80::%eth0/10')('febf::1'), true)
    assert.equal(compile('fe80::%eth0/10')('fec0::1'), false)
  })

  it('may not stand after the length of a subnet', () => {
    throwsTypeError(() => compile('fe80::/10%eth0'), 'invalid range on address: fe80::/10%eth0')
  })

  it('is part of the address that is returned', () => {
    assert.equal(proxyaddr(request('fe80::1%eth0'), 'linklocal'), 'fe80::1%eth0')
    assert.equal(proxyaddr(request('fe80::1%eth0', 'fe80::2%en1'), 'linklocal'), 'fe80::2%en1')
  })
})
