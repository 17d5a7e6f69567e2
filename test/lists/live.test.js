'use strict'

/* Tests lists over time: snapshots, files, clocks, swaps under load, and their users. */

const assert = require('node:assert/strict')
const { spawn, spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const { channel } = require('node:diagnostics_channel')
const { once } = require('node:events')
const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')
const { setImmediate: nextTurn, setTimeout: sleep } = require('node:timers/promises')
const fastifyAddr = require('@fastify/proxy-addr')
const express = require('express')
const proxyaddr = require('../../lib')
const { lists } = require('../../lib/lists')
const snapshots = require('../../lib/lists/snapshot')
const { createResolver } = require('../../lib/resolver')
const { needs } = require('../support/skip')
const { json, makeFolder, removeFolders, startServer, tagged, text, until } = require('./support/server')

const LIB = path.join(__dirname, '..', '..', 'lib', 'lists')
const GOOD = '192.0.2.0/24\n2001:db8::/32\n'

/**
 * How often a process is killed while it writes (few times, to keep npm test short;
 * LISTS_KILLS=100 for a hundred), and how many requests see the swaps.
 */
const KILLS = Number(process.env.LISTS_KILLS ?? 12)
const REQUESTS = Number(process.env.LISTS_REQUESTS ?? 1_000_000)
const SWAPS = 100

/** Returns `count` subnets that begin with an octet. */
function subnets (count, from) {
  return Array.from({ length: count }, (_, i) => `${from + (i >> 16)}.${i >> 8 & 255}.${i & 255}.0/24`)
}

let server
/** The lists that a test made, to be closed after it. */
const made = []

function keep (list) {
  made.push(list)
  return list
}

function fromServer (options) {
  return keep(lists.url(server.address, { ca: server.ca, ...options }))
}

before(async () => { server = await startServer() })
after(() => server.stop())
beforeEach(() => { server.requests.length = 0 })
afterEach(function () {
  for (const list of made.splice(0)) list.close()
  removeFolders(this.currentTest)
})

/** Runs a script in a process of its own, with the package as `lists`. */
async function run (script, options) {
  const child = spawn(process.execPath, ['-e', `
    const { lists } = require(${JSON.stringify(LIB)})
    const server = ${JSON.stringify({ address: server.address, ca: server.ca })}
    ${script}`], options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk })
  const [code] = await once(child, 'close')
  return { code, output }
}

