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
