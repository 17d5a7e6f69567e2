'use strict'

const assert = require('node:assert/strict')
const reference = require('proxy-addr')
const { request } = require('../support/rules')
const proxyaddr = require('../support/implementation')
const { run } = require('../support/script')

const MEGA = 1024 * 1024
/** The size of the largest texts (more in the long form of `.ci/run`). */
const MEGABYTES = Number(process.env.TEXT_MEGABYTES ?? 10)

/** Returns expressions of the same text, one for each way in which V8 may store it. */
const WAYS = [
  ['flat', (text) => Buffer.from(text, 'utf8').toString('utf8')],
  ['with two bytes to a unit', (text) => `\u0100${text}`.slice(1)],
  ['in two parts', (text) => text.slice(0, text.length >> 1) + text.slice(text.length >> 1)],
  ['as a part of a longer one', (text) => `${text},${text}`.slice(text.length + 1)],
  // V8 stores texts of more than a megabyte outside the heap.
  ['outside of the heap, with one byte to a unit', (text) => Buffer.from(text, 'latin1').toString('latin1')],
  ['outside of the heap, with two bytes to a unit', (text) => Buffer.from(text, 'utf16le').toString('utf16le')]
]

const many = (entry, size) => entry.repeat(Math.ceil(size / entry.length))

/** Returns headers of a size, each as an expression. */
const HEADERS = [
  ['junk, then the client', (size) => `${'x'.repeat(size)}, 192.0.2.1, 10.0.0.2`],
  ['a client that is all of it', (size) => `${'x'.repeat(size)}, 10.0.0.2`],
  ['a client of spaces and dots', (size) => `${'. '.repeat(size / 2)}, 10.0.0.2`],
  ['trusted entries', (size) => `192.0.2.1, ${many('10.0.0.3, fd00::1, ', size)}10.0.0.2`],
  ['commas', (size) => `192.0.2.1${','.repeat(size)}10.0.0.2`],
  ['spaces', (size) => `192.0.2.1,${' '.repeat(size)}10.0.0.2`],
  ['a number with leading zeros', (size) => `192.0.2.1, ${'0'.repeat(size)}12.0.0.1, 10.0.0.2`],
  ['a group with leading zeros', (size) => `192.0.2.1, ${'0'.repeat(size)}fd00::1, 10.0.0.2`],
  ['a zone', (size) => `192.0.2.1, fd00::1%${'z'.repeat(size)}, 10.0.0.2`],
  ['colons', (size) => `192.0.2.1, ${':'.repeat(size)}, 10.0.0.2`]
]

const LIST = ['10.0.0.0/8', 'fd00::/8']

/** Checks that both resolve a request alike; returns the text, which may be long. */
function alike (peer, header) {
  const [expected, given] = [reference, proxyaddr].map((lib) => {
    const trust = lib.compile(LIST)
    const req = request(peer, header)

    return [lib(req, trust), lib.all(req, trust).length, lib(req, LIST)]
  })

  assert.ok(expected[0] === given[0], 'compiled')
  assert.ok(expected[1] === given[1], 'all')
  assert.ok(expected[2] === given[2], 'not compiled')
  return given[0]
}

describe('text of megabytes', function () {
  for (const [content, make] of HEADERS) {
    it(`makes no difference as a header, however V8 stores it: ${content}`, () => {
      for (const [, hold] of WAYS) alike('10.0.0.1', hold(make(2 * MEGA)))
    })
  }

  it('makes no difference as a header of 32 MB', () => {
    assert.equal(alike('10.0.0.1', `192.0.2.1, ${'10.0.0.3, '.repeat(64)}${'0'.repeat(32 * MEGA)}12.0.0.1`), '192.0.2.1')
    assert.equal(alike('10.0.0.1', `${'x'.repeat(32 * MEGA)}\ud800, ${'10.0.0.3, '.repeat(64)}10.0.0.1`).length, 32 * MEGA + 1)
  })

  it('may begin and end with half a surrogate, at any distance', () => {
    for (const size of [200, 256, 300, 2 * MEGA]) {
      const client = `\udc00${'\u{1f600}'.repeat(size / 2)}\ud800`

      assert.equal(alike('10.0.0.1', `192.0.2.9, ${client}, 10.0.0.2`), client)
      assert.equal(alike('10.0.0.1', `192.0.2.9, 192.0.2.1,${'10.0.0.2,'.repeat(size / 9)}${client.slice(1)}`), client.slice(1))
    }
  })

  it('is a valid or invalid peer, however V8 stores it', () => {
    for (const [, hold] of WAYS) {
      for (const peer of [`${'0'.repeat(2 * MEGA)}12.0.0.1`, `fd00::1%${'z'.repeat(2 * MEGA)}`]) {
        assert.equal(alike(hold(peer), '192.0.2.1'), '192.0.2.1')
      }
      for (const peer of ['1'.repeat(2 * MEGA), `10.0.0.1${' '.repeat(2 * MEGA)}`, `\u0130${'0'.repeat(2 * MEGA)}`]) {
        assert.equal(alike(hold(peer), '192.0.2.1'), hold(peer))
      }
    }
  })

  it('is an entry of a list, or is refused with its whole text', () => {
    const zeros = '0'.repeat(2 * MEGA)

    for (const lib of [reference, proxyaddr]) {
      for (const [, hold] of WAYS) {
        assert.equal(lib.compile(['::1', hold(`${zeros}12.0.0.0/${zeros}8`)])('10.1.2.3'), true)
        for (const [entry, message] of [
          [`${zeros}x`, `invalid IP address: ${zeros}x`],
          [`10.0.0.0/${zeros}`, `invalid range on address: 10.0.0.0/${zeros}`]
        ]) {
          assert.throws(() => lib.compile(['::1', hold(entry)]), (error) => error instanceof TypeError && error.message === message)
        }
      }
    }
  })
})

