'use strict'

/* Tests that the cache of a compiled function's last peers never affects an answer. */

const assert = require('node:assert/strict')
const proxyaddr = require('../..')

const { compile } = proxyaddr

/** The client is the entry if the peer is trusted, otherwise the peer. */
function trusts (trust, peer, header) {
  const req = { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer } }
  const client = proxyaddr(req, trust)

  assert.equal(client, proxyaddr.all(req, trust).at(-1))
  return client !== peer
}

describe('the peers that a compiled function caches', () => {
  for (const header of ['192.0.2.1', '192.0.2.1, 192.0.2.2', `${'x'.repeat(300)},192.0.2.1`]) {
    const title = `${header.split(',').length} entries, ${header.length} units`

    it(`are not confused with others that end alike: ${title}`, () => {
      const trust = compile(['10.0.0.0/8', 'fd00::/8'])
      const pairs = [['10.1.2.123', '11.1.2.123'], ['fd00::2:123', '2d00::2:123'], ['10.9', '1.9']]

      for (let round = 0; round < 4; round++) {
        for (const [inside, outside] of pairs) {
          assert.equal(trusts(trust, inside, header), inside !== '10.9', inside)
          assert.equal(trusts(trust, outside, header), false, outside)
        }
      }
    })

    it(`are replaced one by one as others come: ${title}`, () => {
      const trust = compile('10.0.0.0/9')

      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 512; i++) {
          const peer = `10.${i % 256}.${i >> 3}.${i % 7}`

          for (let again = 0; again < 3; again++) {
            assert.equal(trusts(trust, peer, header), i % 256 < 128, peer)
          }
        }
      }
    })

    it(`belong to one compiled function: ${title}`, () => {
      const inside = compile('10.0.0.0/8')
      const outside = compile('11.0.0.0/8')

      for (let round = 0; round < 4; round++) {
        assert.equal(trusts(inside, '10.0.0.1', header), true)
        assert.equal(trusts(outside, '10.0.0.1', header), false)
      }
    })

    it(`are texts, whatever their length and their letters: ${title}`, () => {
      const trust = compile(['0.0.0.9', '::'])
      const zeros = (length) => '0'.repeat(length - 7) + '0.0.0.9'.slice(0, 7)

      for (const [peer, trusted] of [
        ['', false], ['9', true], [':', false], ['::', true], [':::', false], ['09', false], ['\u0130', false],
        ['0.0.0.\u0139', false], ['0.0.0.9', true], [zeros(38), true], [zeros(39), true], [zeros(40), true],
        [zeros(5000), true], [zeros(5000) + ' ', false]
      ]) {
        for (let round = 0; round < 4; round++) assert.equal(trusts(trust, peer, header), trusted, peer)
      }
    })
  }
})

/** Makes a set with a copy of TrustSet, whose engine answers with `call`. */
function setAsking (call) {
  const engine = require('../../lib/engine')
  const file = require.resolve('../../lib/trust/trust-set')
  const kept = { ...engine }
  const cached = require.cache[file]

  engine.isTrusted = (address) => call(address)
  engine.walk = (header) => call(undefined, header)
  engine.resolve = (peer, header) => call(peer, header)
  delete require.cache[file]

  const TrustSet = require(file)

  Object.assign(engine, kept)
  require.cache[file] = cached
  return new TrustSet(engine.compile('10.0.0.1'), undefined)
}

describe('the texts of remembered peers', () => {
  it('are never longer than an address in ordinary spelling', () => {
    const set = setAsking((peer, header) => header === undefined || -1)
    const lengths = [38, 39, 40, 41, 100, 5000]

    for (let round = 0; round < 4; round++) {
      for (const [i, length] of lengths.entries()) {
        set.hasPeer('x'.repeat(length - 3) + 'ab' + i)
        set.find('x'.repeat(length - 3) + 'ac' + i, 'a, b')
      }
    }
    assert.deepEqual([...new Set(set.peers.map(({ length }) => length))].sort((a, b) => a - b), [0, 38, 39])
  })
})

describe('a set whose engine fails', () => {
  it('trusts nobody if an engine gives an impossible answer', () => {
    const req = { headers: { 'x-forwarded-for': '6.6.6.6, 192.0.2.1' }, socket: { remoteAddress: '10.0.0.1' } }

    for (const answer of [undefined, null, NaN, 0.5, Infinity, '1', 'true', 1n, {}, [], Symbol('x'), () => true]) {
      const set = setAsking(() => answer)

      assert.equal(set.has('10.0.0.1'), false)
      for (let round = 0; round < 4; round++) assert.equal(set.hasPeer('10.0.0.1'), false)
      assert.throws(() => set.find('10.0.0.2', 'a, b'), answer === undefined
        ? { name: 'RangeError', message: 'out of memory' }
        : { name: 'Error', message: `the engine answered ${String(answer)}: reinstall proxy-addr-native` })
    }
    assert.equal(setAsking(() => 1).has('10.0.0.1'), false)
    assert.equal(proxyaddr(req, '10.0.0.0/8'), '192.0.2.1')
  })

  it('passes on whatever the engine throws', () => {
    const failure = new WebAssembly.RuntimeError('unreachable')
    const set = setAsking(() => { throw failure })

    for (const address of ['10.0.0.1', Object('10.0.0.1'), undefined]) {
      assert.throws(() => set.has(address), (error) => error === failure)
    }
  })

  it('treats undefined as out of memory if it was called with a text', () => {
    const set = setAsking(() => { throw undefined }) // eslint-disable-line no-throw-literal

    assert.throws(() => set.has('10.0.0.1'), { name: 'RangeError', message: 'out of memory' })
  })
})
