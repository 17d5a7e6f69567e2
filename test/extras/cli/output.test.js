'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const proxyaddr = require('../../../lib')
const { plain, quoted } = require('../../../lib/cli/output')
const { lists } = require('../../../lib/lists')
const { createResolver } = require('../../../lib/resolver')
const { escape, quote, show } = require('../../../lib/why/explain/faults')
const { BIN, ROOT, plainEnv, run } = require('../../support/command')
const { needs } = require('../../support/skip')

const ESCAPE = '\u001b['
/** One of each kind of character that a terminal or a log reader might obey. */
const EVIL = '\u009b\u202e\u2066\ufeff\u00ad\u001b[2J\u0007\0\u2028\u200b\u{e0001}'
const MATCH = ['match', '--trust', 'loopback', '127.0.0.1', '10.0.0.1']
const EXPLAIN = ['explain', '--trust', '127.0.0.1', '--peer', '127.0.0.1', '--xff', '10.0.0.1,10.0.0.2']

/** Runs a line in a shell, where `$CLI` is the command. */
function shell (line, env = {}) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
    encoding: 'utf8', timeout: 300_000, env: { ...plainEnv(), CLI: `${process.execPath} ${BIN}`, ...env }
  })
  return { status, stdout: stdout.replaceAll('\r\n', '\n'), stderr }
}

