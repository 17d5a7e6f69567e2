'use strict'

/* Tests what crosses to an engine, and how it is compared before it may answer. */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { INTERFACE, VERSION } = require('../../lib/engine/layout')
const { written } = require('../../tools/build/identity')
const { needs } = require('../support/skip')
const { makeTemp, remove } = require('../support/temp')

const ROOT = path.join(__dirname, '..', '..')
const ADDON = path.join('build', 'Release', 'proxy_addr_native.node')

describe('what crosses to an engine', function () {
  let directory

  beforeEach(() => {
    directory = makeTemp()
    for (const name of ['lib', 'src', 'tools', 'package.json', 'prebuilds.js']) {
      fs.cpSync(path.join(ROOT, name), path.join(directory, name), { recursive: true })
    }
  })

  afterEach(() => remove(directory))

  /** Changes a file of the copy, which must contain the text exactly once. */
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

  /** Calls a function with the copy's proxyaddr, in a process of its own; returns the result. */
  function ask (engine, script) {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', `
      const proxyaddr = require(${JSON.stringify(path.join(directory, 'lib'))})
      console.log(JSON.stringify((${script})(proxyaddr)))
    `], { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: engine } })
    assert.equal(stderr, '')
    return JSON.parse(stdout)
  }

  /** Returns the first line of the error with which loading the copy fails. */
  function refusal (engine) {
    const { stderr } = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(path.join(directory, 'lib'))})`],
      { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: engine } })
    return stderr.split('\n').filter((line) => line.startsWith('- ')).join('\n')
  }

  it('is refused on loading if a description has an additional field', function () {
    edit('src/core/why/describe.h', 'besides */\n', 'besides */\n  uint32_t more;\n')
    build(this)
    assert.equal(refusal('wasm'),
      '- WebAssembly: a different or outdated build: its DESCRIPTION is 238, expected 237')
  })

  /** Puts the ordinary build into the copy. */
  function putAddon () {
    fs.mkdirSync(path.join(directory, path.dirname(ADDON)), { recursive: true })
    fs.copyFileSync(path.join(ROOT, ADDON), path.join(directory, ADDON))
  }

  it('is refused natively, too, if this package expects another number', () => {
    putAddon()
    assert.equal(refusal('native'), '')
    edit('lib/engine/layout.js', `INTERFACE: 0x${INTERFACE.toString(16).padStart(8, '0')}`, 'INTERFACE: 2')
    assert.match(refusal('native'),
      new RegExp(`^- the binary in build: a different or outdated build: its INTERFACE is ${INTERFACE}, expected 2\n`))
  })

  it('is refused if it is of another version, before it answers anything', () => {
    putAddon()
    edit('package.json', `"version": "${VERSION}"`, '"version": "99.0.0"')
    assert.match(refusal('native'), new RegExp(`^- the binary in build: only looked for in .* ${VERSION}\n`))
    for (const [file, text] of written(directory)) fs.writeFileSync(path.join(directory, file), text)
    assert.match(refusal('native'), /^- the binary in build: .* its INTERFACE is [0-9]+, expected [0-9]+\n/)
    assert.match(refusal('wasm'), /^- WebAssembly: .* its INTERFACE is [0-9]+, expected [0-9]+$/)
  })

  it('is refused if its layout() throws', () => {
    putAddon()
    edit('lib/engine/native.js', 'return createRequire(file)(file)',
      "return { ...createRequire(file)(file), layout () { throw new Error('planted') } }")
    assert.match(refusal('native'), /^- the binary in build: a different or outdated build: planted\n/)
  })

  it('has a number for every version, and every change of the headers', () => {
    // If this fails, run tools/build/identity.js, and build again.
    for (const [file, text] of written(ROOT)) assert.equal(text, fs.readFileSync(path.join(ROOT, file), 'utf8'), file)
    const numbers = [() => {}, () => edit('package.json', `"version": "${VERSION}"`, `"version": "${VERSION}-rc.1"`),
      () => edit('src/core/why/describe.h', 'besides */\n', 'besides */\n  uint32_t more;\n'),
      () => edit('src/core/resolve.h', 'bool is_peer;', 'int is_peer;')
    ].map((change) => {
      change()
      return /INTERFACE: (\w+)/.exec(written(directory)[1][1])[1]
    })
    assert.equal(new Set(numbers).size, numbers.length, numbers.join())
  })

  it('is not built if static data leaves too little memory for the heap', function () {
    build(this)
    const map = fs.readFileSync(path.join(directory, 'build', 'module.map'), 'utf8')
    const [, address, size] = /^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) [.]bss$/m.exec(map)
    const units = (65536 - parseInt(address, 16) - parseInt(size, 16)) / 2
    edit('src/wasm/module.c', 'short_text[PA_SHORT_UNITS]', `short_text[PA_SHORT_UNITS + ${units}]`)
    assert.match(compile().stderr, /no room for a heap: static data ends 0 bytes before the end of its page/)
    edit('src/wasm/module.c', `+ ${units}]`, `+ ${units - 24}]`)
    assert.equal(compile().status, 0)
    assert.equal(ask('wasm', "(proxyaddr) => proxyaddr.compile('10.0.0.1')('10.0.0.1')"), true)
  })

  it('knows a new name everywhere once it is added to the table of the core', function () {
    edit('src/core/subnet.c', '     4},\n};', '     4},\n    {TEXT("testnet"), {V4(192, 0, 2, 0, 24)}, 1},\n};')
    build(this)
    assert.deepEqual(ask('wasm', `({ compile, explain, lint, fromEnv }) => [
      compile('testnet')('192.0.2.1'),
      compile([Object('::1'), 'testnet'])('192.0.2.1'),
      compile('loopback')('192.0.2.1'),
      explain({ headers: {}, socket: { remoteAddress: '192.0.2.1' } }, ['10.0.0.1', 'testnet']).hops[0].by,
      lint(['tesnet']).map(({ code, instead }) => [code, instead]),
      fromEnv('T', { T: 'testnet' })
    ]`), [
      true, true, false,
      { rule: 'list', entry: 'testnet', index: 1, name: 'testnet', subnet: '192.0.2.0/24' },
      [['misspelt-name', 'testnet']],
      ['testnet']
    ])
  })
})