describe('a snapshot', () => {
  let file

  beforeEach(function () { file = path.join(makeFolder(this.currentTest), 'list.json') })

  /** Writes a snapshot, by way of a list. */
  async function write (options) {
    server.answer(tagged(GOOD, '"1"'))
    const list = fromServer({ snapshot: file, ...options })
    await list.ready
    list.close()
  }

  /** Makes a list that has only the snapshot, because the server fails. */
  function offline (options) {
    server.answer(text('', { status: 503 }))
    return fromServer({ snapshot: file, ...options })
  }

  it('is written before `ready`, with source, date and ETag, and answers at once without a network', async () => {
    await write()
    const { list: saved } = JSON.parse(fs.readFileSync(file, 'utf8'))
    assert.deepEqual([saved.source, saved.etag, saved.parts[0].etag], [server.address, '"1"', '"1"'])

    const list = offline()
    assert.equal(list.trust('192.0.2.1'), true)
    assert.equal(list.state.fetchedAt.getTime(), saved.fetchedAt)
    assert.equal(list.state.etag, '"1"')
    await list.ready
    const [{ rule }] = await once(list, 'refused')
    assert.equal(rule, 'status')
    assert.equal(list.trust('192.0.2.1'), true)
    assert.equal(list.state.fetchedAt.getTime(), saved.fetchedAt)
  })

  it('remembers the ETag for the next start', async () => {
    await write()
    const list = fromServer({ snapshot: file })
    assert.deepEqual(await list.refresh(), { outcome: 'unchanged' })
    assert.equal(server.requests.at(-1).headers['if-none-match'], '"1"')
  })

  it('is made if it is missing', async () => {
    assert.equal(fs.existsSync(file), false)
    await write()
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ['list.json'])
  })

  it('leaves nobody trusted if it is missing and the download fails, and `ready` rejects', async () => {
    const list = offline()
    await assert.rejects(list.ready, { rule: 'status' })
    assert.equal(list.trust('192.0.2.1'), false)
    assert.deepEqual(fs.readdirSync(path.dirname(file)), [])
  })

  it('is refused if it was cut off anywhere, and written again', async () => {
    await write()
    const whole = fs.readFileSync(file)
    for (const length of [0, 1, 20, 60, 200, whole.length - 2]) {
      fs.writeFileSync(file, whole.subarray(0, length))
      const list = offline()
      assert.equal(list.trust('192.0.2.1'), false, String(length))
      assert.equal(list.state.lastError.rule, 'snapshot')
      await assert.rejects(list.ready, { rule: 'status' })
      await write()
      assert.deepEqual(JSON.parse(fs.readFileSync(file)).list.parts, JSON.parse(whole).list.parts)
    }
  })

  it('is refused if its entries do not match its digest', async () => {
    await write()
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('192.0.2.0/24', '198.51.100.0/24'))
    const list = offline()
    assert.match(list.state.lastError.message, /list\.json was changed: its digest does not match its content/)
    assert.equal(list.trust('198.51.100.1'), false)
    await assert.rejects(list.ready)
  })

  it('is refused if it is of another version, too large, or a folder', async () => {
    const mark = '{"snapshot":"proxy-addr-native/lists","version":1,"digest":"'
    const digest = createHash('sha256').update('{}').digest('hex')
    for (const [make, message] of [
      [() => fs.writeFileSync(file, `${mark}"}`), /was changed/],
      [() => fs.writeFileSync(file, `${mark}${digest}","list":{}}`), /has the structure of another version/],
      [() => fs.truncateSync(file, 40 << 20), /is too large/],
      [() => { fs.rmSync(file); fs.mkdirSync(file) }, /cannot read the snapshot .*EISDIR/]
    ]) {
      make()
      const list = offline()
      assert.match(list.state.lastError.message, message)
      await assert.rejects(list.ready)
    }
    const list = keep(lists.from(() => ['192.0.2.0/24'], { name: 'mine', snapshot: path.join(file, 'none', 'x') }))
    await list.ready
    assert.match(list.state.lastError.message, /cannot write the snapshot .*ENOENT/)
  })

  it('is judged like a download', async () => {
    const week = []
    for (const [entries, rule] of [[['0.0.0.0/1'], 'wide'], [[], 'empty'], [['010.0.0.1'], 'entry'],
      [['10.0.0.0/8', '12.0.0.0/8', '13.0.0.0/8', '14.0.0.0/8', '15.0.0.0/8'], 'coverage']]) {
      await snapshots.write(file, { source: server.address, fetchedAt: Date.now(), parts: [{ entries }], week })
      const list = offline()
      assert.equal(list.state.lastError.rule, rule)
      assert.equal(list.version, 0)
      await assert.rejects(list.ready)
    }
  })

  it('is refused if it is of another source, and left unchanged', async () => {
    await write()
    const before = fs.readFileSync(file, 'utf8')
    const list = keep(lists.from(() => ['198.51.100.0/24'], { name: 'mine', snapshot: file }))
    assert.match(list.state.lastError.message, /is of another source, https:\/\/localhost:\d+\/list, and is left unchanged/)
    assert.equal(list.trust('192.0.2.1'), false)
    await list.ready
    assert.equal(list.trust('198.51.100.1'), true)
    assert.equal(fs.readFileSync(file, 'utf8'), before)
    assert.equal(list.state.lastError.rule, 'snapshot')
  })

  it('never overwrites a file that is not a snapshot', async () => {
    fs.writeFileSync(file, '{"name":"my-app"}')
    const list = keep(lists.from(() => ['192.0.2.0/24'], { name: 'mine', snapshot: file }))
    await list.ready
    assert.equal(list.trust('192.0.2.1'), true)
    assert.equal(fs.readFileSync(file, 'utf8'), '{"name":"my-app"}')
    assert.match(list.state.lastError.message, /is not a snapshot of a list, and is left unchanged/)
  })

  it('is reported if its folder is read-only, and the list works nevertheless', async function () {
    needs(this, process.platform !== 'win32', 'Windows has no such folders')
    const folder = path.dirname(file)
    fs.chmodSync(folder, 0o555)
    const isRoot = process.geteuid() === 0
    if (isRoot) process.seteuid(65534)
    try {
      const list = keep(lists.from(() => ['192.0.2.0/24'], { name: 'mine', snapshot: file }))
      const refused = once(list, 'refused')
      await list.ready
      assert.equal(list.trust('192.0.2.1'), true)
      assert.equal(list.state.lastError.rule, 'snapshot')
      assert.match((await refused)[0].message, /cannot write the snapshot .*EACCES/)
    } finally {
      if (isRoot) process.seteuid(0)
      fs.chmodSync(folder, 0o755)
    }
  })

  it('remembers the largest list of the last week', async () => {
    let entries = subnets(200, 20)
    const options = { name: 'mine', snapshot: file }
    const first = keep(lists.from(() => entries, options))
    await first.ready
    entries = subnets(100, 20)
    await first.refresh()
    first.close()
    entries = subnets(60, 20)
    const second = keep(lists.from(() => entries, options))
    assert.equal((await second.refresh()).error.rule, 'shrink')
    assert.equal(second.entries.length, 100)
  })

  it('has the temporary files of ended processes removed when a list is made', () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const names = [`list.json.${pid}.0123456789ab.tmp`, `list.json.${process.pid}.0123456789ab.tmp`, `list.json.${pid}.tmp`, `other.${pid}.0123456789ab.tmp`]
    for (const name of names) fs.writeFileSync(path.join(path.dirname(file), name), '{')
    offline()
    assert.deepEqual(fs.readdirSync(path.dirname(file)).sort(), names.slice(1).sort())
  })

  it('may belong to two lists at once', async () => {
    const both = ['a', 'b'].map(() => keep(lists.from(() => ['192.0.2.0/24'], { name: 'mine', snapshot: file })))
    await Promise.all(both.map(({ ready }) => ready))
    assert.deepEqual(both.map(({ state }) => state.lastError), [undefined, undefined])
    assert.deepEqual(snapshots.read(file, 'mine').parts, [{ entries: ['192.0.2.0/24'] }])
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ['list.json'])
  })

  /** Starts a process that writes two large snapshots by turns. */
  function startWriter (target, times = Infinity) {
    return spawn(process.execPath, ['-e', `
      const { write } = require(${JSON.stringify(path.join(LIB, 'snapshot'))})
      const of = (first) => ({ source: 'mine', fetchedAt: first, week: [], parts: [{
        entries: Array.from({ length: 5000 }, (_, i) => first + '.' + (i >> 8) + '.' + (i & 255) + '.0/24') }] })
      async function main () {
        for (let i = 0; i < ${times}; i++) {
          await write(${JSON.stringify(target)}, of(20 + i % 2))
          if (i === 0) process.stdout.write('written')
        }
      }
      main().catch((error) => { console.error(error); process.exit(1) })`], { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  /** Checks that a snapshot is one of the two, whole. */
  function isWhole (target) {
    const { fetchedAt, parts: [{ entries }] } = snapshots.read(target, 'mine')
    assert.equal(entries.length, 5000)
    assert.ok(entries.every((entry) => entry.startsWith(`${fetchedAt}.`)))
  }

  function leftOvers (target) {
    return fs.readdirSync(path.dirname(target)).filter((name) => name.startsWith(path.basename(target) + '.'))
  }

  it(`is the whole old or the whole new one after kill -9 during writing, ${KILLS} times`, async function () {
    this.timeout(60_000 + KILLS * 10_000)
    let left = KILLS
    async function killAll (target) {
      while (left-- > 0) {
        const child = startWriter(target)
        await once(child.stdout, 'data')
        await sleep(Math.random() * 12)
        // Half of them are killed as soon as a temporary file appears.
        const end = left % 2 === 0 ? 0 : performance.now() + 100
        while (performance.now() < end && leftOvers(target).length === 0);
        child.kill('SIGKILL')
        await once(child, 'close')
        isWhole(target)
        snapshots.removeLeftOvers(target)
        assert.deepEqual(leftOvers(target), [])
      }
    }
    await Promise.all([killAll(file), killAll(`${file}-2`), killAll(`${file}-3`)])
    assert.deepEqual(fs.readdirSync(path.dirname(file)).sort(), ['list.json', 'list.json-2', 'list.json-3'])
  })

  it('is whole at any time while two processes write the same file', async () => {
    const writers = [startWriter(file, 20), startWriter(file, 20)]
    const ended = Promise.all(writers.map((child) => once(child, 'close')))
    await Promise.race(writers.map(({ stdout }) => once(stdout, 'data')))
    while (writers.some(({ exitCode }) => exitCode === null)) {
      isWhole(file)
      await nextTurn()
    }
    assert.deepEqual((await ended).map(([code]) => code), [0, 0])
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ['list.json'])
  })
})