/** Returns what the command prints on a terminal. */
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
      assert.deepEqual(colours, ['1m', '32m', '1m', '90m', '1m'])
    })

    it('has none with NO_COLOR, whatever else is set', () => {
      const { stdout } = onTerminal(MATCH, { NO_COLOR: '1', FORCE_COLOR: '1', NODE_NO_WARNINGS: '1' })

      assert.ok(stdout.startsWith('127.0.0.1  trusted'))
      assert.ok(!stdout.includes(ESCAPE))
    })

    it('has none if the terminal has none', () => {
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

  it('has no colours elsewhere, unless they are forced', () => {
    const hasColours = (env) => run(MATCH, { env }).stdout.includes(ESCAPE)

    assert.deepEqual([{}, { NO_COLOR: '' }, { FORCE_COLOR: '0' }, { FORCE_COLOR: 'false' }, { FORCE_COLOR: '1', NO_COLOR: '1' }].map(hasColours),
      [false, false, false, false, false])
    assert.deepEqual([{ FORCE_COLOR: '3' }, { FORCE_COLOR: '' }, { FORCE_COLOR: '1', NO_COLOR: '' }].map(hasColours), [true, true, true])
  })

  it('escapes each character that a terminal or a log would obey, or not show', () => {
    const all = Array.from({ length: 0x110000 }, (_, code) => code < 0xd800 || code > 0xdfff ? String.fromCodePoint(code) : '')
      .filter((character) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character))

    assert.ok(all.length > 200)
    for (const character of [...all, '\ud800', '\udfff']) {
      for (const print of [escape, quote, show, plain, quoted]) assert.match(print(`a${character}b`), /^[ -~]+$/)
    }
  })

  it('escapes them in all that the library returns', () => {
    const resolver = createResolver({ trust: '10.0.0.0/8' })
    const request = (peer, header) => ({ headers: { 'x-forwarded-for': header, 'x-real-ip': EVIL, [EVIL]: EVIL }, socket: { remoteAddress: peer } })
    const requests = [request('10.0.0.1', `${EVIL}, 10.0.0.2`), request('10.0.0.1', `${EVIL}, 1.2.3.4, 10.0.0.2`), request(EVIL, '1.2.3.4')]
    const settings = [EVIL, [EVIL], `${EVIL},10/8`, `"${EVIL}"`, `${EVIL}=x`, `[${EVIL}]`, `10.0.0.1:${EVIL}`, `--trust ${EVIL}`, `/${EVIL}`,
      `$${EVIL}`, `*.${EVIL}`, `a${EVIL}.com:80`, `http://${EVIL}`, `{"${EVIL}":1}`, `not ${EVIL}`, `${EVIL}/8`, `10.0.0.0/${EVIL}`]
    const said = [
      ...requests.flatMap((req) => [() => proxyaddr.explain(req, '10.0.0.0/8'), () => resolver.explain(req), () => JSON.stringify(resolver.describe(req))]),
      () => proxyaddr.explain(requests[0], () => { throw new Error(EVIL) }),
      ...settings.flatMap((setting) => [
        () => proxyaddr.lint(setting).map(({ reason }) => reason).join('\n'), () => proxyaddr.fromEnv('A', { A: String(setting) }),
        () => createResolver({ trust: setting })
      ]),
      () => proxyaddr.fromEnv(EVIL, { [EVIL]: 'x y' }), () => createResolver({ [EVIL]: 1 }),
      () => createResolver({ trust: '10.0.0.0/8', header: EVIL }), () => createResolver({ trust: '10.0.0.0/8', header: { name: EVIL, from: EVIL } }),
      ...Object.values(lists).flatMap((make) => [EVIL, { [EVIL]: EVIL }, { url: EVIL, file: EVIL, service: EVIL, tag: EVIL }].map((options) => () => make(options)))
    ]
    for (const say of said) {
      let text
      try { text = String(say()) } catch (error) { text = error.message }
      assert.match(text, /^[ -~\n]*$/, String(say))
    }
  })

  it('escapes them in each output of the command line', () => {
    const evil = EVIL.replaceAll('\0', '')

    for (const args of [
      ['lint', evil], ['lint', '--text', `${evil},loopback`], ['lint', '--json', evil], ['lint', '--ignore', evil, '1'], ['lint', '--file', evil],
      ['match', '--trust', evil, '::1'], ['match', '--trust', 'loopback', evil], [evil], ['match', `--${evil}`],
      ['explain', '--trust', evil, '--peer', '::1'], ['explain', '--trust', 'loopback', '--peer', evil],
      ['explain', '--trust', 'loopback', '--peer', '::1', '--xff', `${evil},::1,${evil}`],
      ['explain', '--trust', 'loopback', '--peer', '::1', '-H', evil], ['explain', '--trust', 'loopback', '--peer', '::1', '--request', evil],
      ['explain', '--trust', 'loopback', '--peer', '::1', '--xff', evil, '--json'], ['doctor', evil], ['switch', evil], ['bench', '--seconds', evil]
    ]) {
      const { stdout, stderr } = run(args)

      assert.match(stdout + stderr, /^[ -~\n]+$/, args.join(' '))
    }
  })

  it('has colours on a terminal if NO_COLOR is empty', function () {
    needs(this, !spawnSync('script', ['-qec', 'true', '/dev/null']).error, 'there is no script(1)')
    assert.ok(onTerminal(MATCH, { NO_COLOR: '' }).stdout.includes(ESCAPE))
  })

  it('lints a file, standard input, or TRUST_PROXY, and fails for warnings if an option says so', () => {
    const lint = (args, options) => run(['lint', ...args], options)

    assert.match(lint(['--file', '-'], { input: '10.0.0.0/8\nfd00::/8\n' }).stdout, /Instead: 10\.0\.0\.0\/8,fd00::\/8\n/)
    assert.match(lint([], { env: { TRUST_PROXY: 'localhost' } }).stdout, /misspelt-name/)
    assert.match(lint([], {}).stderr, /the setting is missing/)
    assert.match(lint(['--file', '/nowhere']).stderr, /cannot read '\/nowhere': there is no such file/)
    assert.match(lint(['--file', 'a', 'b']).stderr, /give one of them/)
    assert.deepEqual([[], ['--max-warnings', '1'], ['--max-warnings', '0']].map((args) => lint([...args, '2']).status), [0, 0, 1])
    assert.equal(lint(['--max-warnings=0', '--ignore', 'hops,mapped', '2']).stdout.split('\n')[0], 'nothing is wrong')
    assert.match(lint(['--max-warnings', 'x', '2']).stderr, /--max-warnings 'x' is not a number/)
    assert.match(lint(['--ignore', 'hop', '2']).stderr, /--ignore: unknown code "hop": give one of /)
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

  it('causes an error if the disk is full', function () {
    needs(this, fs.existsSync('/dev/full'), 'there is no /dev/full')
    const { status, stderr } = shell('$CLI --version > /dev/full')

    assert.equal(status, 2)
    assert.match(stderr, /^proxy-addr-native: cannot write the output: ENOSPC[^\n]+\n$/)
  })
})

describe('a failure of the command itself', () => {
  const flags = ['-r', path.join(ROOT, 'test', 'support', 'broken.js')]

  it('is reported in one line if the core cannot be loaded', () => {
    assert.deepEqual(run(MATCH, { flags, env: { BROKEN: 'modules=./engine' } }), {
      status: 2, stdout: '', stderr: "proxy-addr-native: Cannot find module './engine'\n"
    })
  })

  it('is reported with its stack otherwise, with exit code 2', () => {
    const { status, stderr } = run(MATCH, { flags, env: { BROKEN: 'array' } })

    assert.equal(status, 2)
    assert.match(stderr, /^Error: broken on purpose\n {4}at /)
  })
})

/*
 * Each section of snapshots.txt is a transcript, and so is each block fenced as
 * ```console in the documentation. UPDATE_SNAPSHOTS=1 rewrites the file.
 *
 * A transcript is what a user types after a $, and the output. A command whose line ends
 * with a backslash continues on the next. "! " marks standard error, and a last line
 * "[exit 1]" an exit code other than 0.
 */

const SNAPSHOTS = path.join(__dirname, 'snapshots.txt')

const COMMAND = /^\$ (?:npx )?proxy-addr-native(?: (?:.*\\\n)*.*)?$/gm

/** Splits a command line into words; the only quotes in it are single ones. */
function words (line) {
  return Array.from(line.replace(/\\\n/g, ' ').matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => quoted ?? bare)
}

/** @param {string} text of a process */
function marked (text, mark) {
  return text.replace(/^(?=.)/gm, mark)
}

/**
 * Returns the transcript of a command.
 *
 * @param {string} command with its $
 */
function record (command) {
  const args = words(command.replace(/^\$ (?:npx )?proxy-addr-native/, ''))
  const { status, stdout, stderr } = run(args)
  return `${command}\n${stdout}${marked(stderr, '! ')}${status === 0 ? '' : `[exit ${status}]\n`}`
}

/** @param {string} text a transcript @returns {string[]} its commands */
function commandsOf (text) {
  return Array.from(text.matchAll(COMMAND), ([command]) => command)
}

function blocksOf (file) {
  return Array.from(fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/^```console\n(.*?)^```$/gms),
    ([, block]) => block)
}

