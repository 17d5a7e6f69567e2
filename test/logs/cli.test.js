'use strict'

/*
 * Tests the command `logs` with real readers and writers: pipes, gzip, full disks,
 * terminals, signals, GNU parallel.
 */

const assert = require('node:assert/strict')
const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const zlib = require('node:zlib')
const proxyaddr = require('proxy-addr')

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

/** Runs the command without a terminal. */
function logs (args, input) {
  return run(['logs', ...args], { input })
}

describe('proxy-addr logs', function () {
  let folder, file, large

  before(() => {
    fs.mkdirSync(path.join(ROOT, 'build'), { recursive: true })
    folder = fs.mkdtempSync(path.join(ROOT, 'build', 'logs-'))
    file = path.join(folder, 'access.log')
    fs.writeFileSync(file, LOG)
    fs.writeFileSync(`${file}.gz`, zlib.gzipSync(LOG))
    large = path.join(folder, 'large.log')
    fs.writeFileSync(large, LOG.repeat(20))
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
    assert.match(logs(['--trust', TRUST, '--format', 'nginx', file]).stderr, /^proxy-addr-native: 42 of 4000 lines cannot be read as nginx and passed without a client; the first is unreadable 0\n$/)
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

  it('puts the columns where the options say', () => {
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

  it('passes on a line of 10 MB in pieces, the same however it is read', () => {
    const long = 'x'.repeat(10e6)
    const comment = `#${'x'.repeat(3 << 20)}`
    const text = `${line(1)}${long}\n${comment}\n${line(2)}${long}`
    const expected = `198.51.100.1 ${line(1)} ${long}\n${comment}\n10.0.0.3 ${line(2)} ${long}`
    const input = path.join(folder, 'long')
    fs.writeFileSync(input, text)
    for (const args of [['--jobs', '1', input], ['--jobs', '2', input]]) {
      assert.ok(logs(['--trust', TRUST, '--format', 'nginx', ...args]).stdout === expected)
    }
    assert.ok(logs(['--trust', TRUST, '--format', 'nginx'], text).stdout === expected)
  })

  it('recognises the format by the first lines, and refuses logs without the peer', () => {
    assert.match(logs(['--trust', TRUST], LOG).stderr, /assumed the format nginx, which fits 98 of the first 100 lines/)
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

  describe('about a log without X-Forwarded-For', () => {
    const combined = '10.0.0.1 - - [26/Nov/2026:07:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"\n'
    const remedy = 'format, which has no X-Forwarded-For: log the combined format and then ' +
      '"$http_x_forwarded_for" (nginx) or "%{X-Forwarded-For}i" (Apache); docs/logs.md has both in full\n'
    const bare = () => {
      const name = path.join(folder, 'combined')
      fs.writeFileSync(name, combined.repeat(2))
      return name
    }
    const nginx = ['--trust', TRUST, '--format', 'nginx']

    it('says what is missing, and what to log', () => {
      const { status, stderr } = logs(['--trust', TRUST], combined)
      assert.deepEqual({ status, stderr }, { status: 2, stderr: `proxy-addr-native: the first lines are in nginx's and Apache's combined ${remedy}` })
      assert.equal(logs(nginx, line(1) + combined).stderr, 'proxy-addr-native: 1 of 2 lines cannot be read as nginx and passed without a client; ' +
        `the first is ${combined.trimEnd()}. It is in nginx's and Apache's combined ${remedy}`)
      assert.ok(logs(nginx, combined.replace(/ "-".*/, '')).stderr.endsWith(`. It is in Apache's common ${remedy}`))
      assert.match(logs(nginx, combined.repeat(100)).stderr, /does not fit: none of the first 100 lines .* It is in nginx's and Apache's combined format/)
      assert.match(logs(['--trust', TRUST, '--format', 'combined'], '').stderr, /unknown format 'combined': say nginx or apache, which is combined and then/)
      // A cut line, a name for a peer, and another format are something else.
      for (const [format, text] of [['nginx', combined.slice(0, -3)], ['nginx', combined.replace('10.0.0.1', 'localhost')], ['haproxy', combined]]) {
        assert.ok(logs(['--trust', TRUST, '--format', format], text).stderr.endsWith(`the first is ${text.trimEnd()}\n`))
      }
    })

    it('exits with 2 if no line of a file can be read, but not for a piece of a log', () => {
      const name = bare()
      const { status, stdout } = logs([...nginx, name])
      assert.deepEqual({ status, stdout }, { status: 2, stdout: ` ${combined}`.repeat(2) })
      const compared = logs([...nginx, '--compare', '1'], combined)
      assert.equal(compared.status, 2)
      assert.match(compared.stderr, /1 of 1 lines cannot be read as nginx and are left out; the first is/)
      assert.equal(logs(nginx, combined).status, 0)
      assert.equal(logs(nginx, '').status, 0)
      for (const args of [['--part', '1/2'], ['--counters', 'hadoop'], ['--rsyslog']]) {
        assert.equal(logs([...nginx, ...args, name]).status, 0, args.join(' '))
      }
    })
  })

  it('says what a format needs, in ASCII, and when it has no place for the protocol', () => {
    const refusal = (...args) => logs(['--trust', TRUST, ...args], '').stderr
    assert.equal(refusal('--format', 'json'), 'proxy-addr-native: format: json needs peer=<place>, as in json:peer=.remote,xff=.headers.xff\n')
    assert.match(refusal('--format', 'nginy'), /format: unknown format 'nginy' \(expected nginx, apache, /)
    assert.match(refusal('--format', 'tsv:x=1'), /'x=1' is not accepted \(expected peer=<place>, xff=<place>, proto=<place>\)\n$/)
    for (const format of ['nginx', 'apache', 'cloudfront', 'haproxy']) {
      assert.equal(refusal('--format', format, '--columns', 'protocol'), `proxy-addr-native: columns: ${format} has no place for X-Forwarded-Proto, ` +
        'which protocol needs: leave protocol out, or log in a format that has one, as in tsv:peer=1,xff=3,proto=4\n')
    }
    assert.match(refusal('--format', 'tsv:peer=1,xff=2', '--columns', 'protocol'), /say where the log has X-Forwarded-Proto/)
  })

  it('says why a file cannot be read, as other commands do', () => {
    const broken = { NODE_OPTIONS: `--require ${JSON.stringify(path.join(ROOT, 'test', 'support', 'broken.js'))}`, BROKEN: 'forbidden=secret.log' }
    const { status, stderr } = run(['logs', '--trust', TRUST, '--format', 'nginx', 'secret.log'], { env: broken })
    assert.deepEqual({ status, stderr }, { status: 3, stderr: "proxy-addr-native: cannot read 'secret.log': reading it is not permitted\n" })
    assert.match(logs(['--trust', TRUST, '--format', 'nginx', '--compare-file', folder, file]).stderr, /cannot read '.*': it is a directory; --compare-file/)
  })

  it('exits with 2 for wrong usage, and with 3 if it cannot read or write', () => {
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

  it('exits with 3 on a full disk, and silently if the reader stops', function () {
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

  it('answers each piece of a pipe at once, and ends with whole lines if interrupted', async function () {
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

  it('has written only whole lines if interrupted, whatever the number of jobs', async function () {
    needs(this, process.platform !== 'win32', 'Windows has no such signals')
    const expected = EXPECTED.output.repeat(20)
    for (const [signal, jobs, code] of [['SIGINT', '1', 130], ['SIGTERM', '1', 143], ['SIGINT', '2', 130], ['SIGTERM', '2', 143]]) {
      const child = spawn(process.execPath, [BIN, 'logs', '--trust', TRUST, '--format', 'nginx', '--jobs', jobs, large], { env: plainEnv() })
      const ended = new Promise((resolve) => child.on('close', (...end) => resolve(end)))
      let printed = ''
      child.stdout.setEncoding('utf8')
      // From then on, the pipe is full.
      await new Promise((resolve) => child.stdout.once('readable', resolve))
      child.kill(signal)
      child.stdout.on('data', (text) => { printed += text })
      assert.deepEqual(await ended, [code, null])
      assert.ok(printed.endsWith('\n') && printed.length < expected.length && expected.startsWith(printed), `${signal}, ${jobs} jobs`)
    }
  })

  it('shows its progress on a terminal, and removes it at the end', function () {
    needs(this, spawnSync('script', ['--version']).status === 0, 'script is missing: install bsdutils')
    const env = installed(path.join(folder, 'bin'))
    const command = `proxy-addr logs --trust ${TRUST} --format nginx --jobs 1`
    const show = (pipeline) => spawnSync('script', ['-qec', `bash -c '${pipeline}'`, '/dev/null'], { cwd: folder, env, encoding: 'utf8' }).stdout
    const progress = /\d+\.\d MB, \d+ lines, \d+\.\d MB\/s(, \d+ s left)?/
    // First the reader of the output is slow, then the writer of the input.
    for (const [pipeline, isKnown] of [[`${command} large.log | (head -c 9 > out; sleep 1; cat > out)`, true], [`(cat access.log; sleep 1; cat access.log) | ${command} > out`, false]]) {
      const shown = show(pipeline)
      const [, left] = progress.exec(shown)
      assert.equal(left !== undefined, isKnown)
      assert.match(JSON.stringify(shown), /^"\\r\\u001b\[K.*\\u001b\[K.*lines cannot be read/)
    }
    assert.equal(fs.readFileSync(path.join(folder, 'out'), 'utf8'), EXPECTED.output.repeat(2))
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

  it('reports what is counted, and what a number of hops does not show', () => {
    const request = (peer, header, agent = 'UA') => `${peer} - - [x] "GET /" 200 5 "-" "${agent}" "${header}"\n`
    const text = request('10.0.0.1', '203.0.113.9') + request('198.51.100.9', '6.6.6.6') + request('127.0.0.1', '-') +
      request('10.0.0.1', '203.0.113.9, 10.0.0.2', 'x'.repeat(500))
    const report = (...args) => logs(['--format', 'nginx', ...args], text).stdout
    const ofHops = report('--trust', '1', '--compare', TRUST)
    assert.match(ofHops, /^before: 1; after: loopback,10\.0\.0\.0\/8\n2 of 4 requests change \(50\.0 %\)\n\n {22}before {7}after\n/)
    assert.match(ofHops, /\nall trusted {16}1 {11}1 {2}requests whose hops are all trusted: a longer header would change the client\n/)
    const caveat = '\n\nA number of hops believes whoever connects. Clients that reach the server past the proxies choose their address; ' +
      '"all trusted" does not count them\n\n'
    assert.ok(ofHops.includes(caveat))
    assert.ok(report('--hops', '1', '--compare', TRUST).includes(caveat))
    assert.match(report('--hops', '1', '--compare', TRUST), /^before: 1 hop; after: /)
    assert.match(report('--hops', '2', '--compare', TRUST), /^before: 2 hops; after: /)
    assert.ok(report('--trust', TRUST, '--compare', '2').includes(caveat))
    assert.ok(!report('--trust', TRUST, '--compare', 'false').includes('A number of hops'))
    assert.match(ofHops, /\n {14}10\.0\.0\.1 .{41}\.\.\.x{103} *.*"203\.0\.113\.9, 10\.0\.0\.2"\n/)
  })

  it('writes a page', () => {
    const html = path.join(folder, 'page.html')
    assert.equal(logs(['--trust', '1', '--compare', TRUST, '--format', 'nginx', '--html', html, file]).status, 0)
    assert.match(fs.readFileSync(html, 'utf8'), /^<!doctype html>[^]*<svg [^]*<\/html>\n$/)
    assert.match(fs.readFileSync(html, 'utf8'), /<p class="settings">before: <code>1<\/code>; after: <code>[^]*<p>A number of hops believes whoever connects\. /)
    assert.equal(logs(['--trust', '1', '--compare', TRUST, '--format', 'nginx', '--html', path.join(folder, 'none', 'page'), file]).status, 3)
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
