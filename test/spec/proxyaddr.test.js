'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { request, throwsTypeError } = require('../support/rules')

const { all } = proxyaddr

describe('proxyaddr()', () => {
  it('needs a request', () => {
    for (const req of [undefined, null, false, 0, '', NaN, 0n]) {
      throwsTypeError(() => proxyaddr(req), 'req argument is required')
      throwsTypeError(() => proxyaddr(req, 'loopback'), 'req argument is required')
      throwsTypeError(() => proxyaddr(req, 42), 'req argument is required')
    }

    throwsTypeError(() => proxyaddr(), 'req argument is required')
  })

  it('needs a trust', () => {
    for (const trust of [undefined, null, false, 0, '', NaN, 0n]) {
      throwsTypeError(() => proxyaddr(request('127.0.0.1'), trust), 'trust argument is required')
      throwsTypeError(() => proxyaddr({}, trust), 'trust argument is required')
    }

    throwsTypeError(() => proxyaddr(request('127.0.0.1')), 'trust argument is required')
  })

  it('refuses any other trust as compile() does', () => {
    const req = request('127.0.0.1', '10.0.0.1')

    for (const trust of [42, true, {}, Symbol('loopback'), 1n, new Set(['loopback']), /./]) {
      throwsTypeError(() => proxyaddr(req, trust), 'unsupported trust argument')
    }

    throwsTypeError(() => proxyaddr(req, 'blargh'), 'invalid IP address: blargh')
    throwsTypeError(() => proxyaddr(req, '10.0.0.1/6000'), 'invalid range on address: 10.0.0.1/6000')
    throwsTypeError(() => proxyaddr(req, ['10.0.0.1', 'bad/8']), 'invalid IP address: bad')
    throwsTypeError(() => proxyaddr(req, [42]), 'note.lastIndexOf is not a function')
    throwsTypeError(() => proxyaddr(req, [['10.0.0.1']]), 'invalid IP address: 10.0.0.1')
  })

  it('refuses an invalid trust even if there is nothing to trust', () => {
    throwsTypeError(() => proxyaddr(request('127.0.0.1'), 'blargh'), 'invalid IP address: blargh')
    throwsTypeError(() => proxyaddr(request('127.0.0.1'), 42), 'unsupported trust argument')
    throwsTypeError(() => proxyaddr(request(undefined), ['a']), 'invalid IP address: a')
  })

  it('reports an invalid request before an invalid trust', () => {
    throwsTypeError(() => proxyaddr({}, 42), "Cannot read properties of undefined (reading 'x-forwarded-for')")
    throwsTypeError(() => proxyaddr({ headers: {} }, 'blargh'),
      "Cannot read properties of undefined (reading 'remoteAddress')")
    throwsTypeError(() => proxyaddr(request('127.0.0.1', [1]), 'blargh'), 'header.charCodeAt is not a function')
  })

  it('reports an invalid trust each time', () => {
    const req = request('127.0.0.1', '10.0.0.1')

    for (let round = 0; round < 3; round++) {
      throwsTypeError(() => proxyaddr(req, 'blargh'), 'invalid IP address: blargh')
      assert.equal(proxyaddr(req, 'loopback'), '10.0.0.1')
    }
  })

  for (const [sentence, peer, header, trust, expected] of [
    ['the peer without a header', '10.0.0.1', undefined, '10.0.0.1', '10.0.0.1'],
    ['the peer if it is not trusted', '10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.3', '10.0.0.1'],
    ['the nearest address if the peer is trusted', '10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.1', '10.0.0.3'],
    ['the first that is not trusted', '10.0.0.1', '10.0.0.2, 10.0.0.3', ['10.0.0.1', '10.0.0.3'], '10.0.0.2'],
    ['the first that is not trusted, even if trusted ones follow', '10.0.0.1', '10.0.0.1, 10.0.0.2, 10.0.0.1',
      '10.0.0.1', '10.0.0.2'],
    ['the furthest if all are trusted', '10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.0/8', '10.0.0.2'],
    ['the furthest without testing it', '10.0.0.1', 'anything at all', '10.0.0.0/8', 'anything at all'],
    ['text that is not an address if it comes first', '10.0.0.1', '10.0.0.2, unknown, 10.0.0.3', '10.0.0.0/8', 'unknown'],
    ['the peer if the list is empty', '10.0.0.1', '10.0.0.2', [], '10.0.0.1'],
    ['the peer if the header holds no entry', '10.0.0.1', ' , , ', '10.0.0.1', '10.0.0.1'],
    ['an IPv6 client of an IPv4 proxy', '127.0.0.1', '2001:db8::9', 'loopback', '2001:db8::9'],
    ['a client of proxies of both families', '::ffff:127.0.0.1', '198.51.100.9, fd00::1, ::ffff:a00:1',
      ['loopback', 'uniquelocal'], '198.51.100.9'],
    ['undefined if the socket is closed', undefined, '10.0.0.2', '10.0.0.0/8', undefined]
  ]) {
    it(`returns ${sentence}`, () => {
      const req = request(peer, header)

      assert.equal(proxyaddr(req, trust), expected)
      assert.equal(proxyaddr(req, proxyaddr.compile(trust)), expected)
      assert.equal(proxyaddr(req, [trust].flat()), expected)
      assert.equal(proxyaddr.all(req, trust).at(-1), expected)
    })
  }

  it('sees each change of a list given as trust', () => {
    const req = request('127.0.0.1', '10.0.0.2, 10.0.0.1')
    const trust = ['loopback']

    assert.equal(proxyaddr(req, trust), '10.0.0.1')
    trust.push('10.0.0.1')
    assert.equal(proxyaddr(req, trust), '10.0.0.2')
    trust[0] = '10.0.0.9'
    assert.equal(proxyaddr(req, trust), '127.0.0.1')
  })

  it('keeps different trust arguments apart, in any order of use', () => {
    const req = request('127.0.0.1', '10.0.0.2, 10.0.0.1')
    const expected = { loopback: '10.0.0.1', '127.0.0.0/8': '10.0.0.1', linklocal: '127.0.0.1', '0.0.0.0/1': '10.0.0.2' }

    for (let round = 0; round < 3; round++) {
      for (const trust of [...Object.keys(expected), ...Object.keys(expected).reverse()]) {
        assert.equal(proxyaddr(req, trust), expected[trust])
      }
    }
  })

  it('keeps different compiled functions apart, called in turn about one peer', () => {
    const trusts = Array.from({ length: 8 }, (_, i) => proxyaddr.compile([`10.0.0.${i}`, '10.0.0.9']))

    for (let round = 0; round < 3; round++) {
      for (let peer = 0; peer < 8; peer++) {
        const req = request(`10.0.0.${peer}`, 'client')

        assert.deepEqual(trusts.map((trust) => proxyaddr(req, trust)),
          trusts.map((trust, i) => i === peer ? 'client' : `10.0.0.${peer}`))
      }
    }
  })

  it('keeps similar peers apart', () => {
    const trust = proxyaddr.compile('10.0.0.1')

    for (const [peer, trusted] of [
      ['10.0.0.1', true], ['10.0.0.1 ', false], ['010.0.0.1', false], ['012.0.0.1', true], ['10.0.0.1\0', false],
      ['10.0.0.1', true], ['1\u0130.0.0.1', false], ['\u0131\u0130.0.0.1', false], ['::ffff:10.0.0.1', true],
      ['::ffff:10.0.0.1%x', true], ['::ffff:010.0.0.1', true], ['10.0.0.1%x', false], ['10.0.0.1', true]
    ]) {
      assert.equal(proxyaddr(request(peer, 'client'), trust), trusted ? 'client' : peer)
      assert.equal(trust(peer), trusted)
    }
  })

  it('keeps different peers apart, in any order', () => {
    const trust = proxyaddr.compile(['10.0.0.0/25', '2001:db8::/33'])

    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 256; i++) {
        assert.equal(proxyaddr(request(`10.0.0.${i}`, 'client'), trust), i < 128 ? 'client' : `10.0.0.${i}`)
        assert.equal(proxyaddr(request(`::ffff:10.0.0.${i}`, 'client'), trust),
          i < 128 ? 'client' : `::ffff:10.0.0.${i}`)
      }
    }

    assert.equal(proxyaddr(request('2001:db8:7fff::1', 'client'), trust), 'client')
    assert.equal(proxyaddr(request('2001:db8:8000::1', 'client'), trust), '2001:db8:8000::1')
  })
})