/*
 * As bundlers leave the package if they do not rewrite the paths of binaries: esbuild
 * with `external: ['*.node']`.
 */
describe('a bundle of the package', function () {
  const BUNDLE = path.join('app', 'dist', 'index.js')

  let directory

  beforeEach(() => { directory = makeTemp() })

  afterEach(() => remove(directory))

  /** Returns all modules of the package as one file, which loads the first of them. */
  function bundle () {
    const files = ['prebuilds.js', ...fs.readdirSync(path.join(ROOT, 'lib'), { recursive: true })
      .filter((name) => name.endsWith('.js')).map((name) => path.join('lib', name))]
    const modules = files.map((file) => `${JSON.stringify(file)}: function (module, exports, require) {
      ${fs.readFileSync(path.join(ROOT, file), 'utf8')}\n}`)
    return `
      const path = require('node:path')
      const modules = {${modules.join(',\n')}}
      const loaded = {}
      function load (file) {
        if (loaded[file]) return loaded[file].exports
        const module = loaded[file] = { exports: {} }
        modules[file](module, module.exports, (name) => {
          const known = ['', '.js', '/index.js'].map((end) => path.join(file, '..', name + end)).find((at) => modules[at])
          return known ? load(known) : require(name)
        })
        return module.exports
      }
      console.log(load(path.join('lib', 'index.js')).engine)
    `
  }

  /** Returns the engine that the bundle uses, and the addons in its process. */
  function run (env = {}) {
    const file = path.join(directory, BUNDLE)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, `process.on('exit', () => {
      for (const name of process.report.getReport().sharedObjects) if (name.endsWith('.node')) console.log(name)
    })\n${bundle()}`)
    const { stdout, stderr } = spawnSync(process.execPath, [file],
      { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: '', ...env } })
    return stderr ? stderr.split('\n').filter((line) => line.startsWith('- ')) : stdout.trim().split('\n')
  }

  function plant (...places) {
    for (const place of places) {
      const file = path.join(directory, place)
      fs.mkdirSync(path.dirname(file), { recursive: true })
      fs.copyFileSync(path.join(ROOT, ADDON), file)
    }
  }

  const NAME = path.basename(ADDON)
  const PREBUILT = path.join('prebuilds', `${process.platform}-${process.arch}`, NAME)

  it('loads no binary from outside its folder, whatever is there', function () {
    needs(this, fs.existsSync(path.join(ROOT, 'lib', 'engine', 'wasm-binary.js')),
      'the WebAssembly engine was not built: clang is missing')
    plant(ADDON, PREBUILT, path.join('app', ADDON), path.join('app', PREBUILT), NAME, path.join('app', NAME))
    fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(directory, 'package.json'))
    assert.deepEqual(run(), ['wasm'])
    assert.match(run({ PROXY_ADDR_ENGINE: 'native' }).join('\n'),
      /^- the binary in build: only looked for in the package, .*\n- the binary in prebuilds: not found$/)
  })

  it('uses a binary that was copied beside it', () => {
    plant(path.join('app', 'dist', PREBUILT))
    assert.deepEqual(run(), ['native', fs.realpathSync(path.join(directory, 'app', 'dist', PREBUILT))])
  })
})