const ROOM = '--max-old-space-size=4096'

describe('a list of five million subnets', function () {
  it('is compiled, answers correctly at each end, and can be collected', () => {
    assert.equal(run(`
      const COUNT = 5_000_000
      const v4 = (i) => \`\${11 + (i >> 15)}.\${(i >> 7) & 255}.\${(i & 127) * 2}\`
      const v6 = (i) => \`2001:db8:\${(i >> 16).toString(16)}:\${(i & 0xffff).toString(16)}\`
      const list = Array.from({ length: COUNT }, (_, i) => i % 2 ? v6(i) + '::/65' : v4(i) + '.128/25')
      let trust = proxyaddr.compile(list)
      for (const i of [0, 2, 254, 256, 65_536, 2_500_000, COUNT - 2]) {
        assert.equal(trust(v4(i) + '.128'), true)
        assert.equal(trust(v4(i) + '.255'), true)
        assert.equal(trust(v4(i) + '.127'), false)
        assert.equal(trust(v6(i + 1) + '::'), true)
        assert.equal(trust(v6(i + 1) + ':7fff:ffff:ffff:ffff'), true)
        assert.equal(trust(v6(i + 1) + ':8000::'), false)
        assert.equal(proxyaddr(request(v4(i) + '.200', 'a, client, ' + v6(i + 1) + '::1'), trust), 'client')
      }
      assert.equal(trust('10.255.255.255'), false)
      assert.equal(trust(v6(0) + '::'), false)
      const before = process.memoryUsage().external
      trust = undefined
      gc()
      setImmediate(() => {
        gc()
        setImmediate(() => console.log(before - process.memoryUsage().external > COUNT))
      })
    `, ROOM, '--expose-gc'), 'true\n')
  })
})

describe(`a text of ${MEGABYTES} megabytes`, function () {
  it('is a header like any other', () => {
    assert.equal(run(`
      const SIZE = ${MEGABYTES * MEGA}
      const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8'])
      const far = '10.0.0.2, '.repeat(40) + '10.0.0.3'
      for (const [header, client] of [
        ['a, 192.0.2.1, ' + '0'.repeat(SIZE) + '12.0.0.1, ' + far, '192.0.2.1'],
        ['a, 192.0.2.1' + ','.repeat(SIZE) + far, '192.0.2.1'],
        ['a, 192.0.2.1,' + ' '.repeat(SIZE) + far, '192.0.2.1'],
        ['x'.repeat(SIZE) + ', 192.0.2.1, ' + far, '192.0.2.1'],
        ['a, ' + 'x'.repeat(SIZE) + ', ' + far, 'x'.repeat(SIZE)],
        ['a, fd00::1%' + 'z'.repeat(SIZE) + ', ' + far, 'a']
      ]) {
        assert.ok(proxyaddr(request('10.0.0.1', header), trust) === client)
        assert.ok(proxyaddr.all(request('10.0.0.1', header), trust).at(-1) === client)
        assert.ok(proxyaddr(request('10.0.0.1', header), ['10.0.0.0/8', 'fd00::/8']) === client)
      }
      console.log(proxyaddr(request('10.0.0.1', 'a, 192.0.2.1, fd00::1'), trust))
    `, ROOM), '192.0.2.1\n')
  })

  it('is an entry of a list like any other, or is refused', () => {
    assert.equal(run(`
      const SIZE = ${MEGABYTES * MEGA}
      const zeros = '0'.repeat(SIZE)
      assert.equal(proxyaddr.compile(zeros + '12.0.0.0/8')('10.1.2.3'), true)
      assert.equal(proxyaddr.compile(['::1', '10.0.0.0/' + zeros + '8'])('10.1.2.3'), true)
      assert.equal(proxyaddr.compile('fd00::%' + zeros + '/8')('fd12::'), true)
      assert.equal(proxyaddr.compile(zeros + 'fd00::/8')('fd12::'), true)
      const refuses = (list, message) =>
        assert.throws(() => proxyaddr.compile(list), (error) => error instanceof TypeError && error.message === message)
      refuses(zeros + 'x', 'invalid IP address: ' + zeros + 'x')
      refuses(['::1', '10.0.0.0/' + zeros], 'invalid range on address: 10.0.0.0/' + zeros)
      refuses(['::1', '10.0.0.0/1' + zeros], 'invalid range on address: 10.0.0.0/1' + zeros)
      console.log(proxyaddr.compile(['::1', '10.0.0.0/8'])('10.1.2.3'))
    `, ROOM), 'true\n')
  })

  it('is an address like any other', () => {
    assert.equal(run(`
      const SIZE = ${MEGABYTES * MEGA}
      const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8'])
      for (const [peer, trusted] of [
        ['0'.repeat(SIZE) + '12.0.0.1', true], ['1'.repeat(SIZE), false], ['fd00::1%' + 'z'.repeat(SIZE), true],
        ['fd00::1%' + '-'.repeat(SIZE), false], [':'.repeat(SIZE), false], ['10.0.0.1' + ' '.repeat(SIZE), false]
      ]) {
        assert.equal(trust(peer), trusted)
        assert.ok(proxyaddr(request(peer, '192.0.2.1'), trust) === (trusted ? '192.0.2.1' : peer))
      }
      console.log(trust('10.0.0.1'))
    `, ROOM), 'true\n')
  })
})
