'use strict'

const assert = require('node:assert/strict')
const { compile } = require('../support/implementation')
const { throwsTypeError } = require('./helpers')

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

      it(`holds none of ${outside.join(', ')}`, () => {
        const trust = compile(name)

        assert.deepEqual(outside.filter(trust), [])
      })
    })
  }

  it('can stand together, with subnets between them', () => {
    const trust = compile(['linklocal', '203.0.113.0/24', 'loopback', 'uniquelocal', '2001:db8::1'])
    const addresses = [
      '169.254.1.1', 'fe80::1', '203.0.113.9', '127.0.0.1', '::1', '10.0.0.1', '172.16.0.1',
      '192.168.0.1', 'fc00::1', '2001:db8::1', '203.0.114.1', '8.8.8.8', '2001:db8::2'
    ]

    assert.deepEqual(addresses.filter(trust), addresses.slice(0, 10))
  })

  it('can stand at either end of a list', () => {
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

  it('take no length', () => {
    throwsTypeError(() => compile('loopback/8'), 'invalid IP address: loopback')
    throwsTypeError(() => compile('loopback/'), 'invalid IP address: loopback')
  })

  it('mean nothing as addresses', () => {
    const trust = compile(['loopback', 'linklocal', 'uniquelocal'])

    assert.deepEqual(['loopback', 'linklocal', 'uniquelocal'].filter(trust), [])
  })
})
