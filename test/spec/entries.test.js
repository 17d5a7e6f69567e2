'use strict'

const assert = require('node:assert/strict')
const { compile } = require('../support/implementation')
const { show, throwsTypeError } = require('../support/rules')

const NAMES = {
  linklocal: {
    inside: [
      '169.254.0.0', '169.254.255.255', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      'fe80::1%eth0', '::ffff:169.254.1.1'
    ],
    outside: ['169.253.255.255', '169.255.0.0', 'fe7f::', 'fec0::', '127.0.0.1', '::1']
  },
  loopback: {
    inside: ['127.0.0.0', '127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1'],
    outside: ['126.255.255.255', '128.0.0.0', '::', '::2', '10.0.0.1', '169.254.0.1', 'fc00::1']
  },
  uniquelocal: {
    inside: [
      '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0',
      '192.168.255.255', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::ffff:10.0.0.1'
    ],
    outside: [
      '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255',
      '192.169.0.0', 'fbff::', 'fe00::', '127.0.0.1', '::1'
    ]
  }
}

describe('the names', () => {
  for (const [name, { inside, outside }] of Object.entries(NAMES)) {
    describe(name, () => {
      it(`stands for its subnets alone: ${inside.join(', ')}`, () => {
        for (const trust of [compile(name), compile([name]), compile([name, name])]) {
          assert.deepEqual(inside.filter((address) => !trust(address)), [])
        }
      })

      it(`contains none of ${outside.join(', ')}`, () => {
        const trust = compile(name)

        assert.deepEqual(outside.filter(trust), [])
      })
    })
  }

  it('can occur together, with subnets between them', () => {
    const trust = compile(['linklocal', '203.0.113.0/24', 'loopback', 'uniquelocal', '2001:db8::1'])
    const addresses = [
      '169.254.1.1', 'fe80::1', '203.0.113.9', '127.0.0.1', '::1', '10.0.0.1', '172.16.0.1',
      '192.168.0.1', 'fc00::1', '2001:db8::1', '203.0.114.1', '8.8.8.8', '2001:db8::2'
    ]

    assert.deepEqual(addresses.filter(trust), addresses.slice(0, 10))
  })

  it('can occur at either end of a list', () => {
    assert.equal(compile(['loopback', '10.0.0.1'])('10.0.0.1'), true)
    assert.equal(compile(['10.0.0.1', 'loopback'])('127.0.0.1'), true)
    assert.equal(compile(['10.0.0.1', 'loopback'])('10.0.0.1'), true)
  })

  for (const text of [
    'Loopback', 'LOOPBACK', ' loopback', 'loopback ', 'loopback\n', 'loopbac', 'loopbacks',
    'linkLocal', 'unique-local', 'private', 'loopback,linklocal', 'loopback, 10.0.0.1',
    'constructor', '__proto__', 'hasOwnProperty', 'toString', 'valueOf'
  ]) {
    it(`are not ${JSON.stringify(text)}`, () => {
      throwsTypeError(() => compile(text), `invalid IP address: ${text}`)
      throwsTypeError(() => compile([text]), `invalid IP address: ${text}`)
    })
  }

  it('accept no length', () => {
    throwsTypeError(() => compile('loopback/8'), 'invalid IP address: loopback')
    throwsTypeError(() => compile('loopback/'), 'invalid IP address: loopback')
  })

  it('are not addresses', () => {
    const trust = compile(['loopback', 'linklocal', 'uniquelocal'])

    assert.deepEqual(['loopback', 'linklocal', 'uniquelocal'].filter(trust), [])
  })
})

/** Checks that `subnet` contains its first and last address, and not those next to them. */
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
  it('is the whole address by default', () => {
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

  it('makes the bits after it irrelevant', () => {
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

  it('can follow any form of the address', () => {
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

  it('differs from a length by any character that is not a digit', () => {
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
    ['with a netmask that is not an address', ['10.0.0.0/255.0.0', '10.0.0.0/256.0.0.0', '10.0.0.0/255.0.0.0 ']],
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

describe('a list of addresses close together, and two far away', () => {
  for (const count of [9, 18, 19, 38, 39, 100]) {
    it(`has each of ${count} addresses, and none between`, () => {
      const close = Array.from({ length: count }, (_, i) => `10.0.0.${2 * i + 1}`)
      const trust = compile(['1.0.0.1', ...close, '250.0.0.1'])

      assert.deepEqual(Array.from({ length: 256 }, (_, i) => `10.0.0.${i}`).filter(trust), close)
    })
  }
})
