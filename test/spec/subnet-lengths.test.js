'use strict'

const assert = require('node:assert/strict')
const { compile } = require('../support/implementation')
const { show, throwsTypeError } = require('./helpers')

/** `subnet` holds the first and the last address, and not those beside them. */
function spans (subnet, { first, last, below, above }) {
  const trust = compile(subnet)

  assert.equal(trust(first), true, `${first} in ${subnet}`)
  assert.equal(trust(last), true, `${last} in ${subnet}`)
  if (below) assert.equal(trust(below), false, `${below} not in ${subnet}`)
  if (above) assert.equal(trust(above), false, `${above} not in ${subnet}`)
}

/** The eight groups of a 128-bit number. */
function groups (bits) {
  return bits.toString(16).padStart(32, '0').match(/.{4}/g).join(':')
}

const TEN_SLASH_EIGHT = {
  below: '9.255.255.255',
  first: '10.0.0.0',
  last: '10.255.255.255',
  above: '11.0.0.0'
}

describe('the length of a subnet', () => {
  it('is the whole address where none is given', () => {
    spans('10.0.0.9', { below: '10.0.0.8', first: '10.0.0.9', last: '10.0.0.9', above: '10.0.0.10' })
    spans('fd00::9', { below: 'fd00::8', first: 'fd00::9', last: 'fd00::9', above: 'fd00::a' })
  })

  it('can be 1 to 32 for IPv4', () => {
    for (let length = 1; length <= 32; length++) {
      const size = 2 ** (32 - length)
      const first = Math.floor(0xac1fabcd / size) * size

      spans(`172.31.171.205/${length}`, {
        below: first > 0 ? String(first - 1) : undefined,
        first: String(first),
        last: String(first + size - 1),
        above: first + size <= 0xffffffff ? String(first + size) : undefined
      })
    }
  })

  it('can be 1 to 128 for IPv6', () => {
    const address = 0x5a5a1234abcdef995a5a1234abcdef99n

    for (let length = 1; length <= 128; length++) {
      const size = 2n ** BigInt(128 - length)
      const first = address / size * size

      spans(`${groups(address)}/${length}`, {
        below: first > 0n ? groups(first - 1n) : undefined,
        first: groups(first),
        last: groups(first + size - 1n),
        above: groups(first + size)
      })
    }
  })

  it('makes the bits behind it meaningless', () => {
    spans('10.0.0.0/8', TEN_SLASH_EIGHT)
    spans('10.1.2.3/8', TEN_SLASH_EIGHT)
    spans('10.255.255.255/8', TEN_SLASH_EIGHT)
  })

  it('can have leading zeros, and stays decimal', () => {
    spans('10.0.0.0/08', TEN_SLASH_EIGHT)
    spans('10.0.0.0/0000000008', TEN_SLASH_EIGHT)
    spans(`10.0.0.0/${'0'.repeat(300)}8`, TEN_SLASH_EIGHT)
    spans('10.0.0.0/010', { first: '10.0.0.0', last: '10.63.255.255', above: '10.64.0.0' })
    spans('fd00::/008', { below: 'fcff::', first: 'fd00::', last: 'fdff::', above: 'fe00::' })
  })

  it('can follow any way to write the address', () => {
    spans('012.0.0.0/8', TEN_SLASH_EIGHT)
    spans('0xa.0.0.0/8', TEN_SLASH_EIGHT)
    spans('167772160/8', TEN_SLASH_EIGHT)
    spans('0xa000000/8', TEN_SLASH_EIGHT)
    spans('10.09.0.0/8', TEN_SLASH_EIGHT)
    spans('::ffff:10.0.0.0/104', TEN_SLASH_EIGHT)
    spans('1:2:3:4:5:6:7:8:/112', { first: '1:2:3:4:5:6:7:0', last: '1:2:3:4:5:6:7:ffff' })
  })
})