describe('a list of a file', () => {
  let file

  beforeEach(function () {
    file = path.join(makeFolder(this.currentTest), 'proxies.txt')
    fs.writeFileSync(file, '# ours\r\n192.0.2.0/24\r\n')
  })

  function fromFile (options) {
    return keep(lists.file(file, { interval: 20, ...options }))
  }

  it('changes with the file', async () => {
    const list = fromFile()
    await list.ready
    const updated = once(list, 'update')
    await updated
    await sleep(100)
    fs.writeFileSync(file, '192.0.2.0/24\n198.51.100.0/24')
    const [{ added, removed, version }] = await once(list, 'update')
    assert.deepEqual({ added, removed, version }, { added: ['198.51.100.0/24'], removed: [], version: 2 })
    assert.equal(list.trust('198.51.100.1'), true)
  })

  it('waits until writing has ended, and reads the whole file', async () => {
    const list = fromFile()
    await list.ready
    const seen = []
    list.on('update', ({ entries }) => seen.push(entries))
    await until(() => seen.length > 0)
    const all = subnets(40, 20)
    fs.writeFileSync(file, '192.0.2.0/24\n')
    for (const entry of all) {
      await sleep(10)
      fs.appendFileSync(file, entry + '\n')
    }
    await until(() => seen.length > 1)
    assert.deepEqual(seen, [1, 41])
  })

  it('is refused once for each change, and keeps its entries', async () => {
    const list = fromFile()
    await list.ready
    const refused = []
    list.on('refused', ({ rule }) => refused.push(rule))
    const { fetchedAt } = list.state
    fs.writeFileSync(file, '192.0.2.0/24\nloopback\n')
    await until(() => refused.length > 0)
    await sleep(100)
    fs.rmSync(file)
    await until(() => refused.length > 1)
    await sleep(100)
    assert.deepEqual(refused, ['entry', 'file'])
    assert.equal(list.trust('192.0.2.1'), true)
    assert.ok(list.state.fetchedAt >= fetchedAt)
    fs.writeFileSync(file, '192.0.2.0/24\n203.0.113.0/24\n')
    await once(list, 'update')
    assert.equal(list.state.lastError, undefined)
  })

  it('follows the links of a mounted ConfigMap', async function () {
    needs(this, process.platform !== 'win32', 'links need privileges on Windows')
    const folder = path.dirname(file)
    const put = (version, content) => {
      fs.mkdirSync(path.join(folder, version))
      fs.writeFileSync(path.join(folder, version, 'edge.txt'), content)
      fs.symlinkSync(version, path.join(folder, 'next'))
      fs.renameSync(path.join(folder, 'next'), path.join(folder, '..data'))
    }
    put('..1', '192.0.2.0/24\n')
    fs.symlinkSync('..data/edge.txt', path.join(folder, 'edge.txt'))
    const list = keep(lists.file(path.join(folder, 'edge.txt'), { interval: 20 }))
    await once(list, 'update')
    put('..2', '192.0.2.0/24\n198.51.100.0/24\n')
    await once(list, 'update')
    assert.equal(list.trust('198.51.100.1'), true)
  })

  it('is no longer read once the list is closed', async () => {
    const { readFile } = fs.promises
    let begin
    const beginning = new Promise((resolve) => { begin = resolve })
    // Reads only after the list was closed, however slow the machine is.
    fs.promises.readFile = async (name, options) => {
      begin(options.signal)
      await once(options.signal, 'abort')
      return readFile(name, options)
    }
    try {
      const list = fromFile()
      const { ready } = list
      const signal = await beginning
      list.close()
      assert.equal(signal.aborted, true)
      await assert.rejects(ready, { rule: 'closed' })
      assert.equal(list.version, 0)
    } finally {
      fs.promises.readFile = readFile
    }
  })

  it('says what is wrong with a path', async () => {
    const missing = keep(lists.file(path.join(file, 'x')))
    await assert.rejects(missing.ready, { rule: 'file', message: /cannot read .*ENOTDIR/ })
    const folder = keep(lists.file(path.dirname(file)))
    await assert.rejects(folder.ready, { rule: 'file', message: /is not a file/ })
    fs.truncateSync(file, 17 << 20)
    await assert.rejects(fromFile().ready, { rule: 'size', message: /has 17825792 bytes; at most 16 MB/ })
  })
})

