'use strict'

/* Tests the API of logs, and shadows, which compare settings in an app. */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const { subscribe, unsubscribe } = require('node:diagnostics_channel')
const { Readable } = require('node:stream')
const express = require('express')

const proxyaddr = require('../..')
const { compareLogs, createLogStream, createShadow, logLines, reportPage } = require('../../lib/logs')
const { createResolver } = require('../../lib/resolver')
const { run } = require('../support/command')
const { derive } = require('./model')

const TRUST = 'loopback,10.0.0.0/8'
const LIST = TRUST.split(',')

function line (i) {
  const header = [`203.0.113.${i % 250}, 10.0.0.${i % 7}`, `198.51.100.${i % 9}`, '-', `2001:db8::${i % 5}, 203.0.113.1:80`, '10.0.0.9'][i % 5]
  return `10.0.0.${1 + i % 3} - - [x] "GET /${i}" 200 5 "-" "UA" "${header}"\n`
}

const LOG = Array.from({ length: 2000 }, (_, i) => i % 97 === 0 ? `unreadable ${i}\n` : line(i)).join('')
const EXPECTED = derive(LOG, 'nginx', LIST)

describe('the engine of logs', () => {
  const { BLOCK, createLog } = require('../../lib/logs/engine')
  const none = ['', new Uint32Array(0)]
  /** A valid description of a run: nginx, with one hop. */
  const CONFIG = [0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]

  /** A description with some numbers replaced. */
  function make (changes = {}, keys = new Uint8Array(0), policy = undefined) {
    const config = Uint32Array.from(CONFIG)
    for (const [at, number] of Object.entries(changes)) config[at] = number
    return createLog(config, keys, ...none, policy, ...none, undefined, ...none)
  }

  it('refuses numbers that do not describe a run', () => {
    const ERR_RANGE = make({ 0: 99 })
    assert.equal(typeof ERR_RANGE, 'number')
    // The kind, the output, the columns, the settings, and the keys.
    for (const changes of [{ 0: 6 }, { 1: 7 }, { 1: 5 }, { 2: 0 }, { 2: 5 }, { 3: 4 }, { 7: 0 }, { 7: 3 }, { 8: 3 }, { 8: 2 }, { 10: 9 }, { 12: 1 }, { 12: 17 }]) {
      assert.equal(make(changes), ERR_RANGE, JSON.stringify(changes))
    }
    assert.equal(make({}, new Uint8Array(1025)), ERR_RANGE)
    for (const words of [[], [1, 2, 3], [8, 1, 0, 0xffffffff, 0xffffffff, 0, 0, 0, 0]]) {
      assert.notEqual(typeof make({ 8: 2 }, undefined, Uint32Array.from(words)), 'function')
    }
    assert.equal(typeof make(), 'function')
  })

  it('handles blocks of any size, and leaves lines for which there is no room', () => {
    const run = make()
    const numbers = new Uint32Array(BLOCK.WORDS)
    const ask = (input, output) => {
      numbers.fill(0)
      numbers[BLOCK.LIMIT] = input.length
      assert.notEqual(run(input, output, numbers), undefined)
      return [numbers[BLOCK.CONSUMED], numbers[BLOCK.WRITTEN], numbers[BLOCK.NEEDED] > 0]
    }
    const input = Buffer.from(line(1))
    assert.deepEqual(ask(new Uint8Array(0), new Uint8Array(0)), [0, 0, false])
    assert.deepEqual(ask(input, new Uint8Array(9)), [0, 0, true])
    const output = Buffer.alloc(9000)
    assert.deepEqual(ask(input, output), [input.length, input.length + 13, false])
    assert.equal(output.toString('latin1', 0, numbers[BLOCK.WRITTEN]), `198.51.100.1 ${line(1)}`)
  })

  it('counts as memory for the garbage collector', () => {
    const RUNS = 1000
    const script = `
      const { createLog } = require(${JSON.stringify(require.resolve('../../lib/logs/engine'))})
      const config = Uint32Array.from(${JSON.stringify(CONFIG)})
      const none = ['', new Uint32Array(0), undefined]
      let collected = 0
      const registry = new FinalizationRegistry(() => { collected++ })
      const begin = (left) => {
        if (left === 0) return console.log(collected)
        registry.register(createLog(config, new Uint8Array(0), ...none, ...none, ...none))
        setImmediate(begin, left - 1)
      }
      begin(${RUNS})`
    const { status, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: 'native' } })
    assert.equal(status, 0)
    // Each holds 2 MB for a header, and nothing else here would start a garbage collection.
    assert.ok(Number(stdout) > RUNS / 2, `${stdout} of ${RUNS} were collected`)
  })

  it('gives the same results in WebAssembly', () => {
    for (const args of [['--trust', TRUST], ['--trust', '1', '--strict', '--columns', 'client,reason,hop'], ['--hops', '1', '--replace'],
      ['--trust', '1', '--compare', TRUST, '--json']]) {
      const [one, other] = ['native', 'wasm'].map((engine) =>
        run(['logs', '--format', 'nginx', ...args], { input: LOG, env: { PROXY_ADDR_ENGINE: engine } }))
      assert.equal(one.status, 0)
      assert.deepEqual(other, one)
    }
  })
})

