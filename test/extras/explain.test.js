'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { describe, it } = require('mocha')

const proxyaddr = require('../../lib')
const { Random } = require('../../lib/cli/measure')
const { SENTENCES } = require('../../lib/why/explain/faults')
const { FAULTS } = require('../../lib/why/facts')
const { request } = require('../support/rules')

const ROOT = path.join(__dirname, '..', '..')

function explain (peer, header, trust) {
  return proxyaddr.explain(request(peer, header), trust)
}

/** Returns the explanation as plain data, without toString(). */
function plain (explanation) {
  return JSON.parse(JSON.stringify(explanation))
}

describe('explain()', () => {
  it('says where each address is, and what trusts it', () => {
    const explanation = explain('::ffff:127.0.0.1', '198.51.100.7,  203.0.113.9 ,, 010.0.0.2',
      ['loopback', '8.1.2.3/8'])

    assert.deepEqual(plain(explanation), {
      address: '203.0.113.9',
      reason: 'untrusted',
      hops: [
        {
          from: 'socket',
          verdict: 'trusted',
          text: '::ffff:127.0.0.1',
          canonical: '127.0.0.1',
          forms: ['mapped'],
          by: { rule: 'list', entry: 'loopback', index: 0, name: 'loopback', subnet: '127.0.0.0/8' }
        },
        {
          from: 'header',
          start: 30,
          end: 39,
          verdict: 'trusted',
          text: '010.0.0.2',
          canonical: '8.0.0.2',
          forms: ['octal'],
          by: { rule: 'list', entry: '8.1.2.3/8', index: 1, subnet: '8.0.0.0/8' }
        },
        {
          from: 'header', start: 15, end: 26, verdict: 'untrusted', text: '203.0.113.9', canonical: '203.0.113.9'
        },
        {
          from: 'header', start: 0, end: 12, verdict: 'not reached', text: '198.51.100.7', canonical: '198.51.100.7'
        }
      ]
    })
  })

  it('is a trace in columns, as text', () => {
    assert.equal(String(explain('::ffff:10.0.0.1', '198.51.100.7, 203.0.113.9, 10.0.0.2', ['10.0.0.1', '10.0.3.4/16'])), [
      'client 203.0.113.9: the nearest address that is not trusted',
      '  socket  ::ffff:10.0.0.1  10.0.0.1  trusted      by 10.0.0.1',
      '  27-35   10.0.0.2                   trusted      by 10.0.3.4/16, 10.0.0.0/16',
      '  14-25   203.0.113.9                untrusted    <= client',
      '  0-12    198.51.100.7               not reached  may be forged'
    ].join('\n'))
    assert.equal(String(explain('fd00::1', '09.1.1.1', 'fd00::1')), [
      'client 09.1.1.1: every hop before it is trusted, and it is the last',
      '  socket  fd00::1            trusted    by fd00::1',
      '  0-8     09.1.1.1  0.1.1.1  untrusted  written unusually: octal, unread; <= client'
    ].join('\n'))
  })

  it('has only its data as enumerable properties', () => {
    const explanation = explain('10.0.0.1', undefined, '10.0.0.1')

    assert.deepEqual(Object.keys(explanation), ['address', 'reason', 'hops'])
    assert.equal(Object.getOwnPropertyDescriptor(explanation, 'toString').enumerable, false)
  })

  it('says why the walk ended', () => {
    const reason = (...args) => explain(...args).reason

    assert.equal(reason('192.0.2.1', '10.0.0.1', '10.0.0.1'), 'untrusted')
    assert.equal(reason('10.0.0.1', '192.0.2.1, x', '10.0.0.1'), 'not an address')
    assert.equal(reason('unknown', 'x', '10.0.0.1'), 'not an address')
    assert.equal(reason('10.0.0.1', '192.0.2.1, x', (addr, i) => i < 1), 'not an address')
    assert.equal(reason('10.0.0.1', 'x', '10.0.0.1'), 'not an address')
    assert.equal(reason('10.0.0.1', '192.0.2.1', '10.0.0.1'), 'end of chain')
    assert.equal(reason('10.0.0.1', '10.0.0.2', '10.0.0.0/8'), 'itself trusted')
    assert.equal(reason('10.0.0.1', '192.0.2.1', proxyaddr.trustProxy(2)), 'too few hops')
    assert.equal(reason('10.0.0.1', '192.0.2.1', proxyaddr.trustProxy(1)), 'end of chain')
    for (const all of [true, Infinity]) assert.equal(reason('10.0.0.1', '192.0.2.1', proxyaddr.trustProxy(all)), 'end of chain')
    for (const peer of [undefined, null, '', 1]) assert.equal(reason(peer, 'x', '10.0.0.1'), 'no socket address')
    for (const header of [undefined, null, '', 0]) assert.equal(reason('10.0.0.1', header, '10.0.0.1'), 'no header')
    assert.equal(reason('10.0.0.1', ' ,, ', '10.0.0.1'), 'empty header')
    for (const header of [1, true, {}, []]) assert.equal(reason('10.0.0.1', header, '10.0.0.1'), 'unreadable header')
  })

  it('says by which rule a setting trusts', () => {
    const by = (trust) => explain('10.0.0.1', '192.0.2.1, 192.0.2.2', trust).hops[0].by

    assert.deepEqual(by(proxyaddr.trustProxy(2)), { rule: 'hops', hops: 2 })
    assert.deepEqual(by(proxyaddr.trustProxy(true)), { rule: 'all' })
    assert.deepEqual(by(proxyaddr.trustProxy('loopback, 10.0.0.0/8')),
      { rule: 'list', entry: '10.0.0.0/8', index: 1, subnet: '10.0.0.0/8' })
    assert.deepEqual(by(proxyaddr.compile(['10.0.0.0/8'])), by('10.0.0.0/8'))
    assert.deepEqual(by(() => 1), { rule: 'function', returned: 'number' })
    assert.deepEqual(by(async () => false), { rule: 'function', returned: 'promise' })
    for (const nobody of [[], proxyaddr.trustProxy(false), proxyaddr.compile([])]) assert.equal(by(nobody), undefined)
  })

  it('says by which rule in its text, too', () => {
    const first = (trust) => String(explain('10.0.0.1', '192.0.2.1', trust)).split('\n')[1].trim()

    assert.equal(first(proxyaddr.trustProxy(1)), 'socket  10.0.0.1   trusted    by number of hops, 1')
    assert.equal(first(proxyaddr.trustProxy(true)), 'socket  10.0.0.1   trusted  as everybody is')
    assert.equal(first(() => true), 'socket  10.0.0.1   trusted    by the function')
    assert.equal(first(async () => true),
      'socket  10.0.0.1   trusted    by a promise, which is truthy: is the function async?')
  })

  it('judges the end of the chain by a rule, but calls no function for it', () => {
    const verdict = (trust) => explain('10.0.0.1', '10.0.0.2', trust).hops[1].verdict

    assert.equal(verdict('10.0.0.0/8'), 'trusted')
    assert.equal(verdict('10.0.0.1'), 'untrusted')
    assert.equal(verdict(() => true), 'not asked')
    assert.equal(explain(undefined, undefined, '10.0.0.1').hops[0].verdict, 'not asked')
  })

  it('calls a function as proxyaddr() does', () => {
    const calls = []
    function trust () {
      calls.push([this, ...arguments])
      return true
    }

    assert.equal(explain('10.0.0.1', 'c, b, a', trust).address, 'c')
    assert.deepEqual(calls, [[undefined, '10.0.0.1', 0], [undefined, 'a', 1], [undefined, 'b', 2]])
  })

  it('has the message of an error, and the chain without verdicts', () => {
    assert.deepEqual(plain(explain('10.0.0.1', 'x', 'blargh')), {
      error: 'invalid IP address: blargh',
      hops: [
        { from: 'socket', verdict: 'not judged', text: '10.0.0.1', canonical: '10.0.0.1' },
        {
          from: 'header',
          start: 0,
          end: 1,
          verdict: 'not judged',
          text: 'x',
          fault: { kind: 'name', start: 0, end: 1, message: 'a name' }
        }
      ]
    })
    assert.equal(String(explain('10.0.0.1', 'x', 'blargh')), [
      'no client: invalid IP address: blargh',
      '  socket  10.0.0.1  not judged',
      '  0-1     x         not judged  a name, at 0'
    ].join('\n'))
    for (const falsy of [undefined, null, '', 0, false]) {
      const { error, hops, remarks: [{ code }] } = explain('10.0.0.1', 'x', falsy)
      assert.deepEqual([error, hops, code], ['trust argument is required', [], 'setting-as-trust'])
    }
    assert.equal(explain('10.0.0.1', 'x', 42).error, 'unsupported trust argument')
    assert.equal(explain('10.0.0.1', 'x', ['10.0.0.1/0']).error, 'invalid range on address: 10.0.0.1/0')
  })

  it('keeps what was judged before a function threw', () => {
    const { error, hops } = explain('10.0.0.1', 'b, a', (addr) => {
      if (addr === 'a') throw new Error(`not ${addr}`)
      return true
    })

    assert.equal(error, 'not a')
    assert.deepEqual(hops.map(({ verdict }) => verdict), ['trusted', 'not judged', 'not judged'])
  })

  it('has a text for whatever is thrown', () => {
    const thrown = (value) => explain('10.0.0.1', 'a', () => { throw value }).error

    assert.equal(thrown(undefined), 'undefined')
    assert.equal(thrown('text'), 'text')
    assert.equal(thrown(Object.create(null)), 'a value without text was thrown')
  })

  it('throws for invalid arguments', () => {
    for (const nothing of [undefined, null, '', 0, false]) {
      assert.throws(() => proxyaddr.explain(nothing, 'loopback'),
        { name: 'TypeError', message: 'req argument is required' })
    }
  })

  it('names no entry of a compiled list that was too long to be kept', () => {
    const list = Array.from({ length: 4097 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
    const by = (trust) => explain('10.0.1.1', 'x', trust).hops[0].by
    const entry = { rule: 'list', entry: '10.0.1.0/24', index: 1, subnet: '10.0.1.0/24' }

    assert.deepEqual(by(list), entry)
    assert.deepEqual(by(proxyaddr.compile(list.slice(1))), { ...entry, index: 0 })
    assert.deepEqual(by(proxyaddr.compile(list)), { rule: 'list' })
  })

  it('has a sentence for each fault', () => {
    assert.deepEqual(Object.keys(SENTENCES), FAULTS.slice(1))
    for (const sentence of Object.values(SENTENCES)) assert.equal(typeof sentence('"x"'), 'string')
  })

  it('shows eight of the entries that were not reached, and says how many more there are', () => {
    const lines = String(explain('192.0.2.1', '10.0.0.1,'.repeat(1000), '10.0.0.1')).split('\n')

    assert.equal(lines.length, 11)
    assert.equal(lines.at(-1), '  and 992 more, not reached; may be forged')
    assert.equal(String(explain('192.0.2.1', '10.0.0.1,'.repeat(8), '10.0.0.1')).split('\n').length, 10)
  })

  it('accepts a chain of any length, and describes its first and last hops', () => {
    const header = Array.from({ length: 200_000 }, (_, i) => `10.${i >> 16}.${i >> 8 & 255}.${i & 255}`).reverse().join(' ,, ')
    for (const trust of ['10.0.0.0/8', () => true, proxyaddr.trustProxy(true), proxyaddr.trustProxy(1e9)]) {
      const explanation = explain('10.0.0.1', header, trust)
      const lines = String(explanation).split('\n')

      assert.equal(explanation.address, '10.3.13.63')
      assert.equal(explanation.hops.length, 24)
      assert.deepEqual(explanation.omitted, { at: 12, trusted: 200_001 - 24, unreached: 0 })
      assert.equal(lines[13], '  and 199977 more, trusted')
      assert.ok(lines.length <= 40)
    }
    assert.deepEqual(explain('192.0.2.1', header, '10.0.0.0/8').omitted, { at: 1, trusted: 0, unreached: 199_992 })
    assert.deepEqual(explain('10.0.0.1', header, '10.0.0.1').omitted, { at: 2, trusted: 0, unreached: 199_991 })
  }).timeout(120_000)

  it('has the same counts and hops for a list and for a function', () => {
    const header = `${'1.1.1.1, '.repeat(30)}192.0.2.7, ${'10.0.0.2,'.repeat(50)}`
    const list = proxyaddr.compile('10.0.0.0/8')
    const [known, asked] = [list, (addr) => list(addr)].map((trust) => explain('10.0.0.1', header, trust))

    assert.deepEqual(known.omitted, { at: 12, trusted: 28, unreached: 22 })
    assert.deepEqual(asked.omitted, known.omitted)
    assert.deepEqual(asked.hops.map(({ start, verdict }) => [start, verdict]), known.hops.map(({ start, verdict }) => [start, verdict]))
    assert.equal(known.address, '192.0.2.7')
    assert.equal(explain(Object('10.0.0.1'), header, list).address, '192.0.2.7')
    assert.equal(explain('10.0.0.1', Object(header), list).omitted.unreached, 22)
    assert.equal(explain('192.0.2.1', '1.1.1.1 , , ,'.repeat(20), list).omitted.unreached, 12)
  })

  it('counts what it skips alike, for any trust argument and any number of hops kept', () => {
    const part = ['10.0.0.2', ' 10.0.0.3 ', '', '  ', 'x y', '192.0.2.7', '10.0.0.4']
    const numbers = new Random(7)
    for (let i = 0; i < 300; i++) {
      const header = Array.from({ length: numbers.below(120) }, () => part[numbers.below(i % 3 === 0 ? 4 : part.length)]).join(',')
      for (const set of [proxyaddr.compile('10.0.0.0/8'), proxyaddr.trustProxy(true), proxyaddr.trustProxy(numbers.below(60))]) {
        for (const peer of ['10.0.0.1', '192.0.2.1']) {
          const maxHops = 1 + numbers.below(40)
          const [known, asked] = [set, (addr, i) => set(addr, i)].map((trust) => proxyaddr.explain(request(peer, header), trust, { maxHops }))
          assert.deepEqual([known.address, known.omitted, known.hops.map(({ start }) => start)],
            [asked.address, asked.omitted, asked.hops.map(({ start }) => start)])
        }
      }
    }
  })

  it('describes as many hops as the option says', () => {
    const header = '10.0.0.2, '.repeat(100)
    for (const maxHops of [1, 2, 3, 7, 50]) {
      const { hops, omitted, address } = proxyaddr.explain(request('10.0.0.1', header), '10.0.0.0/8', { maxHops })

      assert.ok(hops.length <= maxHops && hops.length > 0)
      assert.equal(omitted.trusted, 101 - hops.length)
      assert.equal(address, '10.0.0.2')
    }
    assert.equal(proxyaddr.explain(request('10.0.0.1', header), '10.0.0.0/8', { maxHops: 500 }).omitted, undefined)
    const refusal = (options, message) =>
      assert.throws(() => proxyaddr.explain(request('10.0.0.1', header), '10.0.0.0/8', options), { name: 'TypeError', message })

    refusal(null, 'options must be an object, such as { maxHops: 8 }')
    refusal({ maxhops: 1 }, 'unknown option "maxhops": give maxHops')
    for (const maxHops of [0, -1, 1.5, NaN, '8', null]) refusal({ maxHops }, 'the option maxHops must be a whole number, 1 or more')
    assert.equal(proxyaddr.explain(request('10.0.0.1', header), '10.0.0.0/8', {}).hops.length, 24)
  })

  it('describes the hop at which an error occurred in a long chain', () => {
    const { error, hops, omitted } = explain('10.0.0.1', 'a,'.repeat(100), (addr, i) => {
      if (i === 40) throw new Error('forty')
      return true
    })

    assert.equal(error, 'forty')
    assert.equal(hops.filter(({ verdict }) => verdict === 'trusted').length, 23)
    assert.deepEqual(omitted, { at: 12, trusted: 17, unreached: 52 })
    assert.match(String(explain('10.0.0.1', 'a,'.repeat(100), 'blargh')), /\n {2}and 93 more, not judged$/)
  })

  it('is loaded on first use, and not before', () => {
    const source = `
      const proxyaddr = require('./lib')
      const loaded = () => Object.keys(require.cache).filter((name) => /lib.why/.test(name)).length
      const before = loaded()
      proxyaddr.explain({ headers: {}, socket: {} }, 'loopback')
      console.log(before, loaded() > 1)`
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', source], { cwd: ROOT, encoding: 'utf8' })

    assert.deepEqual({ stdout, stderr }, { stdout: '0 true\n', stderr: '' })
  })
})
