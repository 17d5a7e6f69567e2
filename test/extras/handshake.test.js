'use strict'

/* What crosses to an engine, and how it is shaken hands with before it answers. */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { INTERFACE } = require('../../lib/engine/layout')
const { needs } = require('../support/skip')

const ROOT = path.join(__dirname, '..', '..')
const ADDON = path.join('build', 'Release', 'proxy_addr_native.node')

describe('what crosses to an engine', function () {
  this.timeout(60_000)

  let directory

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
    for (const name of ['lib', 'src', 'tools', 'package.json']) {
      fs.cpSync(path.join(ROOT, name), path.join(directory, name), { recursive: true })
    }
  })

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }))

  /** Changes a file of the copy, in which the text must be found once. */
  function edit (file, text, replacement) {
    const place = path.join(directory, file)
    const parts = fs.readFileSync(place, 'utf8').split(text)
    assert.equal(parts.length, 2, text)
    fs.writeFileSync(place, parts.join(replacement))
  }

  function compile () {
    return spawnSync(process.execPath, [path.join(directory, 'tools', 'build', 'wasm.js')], { encoding: 'utf8' })
  }

  /** Builds the copy for WebAssembly. */
  function build (test) {
    const { status, stderr } = compile()
    needs(test, status === 0 || !stderr.includes('missing'), 'the WebAssembly engine cannot be built: clang is missing')
    assert.equal(status, 0, stderr)
  }

  /** What the copy answers to a script, as JSON. */
  function ask (engine, script) {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', `
      const proxyaddr = require(${JSON.stringify(path.join(directory, 'lib'))})
      console.log(JSON.stringify((${script})(proxyaddr)))
    `], { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: engine } })
    assert.equal(stderr, '')
    return JSON.parse(stdout)
  }

  /** The first line of the error that the copy cannot be loaded with. */
  function refusal (engine) {
    const { stderr } = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(path.join(directory, 'lib'))})`],
      { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: engine } })
    return stderr.split('\n').filter((line) => line.startsWith('- ')).join('\n')
  }

  it('is refused when loaded if a description has one field more', function () {
    edit('src/core/why/describe.h', '  uint32_t fault;\n', '  uint32_t more;\n  uint32_t fault;\n')
    build(this)
    assert.equal(refusal('wasm'),
      '- WebAssembly: a different or outdated build: its DESCRIPTION is 238, expected 237')
  })

  it('is refused natively, too, if this package expects other numbers', () => {
    edit('lib/engine/layout.js', 'INTERFACE: 1', 'INTERFACE: 2')
    fs.mkdirSync(path.join(directory, 'build', 'Release'), { recursive: true })
    fs.copyFileSync(path.join(ROOT, ADDON), path.join(directory, ADDON))
    assert.match(refusal('native'),
      /^- the binary in build: a different or outdated build: its INTERFACE is 1, expected 2\n/)
  })

  it('has a new version for every change of the headers', () => {
    // The sum of what the headers say, without comments and white space. Where
    // it differs, change PA_INTERFACE and INTERFACE, and then the sum.
    const sum = createHash('sha256')
    for (const name of ['proxy_addr', 'entries', 'subnet', 'why/chain', 'why/describe', 'why/diagnose']) {
      const text = fs.readFileSync(path.join(ROOT, 'src', 'core', `${name}.h`), 'utf8')
      sum.update(text.replace(/[/][*].*?[*][/]/gs, '').replace(/\s+/g, ' '))
    }
    assert.deepEqual([INTERFACE, sum.digest('hex').slice(0, 16)], [1, '3cb6a11c15e45147'])
  })

  it('is not built if static data leaves no room for the heap', function () {
    build(this)
    const map = fs.readFileSync(path.join(directory, 'build', 'module.map'), 'utf8')
    const [, address, size] = /^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) [.]bss$/m.exec(map)
    const units = (65536 - parseInt(address, 16) - parseInt(size, 16)) / 2
    edit('src/wasm/module.c', 'short_text[PA_SHORT_UNITS]', `short_text[PA_SHORT_UNITS + ${units}]`)
    assert.match(compile().stderr, /no room for a heap: static data ends 0 bytes before a page does/)
    edit('src/wasm/module.c', `+ ${units}]`, `+ ${units - 24}]`)
    assert.equal(compile().status, 0)
    assert.equal(ask('wasm', "(proxyaddr) => proxyaddr.compile('10.0.0.1')('10.0.0.1')"), true)
  })

  it('has a new name everywhere when it is added to the table of the core', function () {
    edit('src/core/subnet.c', '     4},\n};', '     4},\n    {TEXT("documentation"), {V4(192, 0, 2, 0, 24)}, 1},\n};')
    build(this)
    assert.deepEqual(ask('wasm', `({ compile, explain, lint, fromEnv }) => [
      compile('documentation')('192.0.2.1'),
      compile([Object('::1'), 'documentation'])('192.0.2.1'),
      compile('loopback')('192.0.2.1'),
      explain({ headers: {}, socket: { remoteAddress: '192.0.2.1' } }, ['10.0.0.1', 'documentation']).hops[0].by,
      lint(['documentatoin']).map(({ code, instead }) => [code, instead]),
      fromEnv('T', { T: 'documentation' })
    ]`), [
      true, true, false,
      { rule: 'list', entry: 'documentation', index: 1, name: 'documentation', subnet: '192.0.2.0/24' },
      [['misspelt-name', 'documentation']],
      ['documentation']
    ])
  })
})
