'use strict'

const assert = require('node:assert/strict')
const { run } = require('../support/script')

const ROOM = '--max-old-space-size=4096'

describe('a list of five million subnets', function () {
  this.timeout(120_000)

  it('is compiled, answers for each of its ends, and can be collected', () => {
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

describe('a text of a hundred megabytes', function () {
  this.timeout(120_000)

  it('is a header like any other', () => {
    assert.equal(run(`
      const SIZE = 100 * 1024 * 1024
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
      const SIZE = 100 * 1024 * 1024
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
      const SIZE = 100 * 1024 * 1024
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