describe('time', () => {
  const { Date: RealDate } = globalThis

  afterEach(() => { globalThis.Date = RealDate })

  /** Sets the clock. */
  function jump (ms) {
    globalThis.Date = class extends RealDate {
      constructor (...args) {
        super(...args.length > 0 ? args : [RealDate.now() + ms])
      }

      static now () { return RealDate.now() + ms }
    }
  }

  it('makes a list neither older nor stale if the clock jumps', async () => {
    server.answer(tagged(GOOD, '"1"'))
    const list = fromServer()
    await list.ready
    for (const years of [1, -1]) {
      jump(years * 365 * 86_400_000)
      assert.ok(list.state.age >= 0 && list.state.age < 3600, String(list.state.age))
      assert.equal(list.state.stale, false)
      assert.deepEqual(await list.refresh(), { outcome: 'unchanged' })
      assert.equal(list.state.fetchedAt.getFullYear(), new RealDate().getFullYear() + years)
      assert.equal(list.trust('192.0.2.1'), true)
    }
  })

  it('leaves a snapshot usable, of age 0, if the clock is set back', async function () {
    const file = path.join(makeFolder(this.test), 'list.json')
    await snapshots.write(file, { source: 'mine', fetchedAt: Date.now() + 86_400_000, week: [], parts: [{ entries: ['192.0.2.0/24'] }] })
    const list = keep(lists.from(() => new Promise(() => {}), { name: 'mine', snapshot: file }))
    assert.deepEqual([list.state.age, list.state.stale, list.trust('192.0.2.1')], [0, false, true])
  })

  it('does not pass for a list that was stored in the future', async function () {
    const file = path.join(makeFolder(this.test), 'list.json')
    const size = { entries: 3, families: { 4: { entries: 3, share: 1e-6 }, 6: { entries: 0, share: 0 } } }
    await snapshots.write(file, {
      source: 'mine', fetchedAt: Date.now(), week: [{ age: -86_400_000, size }], parts: [{ entries: ['192.0.2.0/24'] }]
    })
    const list = keep(lists.from(() => ['192.0.2.0/24', '198.51.100.0/24'], { name: 'mine', snapshot: file }))
    assert.equal((await list.refresh()).outcome, 'updated')
    const { list: { week } } = JSON.parse(fs.readFileSync(file, 'utf8'))
    assert.equal(week[0].size.entries, 3)
    assert.ok(week.every(({ age }) => age >= 0), JSON.stringify(week))
  })

  it('makes a list stale, with the same trust, if it passes without a good answer', async function () {
    const file = path.join(makeFolder(this.test), 'list.json')
    await snapshots.write(file, { source: 'mine', fetchedAt: Date.now() - 8 * 86_400_000, week: [], parts: [{ entries: ['192.0.2.0/24'] }] })
    let works = false
    const list = keep(lists.from(async () => {
      if (works) return ['192.0.2.0/24']
      throw new Error('down')
    }, { name: 'mine', snapshot: file }))
    const [{ list: name, age }] = await once(list, 'stale')
    assert.deepEqual([name, age >= 8 * 86_400, list.state.stale, list.trust('192.0.2.1')], ['mine', true, true, true])
    await list.refresh()
    assert.equal(list.state.stale, true)
    works = true
    assert.deepEqual(await list.refresh(), { outcome: 'unchanged' })
    assert.equal(list.state.stale, false)
  })

  it('makes a list stale, which is reported once', async () => {
    server.answer(text(GOOD), text('', { status: 500 }))
    const list = fromServer({ maxAge: 100, interval: 30 })
    // On a slow machine, it is stale before the first answer, too.
    await list.ready
    let said = 0
    list.on('stale', () => said++)
    await once(list, 'stale')
    assert.equal(list.state.stale, true)
    await sleep(200)
    assert.equal(said, 1)
  })

  it('does not count for a download while the event loop is blocked', async () => {
    server.answer(text(GOOD))
    const list = fromServer({ timeout: 2000 })
    await until(() => server.requests.length === 1)
    // The answer waits in the socket, and all timers are late.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000)
    await list.ready
    assert.equal(list.trust('192.0.2.1'), true)
  })

  it('passes between two attempts, which happen by themselves', async () => {
    server.answer(text(GOOD), text(GOOD + '198.51.100.0/24\n'))
    const list = fromServer({ interval: 20 })
    await list.ready
    await until(() => list.version === 2)
    list.close()
    await sleep(20)
    const { length } = server.requests
    await sleep(100)
    assert.equal(server.requests.length, length)
  })
})

