'use strict'

/*
 * Checks the tables of the core's tests in C against proxy-addr and its ipaddr.js, so
 * that they expect what the reference does.
 */

const assert = require('node:assert/strict')
const { createRequire } = require('node:module')
const { describe, it } = require('mocha')
const proxyaddr = require('proxy-addr')
const { quote, readVectors } = require('./read-vectors')

const ipaddr = createRequire(require.resolve('proxy-addr'))('ipaddr.js')

const NAMES = ['linklocal', 'loopback', 'uniquelocal']
const PEER = 'the peer'

const FAULT = /^[a-zA-Z]+ \d+-\d+$/
const RANGE_FAULT = /^(length|netmask)/

/** Returns the reference's reading of an address, in the notation of the tables. */
function showAddress (text) {
  if (!ipaddr.isValid(text)) return 'invalid'
  const address = ipaddr.parse(text)
  if (address.kind() === 'ipv4') return 'IPv4 ' + address.octets.join('.')
  if (address.isIPv4MappedAddress()) return 'mapped ' + address.toIPv4Address().octets.join('.')
  return 'IPv6 ' + address.parts.map((part) => part.toString(16)).join(':')
}

/** Returns the kind of error that compile() throws, or undefined. */
function errorOf (entry) {
  try {
    proxyaddr.compile([entry])
  } catch (error) {
    assert.ok(error instanceof TypeError)
    return error.message.split(' on ')[0].split(' IP ').join(' ').split(':')[0]
  }
}

const WIDTH = { ipv4: 32, ipv6: 128 }

/** Writes a number as an address. */
function write (kind, number) {
  const [groups, bits, base, separator] = kind === 'ipv4' ? [4, 8n, 10, '.'] : [8, 16n, 16, ':']
  const parts = []
  for (let i = 0; i < groups; i++) {
    parts.unshift((number & ((1n << bits) - 1n)).toString(base))
    number >>= bits
  }
  return parts.join(separator)
}

/** @returns {{ kind: string, first: bigint, last: bigint }} */
function readSubnet (text) {
  const [address, length] = text.split('/')
  const parsed = ipaddr.parse(address)
  const kind = parsed.kind()
  const first = BigInt('0x' + Buffer.from(parsed.toByteArray()).toString('hex'))
  return { kind, first, last: first + (1n << BigInt(WIDTH[kind] - Number(length))) - 1n }
}

/**
 * Returns the addresses just inside and just outside of a subnet. Since an entry is a
 * prefix, no other subnet gives the same answers for all of them. Mapped addresses are
 * IPv4, so they cannot probe IPv6.
 */
function probesOf ({ kind, first, last }) {
  const numbers = [first - 1n, first, last, last + 1n]
  return numbers
    .filter((number) => number >= 0n && number >> BigInt(WIDTH[kind]) === 0n)
    .filter((number) => kind === 'ipv4' || number >> 32n !== 0xffffn)
    .map((number) => write(kind, number))
}

const PROBES_OF_BOTH_KINDS = ['0.0.0.0', '1.2.3.4', '255.255.255.255', '::', '::102:304',
  '::fffe:102:304', '::1:ffff:102:304', '8000::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']

function assertTrustsExactly (trust, expected) {
  const subnets = expected === 'nothing' ? [] : expected.split(' ').map(readSubnet)
  for (const probe of PROBES_OF_BOTH_KINDS.concat(subnets.flatMap(probesOf))) {
    const { kind, first } = readSubnet(probe + '/' + (probe.includes(':') ? 128 : 32))
    const inside = subnets.some((subnet) =>
      subnet.kind === kind && first >= subnet.first && first <= subnet.last)
    assert.equal(trust(probe, 0), inside, probe)
    if (kind === 'ipv4') assert.equal(trust('::ffff:' + probe, 0), inside, '::ffff:' + probe)
  }
}

const checks = {
  address ({ inputs: [text], expected }) {
    assert.equal(showAddress(text), expected)
    if (text.includes('/') || NAMES.includes(text)) return
    assert.equal(errorOf(text), expected === 'invalid' ? 'invalid address' : undefined)
  },

  subnet ({ inputs: [entry], expected }) {
    if (expected.startsWith('invalid ')) {
      assert.equal(errorOf(entry), expected)
    } else {
      assertTrustsExactly(proxyaddr.compile([entry]), expected)
    }
  },

  described ({ inputs: [text], expected }) {
    const [canonical, ...forms] = expected.split(' ')
    if (!ipaddr.isValid(text)) return assert.match(expected, FAULT)
    const shown = showAddress(canonical)
    assert.equal(showAddress(text), forms.includes('mapped') ? shown.replace('IPv4', 'mapped') : shown)
  },

  entry ({ inputs: [entry], expected }) {
    const error = errorOf(entry)
    if (error) {
      const kind = RANGE_FAULT.test(expected) ? 'invalid range' : 'invalid address'
      assert.match(expected, FAULT)
      assert.equal(error, kind)
    } else {
      const subnets = expected.split(' ').filter((word) => word.includes('/') || word === 'nothing')
      const end = expected.includes(' as ') ? -1 : undefined
      assertTrustsExactly(proxyaddr.compile([entry]), subnets.slice(0, end).join(' '))
    }
  },

  found ({ inputs: [address, ...list], expected }) {
    const first = list.findIndex((entry) => !errorOf(entry) && proxyaddr.compile([entry])(address, 0))
    assert.equal(expected.split(' ')[0], first === -1 ? 'none' : String(first))
  },

  hops ({ inputs: [header], expected }) {
    const request = { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: PEER } }
    const entries = proxyaddr.all(request).slice(1)
    assert.equal(entries.map(quote).join(' ') || 'nothing', expected)
  },

  trusted ({ inputs: [address, ...list], expected }) {
    const answer = proxyaddr.compile(list)(address, 0)
    assert.equal(answer ? 'trusted' : 'not trusted', expected)
  },

  resolve ({ inputs: [header, ...list], expected }) {
    const request = { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: PEER } }
    const trust = proxyaddr.compile(list)
    const client = proxyaddr(request, (address, hop) => hop === 0 || trust(address, hop))
    assert.equal(client === PEER ? PEER : quote(client), expected)
  }
}

describe('the vectors of the core hold for proxy-addr:', function () {
  const tables = readVectors('address', 'subnet', 'describe', 'hops', 'resolve')

  for (const [table, check] of Object.entries(checks)) {
    describe(table, function () {
      for (const { sentence, vectors } of tables[table]) {
        it(sentence, function () {
          assert.ok(vectors.length > 0)
          for (const vector of vectors) {
            try {
              check(vector)
            } catch (error) {
              error.message = vector.line + '\n' + error.message
              throw error
            }
          }
        })
      }
    })
  }
})