describe('the command line', function () {
  const [, ...sections] = fs.readFileSync(SNAPSHOTS, 'utf8').replaceAll('\r\n', '\n').split(/^## /m)

  for (const [i, section] of sections.entries()) {
    const [name] = section.split('\n', 1)
    const expected = section.slice(name.length).trim() + '\n'

    it(`answers as in snapshots.txt: ${name}`, () => {
      const commands = commandsOf(expected)
      assert.notEqual(commands.length, 0)
      const actual = commands.map(record).join('\n')

      sections[i] = `${name}\n\n${actual}${i + 1 < sections.length ? '\n' : ''}`
      if (!process.env.UPDATE_SNAPSHOTS) assert.equal(actual, expected)
    })
  }

  after(() => {
    if (process.env.UPDATE_SNAPSHOTS) fs.writeFileSync(SNAPSHOTS, sections.map((section) => `## ${section}`).join(''))
  })

  for (const file of ['README.md', 'docs/cli.md', 'docs/lists.md']) {
    it(`has transcripts in ${file}`, () => assert.notEqual(blocksOf(file).length, 0))

    for (const block of blocksOf(file)) {
      it(`answers as in ${file}: ${commandsOf(block)[0]}`, () => {
        assert.equal(commandsOf(block).map(record).join('\n'), block)
      })
    }
  }
})