describe('a process', () => {
  it('is not kept alive by a download in progress, a timer, or a file', async function () {
    server.answer(() => {})
    assert.deepEqual(await run(`
      lists.url(server.address, { ca: server.ca })
      lists.file(__filename, { interval: 20 })
      lists.googleLoadBalancers()
      setTimeout(() => console.log('end'), 200)`), { code: 0, output: 'end\n' })
  })

  it('ends at once after `ready`, with the snapshot written', async function () {
    server.answer(text(GOOD))
    const snapshot = path.join(makeFolder(this.test), 'list.json')
    assert.deepEqual(await run(`
      const list = lists.url(server.address, { ca: server.ca, snapshot: ${JSON.stringify(snapshot)} })
      list.ready.then(() => console.log(list.trust('192.0.2.1')))`), { code: 0, output: 'true\n' })
    assert.equal(snapshots.read(snapshot, server.address).parts.length, 1)
  })

  it('does not end because of a rejected `ready` that nobody awaits', async () => {
    server.answer(text('', { status: 500 }))
    assert.deepEqual(await run(`
      const list = lists.url(server.address, { ca: server.ca })
      setTimeout(() => {}, 1e6)
      list.on('refused', ({ rule }) => setTimeout(() => { console.log(rule); process.exit() }, 50))`),
    { code: 0, output: 'status\n' })
  })
})

