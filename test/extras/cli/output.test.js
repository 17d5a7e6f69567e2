'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { BIN, plainEnv, run } = require('./support/command')
const { needs } = require('../../support/skip')

const ESCAPE = '\u001b['
const MATCH = ['match', '--trust', 'loopback', '127.0.0.1', '10.0.0.1']
const EXPLAIN = ['explain', '--trust', '127.0.0.1', '--peer', '127.0.0.1', '--xff', '10.0.0.1,10.0.0.2']

/** Runs a line in a shell, where `$CLI` is the command. */
function shell (line, env = {}) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
    encoding: 'utf8', timeout: 300_000, env: { ...plainEnv(), CLI: `${process.execPath} ${BIN}`, ...env }
  })
  return { status, stdout: stdout.replaceAll('\r\n', '\n'), stderr }
}

/** What the command prints on a terminal. */
function onTerminal (args, env = {}) {
  return shell(`script -qec "$CLI ${args.join(' ')}" /dev/null < /dev/null`, { TERM: 'xterm-256color', ...env })
}

describe('what the command prints', function () {
  describe('on a terminal', () => {
    before(function () {
      const { error, status } = spawnSync('script', ['-qec', 'true', '/dev/null'])
      needs(this, !error && status === 0, 'there is no script(1)')
    })

    it('has colours', () => {
      assert.deepEqual(onTerminal(MATCH), {
        status: 1,
        stdout: `${ESCAPE}32m127.0.0.1  trusted    by loopback, 127.0.0.0/8${ESCAPE}39m\n` +
          `${ESCAPE}31m10.0.0.1   untrusted${ESCAPE}39m\n`,
        stderr: ''
      })
      const colours = Array.from(onTerminal(EXPLAIN).stdout.matchAll(/^\S+?m/gm), ([start]) => start.slice(2))
      assert.deepEqual(colours, ['1m', '32m', '1m', '90m'])
    })

    it('has none with NO_COLOR, whatever else is set', () => {
      const { stdout } = onTerminal(MATCH, { NO_COLOR: '1', FORCE_COLOR: '1', NODE_NO_WARNINGS: '1' })

      assert.ok(stdout.startsWith('127.0.0.1  trusted'))
      assert.ok(!stdout.includes(ESCAPE))
    })

    it('has none where the terminal knows none', () => {
      assert.ok(!onTerminal(MATCH, { TERM: 'dumb' }).stdout.includes(ESCAPE))
    })

    it('has a colour for each level of a problem', () => {
      const { stdout } = onTerminal(['lint', 'localhost,10.0.0.1/8'])

      assert.ok(stdout.startsWith(`${ESCAPE}31mdanger  misspelt-name  localhost${ESCAPE}39m\n`))
      assert.ok(stdout.includes(`\n${ESCAPE}33mwarning  host-bits  10.0.0.1/8${ESCAPE}39m\n`))
    })

    it('has none in JSON', () => {
      const { stdout } = onTerminal([...MATCH, '--json'])

      assert.equal(JSON.parse(stdout).addresses.length, 2)
    })
  })

  it('has no colours elsewhere', () => {
    assert.ok(!run(MATCH, { env: { FORCE_COLOR: '3' } }).stdout.includes(ESCAPE))
  })

  it('keeps a terminal from obeying what others wrote', () => {
    const { stderr } = run(['match', '--trust', '\u001b[31m\u009b', '::1'])
    assert.match(stderr, /^[ -~]+\n$/)
    assert.match(run(['match', '--trust', '::1', '\u001b[31m\u009b']).stdout, /^[ -~]+\n$/)
  })

  it('may be left unread', function () {
    needs(this, process.platform !== 'win32', 'there are no signals')
    const many = Array.from({ length: 3000 }, (_, i) => `127.0.${i >> 8}.${i & 255}`)
    const line = `$CLI match --trust loopback ${many.join(' ')} | head -n 1; exit \${PIPESTATUS[0]}`

    assert.deepEqual(shell(line), {
      status: 0, stdout: '127.0.0.0     trusted  by loopback, 127.0.0.0/8\n', stderr: ''
    })
  })

  it('is missed where the disk is full', function () {
    needs(this, fs.existsSync('/dev/full'), 'there is no /dev/full')
    const { status, stderr } = shell('$CLI --version > /dev/full')

    assert.equal(status, 2)
    assert.match(stderr, /^proxy-addr-native: cannot write the output: ENOSPC[^\n]+\n$/)
  })
})

describe('what is wrong with the command itself', () => {
  const FIXTURES = path.join(__dirname, 'fixtures')

  it('is told in one line where the core cannot be loaded', () => {
    const flags = ['-r', path.join(FIXTURES, 'hidden.js')]

    assert.deepEqual(run(MATCH, { flags, env: { HIDDEN: './engine' } }), {
      status: 2, stdout: '', stderr: "proxy-addr-native: Cannot find module './engine'\n"
    })
  })

  it('is shown with its stack otherwise, and ends with 2', () => {
    const { status, stderr } = run(MATCH, { flags: ['-r', path.join(FIXTURES, 'broken-array.js')] })

    assert.equal(status, 2)
    assert.match(stderr, /^Error: broken on purpose\n {4}at /)
  })
})
