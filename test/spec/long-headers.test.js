'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { request } = require('../support/rules')

const { all, compile } = proxyaddr

const PEER = '10.0.0.1'
const TRUST = ['10.0.0.0/8', 'fd00::/8']
const trust = compile(TRUST)

/** Checks that each function finds `client`, after `hops` trusted entries. */
function answers (header, client, hops) {
  const req = request(PEER, header)

  assert.equal(proxyaddr(req, trust), client)
  assert.equal(proxyaddr(req, TRUST), client)
  assert.equal(proxyaddr(req, (address) => trust(address)), client)

  const addresses = all(req, trust)

  assert.equal(addresses.at(-1), client)
  assert.equal(addresses.length, hops + 2)
  assert.deepEqual(all(req, (address) => trust(address)), addresses)
}

/** A trusted entry for every ten units, `length` units long in all. */
function proxies (length) {
  const count = Math.floor(length / 10)

  return ' '.repeat(length % 10) + ' 10.0.0.2,'.repeat(count).slice(0, -1).padStart(count * 10)
}

describe('a long header', function () {
  it('of any length yields the nearest entry, whatever precedes it', () => {
    for (let length = 1; length <= 1100; length++) {
      answers(`${'x'.repeat(length)}, 192.0.2.1`, '192.0.2.1', 0)
      answers(`${'10.0.0.2,'.repeat(length).slice(-length)}, 192.0.2.1, 10.0.0.3`, '192.0.2.1', 1)
    }
  })

  it('of any length yields its first entry after trusted ones', () => {
    for (let length = 10; length <= 1100; length++) {
      const hidden = proxies(length)

      answers(`192.0.2.1,${hidden}`, '192.0.2.1', Math.floor(length / 10))
      answers(`192.0.2.254 , ${hidden}`, '192.0.2.254', Math.floor(length / 10))
      answers(`203.0.113.1,192.0.2.1,${hidden}`, '192.0.2.1', Math.floor(length / 10))
    }
  })

  it('gives an entry at offset 1, however many units the header has', () => {
    for (const length of [1, 2, 9, 100, 500]) {
      for (const total of [510, 511, 512, 511 + length, 512 + length, 513 + length]) {
        const client = 'x'.repeat(length)
        const hidden = proxies(Math.max(total - length - 2, 10))

        answers(` ${client},${hidden}`, client, Math.floor(hidden.length / 10))
      }
    }
  })

  it('of any length is not read further than the client', () => {
    for (let length = 10; length <= 600; length++) {
      answers(`10.0.0.9,${proxies(length)}`, '10.0.0.9', Math.floor(length / 10))
      answers(` , ,10.0.0.9,${proxies(length)}`, '10.0.0.9', Math.floor(length / 10))
    }
  })

  it('is ignored if the peer is not trusted', () => {
    for (const length of [10, 255, 256, 257, 1000]) {
      for (const ask of [trust, TRUST, (address) => trust(address)]) {
        assert.equal(proxyaddr(request('192.0.2.1', `203.0.113.1,${proxies(length)}`), ask), '192.0.2.1')
        assert.deepEqual(all(request('192.0.2.1', `203.0.113.1,${proxies(length)}`), ask), ['192.0.2.1'])
      }
    }
  })

  it('is never cut inside an entry whose rest would be trusted', () => {
    for (const client of ['2110.0.0.2', '1.10.0.0.2', 'x10.0.0.2', '10.0.0.2 10.0.0.2', '1fd00::1', '\u010010.0.0.2', '::10.0.0.2']) {
      for (let length = 230; length <= 520; length++) {
        answers(`198.51.100.7,${client},${proxies(length)}`, client, Math.floor(length / 10))
      }
    }
  })

  it('is never cut inside an entry whose rest would be an address', () => {
    for (let length = 230; length <= 530; length++) {
      answers(`198.51.100.7,1192.0.2.1,${proxies(length)}`, '1192.0.2.1', Math.floor(length / 10))
    }
  })

  it('may have entries longer than the part that crosses first', () => {
    for (const length of [255, 256, 257, 300, 511, 512, 513, 1000, 5000, 100_000]) {
      const long = 'y'.repeat(length)

      answers(long, long, 0)
      answers(`10.0.0.2,${long}`, long, 0)
      answers(`192.0.2.1, ${long} , 10.0.0.2`, long, 1)
      answers(`192.0.2.1,fd00::${'0'.repeat(length)}1,10.0.0.2`, '192.0.2.1', 2)
      answers(`192.0.2.1,${'0'.repeat(length)}1200000001`, '192.0.2.1', 1)
    }
  })

  it('may consist of any number of spaces and commas', () => {
    for (const length of [200, 255, 256, 257, 511, 512, 513, 2000, 100_000]) {
      for (const nothing of [' ', ',', ' ,', ', ']) {
        const filler = nothing.repeat(length).slice(0, length)

        answers(`192.0.2.1,${filler}`, '192.0.2.1', 0)
        answers(`192.0.2.1,${filler},10.0.0.2`, '192.0.2.1', 1)
        answers(`${filler},192.0.2.1 `, '192.0.2.1', 0)
        answers(`192.0.2.1,10.0.0.2${filler.replaceAll(',', ' ')}`, '192.0.2.1', 1)
        assert.equal(proxyaddr(request(PEER, filler), trust), PEER)
        assert.deepEqual(all(request(PEER, filler), trust), [PEER])
      }
    }
  })

  it('may have text beyond ASCII on either side of any position', () => {
    for (let length = 240; length <= 270; length++) {
      answers(`\u00e9\u0130\ud800, 192.0.2.1 ,${proxies(length)}`, '192.0.2.1', Math.floor(length / 10))
      answers(`192.0.2.1 , \u{1f600} ,${proxies(length)}`, '\u{1f600}', Math.floor(length / 10))
      answers(`10.0.0.2,\ud83d,${proxies(length)}`, '\ud83d', Math.floor(length / 10))
    }
  })

  it('may have 16 KB of trusted entries', () => {
    answers(`192.0.2.1,${proxies(16_384)}`, '192.0.2.1', 1638)
    answers(`192.0.2.1, unknown,${proxies(16_384)}`, 'unknown', 1638)
  })

  it('may have a megabyte of trusted entries', () => {
    answers(`192.0.2.1,${proxies(1_048_576)}`, '192.0.2.1', 104_857)
  })

  it('may have a megabyte of anything before the client', () => {
    answers(`${'10.0.0.2, '.repeat(104_857)}192.0.2.1, 10.0.0.3`, '192.0.2.1', 1)
    answers(`${'\u0130'.repeat(1_048_576)},192.0.2.1`, '192.0.2.1', 0)
    answers(`${','.repeat(1_048_576)}192.0.2.1`, '192.0.2.1', 0)
    answers(`${','.repeat(2 ** 22)}192.0.2.1, 10.0.0.2`, '192.0.2.1', 1)
  })

  it('is returned whole without trust', () => {
    const entries = Array.from({ length: 100_000 }, (_, i) => String(i))

    assert.deepEqual(all(request(PEER, entries.join(','))), [PEER, ...entries.reverse()])
  })

  it('is passed to a function with every distance', () => {
    const header = Array.from({ length: 5_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).reverse().join(', ')
    let next = 0

    proxyaddr(request(PEER, header), (address, i) => {
      assert.equal(i, next)
      assert.equal(address, i === 0 ? PEER : `10.0.${(i - 1) >> 8}.${(i - 1) & 255}`)
      return ++next
    })
    assert.equal(next, 5_000)
  })
})
