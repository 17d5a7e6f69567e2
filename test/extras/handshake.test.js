'use strict'

/* Tests what crosses to an engine, and that this is compared before the engine may answer. */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { INTERFACE, VERSION } = require('../../lib/engine/layout')
const { written } = require('../../tools/build/identity')
const { needs } = require('../support/skip')
const { Copy, makeTemp, remove } = require('../support/temp')

const ROOT = path.join(__dirname, '..', '..')
const ADDON = path.join('build', 'Release', 'proxy_addr_native.node')

describe('what crosses to an engine', () => {
  let copy

  beforeEach(() => { copy = new Copy() })

  afterEach(() => copy.remove())

  it('is refused natively, too, if this package expects another number', () => {
    copy.take(ADDON)
    assert.equal(copy.refusal('native'), '')
    copy.edit('lib/engine/layout.js', `INTERFACE: 0x${INTERFACE.toString(16).padStart(8, '0')}`, 'INTERFACE: 2')
    assert.match(copy.refusal('native'),
      new RegExp(`^- the binary in build: a different or outdated build: its INTERFACE is ${INTERFACE}, expected 2\n`))
  })

  it('is refused if it is of another version, before it answers anything', () => {
    copy.take(ADDON)
    copy.edit('package.json', `"version": "${VERSION}"`, '"version": "99.0.0"')
    assert.match(copy.refusal('native'), new RegExp(`^- the binary in build: only looked for in .* ${VERSION}\n`))
    for (const [file, text] of written(copy.directory)) fs.writeFileSync(path.join(copy.directory, file), text)
    assert.match(copy.refusal('native'), /^- the binary in build: .* its INTERFACE is [0-9]+, expected [0-9]+\n/)
    assert.match(copy.refusal('wasm'), /^- WebAssembly: .* its INTERFACE is [0-9]+, expected [0-9]+$/)
  })

  it('is refused if its layout() throws', () => {
    copy.take(ADDON)
    copy.edit('lib/engine/native.js', 'return createRequire(file)(file)',
      "return { ...createRequire(file)(file), layout () { throw new Error('planted') } }")
    assert.match(copy.refusal('native'), /^- the binary in build: a different or outdated build: planted\n/)
  })

  it('has a number for every version, and every change of the headers', () => {
    // If this fails, run tools/build/identity.js, and build again.
    for (const [file, text] of written(ROOT)) assert.equal(text, fs.readFileSync(path.join(ROOT, file), 'utf8'), file)
    const numbers = [() => {}, () => copy.edit('package.json', `"version": "${VERSION}"`, `"version": "${VERSION}-rc.1"`),
      () => copy.edit('src/core/why/describe.h', 'besides */\n', 'besides */\n  uint32_t more;\n'),
      () => copy.edit('src/core/resolve.h', 'bool is_peer;', 'int is_peer;')
    ].map((change) => {
      change()
      return /INTERFACE: (\w+)/.exec(written(copy.directory)[1][1])[1]
    })
    assert.equal(new Set(numbers).size, numbers.length, numbers.join())
  })
})

/*
 * As a bundler leaves the package if it does not rewrite the paths of binaries: esbuild
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
