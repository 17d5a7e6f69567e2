'use strict'

const assert = require('node:assert/strict')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const { request } = require('../support/rules')

const LIB = path.join(__dirname, '..', '..', 'lib')

/**
 * A separate copy of the package, in which each function of the native engine records
 * its calls.
 */
function loadCounted () {
  const calls = []
  const counted = (name, native) => (...args) => {
    calls.push([name, ...args])
    return native(...args)
  }
  const kept = {}

  for (const place of Object.keys(require.cache)) {
    if (!place.startsWith(LIB + path.sep)) continue
    kept[place] = require.cache[place]
    delete require.cache[place]
  }

  const engine = require('../../lib/engine')

  for (const name of ['compile', 'resolveOnce', 'isTrusted', 'walk', 'resolve']) engine[name] = counted(name, engine[name])

  const proxyaddr = require('../../lib')

  for (const place of Object.keys(require.cache)) {
    if (place.startsWith(LIB + path.sep)) delete require.cache[place]
  }

  Object.assign(require.cache, kept)
  return { calls, engine, proxyaddr }
}

describe('the number of calls of the native engine', () => {
  const { calls, proxyaddr } = loadCounted()
  const { all, compile } = proxyaddr
  const trust = compile(['10.0.0.0/8', 'loopback'])

  /** Returns the result of `call`, and the names of the native functions that it called. */
  function observe (call) {
    calls.length = 0
    return [call(), calls.map(([name]) => name)]
  }

  it('is one for compile()', () => {
    assert.deepEqual(observe(() => compile('loopback').name), ['trust', ['compile']])
    assert.deepEqual(observe(() => compile(['loopback', '10.0.0.1', '::1/64']).name), ['trust', ['compile']])
  })

  it('is one for a compiled function that is called directly', () => {
    assert.deepEqual(observe(() => trust('127.0.0.1')), [true, ['isTrusted']])
    assert.deepEqual(observe(() => trust('192.0.2.1')), [false, ['isTrusted']])
  })

  for (const [sentence, peer, header, client] of [
    ['if the peer is not trusted', '192.0.2.1', '10.0.0.2', '192.0.2.1'],
    ['if the nearest entry is not trusted', '10.0.0.1', '10.0.0.3, 192.0.2.1', '192.0.2.1'],
    ['if every entry is trusted', '10.0.0.1', '10.0.0.4, 10.0.0.3, 10.0.0.2', '10.0.0.4'],
    ['for any number of entries', '10.0.0.1', `192.0.2.1${',10.0.0.2'.repeat(20)}`, '192.0.2.1'],
    ['for IPv6', '::1', '2001:db8::1, ::ffff:10.0.0.2', '2001:db8::1'],
    ['for text that is not an address', '10.0.0.1', 'unknown, \u0130', '\u0130'],
    ['for a long header whose nearest entries decide', '10.0.0.1', `${'x, '.repeat(5000)}192.0.2.1`, '192.0.2.1'],
    ['for a megabyte before the client', '10.0.0.1', `${'10.0.0.2,'.repeat(116_508)}192.0.2.1,10.0.0.3`, '192.0.2.1']
  ]) {
    it(`is one for proxyaddr() with a compiled function, ${sentence}`, () => {
      const fresh = compile(['10.0.0.0/8', 'loopback'])

      assert.deepEqual(observe(() => proxyaddr(request(peer, header), fresh)),
        [client, [header.includes(',') ? 'resolve' : 'isTrusted']])
    })
  }

  for (const [sentence, header, client] of [
    ['all of whose entries are trusted', '10.0.0.2, '.repeat(1600).slice(0, -2), '10.0.0.2'],
    ['whose client is far from its end', `192.0.2.1, ${'10.0.0.2, '.repeat(100)}10.0.0.3`, '192.0.2.1'],
    ['whose nearest entry is longer than what is passed at first', `10.0.0.2,${'x'.repeat(1000)}`, 'x'.repeat(1000)]
  ]) {
    it(`is two for proxyaddr() with a long header ${sentence}`, () => {
      const fresh = compile(['10.0.0.0/8', 'loopback'])

      assert.deepEqual(observe(() => proxyaddr(request('10.0.0.1', header), fresh)), [client, ['resolve', 'resolve']])

      const [[, , first], [, , second]] = calls

      assert.equal(first, header.slice(-first.length))
      assert.ok(first.length < 512)
      assert.equal(second, header)
    })
  }

  it('is zero for a single entry after a peer that came twice before', () => {
    const known = compile('10.0.0.0/8')

    for (const [peer, client] of [['10.0.0.1', '192.0.2.7'], ['192.0.2.1', '192.0.2.1'], ['', '']]) {
      for (let i = 0; i < 2; i++) proxyaddr(request(peer, '192.0.2.7'), known)
      assert.deepEqual(observe(() => proxyaddr(request(peer, ' 192.0.2.7'), known)), [client, []])
    }
  })

  it('is one for a single entry longer than any address, after a trusted peer that came twice before', () => {
    const known = compile('10.0.0.0/8')
    const longest = '2001:0db8:0001:0002:0003:0004:0005:0006'

    for (let i = 0; i < 2; i++) proxyaddr(request('10.0.0.1', '192.0.2.7'), known)
    for (const [client, functions] of [[longest, []], [`0${longest}`, ['walk']]]) {
      assert.deepEqual(observe(() => proxyaddr(request('10.0.0.1', client), known)), [client, functions])
    }
    assert.deepEqual(observe(() => proxyaddr(request('10.0.0.4', `0${longest}`), known)), [`0${longest}`, ['resolve']])
  })

  it('is zero for many entries after an untrusted peer that came twice before', () => {
    const known = compile('10.0.0.0/8')
    const req = request('192.0.2.1', '10.0.0.3, 10.0.0.2')

    for (let i = 0; i < 2; i++) proxyaddr(req, known)
    assert.deepEqual(observe(() => proxyaddr(req, known)), ['192.0.2.1', []])
  })

  it('does not read a trusted peer that came twice before', () => {
    const known = compile('10.0.0.0/8')
    const req = request('10.0.0.1', '192.0.2.1, 10.0.0.2')

    for (let i = 0; i < 2; i++) proxyaddr(req, known)
    assert.deepEqual(observe(() => proxyaddr(req, known)), ['192.0.2.1', ['walk']])
    assert.deepEqual(observe(() => proxyaddr(request('10.0.0.4', '192.0.2.1, 10.0.0.2'), known)),
      ['192.0.2.1', ['resolve']])
  })

  it('is one each time for a peer whose text is too long to be cached', () => {
    const known = compile('10.0.0.1')
    // Octal, so that any number of zeros may precede it: 10.0.0.1.
    const kept = '012.0.0.1'.padStart(39, '0')
    const long = '0' + kept

    for (const [peer, times] of [[kept, 0], [long, 1]]) {
      for (let i = 0; i < 2; i++) proxyaddr(request(peer, '192.0.2.7'), known)
      assert.deepEqual(observe(() => proxyaddr(request(peer, '192.0.2.7'), known)),
        ['192.0.2.7', new Array(times).fill('isTrusted')])
    }
  })

  it('is zero without a header', () => {
    for (const header of [undefined, null, '', 0, false]) {
      assert.deepEqual(observe(() => proxyaddr(request('10.0.0.1', header), trust)), ['10.0.0.1', []])
      assert.deepEqual(observe(() => proxyaddr(request(undefined, header), trust)), [undefined, []])
      assert.deepEqual(observe(() => all(request('10.0.0.1', header), trust)), [['10.0.0.1'], []])
    }
  })

  it("is zero for a user's function", () => {
    const req = request('10.0.0.1', '10.0.0.3, 10.0.0.2')

    assert.deepEqual(observe(() => proxyaddr(req, () => true)), ['10.0.0.3', []])
    assert.deepEqual(observe(() => all(req, (addr, i) => i < 1)), [['10.0.0.1', '10.0.0.2'], []])
  })

  it('is zero for an empty list', () => {
    const req = request('10.0.0.1', '10.0.0.3, 10.0.0.2')

    assert.deepEqual(observe(() => proxyaddr(req, compile([]))), ['10.0.0.1', []])
  })

  it('is one for all() with a compiled function', () => {
    const req = request('10.0.0.1', '192.0.2.2, 192.0.2.1, 10.0.0.2')

    assert.deepEqual(observe(() => all(req, trust)), [['10.0.0.1', '10.0.0.2', '192.0.2.1'], ['resolve']])
  })

  it('is zero for all() without trust', () => {
    assert.deepEqual(observe(() => all(request('10.0.0.1', '10.0.0.3, 10.0.0.2'))),
      [['10.0.0.1', '10.0.0.2', '10.0.0.3'], []])
  })

  it('is one for proxyaddr() with a list, which keeps no set', () => {
    const req = request('10.0.0.1', '192.0.2.1, 10.0.0.3, 10.0.0.2')

    for (let round = 0; round < 3; round++) {
      assert.deepEqual(observe(() => proxyaddr(req, ['loopback', '10.0.0.0/8'])), ['192.0.2.1', ['resolveOnce']])
    }
  })

  it('is one for each address that a wrapper given to proxyaddr() passes on to the compiled function', () => {
    const req = request('10.0.0.1', '192.0.2.1, 10.0.0.3, 10.0.0.2')

    assert.deepEqual(observe(() => proxyaddr(req, (addr, i) => i < 2 && trust(addr))), ['10.0.0.3', ['isTrusted', 'isTrusted']])
  })
})