describe('a named list', () => {
  const CLOUDFLARE = { success: true, result: { ipv4_cidrs: ['192.0.2.0/24'], ipv6_cidrs: ['2001:db8::/32'], etag: '38f7' } }
  const AWS = {
    prefixes: [{ ip_prefix: '192.0.2.0/24', service: 'CLOUDFRONT_ORIGIN_FACING' }, { ip_prefix: '3.0.0.0/15', service: 'EC2' }],
    ipv6_prefixes: [{ ipv6_prefix: '2001:db8::/32', service: 'CLOUDFRONT_ORIGIN_FACING' }]
  }
  const AZURE = { values: [{ name: 'AzureFrontDoor.Backend', properties: { addressPrefixes: ['192.0.2.0/24', '2001:db8::/32'] } }] }
  const FASTLY = { addresses: ['192.0.2.0/24'], ipv6_addresses: ['2001:db8::/32'] }

  for (const [name, make, answer, requested] of [
    ['cloudflare', (options) => lists.cloudflare(options), json(CLOUDFLARE), 'api.cloudflare.com/client/v4/ips'],
    ['aws CLOUDFRONT_ORIGIN_FACING', (options) => lists.aws('CLOUDFRONT_ORIGIN_FACING', options), json(AWS), 'ip-ranges.amazonaws.com/ip-ranges.json'],
    ['fastly', (options) => lists.fastly(options), json(FASTLY), 'api.fastly.com/public-ip-list'],
    ['azure AzureFrontDoor.Backend', (options) => lists.azure('AzureFrontDoor.Backend', 'https://localhost/tags.json', options),
      json(AZURE, { type: 'application/octet-stream' }), 'localhost/tags.json']
  ]) {
    it(`is fetched from its address and read: ${name}`, async () => {
      server.answer(answer)
      const list = keep(make({ agent: server.agent }))
      await list.ready
      assert.equal(list.name, name)
      assert.deepEqual(list.entries, ['192.0.2.0/24', '2001:db8::/32'])
      assert.deepEqual(server.requests.map(({ host, url }) => host + url), [requested])
      assert.equal(list.state.etag, name === 'cloudflare' ? '38f7' : undefined)
    })
  }

  it('may be constant: google load balancers', async () => {
    const list = keep(lists.googleLoadBalancers())
    assert.deepEqual([list.trust('35.191.0.1'), list.trust('8.8.8.8'), list.version], [true, false, 1])
    await list.ready
    assert.deepEqual([list.version, await list.refresh()], [1, { outcome: 'unchanged' }])
    assert.deepEqual(list.entries, ['130.211.0.0/22', '35.191.0.0/16'])
    assert.equal(list.state.stale, false)
  })
})