describe('all()', () => {
  it('needs a request', () => {
    for (const req of [undefined, null, false, 0, '', NaN, 0n]) {
      throwsTypeError(() => all(req), 'argument req is required')
      throwsTypeError(() => all(req, 'loopback'), 'argument req is required')
      throwsTypeError(() => all(req, 42), 'argument req is required')
    }

    throwsTypeError(() => all(), 'argument req is required')
  })

  it('returns every address, nearest first, without a trust argument', () => {
    const req = request('127.0.0.1', '10.0.0.3, nonsense, 10.0.0.1')

    for (const trust of [undefined, null, false, 0, '', NaN, 0n]) {
      assert.deepEqual(all(req, trust), ['127.0.0.1', '10.0.0.1', 'nonsense', '10.0.0.3'])
    }

    assert.deepEqual(all(req), ['127.0.0.1', '10.0.0.1', 'nonsense', '10.0.0.3'])
  })

  it('stops after the first address that is not trusted', () => {
    const req = request('127.0.0.1', '10.0.0.3, 127.0.0.2, 10.0.0.1, 127.0.0.3')

    assert.deepEqual(all(req, 'loopback'), ['127.0.0.1', '127.0.0.3', '10.0.0.1'])
    assert.deepEqual(all(req, '10.0.0.1'), ['127.0.0.1'])
    assert.deepEqual(all(req, ['loopback', '10.0.0.1']),
      ['127.0.0.1', '127.0.0.3', '10.0.0.1', '127.0.0.2', '10.0.0.3'])
  })

  it('stops at text that is not an address', () => {
    assert.deepEqual(all(request('127.0.0.1', '10.0.0.1, nonsense, 127.0.0.2'), 'loopback'),
      ['127.0.0.1', '127.0.0.2', 'nonsense'])
  })

  it('returns every address if all are trusted', () => {
    const req = request('127.0.0.1', '127.0.0.4, 127.0.0.3, 127.0.0.2')

    assert.deepEqual(all(req, 'loopback'), ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'])
  })

  it('accepts a name, a subnet, a list and a function as trust', () => {
    const req = request('10.0.0.1', '203.0.113.9, 10.0.0.2')
    const expected = ['10.0.0.1', '10.0.0.2', '203.0.113.9']

    assert.deepEqual(all(req, 'uniquelocal'), expected)
    assert.deepEqual(all(req, '10.0.0.0/8'), expected)
    assert.deepEqual(all(req, ['10.0.0.1', '10.0.0.2']), expected)
    assert.deepEqual(all(req, proxyaddr.compile('10.0.0.0/8')), expected)
    assert.deepEqual(all(req, (address) => address.startsWith('10.')), expected)
    assert.deepEqual(all(req, (address, i) => i < 2), expected)
  })

  it('accepts an empty list as trust, which trusts nothing', () => {
    assert.deepEqual(all(request('127.0.0.1', '10.0.0.1'), []), ['127.0.0.1'])
    assert.deepEqual(all(request('127.0.0.1', '10.0.0.1'), proxyaddr.compile([])), ['127.0.0.1'])
  })

  it('refuses any other trust as compile() does', () => {
    const req = request('127.0.0.1', '10.0.0.1')

    for (const trust of [42, true, {}, Symbol('loopback'), 1n, new Set(['loopback']), /./]) {
      throwsTypeError(() => all(req, trust), 'unsupported trust argument')
    }

    throwsTypeError(() => all(req, 'blargh'), 'invalid IP address: blargh')
    throwsTypeError(() => all(req, ['::1/129']), 'invalid range on address: ::1/129')
    throwsTypeError(() => all(req, [42]), 'note.lastIndexOf is not a function')
    throwsTypeError(() => all(req, [null]), "Cannot read properties of null (reading 'lastIndexOf')")
  })

  it('refuses an invalid trust even if there is nothing to trust', () => {
    throwsTypeError(() => all(request('127.0.0.1'), 'blargh'), 'invalid IP address: blargh')
    throwsTypeError(() => all(request('127.0.0.1'), 42), 'unsupported trust argument')
  })

  it('reports an invalid request before an invalid trust', () => {
    throwsTypeError(() => all({}, 42), "Cannot read properties of undefined (reading 'x-forwarded-for')")
    throwsTypeError(() => all({ headers: {} }, 42), "Cannot read properties of undefined (reading 'remoteAddress')")
    throwsTypeError(() => all(request('127.0.0.1', [1]), 'blargh'), 'header.charCodeAt is not a function')
  })

  it('returns a new list, which the caller may change', () => {
    const req = request('127.0.0.1', '10.0.0.1')

    for (const trust of [undefined, 'loopback', [], () => true, proxyaddr.compile('loopback')]) {
      const before = all(req, trust)
      const expected = [...before]

      assert.equal(Object.getPrototypeOf(before), Array.prototype)
      before.reverse().push('more')
      assert.notEqual(all(req, trust), before)
      assert.deepEqual(all(req, trust), expected)
    }
  })

  it('returns a list without holes, of the right length', () => {
    const addresses = all(request('127.0.0.1', 'a, b, c'), 'loopback')

    assert.equal(addresses.length, 2)
    assert.deepEqual(Object.keys(addresses), ['0', '1'])
  })

  it('leaves a list given as trust unchanged', () => {
    const trust = ['loopback', '10.0.0.1']

    all(request('127.0.0.1', '10.0.0.1'), trust)
    assert.deepEqual(trust, ['loopback', '10.0.0.1'])
  })

  it('sees each change of a list given as trust', () => {
    const req = request('127.0.0.1', '10.0.0.2, 10.0.0.1')
    const trust = ['loopback']

    assert.deepEqual(all(req, trust), ['127.0.0.1', '10.0.0.1'])
    trust.push('10.0.0.1')
    assert.deepEqual(all(req, trust), ['127.0.0.1', '10.0.0.1', '10.0.0.2'])
    trust.length = 0
    assert.deepEqual(all(req, trust), ['127.0.0.1'])
  })
})