describe('an impossible answer of an engine', () => {
  const { engine, proxyaddr } = loadCounted()
  const ANSWERS = [undefined, null, NaN, 0.5, Infinity, '1', 'x', true, {}, [], 1n]
  const original = { ...engine }

  afterEach(() => Object.assign(engine, original))

  /** Returns the expected error for an answer. */
  const refused = (answer) => answer === undefined
    ? { name: 'RangeError', message: 'out of memory' }
    : { name: 'Error', message: `the engine answered ${String(answer)}: reinstall proxy-addr-native` }

  for (const answer of ANSWERS) {
    const what = typeof answer === 'string' ? `'${answer}'` : `${typeof answer} ${String(answer)}`

    it(`is an error for a single use, and trusts nobody: ${what}`, () => {
      engine.resolveOnce = () => answer
      for (const header of ['6.6.6.6', '6.6.6.6, 10.0.0.2', `${'x'.repeat(300)}, 6.6.6.6, 10.0.0.2`]) {
        for (const call of [proxyaddr, proxyaddr.all]) {
          assert.throws(() => call(request('10.0.0.1', header), ['10.0.0.0/8']), refused(answer))
        }
      }
      // An entry that is not a string is first validated by itself; null says that it is invalid.
      assert.throws(() => proxyaddr.compile([Object('10.0.0.0/8')]), answer === null
        ? { name: 'TypeError', message: 'invalid IP address: 10.0.0.0' }
        : refused(answer))
    })

    it(`is an error of compile(): ${what}`, () => {
      engine.compile = () => answer
      assert.throws(() => proxyaddr.compile('10.0.0.0/8'), refused(answer))
    })
  }

  it('is not mistaken for trust if it is an offset, which a walk of an empty text cannot return', () => {
    for (const answer of [1, -2, 512]) {
      engine.resolveOnce = () => answer
      assert.equal(proxyaddr(request('10.0.0.1', '6.6.6.6'), ['10.0.0.0/8']), '10.0.0.1')
    }
  })
})

