'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const original = require('proxy-addr')
const { BIN, ROOT, run } = require('../../support/command')
const { whyNot } = require('../../../lib/cli/output')
const proxyaddr = require('../../../lib')
const { compare, median } = require('../../../lib/cli/measure')
const { version } = require('../../../package.json')
const { makeTemp, remove } = require('../../support/temp')

const MEBIBYTE = 1 << 20

const ORIGINAL = fs.realpathSync(path.join(ROOT, 'node_modules', 'proxy-addr'))
/** What bench says first. In a copy of the project, node_modules may be a link. */
const RUNS = 'Runs the code in ' + (ORIGINAL.startsWith(ROOT + path.sep)
  ? path.join('node_modules', 'proxy-addr')
  : `${ORIGINAL}, which is outside of ${ROOT}`)

/** Returns what explain prints about a request on standard input. */
function explain (input) {
  return run(['explain', '--trust', '1', '--peer', '10.0.0.1', '--json', '--request', '-'], { input })
}

function clientOf (input) {
  const { status, stdout, stderr } = explain(input)

  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return JSON.parse(stdout).address
}

function refusalOf (input) {
  const { status, stdout, stderr } = explain(input)

  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' })
  assert.match(stderr, /^proxy-addr-native: [^\n]+\n$/)
  return stderr
}