describe('information about a list', () => {
  it('is in its state, in events, and in the same messages on a channel', async () => {
    const published = []
    const subscriber = (message) => published.push(message)
    channel('proxy-addr-native:list').subscribe(subscriber)
    server.answer(tagged(GOOD, '"1"'))
    const list = fromServer()
    assert.deepEqual(list.state, {
      entries: 0, source: server.address, fetchedAt: undefined, age: undefined, etag: undefined, lastError: undefined, stale: false
    })
    const updated = once(list, 'update')
    await list.ready
    const { fetchedAt, ...state } = list.state
    assert.ok(fetchedAt instanceof Date)
    assert.deepEqual(state, { entries: 2, source: server.address, age: 0, etag: '"1"', lastError: undefined, stale: false })
    const update = { list: server.address, version: 1, entries: 2, added: ['192.0.2.0/24', '2001:db8::/32'], removed: [] }
    assert.deepEqual((await updated)[0], update)

    server.answer(text('', { status: 500 }))
    const { error } = await list.refresh()
    channel('proxy-addr-native:list').unsubscribe(subscriber)
    assert.deepEqual(published, [{ event: 'update', ...update },
      { event: 'refused', list: server.address, rule: 'status', message: error.message, seen: 500, error }])
  })
})

describe('a swap', () => {
  /** Two lists that share some entries. */
  const A = [...subnets(300, 20), '10.0.0.0/16', '2001:db8::/32']
  const B = [...subnets(300, 20).slice(150), ...subnets(150, 30), '10.1.0.0/16', '2001:db9::/32']

  function makeRequests () {
    const addresses = ['20.0.1.1', '20.0.200.7', '30.0.5.5', '10.0.0.1', '10.1.0.1', '2001:db8::1', '2001:db9::1', '::ffff:10.0.0.9', '203.0.113.9']
    return addresses.flatMap((peer) => ['198.51.100.7', '198.51.100.7, 10.0.0.2', '7.7.7.7, 20.0.9.9, 10.1.0.3',
      `unknown, ${'10.0.0.3, '.repeat(40)}30.0.7.7`].map((header) => ({
      headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer }
    })))
  }

  /** Returns the answers of a compiled function with these entries. */
  function answersOf (requests, entries) {
    const trust = proxyaddr.compile(entries)
    return requests.map((req) => proxyaddr(req, trust))
  }

  it(`never shows half a list: ${REQUESTS.toLocaleString('en')} requests over ${SWAPS} swaps`, async () => {
    let entries = A
    const list = keep(lists.from(() => nextTurn(entries)))
    await list.ready
    const requests = makeRequests()
    const answers = { [A[0]]: answersOf(requests, A), [B[150]]: answersOf(requests, B) }
    assert.notDeepEqual(...Object.values(answers))
    let asked = 0
    let wrong = 0
    let swaps = 0
    while (swaps < SWAPS || asked < REQUESTS) {
      if (swaps < SWAPS) entries = entries === A ? B : A
      const attempt = { isDone: false }
      const refreshed = list.refresh().then(({ outcome }) => {
        attempt.isDone = true
        if (outcome === 'updated') swaps++
      })
      const enough = asked + REQUESTS / SWAPS
      while (!attempt.isDone || asked < enough) {
        const right = answers[list.trust('10.0.0.1') ? A[0] : B[150]]
        for (let i = 0; i < requests.length; i++, asked++) {
          if (proxyaddr(requests[i], list.trust) !== right[i]) wrong++
        }
        await nextTurn()
      }
      await refreshed
    }
    assert.deepEqual({ wrong, swaps, version: list.version }, { wrong: 0, swaps: SWAPS, version: SWAPS + 1 })
    assert.ok(asked >= REQUESTS)
  })

  it('drops the verdicts on peers, and keeps the trust function', async () => {
    let entries = ['192.0.2.0/24']
    const list = keep(lists.from(() => entries))
    await list.ready
    const { trust } = list
    const empty = keep(lists.from(() => new Promise(() => {})))
    assert.equal(proxyaddr({ headers: { 'x-forwarded-for': '203.0.113.9, 192.0.2.2' }, socket: { remoteAddress: '192.0.2.1' } }, empty.trust), '192.0.2.1')
    const req = { headers: { 'x-forwarded-for': '203.0.113.9' }, socket: { remoteAddress: '192.0.2.1' } }
    for (let i = 0; i < 5; i++) assert.equal(proxyaddr(req, trust), '203.0.113.9')
    entries = ['198.51.100.0/24']
    await list.refresh()
    assert.equal(list.trust, trust)
    for (let i = 0; i < 5; i++) assert.equal(proxyaddr(req, trust), '192.0.2.1')
    assert.equal(trust('192.0.2.1'), false)
  })

  it('does not happen for a refused list: the verdicts on peers stay right', async () => {
    let entries = ['192.0.2.0/24']
    const list = keep(lists.from(() => entries))
    await list.ready
    entries = ['198.51.100.0/24', '0.0.0.0/1']
    const before = list.entries
    await list.refresh()
    assert.equal(list.entries, before)
    assert.ok(Object.isFrozen(before))
  })
})