/** Collects what an iterator yields. */
async function all (iterator) {
  const found = []
  for await (const one of iterator) found.push(one)
  return found
}

describe('proxy-addr-native/logs', () => {
  const options = { format: 'nginx', trust: LIST }

  it('is a stream of lines with their clients', async () => {
    const stream = createLogStream(options)
    const chunks = await Readable.from([LOG.slice(0, 1001), LOG.slice(1001)]).pipe(stream).toArray()
    assert.equal(Buffer.concat(chunks).toString(), EXPECTED.output)
    assert.deepEqual(stream.counters, EXPECTED.counters)
  })

  it('is an iterator of lines', async () => {
    const lines = []
    for await (const text of logLines([Buffer.from(LOG.slice(0, 77)), LOG.slice(77)], options)) lines.push(text)
    assert.equal(lines.join('\n') + '\n', EXPECTED.output)
  })

  it('takes columns of CSV by name, wherever pieces end', async () => {
    const named = { format: 'csv:peer=remote,xff=forwarded', header: true, trust: 1 }
    const text = 'remote,"for ""x""",forwarded\r\n10.0.0.1,a,"6.6.6.6, 203.0.113.9"\r\n10.0.0.2,,'
    const expected = ['client,remote,"for ""x""",forwarded\r', '203.0.113.9,10.0.0.1,a,"6.6.6.6, 203.0.113.9"\r', '10.0.0.2,10.0.0.2,,']
    for (let at = 0; at <= text.length; at++) {
      assert.deepEqual(await all(logLines([text.slice(0, at), text.slice(at)], named)), expected)
    }
    await assert.rejects(all(logLines([text], { ...named, format: 'csv:peer=remote,xff=x' })), /the first line has no column 'x' for xff/)
    await assert.rejects(all(logLines([7], named)), new TypeError('a log is text or bytes, and not number'))
  })

  it('refuses the name of a file in place of a log', async () => {
    const expected = new TypeError("a log is not given as a string: give a stream, as in fs.createReadStream('access.log'), or [text] for text itself")
    await assert.rejects(all(logLines('access.log', options)), expected)
    await assert.rejects(compareLogs('access.log', { ...options, compare: 1 }), expected)
  })

  it('passes errors of a log on to the stream', async () => {
    for (const text of ['x,y\n', 'x,y']) {
      const stream = createLogStream({ format: 'csv:peer=a,xff=b', header: true, trust: 1 })
      const source = Readable.from([text])
      await assert.rejects(source.pipe(stream).toArray(), /has no column 'a' for peer/)
    }
  })

  it('writes a self-contained page, in which the log is only text', async () => {
    const hostile = '10.0.0.1 - - [x] "GET" 200 5 "-" "<script>alert(1)</script>" "<img src=x onerror=alert(1)>, 10.0.0.2"\n'
    const report = await compareLogs([hostile.repeat(30), LOG], { format: 'nginx', trust: 1, compare: LIST })
    const page = reportPage(report)
    assert.match(String(report), /of 2,009 requests change/)
    const titles = [
      [LIST, TRUST], [1, '1'], [true, 'true'], [false, 'false'], [proxyaddr.compile(LIST), TRUST],
      [proxyaddr.trustProxy(2), '2'], [proxyaddr.trustProxy(true), 'true'], [{ hops: 1 }, 'strict { hops: 1 }'],
      [{ trust: LIST }, "strict { trust: [ 'loopback', '10.0.0.0/8' ] }"]
    ]
    for (const [trust, title] of titles) {
      const { before, after } = await compareLogs([LOG], { format: 'nginx', trust, compare: trust })
      assert.deepEqual([before, after], [title, title])
    }
    assert.doesNotMatch(page, /<script|<img|<link|https?:\/\/|<[^>]*src=/)
    assert.match(page, /&#60;script&#62;/)
  })

  it('refuses invalid options, with the reason', () => {
    assert.throws(() => createLogStream({ format: 'nginx' }), new TypeError("option trust is missing: say whom to trust, as in trust: 'loopback'; false trusts nobody"))
    assert.throws(() => createLogStream({ ...options, colums: [] }), /^TypeError: unknown option 'colums' \(expected format, trust, columns, place, header\)$/)
    assert.throws(() => createLogStream({ ...options, trust: () => true }), /^TypeError: trust: a log has too many addresses to call a function for each/)
    assert.throws(() => createLogStream({ ...options, trust: '300.1.1.1' }), new TypeError('invalid IP address: 300.1.1.1'))
  })
})

describe('a shadow', () => {
  const req = (header, peer = '10.0.0.1') => ({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer } })

  it('answers by the current setting, and publishes different answers of the candidate', () => {
    const seen = []
    const note = (message) => seen.push(message)
    subscribe('proxy-addr-native:shadow', note)
    const shadow = createShadow(1, TRUST)
    const request = req('203.0.113.9, 10.0.0.2')
    assert.equal(shadow(request), '10.0.0.2')
    assert.equal(shadow(req('203.0.113.9')), '203.0.113.9')
    unsubscribe('proxy-addr-native:shadow', note)
    assert.deepEqual(seen, [{ before: '10.0.0.2', after: '203.0.113.9', request }])
    assert.deepEqual(shadow.stats(), { requests: 2, sampled: 2, changed: 1, errors: 0 })
  })

  it('swallows and counts errors of the candidate, and samples', () => {
    const shadow = createShadow(TRUST, () => { throw new Error('a fault') })
    assert.equal(shadow(req('203.0.113.9')), '203.0.113.9')
    assert.deepEqual(shadow.stats(), { requests: 1, sampled: 1, changed: 0, errors: 1 })
    let i = 0
    const some = createShadow(1, createResolver({ trust: LIST }), { sample: 0.25, random: () => (i++ % 4) / 4 })
    for (let k = 0; k < 40; k++) some(req('203.0.113.9, 10.0.0.2'))
    assert.deepEqual(some.stats(), { requests: 40, sampled: 10, changed: 10, errors: 0 })
    assert.throws(() => createShadow(1, 2, { sample: 2 }), /^TypeError: option sample: 2 is not a number from 0 to 1$/)
  })

  it('changes no answer of an app under load', async () => {
    const app = express()
    const shadow = createShadow(TRUST, true, { sample: 0.5 })
    app.set('trust proxy', TRUST)
    app.use(shadow.middleware)
    app.get('/', (request, res) => res.send(request.ip))
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.on('listening', resolve))
    const url = `http://127.0.0.1:${server.address().port}/`
    try {
      const answers = await Promise.all(Array.from({ length: 300 }, (_, i) =>
        fetch(url, { headers: { 'x-forwarded-for': `6.6.6.6, 203.0.113.${i % 250}` } }).then((response) => response.text())))
      assert.deepEqual(answers, answers.map((_, i) => `203.0.113.${i % 250}`))
      const { requests, sampled, changed, errors } = shadow.stats()
      assert.equal(requests, 300)
      assert.ok(sampled > 0 && sampled < 300)
      assert.deepEqual({ changed, errors }, { changed: sampled, errors: 0 })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
