'use strict'

const { denotes, denotesNothing, show } = require('../support/rules')

const READ_AS = [
  ['four decimal parts', [
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['99.100.199.200', '99.100.199.200']
  ]],
  ['a leading zero, which makes a part octal', [
    ['010.0.0.1', '8.0.0.1'],
    ['10.010.0010.00010', '10.8.8.8'],
    ['0377.0377.0377.0377', '255.255.255.255'],
    ['00.000.0000.00001', '0.0.0.1'],
    [`${'0'.repeat(300)}177.0.0.1`, '127.0.0.1']
  ]],
  ['an octal part, which ends before its first 8 or 9', [
    ['08.0.0.1', '0.0.0.1'],
    ['09.0.0.1', '0.0.0.1'],
    ['018.0.0.1', '1.0.0.1'],
    ['0778.0.0.1', '63.0.0.1'],
    ['0379.0.0.1', '31.0.0.1'],
    ['0.0.0.0099', '0.0.0.0'],
    ['0.0.0.03779999999999', '0.0.0.255']
  ]],
  ['a part after 0x, which is hexadecimal', [
    ['0x7f.0.0.0x1', '127.0.0.1'],
    ['0xFF.0xAb.0xcD.0x0', '255.171.205.0'],
    ['0x000000000000000000007f.0.0.1', '127.0.0.1'],
    ['0xa.10.012.10', '10.10.10.10']
  ]],
  ['a part after 0X, which is the octal number 0', [
    ['0X7f.0.0.1', '0.0.0.1'],
    ['0XFFFF.0.0.1', '0.0.0.1'],
    ['10.0.0.0Xff', '10.0.0.0']
  ]],
  ['a single number, which is the whole address', [
    ['0', '0.0.0.0'],
    ['1', '0.0.0.1'],
    ['256', '0.0.1.0'],
    ['2130706433', '127.0.0.1'],
    ['4294967295', '255.255.255.255'],
    ['0x7f000001', '127.0.0.1'],
    ['0xffffffff', '255.255.255.255'],
    ['0xAbCdEf01', '171.205.239.1'],
    ['017700000001', '127.0.0.1'],
    ['037777777777', '255.255.255.255'],
    ['00', '0.0.0.0'],
    ['09', '0.0.0.0'],
    ['0178', '0.0.0.15'],
    ['0XFFFFFFFFFF', '0.0.0.0'],
    [`${'0'.repeat(300)}17700000001`, '127.0.0.1'],
    [`0x${'0'.repeat(300)}7f000001`, '127.0.0.1']
  ]]
]

const NOTHING = [
  ['another number of parts', [
    '127.1', '127.0.1', '127.0.0.0.1', '1.2.3.4.5.6.7.8'
  ]],
  ['an empty part', [
    '.', '...', '127..0.1', '127.0.0.', '.127.0.0.1', '127.0.0.1.', '127.0.0.1..',
    '.12.1.12', '.12.123.255', '12..1.123', '123.12..123', '123.12.12.'
  ]],
  ['a part above 255', [
    '256.0.0.1', '127.0.0.256', '0400.0.0.1', '0x100.0.0.1', '999.999.999.999'
  ]],
  ['a number above 4294967295', [
    '4294967296', '0x100000000', '040000000000', '99999999999999999999'
  ]],
  ['a number that would wrap around in 32, 53 or 64 bits', [
    '6425673729', '4294967423.0.0.1', '0x10000007f.0.0.1', '040000000177.0.0.1',
    '9007199254740993', '18446744073709551617', '18446744073709551743.0.0.1',
    '0x10000000000000001', '0x1000000000000007f.0.0.1', '02000000000000000000001',
    '9'.repeat(400), `0x${'f'.repeat(400)}`, `07${'0'.repeat(400)}`
  ]],
  ['a prefix without digits', ['0x', '0X', '0x.0.0.1', '127.0.0.0x']],
  ['other bases, signs, exponents and separators', [
    '0b1', '0o17', '+1', '-1', '127.0.0.-1', '+127.0.0.1', '1e3', '1_0', '1n', '1.0e0.0.1'
  ]],
  ['digits outside their base', ['0x7g.0.0.1', '7f.0.0.1', 'a.b.c.d', '127.0.0.1f', 'x7f']],
  ['white space', [
    ' ', ' 127.0.0.1', '127.0.0.1 ', '127. 0.0.1', '127.0.0.1\n', '127.0.0.1\t',
    '\ufeff127.0.0.1', '127.0.0.1\u00a0', '1 '
  ]],
  ['a zone, a port or brackets', [
    '127.0.0.1%eth0', '127.0.0.1%', '1%1', '[127.0.0.1]', '127.0.0.1\\8', '127.0.0.1#'
  ]],
  ['digits and dots of other scripts', [
    '\u0661.0.0.1', '\uff11\uff12\uff17.0.0.1', '127\u30020\u30020\u30021',
    '127\uff0e0\uff0e0\uff0e1'
  ]],
  ['names and words', [
    'localhost', 'unknown', '_hidden', 'undefined', 'null', 'NaN', 'Infinity', 'true', '[object Object]'
  ]]
]

describe('an IPv4 address', () => {
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

const TAILS_READ_AS = [
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

const TAILS_OF_NOTHING = [
  ['after nothing but a gap', ['::1.2.3.4', '::127.0.0.1', '::0.0.0.0', '::1.2.3.4%eth0']],
  ['directly after a gap, with groups before it', [
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
  ['of fewer or more than four parts', [
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
  ['and an invalid zone', [
    '::ffff:1.2.3.4%', '::ffff:1.2.3.4%a-b', '::ffff:1.2.3.4%a%b', '::ffff%a:1.2.3.4'
  ]]
]

describe('an IPv6 address with an IPv4 tail', () => {
  for (const [subject, rows] of TAILS_READ_AS) {
    describe(subject, () => {
      for (const [text, address] of rows) {
        it(`can be written ${show(text)} for ${address}`, () => denotes(text, address))
      }
    })
  }

  for (const [subject, texts] of TAILS_OF_NOTHING) {
    describe(`is not one ${subject}`, () => {
      for (const text of texts) {
        it(`as in ${show(text)}`, () => denotesNothing(text))
      }
    })
  }
})