describe('the netmask of a subnet', () => {
  it('can be any of the 32 that are contiguous', () => {
    for (let length = 1; length <= 32; length++) {
      const mask = 2 ** 32 - 2 ** (32 - length)
      const dotted = [24, 16, 8, 0].map((shift) => (mask >>> shift) & 0xff).join('.')
      const first = Math.floor(0xac1fabcd / 2 ** (32 - length)) * 2 ** (32 - length)

      spans(`172.31.171.205/${dotted}`, {
        below: first > 0 ? String(first - 1) : undefined,
        first: String(first),
        last: String(first + 2 ** (32 - length) - 1)
      })
    }
  })

  for (const mask of [
    '255.0.0.0', '0377.0.0.0', '0xff.0.0.0', '0xff000000', '0xFF000000', '255.00.000.0',
    '255.08.0.0', '255.0.0.0X7f', '0x00000000ff.0.0.0'
  ]) {
    it(`can be written ${mask} for /8`, () => spans(`10.0.0.0/${mask}`, TEN_SLASH_EIGHT))
  }

  it('is told from a length by anything that is no digit', () => {
    spans('10.0.0.0/0xfffffff8', { first: '10.0.0.0', last: '10.0.0.7', above: '10.0.0.8' })
  })
})

describe('a subnet is refused', () => {
  const REFUSED = [
    ['of length 0', ['10.0.0.0/0', '10.0.0.0/00', '::/0', '::ffff:10.0.0.0/0', '0.0.0.0/0']],
    ['longer than its address', [
      '10.0.0.0/33', '10.0.0.0/6000', '::/129', '::ffff:10.0.0.0/129', '10.0.0.0/128',
      '10.0.0.0/4294967304', '::/4294967304', '::/18446744073709551624',
      `10.0.0.0/${'9'.repeat(400)}`
    ]],
    ['with a netmask given as one decimal number', ['10.0.0.0/4278190080', '10.0.0.0/037700000000']],
    ['without its length', ['10.0.0.0/', '::/', '::1%eth0/']],
    ['with anything about its length', [
      '10.0.0.0/-8', '10.0.0.0/+8', '10.0.0.0/ 8', '10.0.0.0/8 ', '10.0.0.0/8\n', '10.0.0.0/8.0',
      '10.0.0.0/0x', '10.0.0.0/eight', '10.0.0.0/1e1', '::/ 64', '::/64%eth0', '10.0.0.0/8,',
      '10.0.0.0/\u0668', '10.0.0.0/\uff18'
    ]],
    ['with a netmask of zeros', ['10.0.0.0/0.0.0.0', '10.0.0.0/0x0', '10.0.0.0/0X7f']],
    ['with a netmask that has holes', [
      '10.0.0.0/255.0.255.0', '10.0.0.0/0.0.0.1', '10.0.0.0/0.255.255.255', '10.0.0.0/254.255.0.0',
      '10.0.0.0/255.255.255.253', '10.0.0.0/127.0.0.0', '10.0.0.0/0xff', '10.0.0.0/192.168.1.1'
    ]],
    ['with a netmask that is no address', ['10.0.0.0/255.0.0', '10.0.0.0/256.0.0.0', '10.0.0.0/255.0.0.0 ']],
    ['of IPv4 with a netmask of IPv6', [
      '10.0.0.0/::', '10.0.0.0/ffff::', '10.0.0.0/::ffff:255.0.0.0', '10.0.0.0/::1'
    ]],
    ['of IPv6 with a netmask', [
      '::/255.0.0.0', 'fe80::/ffff::', '::ffff:10.0.0.0/255.0.0.0', '::/0xff000000',
      '::ffff:10.0.0.0/0xff'
    ]]
  ]

  for (const [subject, notes] of REFUSED) {
    describe(subject, () => {
      for (const note of notes) {
        it(`as in ${show(note)}`, () => {
          throwsTypeError(() => compile(note), `invalid range on address: ${note}`)
          throwsTypeError(() => compile(['loopback', note]), `invalid range on address: ${note}`)
        })
      }
    })
  }
})