describe('a request given to explain', function () {
  it('may have a request line or not, and end its lines with CRLF or LF', () => {
    assert.equal(clientOf('GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n'), '203.0.113.9')
    assert.equal(clientOf('X-Forwarded-For: 203.0.113.9\n'), '203.0.113.9')
    assert.equal(clientOf('x-forwarded-for:\t203.0.113.9'), '203.0.113.9')
  })

  it('may have the header twice, which Node joins', () => {
    const { stdout } = explain('X-Forwarded-For: 203.0.113.9\nX-Forwarded-For: 10.0.0.2\n')

    assert.deepEqual(JSON.parse(stdout).hops.map(({ text }) => text), ['10.0.0.1', '10.0.0.2', '203.0.113.9'])
  })

  it('may lack X-Forwarded-For', () => {
    assert.equal(clientOf('GET / HTTP/1.1\r\n\r\nX-Forwarded-For: 203.0.113.9'), '10.0.0.1')
    assert.equal(clientOf('Host: example.com\n'), '10.0.0.1')
  })

  it('is read as Latin-1, and escaped when it is printed', () => {
    const { stdout } = explain(Buffer.from('X-Forwarded-For: \x9b31m\xfc', 'latin1'))

    assert.equal(JSON.parse(stdout).address, '\x9b31m\xfc')
    assert.match(stdout, /"address": "\\u009b31m\\u00fc"/)
  })

  it('is read up to the end of its headers', () => {
    assert.equal(clientOf(`X-Forwarded-For: 203.0.113.9\n\n${'a'.repeat(4 * MEBIBYTE)}`), '203.0.113.9')
  })

  it('is refused if its headers are longer than 1 MiB', () => {
    assert.match(refusalOf(`A: ${'a'.repeat(MEBIBYTE)}\n`), /longer than 1 MiB/)
  })

  it('is refused if a line is not a header, with the number of that line', () => {
    assert.match(refusalOf('GET / HTTP/1.1\nHost: example.com\n folded\n'), /line 3 of standard input .* ' folded'/)
    assert.match(refusalOf('Host: example.com\nHost : example.com\n'), /line 2 of standard input/)
    assert.match(refusalOf('\u001b[31m\n'), /line 1 .* '\\u001b\[31m'/)
  })

  it('may be what another party saw, which a note says', () => {
    const explained = (input) => run(['explain', '--trust', '1', '--peer', '10.0.0.1', '--request', '-'], { input }).stdout

    assert.match(explained('* Connected\n> GET / HTTP/1.1\n> Host: x.example\n>\n'), /\nnote: This is what curl sent, not what your app got/)
    assert.match(explained('10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" "203.0.113.9"\n'),
      /\nnote: This is what the server that wrote the log got/)
    assert.doesNotMatch(explained('GET / HTTP/1.1\nX-Forwarded-For: 203.0.113.9\n'), /note/)
  })

  it('may be the output of curl -v, with or without HTTP/2', () => {
    const curl = (...lines) => clientOf(['*   Trying 192.0.2.1:443...', '* Connected', ...lines, '>', '< HTTP/1.1 200 OK', '< X-Forwarded-For: 9.9.9.9', '<', '{ [5 bytes data]', ''].join('\n'))

    assert.equal(curl('> GET / HTTP/1.1', '> X-Forwarded-For: 203.0.113.9', '> Host: x.example'), '203.0.113.9')
    assert.equal(curl('> :method: GET', '> :path: /', '> x-forwarded-for: 203.0.113.9'), '203.0.113.9')
    assert.equal(clientOf(':method: GET\n:path: /\nx-forwarded-for: 203.0.113.9\n'), '203.0.113.9')
    assert.equal(clientOf('HTTP/1.1 200 OK\nx-forwarded-for: 203.0.113.9\n'), '203.0.113.9')
  })

  it('may be JSON, with the headers anywhere in it', () => {
    const headers = { 'X-Forwarded-For': '203.0.113.9' }

    assert.equal(clientOf(JSON.stringify(headers)), '203.0.113.9')
    assert.equal(clientOf(JSON.stringify({ req: { headers }, level: 30 }, undefined, 2)), '203.0.113.9')
    assert.equal(clientOf(JSON.stringify([{ multiValueHeaders: { 'x-forwarded-for': ['203.0.113.8', '203.0.113.9'] } }])), '203.0.113.9')
    assert.equal(clientOf('{ "headers": { "host": "x" } }'), '10.0.0.1')
    assert.match(refusalOf('{ "a": 1 }'), /the JSON in standard input has no headers: give an object such as/)
    assert.match(refusalOf('{ "a": '), /line 1 of standard input is not a header/)
    assert.match(refusalOf(`{${' '.repeat(2 * MEBIBYTE)}}`), /longer than 1 MiB/)
  })

  it('may be a line of a log', () => {
    const line = '192.0.2.1 - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"'

    assert.equal(clientOf(`${line} "198.51.100.7, 203.0.113.9"\n`), '203.0.113.9')
    assert.equal(clientOf('level=info x_forwarded_for="203.0.113.9" path=/'), '203.0.113.9')
    assert.equal(clientOf('time=1 xff=203.0.113.9'), '203.0.113.9')
    assert.match(refusalOf(line), /line of an access log, but X-Forwarded-For is not in it: give its value with --xff/)
  })

  it('is refused if it begins like the PROXY protocol, which the message names', () => {
    for (const start of ['PROXY TCP6 ::1 ::2 1 2\r\n', 'PROXY UNKNOWN\r\n', '\r\n\r\n\0\r\nQUIT\n!\x11']) {
      const said = refusalOf(`${start}GET / HTTP/1.1\r\nHost: x\r\n\r\n`)

      assert.match(said, /PROXY protocol, which Node does not read: switch it off/)
      assert.doesNotMatch(said, /write it as/)
    }
  })

  it('is read in linear time, and no further than its limit', () => {
    assert.equal(clientOf(`X-Forwarded-For:${' '.repeat(900_000)}203.0.113.9${' '.repeat(100_000)}\n`), '203.0.113.9')
    assert.match(refusalOf(`X-Forwarded-For${' '.repeat(900_000)}: 1`), /not a header/)
    assert.match(refusalOf(' \t'.repeat(4 * MEBIBYTE)), /is empty|longer than/)
    const { status } = run(['match', '--trust', `loopback${' \n '.repeat(40_000)};`, '::1'])
    assert.equal(status, 2)
  })

  it('is read only up to its limit if it never ends', () => {
    const { status, stderr } = spawnSync('bash', ['-c', `yes 'A: b' | ${process.execPath} ${BIN} explain --trust 1 --peer ::1 --request -`], { encoding: 'utf8' })

    assert.equal(status, 2)
    assert.match(stderr, /longer than 1 MiB/)
  })

  it('names headers that are not read', () => {
    const { stdout } = run(['explain', '--trust', 'loopback', '--peer', '::1', '-H', 'X-Real-IP: 203.0.113.9', '-H', '__proto__: x'])

    assert.match(stdout, /\nnote: x-real-ip is present, but not read/)
  })

  it('is refused if it is empty', () => {
    assert.match(refusalOf(' \r\n'), /standard input is empty/)
  })

  it('is refused in one line if the file cannot be read', () => {
    const file = path.join(os.tmpdir(), 'package.json\nmissing')
    const { status, stderr } = run(['explain', '--trust', '1', '--peer', '::1', '--request', file])

    assert.equal(status, 2)
    assert.match(stderr, /^proxy-addr-native: cannot read '[^\n]+': there is no such file; [^\n]+\n$/)
  })
})

describe('the reason why something cannot be read', () => {
  it('is put into words', () => {
    assert.equal(whyNot({ code: 'EACCES' }), 'reading it is not permitted')
    assert.equal(whyNot({ code: 'EISDIR' }), 'it is a directory')
  })

  it('is the system\'s own message otherwise', () => {
    assert.throws(() => fs.readFileSync(path.join(__filename, 'x')), (error) => {
      assert.equal(whyNot(error), error.code === 'ENOENT' ? 'there is no such file' : error.message)
      return true
    })
  })
})

