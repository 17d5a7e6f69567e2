'use strict'

/*
 * The command `logs`, its API, and the reports and shadows of settings. Whatever reads
 * or writes is the real thing: pipes, gzip, full disks, GNU parallel.
 */

const assert = require('node:assert/strict')
const { spawn, spawnSync } = require('node:child_process')
const { subscribe, unsubscribe } = require('node:diagnostics_channel')
const fs = require('node:fs')
const path = require('node:path')
const { Readable } = require('node:stream')
const zlib = require('node:zlib')
const express = require('express')
const proxyaddr = require('proxy-addr')

const { compareLogs, createLogStream, createShadow, logLines, reportPage } = require('../../lib/logs')
const { createResolver } = require('../../lib/resolver')
const { BIN, installed, plainEnv, recipesOf, run } = require('../support/command')
const { needs } = require('../support/skip')
const { derive, readLine, trustOf } = require('./model')

const ROOT = path.join(__dirname, '..', '..')
const TRUST = 'loopback,10.0.0.0/8'
const LIST = TRUST.split(',')

function line (i) {
  const header = [`203.0.113.${i % 250}, 10.0.0.${i % 7}`, `198.51.100.${i % 9}`, '-', `2001:db8::${i % 5}, 203.0.113.1:80`, '10.0.0.9'][i % 5]
  return `10.0.0.${1 + i % 3} - - [26/Nov/2026:07:00:00 +0000] "GET /${'x'.repeat(i % 90)} HTTP/1.1" 200 5 "-" "UA" "${header}"\n`
}

const LOG = Array.from({ length: 4000 }, (_, i) => i % 97 === 0 ? `unreadable ${i}\n` : line(i)).join('')
const EXPECTED = derive(LOG, 'nginx', LIST)

/** Runs without a terminal; all lines of this log are known to be readable or not. */
function logs (args, input) {
  return run(['logs', ...args], { input })
}