/*
 * Tests that the native engine's sets are freed after their functions are collected.
 * Large sets show it in a short run: the system takes back each at once, or never.
 */

const MEGA = 2 ** 20
const SUBNETS = 100_000
const SETS = 40

/** Runs a script that can compile sets and call `held()`; returns its result. */
function run (script) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', `
    const { compile } = require(${JSON.stringify(LIB)})
    const { setImmediate: turn } = require('node:timers/promises')
    const entries = Array.from({ length: ${SUBNETS} }, (_, i) => \`\${i >> 14}.\${i >> 6 & 255}.\${i & 63}.128/25\`)
    async function held () {
      for (let i = 0; i < 3; i++) { gc(); await turn() }
      return process.memoryUsage()
    }
    async function main () { ${script} }
    main().then((answer) => console.log(JSON.stringify(answer)))
  `], { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: 'native' } })
  assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
  return JSON.parse(stdout)
}

describe('a native set', function () {
  this.timeout(120_000)

  it('returns its memory', function () {
    const [first, second] = run(`
      const round = async (count) => {
        for (let i = 0; i < count; i++) {
          compile(entries)
          if (i % 5 === 0) await held()
        }
        return (await held()).rss
      }
      return [await round(${SETS}), await round(${SETS})]
    `)
    // V8's own heap grows during the first ones. Each holds 0.8 MB at least.
    assert.ok(second - first < SETS * 0.8 * MEGA / 2, `${second - first} bytes more after as many sets again`)
  })
})