/** Replaces the figures, which differ each time, by N. */
function withoutFigures (text) {
  return text.replace(/ +\d+(?:\.\d)? (ns|µs|×)/g, ' N $1')
}

describe('bench', function () {
  it('compares with the proxy-addr of the project', () => {
    const { status, stdout, stderr } = run(['bench', '--seconds', '0.2'])
    const [machine, versions, code, ...table] = withoutFigures(stdout).split('\n')

    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.ok(machine.endsWith(`, ${process.platform}-${process.arch}, Node ${process.version}`))
    assert.equal(versions, `this package ${version} (${proxyaddr.engine}), proxy-addr 2.0.8; medians of 0.2 s`)
    assert.equal(code, RUNS)
    assert.match(table[1], /^ +this +proxy-addr +faster$/)
    assert.deepEqual(table.slice(2).map((line) => line.replace(/ +/g, ' ')), [
      'no proxy, a header from the client N ns N ns N ×',
      'one proxy N ns N ns N ×',
      'three proxies N ns N ns N ×',
      'two proxies, IPv6 N ns N ns N ×',
      'a spoofing client, 1,000 subnets N ns N ns N ×',
      'a client that sends 30 entries N ns N ns N ×',
      ''
    ])
  })

  it('prints its figures as JSON', () => {
    const { status, stdout, stderr } = run(['bench', '--json', '--seconds', '0.1'])
    const { machine, versions, seconds, results } = JSON.parse(stdout)

    assert.deepEqual({ status, stderr }, { status: 0, stderr: `${RUNS}\n` })
    assert.equal(machine.node, process.version)
    assert.deepEqual(versions, { native: version, engine: proxyaddr.engine, original: '2.0.8' })
    assert.equal(seconds, 0.1)
    assert.equal(results.length, 6)
    for (const { name, ns, ratio } of results) {
      assert.ok(ns.native > 0 && ns.original > 0, name)
      assert.equal(ratio, ns.original / ns.native)
    }
  })

  it('uses the median of its figures', () => {
    assert.equal(median([10, 2, 9]), 9)
    assert.equal(median([10, 2, 9, 1]), 5.5)
    assert.equal(median([7]), 7)
  })

  it('refuses to measure packages whose answers differ', () => {
    const wrong = Object.assign((req, trust) => original(req, trust) + ' ', { compile: original.compile })

    assert.throws(() => compare({ native: proxyaddr, original: wrong }, 0.1), /^Error: different answers: /)
  })

  it('compares with the proxy-addr beside this package if the folder has none', () => {
    const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'elsewhere-'))
    const { stdout, stderr } = run(['bench', '--json', '--seconds', '0.1'], { cwd: folder })
    fs.rmdirSync(folder)

    assert.equal(JSON.parse(stdout).versions.original, '2.0.8')
    assert.equal(stderr, `Runs the code in ${ORIGINAL}, which is outside of ${folder}\n`)
  })

  it('measures only this package if proxy-addr is not installed, and says so', () => {
    const { status, stdout, stderr } = alone()

    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.match(stdout, /\), alone, without proxy-addr: --help shows how to have both\n/)
    assert.match(withoutFigures(stdout), /^three proxies N ns$/m)
  })

  it('measures only this package if asked to', () => {
    const { status, stdout, stderr } = run(['bench', '--alone', '--seconds', '0.1'])

    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.match(stdout, /\), alone, without proxy-addr: --help shows how to have both\n\n +this\n/)
    assert.match(withoutFigures(stdout), /^three proxies N ns$/m)
    assert.equal(JSON.parse(run(['bench', '--alone', '--seconds', '0.1', '--json']).stdout).versions.original, undefined)
  })

  it('says the same in JSON', () => {
    const { versions, results } = JSON.parse(alone('--json').stdout)

    assert.equal(versions.original, undefined)
    assert.deepEqual(Object.keys(results[0]), ['name', 'ns'])
    assert.deepEqual(Object.keys(results[0].ns), ['native'])
  })
})

/** Makes a copy of this package that has no other package beside it. */
function alone (...args) {
  const folder = makeTemp()
  for (const part of ['bin', 'lib', 'package.json', 'prebuilds.js']) fs.cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true })
  try {
    return run(['bench', '--seconds', '0.1', ...args], { env: { PROXY_ADDR_ENGINE: '' }, cwd: folder, bin: path.join(folder, 'bin', 'proxy-addr.js') })
  } finally {
    remove(folder)
  }
}
