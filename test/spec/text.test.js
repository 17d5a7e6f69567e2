'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { EVERYTHING, request, throwsTypeError, trustEverything } = require('../support/rules')

const { all, compile } = proxyaddr

// Each becomes an ASCII character if only its low byte is kept: characters of four rows
// of Unicode, and surrogates.
const FORGERIES = [...'0123456789abcdefABCDEFxX.:%/, '].flatMap((character) =>
  [0x0100, 0x0200, 0x3000, 0xd800, 0xff00].map((row) =>
    [character, String.fromCharCode(row + character.charCodeAt(0))]))

/** The same text, stored by V8 with two bytes for each character. */
function wide (text) {
  return `\u0100${text}`.slice(1)
}

/** The same text, concatenated from parts. */
function rope (text) {
  return text.split('').reduce((left, right) => left + right, '')
}

describe('text beyond ASCII', () => {
  it('forges no character of an address', () => {
    for (const [character, forged] of FORGERIES) {
      for (const address of ['10.2.3.4', '127.0.0.1', '0x7f.0X.0.1', '2130706433', '::1', 'abcd:ef::', 'ABCD:EF::', '::1%9']) {
        if (!address.includes(character)) continue

        const text = address.replace(character, forged)

        assert.equal(trustEverything(text), false, JSON.stringify(text))
        throwsTypeError(() => compile(text), `invalid IP address: ${text}`)
      }
    }
  })

  it('forges no character of a length or netmask', () => {
    for (const note of ['10.0.0.0/\u0138', '10.0.0.0/\uff18', '10.0.0.0/255.\u0130.0.0', '::/6\u0134', '10.0.0.0/8\u0100']) {
      throwsTypeError(() => compile(note), `invalid range on address: ${note}`)
    }

    throwsTypeError(() => compile('10.0.0.0\u012f8'), 'invalid IP address: 10.0.0.0\u012f8')
  })

  it('forges no name', () => {
    for (const text of ['loopbac\u016b', '\u016coopback', 'loopback\u0000', 'loopback\u0100', 'l\u014fopback']) {
      throwsTypeError(() => compile([text]), `invalid IP address: ${text}`)
    }
  })

  it('forges no comma and no space of a header', () => {
    for (const row of [0x0100, 0x0200, 0x3000, 0xff00]) {
      const comma = String.fromCharCode(row + 0x2c)
      const space = String.fromCharCode(row + 0x20)
      const header = `10.0.0.9${comma}10.0.0.8, ${space}10.0.0.7${space}`

      assert.deepEqual(all(request('10.0.0.1', header)),
        ['10.0.0.1', `${space}10.0.0.7${space}`, `10.0.0.9${comma}10.0.0.8`])
      assert.equal(proxyaddr(request('10.0.0.1', header), '10.0.0.0/8'), `${space}10.0.0.7${space}`)
    }
  })

  it('does not make a client look like a trusted proxy', () => {
    const req = request('10.0.0.1', '203.0.113.9, 1\u0130.2.3.4')

    assert.equal(proxyaddr(req, '10.0.0.0/8'), '1\u0130.2.3.4')
    assert.equal(proxyaddr(req, compile(['10.0.0.0/8', '::1'])), '1\u0130.2.3.4')
    assert.deepEqual(all(req, '10.0.0.0/8'), ['10.0.0.1', '1\u0130.2.3.4'])
    assert.equal(proxyaddr(request('1\u0130.0.0.1', '203.0.113.9'), '10.0.0.0/8'), '1\u0130.0.0.1')
  })

  it('does not shift the entries to its left or right', () => {
    for (const junk of ['\u00e9', '\u00ff\u00fe', '\u0130', '\u20ac', '\u{1f600}', '\ud800', '\udfff', '\0', '\ufffd', '\ufeff']) {
      const header = `${junk}, 198.51.100.7, ${junk}${junk}, 10.0.0.2`
      const req = request('10.0.0.1', header)

      assert.deepEqual(all(req), ['10.0.0.1', '10.0.0.2', `${junk}${junk}`, '198.51.100.7', junk])
      assert.equal(proxyaddr(req, '10.0.0.0/8'), `${junk}${junk}`)

      const behind = request('10.0.0.1', `${junk}${header}, 10.0.0.3`.replace(`${junk}${junk}, 10`, '10'))

      assert.equal(proxyaddr(behind, '10.0.0.0/8'), '198.51.100.7')
    }
  })

  it('is returned unchanged, to the last unit', () => {
    for (const client of [
      '\ud800', '\udc00', '\udc00\ud800', 'a\ud83d', '\0', '\0\0a\0', '\u{10ffff}', '\ufffe', 'e\u0301', '\u00e9',
      '\u00c3\u00a9', '\u0080', '\u00ad', '\u2028', '%E2%82%AC', '\u0130'
    ]) {
      for (const header of [client, `${client}, 10.0.0.2`, `\u{1f600}, ${client} , 10.0.0.2,10.0.0.3`]) {
        assert.equal(proxyaddr(request('10.0.0.1', header), '10.0.0.0/8'), client)
        assert.equal(all(request('10.0.0.1', header), '10.0.0.0/8').at(-1), client)
        assert.ok(all(request('10.0.0.1', header)).includes(client))
      }

      assert.equal(proxyaddr(request(client), '10.0.0.0/8'), client)
      assert.equal(proxyaddr(request(client, '10.0.0.1'), '10.0.0.0/8'), client)
    }
  })
})

describe('the way that V8 stores a text', () => {
  for (const [way, hold] of [['with two bytes for each character', wide], ['in parts', rope]]) {
    it(`makes no difference: ${way}`, () => {
      for (const address of ['10.0.0.1', '010.0.0.1', '0x7f000001', '::1', '::ffff:10.0.0.1', 'fe80::1%eth0']) {
        assert.equal(compile(address)(hold(address)), true)
        assert.equal(compile(hold(address))(address), true)
        assert.equal(compile([hold('10.0.0.0/8'), hold(address)])(hold(address)), true)
      }

      assert.equal(compile(hold('loopback'))(hold('127.0.0.1')), true)
      assert.equal(trustEverything(hold('10.0.0.256')), false)
      assert.equal(proxyaddr(request(hold('10.0.0.1'), hold('192.0.2.1 , 10.0.0.2')), hold('10.0.0.0/8')), '192.0.2.1')
      throwsTypeError(() => compile(hold('10.0.0.256/8')), 'invalid IP address: 10.0.0.256')
    })
  }

  it('makes no difference: as a part of a longer text', () => {
    const long = `${'x'.repeat(100)},192.0.2.1,10.0.0.2,${'y'.repeat(100)}`

    assert.equal(compile(EVERYTHING)(long.slice(101, 110)), true)
    assert.equal(proxyaddr(request(long.slice(111, 119), long.slice(101, 119)), '10.0.0.0/8'), '192.0.2.1')
  })
})

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
