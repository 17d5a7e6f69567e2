'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { run } = require('./support/command')
const { whyNot } = require('../../../lib/cli/refusal')

const MEBIBYTE = 1 << 20

/** What explain says of a request on standard input. */
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
  it('may have a request line, or none, and lines that end as on Unix', () => {
    assert.equal(clientOf('GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n'), '203.0.113.9')
    assert.equal(clientOf('X-Forwarded-For: 203.0.113.9\n'), '203.0.113.9')
    assert.equal(clientOf('x-forwarded-for:\t203.0.113.9'), '203.0.113.9')
  })

  it('may be without X-Forwarded-For', () => {
    assert.equal(clientOf('GET / HTTP/1.1\r\n\r\nX-Forwarded-For: 203.0.113.9'), '10.0.0.1')
    assert.equal(clientOf('Host: example.com\n'), '10.0.0.1')
  })

  it('has bytes for characters, which are escaped', () => {
    const { stdout } = explain(Buffer.from('X-Forwarded-For: \x9b31m\xfc', 'latin1'))

    assert.equal(JSON.parse(stdout).address, '\x9b31m\xfc')
    assert.match(stdout, /"address": "\\u009b31m\\u00fc"/)
  })

  it('is read as far as its headers', () => {
    assert.equal(clientOf(`X-Forwarded-For: 203.0.113.9\n\n${'a'.repeat(4 * MEBIBYTE)}`), '203.0.113.9')
  })

  it('is refused if it has more headers than anybody reads', () => {
    assert.match(refusalOf(`A: ${'a'.repeat(MEBIBYTE)}\n`), /longer than 1 MiB/)
  })

  it('is refused where a line is no header, told by its number', () => {
    assert.match(refusalOf('GET / HTTP/1.1\nHost: example.com\n folded\n'), /line 3 of standard input .* ' folded'/)
    assert.match(refusalOf('Host: example.com\nHost : example.com\n'), /line 2 of standard input/)
    assert.match(refusalOf('\u001b[31m\n'), /line 1 .* '\\u001b\[31m'/)
  })

  it('is refused if there is nothing in it', () => {
    assert.match(refusalOf(' \r\n'), /there is nothing in standard input/)
  })

  it('is refused in one line where the file cannot be read', () => {
    const file = path.join(os.tmpdir(), 'package.json\nmissing')
    const { status, stderr } = run(['explain', '--trust', '1', '--peer', '::1', '--request', file])

    assert.equal(status, 2)
    assert.match(stderr, /^proxy-addr-native: cannot read '[^\n]+': there is no such file; [^\n]+\n$/)
  })
})

describe('why something cannot be read', () => {
  it('is said in words', () => {
    assert.equal(whyNot({ code: 'EACCES' }), 'reading it is not permitted')
    assert.equal(whyNot({ code: 'EISDIR' }), 'it is a directory')
  })

  it('is what the system says otherwise', () => {
    assert.throws(() => fs.readFileSync(path.join(__filename, 'x')), (error) => {
      assert.equal(whyNot(error), error.code === 'ENOENT' ? 'there is no such file' : error.message)
      return true
    })
  })
})
