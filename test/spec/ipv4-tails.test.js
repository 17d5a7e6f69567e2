'use strict'

const { denotes, denotesNothing, show } = require('./helpers')

const READ_AS = [
  ['after a gap and one colon', [
    ['::ffff:1.2.3.4', '::ffff:102:304'],
    ['::1:1.2.3.4', '0:0:0:0:0:1:102:304'],
    ['64:ff9b::1:1.2.3.4', '64:ff9b:0:0:0:1:102:304'],
    ['::1:2:3:4:5:1.2.3.4', '0:1:2:3:4:5:102:304'],
    ['a::b:1.2.3.4', 'a:0:0:0:0:b:102:304'],
    ['2001:db8::5efe:192.0.2.1', '2001:db8:0:0:0:5efe:c000:201']
  ]],
  ['after six groups', [
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['0:0:0:0:0:ffff:127.0.0.1', '0:0:0:0:0:ffff:7f00:1'],
    ['00000:0:0:0:0:00000ffff:127.0.0.1', '0:0:0:0:0:ffff:7f00:1']
  ]],
  ['after six groups and two colons', [
    ['1:2:3:4:5:6::1.2.3.4', '1:2:3:4:5:6:102:304']
  ]],
  ['after six groups and a gap that stands for nothing', [
    ['::1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['1::2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['1:2:3:4:5::6:1.2.3.4', '1:2:3:4:5:6:102:304']
  ]],
  ['with leading zeros, which are decimal here', [
    ['::ffff:010.0.0.1', '10.0.0.1'],
    ['::ffff:0127.00.000.01', '127.0.0.1'],
    ['::ffff:08.09.018.099', '8.9.18.99'],
    [`::ffff:${'0'.repeat(300)}10.0.0.1`, '10.0.0.1']
  ]],
  ['in hexadecimal, after 0x and 0X alike', [
    ['::ffff:0x7f.0.0.0x1', '127.0.0.1'],
    ['::ffff:0X7f.0.0.0X1', '127.0.0.1'],
    ['1:2:3:4:5:6:0xff.0XFF.0xfF.0XFf', '1:2:3:4:5:6:ffff:ffff']
  ]],
  ['and a zone, which means nothing', [
    ['::ffff:1.2.3.4%eth0', '1.2.3.4'],
    ['1:2:3:4:5:6:1.2.3.4%1', '1:2:3:4:5:6:102:304'],
    ['1:2:3:4:5:6::1.2.3.4%1', '1:2:3:4:5:6:102:304']
  ]]
]

const NOTHING = [
  ['after nothing but a gap', ['::1.2.3.4', '::127.0.0.1', '::0.0.0.0', '::1.2.3.4%eth0']],
  ['after a gap that ends where it begins', [
    'a::1.2.3.4', '64:ff9b::1.2.3.4', '1:2:3:4:5::1.2.3.4', '1:2::1.2.3.4'
  ]],
  ['after too few groups', [':1.2.3.4', '1:1.2.3.4', 'ffff:1.2.3.4', '1:2:3:4:5:1.2.3.4']],
  ['after too many groups', [
    '1:2:3:4:5:6:7:1.2.3.4', '1:2:3:4:5:6:7:8:1.2.3.4', '::1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:6:7::1.2.3.4', '1::2:3:4:5:6:7:1.2.3.4'
  ]],
  ['after two gaps', [
    '::a::1.2.3.4', '::a::b:1.2.3.4', 'a::b::1.2.3.4', 'a::b::c:1.2.3.4',
    '::1:2:3:4:5:6::1.2.3.4', '1::2:3:4:5:6::1.2.3.4'
  ]],
  ['after three colons', [':::1.2.3.4', 'ffff:::1.2.3.4', '1:2:3:4:5:6:::1.2.3.4']],
  ['after one colon in front', [':ffff:1.2.3.4', ':1:2:3:4:5:6:1.2.3.4']],
  ['after a group above ffff', ['::10000:1.2.3.4', '::1ffff:1.2.3.4']],
  ['of other than four parts', [
    '::ffff:1.2', '::ffff:1.2.3', '::ffff:1.2.3.4.5', '::ffff:1.2.3.', '::ffff:.2.3.4',
    '::ffff:2130706433'
  ]],
  ['of parts above 255', [
    '::ffff:256.0.0.1', '::ffff:1.2.3.256', '::ffff:0x100.0.0.1', '::ffff:0400.0.0.1',
    '::ffff:4294967297.0.0.1', '::ffff:18446744073709551617.0.0.1',
    `::ffff:${'9'.repeat(400)}.0.0.1`
  ]],
  ['of anything but numbers', [
    '::ffff:a.b.c.d', '::ffff:0x.0.0.1', '::ffff:0xg.0.0.1', '::ffff:1.2.3.-4', '::ffff:1.2.3.4 ',
    '::ffff:1.2.3.4\n', '::ffff: 1.2.3.4', '::ffff:1.2.3.4:80', '::ffff:f.0.0.1'
  ]],
  ['in front of further groups', ['1.2.3.4::', '1.2.3.4:1:2:3:4:5:6', '::1.2.3.4:1', '1.2.3.4:']],
  ['and a zone that is none', [
    '::ffff:1.2.3.4%', '::ffff:1.2.3.4%a-b', '::ffff:1.2.3.4%a%b', '::ffff%a:1.2.3.4'
  ]]
]

describe('an IPv6 address with an IPv4 tail', () => {
  for (const [subject, rows] of READ_AS) {
    describe(subject, () => {
      for (const [text, address] of rows) {
        it(`can be written ${show(text)} for ${address}`, () => denotes(text, address))
      }
    })
  }

  for (const [subject, texts] of NOTHING) {
    describe(`is not one ${subject}`, () => {
      for (const text of texts) {
        it(`as in ${show(text)}`, () => denotesNothing(text))
      }
    })
  }
})