describe('proxy-addr logs', function () {
  let folder, file

  before(() => {
    fs.mkdirSync(path.join(ROOT, 'build'), { recursive: true })
    folder = fs.mkdtempSync(path.join(ROOT, 'build', 'logs-'))
    file = path.join(folder, 'access.log')
    fs.writeFileSync(file, LOG)
    fs.writeFileSync(`${file}.gz`, zlib.gzipSync(LOG))
  })

  after(() => fs.rmSync(folder, { recursive: true, force: true }))

  it('prints the clients of files, gzip and standard input, whatever the number of jobs', () => {
    for (const args of [['--jobs', '1', file], ['--jobs', '2', file], [`${file}.gz`], ['--jobs', '2', `${file}.gz`]]) {
      const { status, stdout } = logs(['--trust', TRUST, '--format', 'nginx', ...args])
      assert.equal(status, 0)
      assert.equal(stdout, EXPECTED.output)
    }
    for (const input of [LOG, zlib.gzipSync(LOG)]) {
      assert.equal(logs(['--trust', TRUST, '--format', 'nginx'], input).stdout, EXPECTED.output)
    }
    assert.equal(logs(['--trust', TRUST, '--format', 'nginx', file, `${file}.gz`]).stdout, EXPECTED.output.repeat(2))
  })

  it('says on standard error how many lines it could not read, and nothing if it read all', () => {
    assert.match(logs(['--trust', TRUST, '--format', 'nginx', file]).stderr, /^proxy-addr-native: 42 of 4000 lines cannot be read as nginx .*unreadable 0\n$/)
    assert.equal(logs(['--trust', TRUST, '--format', 'nginx'], line(1)).stderr, '')
    assert.equal(logs(['--trust', TRUST, '--format', 'nginx', '--counters', 'hadoop', file]).stderr,
      `reporter:counter:proxy-addr,lines,4000\nreporter:counter:proxy-addr,unreadable,42\nreporter:counter:proxy-addr,changed,${EXPECTED.counters.changed}\n`)
  })

  it('cuts a file into parts at line ends', () => {
    for (const [format, content, args] of [
      ['nginx', LOG, []],
      ['csv:peer=1,xff=3', '10.0.0.1,"a\n""b\n",1.2.3.4\r\n'.repeat(50) + '10.0.0.1,"open,1.1.1.1\n10.0.0.1,,5.5.5.5\n', []],
      ['csv:peer=p,xff=x', 'p,y,x\n' + '10.0.0.1,"a\n""b\n",1.2.3.4\r\n'.repeat(50), ['--header']],
      ['cloudfront', '#Version: 1.0\n#Fields: x-forwarded-for c-ip\n' + '1.2.3.4\t10.0.0.1\n'.repeat(200), []]
    ]) {
      const input = path.join(folder, 'parts')
      fs.writeFileSync(input, content)
      const common = ['--trust', TRUST, '--format', format, ...args]
      const whole = logs([...common, input]).stdout
      const parts = [1, 2, 3].map((k) => logs([...common, '--part', `${k}/3`, input]).stdout)
      assert.equal(parts.join(''), whole)
      assert.ok(parts.every((part) => part.length > 100))
    }
    for (const args of [['--part', '1/2'], ['--part', '1/2', file, file], ['--part', '1/2', `${file}.gz`], ['--part', '3/2', file], ['--part', 'x', file]]) {
      assert.equal(logs(['--trust', TRUST, '--format', 'nginx', ...args]).status, 2)
    }
  })

  it('puts the columns where it is told to', () => {
    const text = line(0).replace('xxx', '')
    const bare = text.trimEnd()
    const show = (...args) => logs(['--trust', TRUST, '--format', 'nginx', ...args], text).stdout
    assert.equal(show('--columns', 'client,reason,hop'), `203.0.113.0 forwarded 2 ${text}`)
    assert.equal(show('--after'), `${bare} 203.0.113.0\n`)
    assert.equal(show('--replace'), text.replace('10.0.0.1', '203.0.113.0'))
    assert.equal(show('--alone', '--columns', 'hop,client'), '2 203.0.113.0\n')
    assert.equal(show('--rsyslog'), '{"$!":{"client":"203.0.113.0"}}\n')
    assert.equal(logs(['--trust', TRUST, '--format', 'nginx', '--rsyslog'], `# a\n ${text}x\n`).stdout, '{}\n{"$!":{"client":"203.0.113.0"}}\n{}\n')
    assert.equal(logs(['--trust', TRUST, '--format', 'nginx', '--alone'], `# a\n${text}#`).stdout, '\n203.0.113.0\n')
    assert.equal(show('--strict', '--columns', 'client,reason'), `203.0.113.0 forwarded ${text}`)
    const json = '{"remote":"10.0.0.1","headers":{"xff":["1.2.3.4"]},"proto":"https"}\n'
    const format = 'json:peer=.remote,xff=.headers.xff,proto=.proto'
    assert.equal(logs(['--trust', '1', '--format', format, '--columns', 'client,protocol,hop'], json).stdout,
      json.replace(/\}\n$/, ',"client":"1.2.3.4","protocol":"https","hop":1}\n'))
    assert.equal(logs(['--trust', '1', '--format', format, '--before'], json).stdout, json.replace('{', '{"client":"1.2.3.4",'))
    assert.equal(logs(['--trust', '1', '--format', format, '--replace'], json).stdout, json.replace('10.0.0.1', '1.2.3.4'))
  })

  it('passes a line over 1 MiB in pieces, the same however it is read', () => {
    const long = 'x'.repeat(3 << 20)
    const text = `${line(1)}${long}\n#${long}\n${line(2)}${long}`
    const expected = `198.51.100.1 ${line(1)} ${long}\n#${long}\n10.0.0.3 ${line(2)} ${long}`
    const input = path.join(folder, 'long')
    fs.writeFileSync(input, text)
    for (const args of [['--jobs', '1', input], ['--jobs', '2', input]]) {
      assert.ok(logs(['--trust', TRUST, '--format', 'nginx', ...args]).stdout === expected)
    }
    assert.ok(logs(['--trust', TRUST, '--format', 'nginx'], text).stdout === expected)
  })

  it('tells the format by the first lines, and refuses logs without the peer', () => {
    assert.match(logs(['--trust', TRUST], LOG).stderr, /took the format for nginx, which fits 98 of the first 100 lines/)
    assert.equal(logs(['--trust', TRUST], 'a\nb\n').status, 2)
    assert.match(logs(['--trust', TRUST, '--format', 'alb'], '').stderr, /no X-Forwarded-For/)
    const rewritten = path.join(folder, 'rewritten')
    fs.writeFileSync(rewritten, Array.from({ length: 50 }, (_, i) => `203.0.113.${i} - - [x] "GET" 200 5 "-" "UA" "203.0.113.${i}"\n`).join(''))
    const { status, stderr } = logs(['--trust', TRUST, '--format', 'nginx', rewritten])
    assert.equal(status, 2)
    assert.match(stderr, /\$realip_remote_addr/)
    assert.equal(logs(['--trust', TRUST, '--format', 'nginx', '--force', rewritten]).status, 0)
    assert.match(logs(['--trust', TRUST, '--format', 'tsv:peer=1,xff=2', file]).stderr, /does not fit: none of the first \d+ lines can be read/)
  })

  it('ends with 2 for wrong usage, and with 3 where it cannot read or write', () => {
    for (const args of [['--jobs', '0'], ['--jobs', 'x'], ['--columns', 'ip'], ['--format', 'x'], ['--trust', '1'], ['--html', 'x'],
      ['--json'], ['--after', '--before'], ['--counters', 'x'], ['--compare', '300.0.0.0/8'], ['--columns', 'protocol']]) {
      assert.equal(logs(['--trust', TRUST, '--format', 'nginx', ...args], '').status, 2, args.join(' '))
    }
    assert.equal(logs(['--trust', TRUST, '--format', 'nginx', path.join(folder, 'none')]).status, 3)
    const cut = logs(['--trust', TRUST, '--format', 'nginx'], zlib.gzipSync(LOG).subarray(0, 5000))
    assert.equal(cut.status, 3)
    assert.match(cut.stderr, /gzip data ends too early/)
    assert.ok(EXPECTED.output.startsWith(cut.stdout) && cut.stdout.endsWith('\n'))
  })

  it('ends with 3 on a full disk, and quietly if nobody reads on', function () {
    needs(this, fs.existsSync('/dev/full'), 'there is no /dev/full')
    const full = fs.openSync('/dev/full', 'w')
    const args = [BIN, 'logs', '--trust', TRUST, '--format', 'nginx', file]
    const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', full, 'pipe'], encoding: 'utf8', env: plainEnv() })
    fs.closeSync(full)
    assert.equal(status, 3)
    assert.match(stderr, /cannot write the output: ENOSPC/)
    const head = spawnSync('bash', ['-c', 'set -o pipefail; "$@" | head -n 1', '-', process.execPath, ...args], { encoding: 'utf8', env: plainEnv() })
    assert.deepEqual({ status: head.status, stdout: head.stdout }, { status: 0, stdout: ' unreadable 0\n' })
  })

  it('answers each piece of a pipe at once, and ends with whole lines when it is interrupted', async function () {
    needs(this, process.platform !== 'win32', 'Windows has no such signals')
    const child = spawn(process.execPath, [BIN, 'logs', '--trust', TRUST, '--format', 'nginx'], { env: plainEnv() })
    const ended = new Promise((resolve) => child.on('close', (code) => resolve(code)))
    let printed = ''
    child.stdout.setEncoding('utf8')
    for (let i = 1; i < 4; i++) {
      const next = new Promise((resolve) => child.stdout.once('data', resolve))
      child.stdin.write(line(i))
      printed += await next
    }
    assert.equal(printed, derive(line(1) + line(2) + line(3), 'nginx', LIST).output)
    child.kill('SIGTERM')
    assert.equal(await ended, 143)
  })

  it('compares as the model does, whatever the number of jobs', () => {
    const before = trustOf(1)
    const after = trustOf(LIST)
    const read = LOG.trimEnd().split('\n').map((text) => [readLine(text, 'nginx', before), readLine(text, 'nginx', after)])
      .filter(([one]) => one !== undefined)
    const forward = new Map()
    const back = new Map()
    const note = (map, key, value) => map.set(key, (map.get(key) ?? new Set()).add(value))
    read.forEach(([{ client: from }, { client: to }]) => { note(forward, from, to); note(back, to, from) })
    const isPrivate = proxyaddr.compile(['loopback', 'linklocal', 'uniquelocal'])
    const count = (test) => ({ before: read.filter(([one]) => test(one)).length, after: read.filter(([, one]) => test(one)).length })
    const several = (map) => Array.from(map.values()).filter(({ size }) => size > 1).length

    const reports = ['1', '2'].map((jobs) => logs(['--trust', '1', '--compare', TRUST, '--json', '--format', 'nginx', '--jobs', jobs, file]).stdout)
    assert.equal(reports[0], reports[1])
    const report = JSON.parse(reports[0])
    const changed = read.filter(([one, other]) => one.client !== other.client).length
    const expected = {
      requests: read.length,
      changed,
      share: changed / read.length,
      clients: { before: forward.size, after: back.size },
      merged: several(back),
      split: several(forward),
      private: count(({ client }) => isPrivate(client, 0)),
      invalid: count(({ isAddress }) => !isAddress),
      forgeable: count(({ trusted }) => trusted),
      ports: LOG.split('203.0.113.1:80').length - 1
    }
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(report[name], value, name)
    assert.equal(report.transitions.reduce((sum, { requests }) => sum + requests, 0) <= changed, true)
    assert.ok(changed > 0 && expected.merged > 0 && expected.split > 0 && expected.invalid.before > 0)
  })

  it('writes a page that needs nothing else, in which the log is only text', async () => {
    const hostile = '10.0.0.1 - - [x] "GET" 200 5 "-" "<script>alert(1)</script>" "<img src=x onerror=alert(1)>, 10.0.0.2"\n'
    const report = await compareLogs([hostile.repeat(30), LOG], { format: 'nginx', trust: 1, compare: LIST })
    const page = reportPage(report)
    assert.match(String(report), /of 3,988 requests change/)
    assert.doesNotMatch(page, /<script|<img|<link|https?:\/\/|<[^>]*src=/)
    assert.match(page, /&#60;script&#62;/)
    const html = path.join(folder, 'page.html')
    assert.equal(logs(['--trust', '1', '--compare', TRUST, '--format', 'nginx', '--html', html, file]).status, 0)
    assert.match(fs.readFileSync(html, 'utf8'), /^<!doctype html>[^]*<svg [^]*<\/html>\n$/)
  })

  it('gives GNU parallel the output of one run', function () {
    needs(this, spawnSync('parallel', ['--version']).status === 0, 'GNU parallel is missing: install it')
    const env = installed(path.join(folder, 'bin'))
    const expected = logs(['--trust', '1', '--format', 'nginx', file]).stdout
    for (const recipe of recipesOf('GNU parallel')) {
      const { status, stdout } = spawnSync('bash', ['-c', recipe.replace('--block 10M', '--block 100k -j 2')], { cwd: folder, encoding: 'utf8', env, maxBuffer: 1 << 26 })
      assert.equal(status, 0)
      assert.equal(stdout, expected)
    }
  })
})

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

  it('refuses options with the reason', () => {
    assert.throws(() => createLogStream({ format: 'nginx' }), new TypeError("option trust is missing: say whom to trust, as in trust: 'loopback'; false is nobody"))
    assert.throws(() => createLogStream({ ...options, colums: [] }), /^TypeError: unknown option 'colums' \(expected format, trust, columns, place, header\)$/)
    assert.throws(() => createLogStream({ ...options, trust: () => true }), /^TypeError: trust: a function is called for each address/)
    assert.throws(() => createLogStream({ ...options, trust: '300.1.1.1' }), new TypeError('invalid IP address: 300.1.1.1'))
  })
})

describe('a shadow', () => {
  const req = (header, peer = '10.0.0.1') => ({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer } })

  it('answers as the current setting does, and publishes what the candidate answers otherwise', () => {
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