describe('a list as trust', () => {
  let list
  let entries

  beforeEach(async () => {
    entries = ['127.0.0.0/8', '192.0.2.0/24']
    list = keep(lists.from(() => entries))
    await list.ready
  })

  it('works in Express, and changes with the list', async () => {
    const app = express()
    app.set('trust proxy', list.trust)
    app.get('/', (req, res) => res.json([req.ip, req.ips]))
    const listening = http.createServer(app).listen(0, '127.0.0.1')
    await once(listening, 'listening')
    const ask = async () => {
      const url = `http://127.0.0.1:${listening.address().port}/`
      const answer = await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.9, 192.0.2.1' } })
      return answer.json()
    }
    try {
      assert.deepEqual(await ask(), ['203.0.113.9', ['203.0.113.9', '192.0.2.1']])
      entries = ['127.0.0.0/8', '198.51.100.0/24']
      await list.refresh()
      assert.deepEqual(await ask(), ['192.0.2.1', ['192.0.2.1']])
    } finally {
      listening.closeAllConnections()
      listening.close()
    }
  })

  it('works as an entry of createResolver(), and changes with the list', async () => {
    const client = createResolver({ trust: ['10.0.0.0/8', list] })
    const header = '203.0.113.9, 192.0.2.1'
    const ask = () => client({
      headers: { 'x-forwarded-for': header }, rawHeaders: ['X-Forwarded-For', header], socket: { remoteAddress: '10.0.0.1' }
    })
    assert.deepEqual([ask(), ask(), ask()], Array(3).fill('203.0.113.9'))
    entries = ['127.0.0.0/8', '198.51.100.0/24']
    await list.refresh()
    assert.deepEqual([ask(), ask(), ask()], Array(3).fill('192.0.2.1'))
  })

  it('is named by explain(), with its entry and its age, and by lint()', async function () {
    const file = path.join(makeFolder(this.test), 'list.json')
    await snapshots.write(file, {
      source: 'edge', fetchedAt: Date.now() - 3.5 * 3_600_000, week: [], parts: [{ entries: ['173.245.48.0/20', '203.0.113.0/24', '198.51.100.7'] }]
    })
    const edge = keep(lists.from(() => new Promise(() => {}), { name: 'edge', snapshot: file }))
    const reasons = (trust, peer) => {
      const explanation = proxyaddr.explain({ headers: { 'x-forwarded-for': '192.0.2.9' }, socket: { remoteAddress: peer } }, trust)
      return [explanation.hops[0].by, /by .* ago/.exec(String(explanation))?.[0]]
    }
    const [by, said] = reasons(edge.trust, '173.245.48.9')
    assert.deepEqual(by, { rule: 'list', entry: '173.245.48.0/20', index: 0, subnet: '173.245.48.0/20', list: 'edge', age: by.age })
    assert.ok(by.age >= 3.5 * 3600)
    assert.equal(said, 'by edge, 173.245.48.0/20, fetched 3 h ago')
    assert.equal(reasons(edge.trust, '198.51.100.7')[1], 'by edge, 198.51.100.7, fetched 3 h ago')
    assert.deepEqual(proxyaddr.lint(edge.trust).map(({ code, entry, list }) => ({ code, entry, list })),
      [{ code: 'documentation-range', entry: '203.0.113.0/24', list: 'edge' }, { code: 'documentation-range', entry: '198.51.100.7', list: 'edge' }])
  })

  it('works in Fastify, in proxyaddr(), and in a function of one\'s own', () => {
    const req = { headers: { 'x-forwarded-for': '203.0.113.9, 192.0.2.1' }, socket: { remoteAddress: '127.0.0.1' } }
    assert.equal(fastifyAddr(req, list.trust), '203.0.113.9')
    assert.equal(proxyaddr(req, list.trust), '203.0.113.9')
    assert.deepEqual(proxyaddr.all(req, list.trust), ['127.0.0.1', '192.0.2.1', '203.0.113.9'])
    assert.equal(proxyaddr(req, (address, i) => i < 1 && list.trust(address, i)), '192.0.2.1')
    assert.equal(proxyaddr.trustProxy(list.trust), list.trust)
    for (const odd of [undefined, null, 7, {}, [], '', 'unknown']) assert.equal(list.trust(odd), false)
  })
})
