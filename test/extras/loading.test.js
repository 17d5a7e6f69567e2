'use strict'

/*
 * The engine that is used, and the error if none loads. Each test runs in its own
 * process, mostly with a copy of the package that has only the necessary files.
 */

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { needs } = require('../support/skip')
const { makeTemp, remove } = require('../support/temp')

const ROOT = path.join(__dirname, '..', '..')
const ADDON = 'proxy_addr_native.node'
const BUILT = path.join(ROOT, 'build', 'Release', ADDON)
const PLATFORM = `${process.platform}-${process.arch}`
const WASM_BINARY = path.join('lib', 'engine', 'wasm-binary.js')

const PLACES = { build: path.join('build', 'Release'), prebuilds: path.join('prebuilds', PLATFORM) }

/** V8's warning about the flag. */
const JITLESS = 'Warning: disabling flag --expose_wasm due to conflicting flags\n'

/** An ELF file for a machine that does not exist. */
function foreign () {
  const bytes = fs.readFileSync(BUILT)
  bytes.writeUInt16LE(0xbeef, 18)
  return bytes
}

/**
 * Returns the engine and an answer, or the error of requiring the package.
 *
 * @param {string} directory of the package
 */
function load (directory, { flags = [], engine, before = '', cwd } = {}) {
  const { PROXY_ADDR_ENGINE, ...env } = process.env
  if (engine !== undefined) env.PROXY_ADDR_ENGINE = engine
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', `
    ${before}
    try {
      const proxyaddr = require(${JSON.stringify(path.join(directory, 'lib'))})
      const req = { headers: { 'x-forwarded-for': '192.0.2.1, 10.0.0.2' }, socket: { remoteAddress: '10.0.0.1' } }
      const wasm = Object.keys(require.cache).some((name) => name.includes('wasm'))
      console.log(JSON.stringify([proxyaddr.engine, proxyaddr(req, ['10.0.0.0/8']), wasm]))
    } catch ({ name, message }) {
      console.log(JSON.stringify({ name, message }))
    }
  `], { encoding: 'utf8', env, cwd })

  assert.deepEqual({ status, signal, stderr: stderr.replace(JITLESS, '') }, { status: 0, signal: null, stderr: '' })
  return JSON.parse(stdout)
}

const NATIVE = ['native', '192.0.2.1', false]
const WASM = ['wasm', '192.0.2.1', true]

describe('requiring the package', function () {
  let directory

  /** Puts a file, or a folder in its place, where the loader expects an addon. */
  function put (place, content) {
    const file = path.join(directory, PLACES[place], ADDON)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    if (content === undefined) fs.mkdirSync(file)
    else fs.writeFileSync(file, content)
  }

  function needsWasm (test) {
    needs(test, fs.existsSync(path.join(ROOT, WASM_BINARY)), 'the WebAssembly engine was not built: install clang and lld')
  }

  function withoutWasm () {
    fs.rmSync(path.join(directory, WASM_BINARY), { force: true })
  }

  beforeEach(() => {
    directory = makeTemp()
    for (const name of ['lib', 'package.json', 'prebuilds.js']) {
      fs.cpSync(path.join(ROOT, name), path.join(directory, name), { recursive: true })
    }
  })

  afterEach(() => remove(directory))

  it('uses a local build of the addon, and does not load WebAssembly', () => {
    put('build', fs.readFileSync(BUILT))
    put('prebuilds', 'no binary')
    assert.deepEqual(load(directory), NATIVE)
  })

  it('uses the binary in the package', () => {
    put('prebuilds', fs.readFileSync(BUILT))
    assert.deepEqual(load(directory), NATIVE)
  })

  for (const [what, content] of [
    ['a corrupt file', () => 'no binary'],
    ['an empty file', () => ''],
    // A file cut at a later place crashes glibc's loader itself, whatever the addon.
    ['a file that was cut in its header', () => fs.readFileSync(BUILT).subarray(0, 40)],
    ['a folder that cannot be read as a file', () => undefined],
    ["another machine's", foreign]
  ]) {
    it(`falls back to the binary in the package if the build is ${what}`, () => {
      put('build', content())
      put('prebuilds', fs.readFileSync(BUILT))
      assert.deepEqual(load(directory), NATIVE)
    })

    it(`falls back to WebAssembly if both are ${what}`, function () {
      needsWasm(this)
      put('build', content())
      put('prebuilds', content())
      assert.deepEqual(load(directory), WASM)
    })

    it(`names each attempt and its reason if both are ${what} and WebAssembly is missing`, () => {
      withoutWasm()
      put('build', content())
      put('prebuilds', content())

      const { name, message } = load(directory)

      assert.equal(name, 'Error')
      assert.match(message, new RegExp(`^proxy-addr-native cannot be used on ${PLATFORM}\n` +
        '- the binary in build: \\S.*\n- the binary in prebuilds: \\S.*\n- WebAssembly: \\S.*wasm-binary.*\n' +
        'To fix this: build it \\(README.md, "Limits"\\), or remove its override to go back to proxy-addr$'))
    })
  }

  it('falls back to WebAssembly without an addon', function () {
    needsWasm(this)
    assert.deepEqual(load(directory), WASM)
  })

  it('falls back to WebAssembly if addons are forbidden', function () {
    needsWasm(this)
    put('build', fs.readFileSync(BUILT))
    assert.deepEqual(load(directory, { flags: ['--no-addons'] }), WASM)
  })

  it('falls back to WebAssembly if the addon lacks a function', function () {
    needsWasm(this)
    put('build', fs.readFileSync(BUILT))
    // As if it were a build of another version.
    const before = `
      const { dlopen } = process
      process.dlopen = (module, ...rest) => {
        dlopen(module, ...rest)
        delete module.exports.describeChain
      }
    `
    assert.deepEqual(load(directory, { before }), WASM)
    assert.match(load(directory, { before, engine: 'native' }).message, /build: a different or outdated build: it has no describeChain\(\)\n/)
  })

  for (const [platform, arch] of [
    ['linux', 'riscv64'], ['freebsd', 'x64'], ['linux', 's390x'], ['aix', 'ppc64'], ['../..', '..'], ['', '']
  ]) {
    const before = `Object.defineProperties(process, {
      platform: { value: '${platform}' }, arch: { value: '${arch}' } })`

    it(`falls back to WebAssembly on ${platform}-${arch}, and names it if that is impossible`, function () {
      needsWasm(this)
      put('prebuilds', fs.readFileSync(BUILT))
      assert.deepEqual(load(directory, { before }), WASM)
      assert.equal(load(directory, { before, engine: 'native' }).message,
        `proxy-addr-native cannot be used on ${platform}-${arch} with PROXY_ADDR_ENGINE=native\n` +
        `- the binary in build: not found\n- the binary in prebuilds: not provided for ${platform}-${arch}\n` +
        'To fix this: unset PROXY_ADDR_ENGINE, build it (README.md, "Limits"), or remove its override to go back to ' +
        'proxy-addr')
    })
  }

  for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']) {
    it(`looks for the addon of ${platform} in its folder`, () => {
      const [name, arch] = platform.split('-')
      const file = path.join(directory, 'prebuilds', platform, ADDON)
      fs.mkdirSync(path.dirname(file), { recursive: true })
      fs.copyFileSync(BUILT, file)
      const before = `Object.defineProperties(process, { platform: { value: '${name}' }, arch: { value: '${arch}' } })`
      assert.deepEqual(load(directory, { before }), NATIVE)
    })
  }

  it('refuses WebAssembly on a big-endian machine', () => {
    const before = "require('node:os').endianness = () => 'BE'"

    assert.match(load(directory, { before }).message, /^- WebAssembly: not supported on big-endian machines$/m)
  })

  describe('with PROXY_ADDR_ENGINE', () => {
    beforeEach(() => put('build', fs.readFileSync(BUILT)))

    it('set to native or wasm uses that engine', function () {
      needsWasm(this)
      assert.deepEqual(load(directory, { engine: 'native' }), NATIVE)
      assert.deepEqual(load(directory, { engine: 'wasm' }), WASM)
    })

    it('set to the empty string is like unset', () => assert.deepEqual(load(directory, { engine: '' }), NATIVE))

    for (const engine of ['banana', 'Native', ' wasm', 'native,wasm', '0', 'undefined', 'toString']) {
      it(`set to ${JSON.stringify(engine)} is an error that names the accepted values`, () => {
        assert.deepEqual(load(directory, { engine }), {
          name: 'Error',
          message: `unknown engine PROXY_ADDR_ENGINE=${JSON.stringify(engine)}: ` +
            "set it to 'native' or 'wasm', or unset it to use the first of them that loads"
        })
      })
    }

    it('set to wasm is an error if it was not built', () => {
      withoutWasm()
      assert.match(load(directory, { engine: 'wasm' }).message,
        /with PROXY_ADDR_ENGINE=wasm\n- WebAssembly: \S.*wasm-binary.*\nTo fix this: unset PROXY_ADDR_ENGINE, /)
    })

    it('set to native is an error if addons are forbidden', () => {
      const { message } = load(directory, { engine: 'native', flags: ['--no-addons'] })

      assert.match(message, /^- the binary in build: Cannot load native addon because loading addons is disabled/m)
    })
  })

  describe('without WebAssembly', () => {
    it('uses the native engine', () => {
      put('build', fs.readFileSync(BUILT))
      assert.deepEqual(load(directory, { flags: ['--jitless'] }), NATIVE)
    })

    it('is an error if it is forced, or the only one left', () => {
      for (const engine of ['wasm', undefined]) {
        const { name, message } = load(directory, { flags: ['--jitless'], engine })

        assert.equal(name, 'Error')
        assert.match(message, /^- WebAssembly: not available in this process; --jitless disables it$/m)
      }
    })
  })

  describe('under a limit of address space', () => {
    /** Returns the result of a script in a shell with this limit, in KB. */
    function limited (kilobytes, flags) {
      const script = `console.log(require(${JSON.stringify(path.join(ROOT, 'lib'))}).engine)`
      const { stdout, stderr } = spawnSync('bash', ['-c', 'ulimit -v "$0" && exec "$@"', String(kilobytes),
        process.execPath, ...flags, '-e', script], { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: 'wasm' } })
      return stdout || stderr
    }

    it('WebAssembly works, or says what it needs and works with that', function () {
      needsWasm(this)
      needs(this, process.platform === 'linux', 'only Linux limits address space')
      const flag = '--disable-wasm-trap-handler'
      needs(this, process.allowedNodeEnvironmentFlags.has(flag), `this Node has no ${flag}`)
      // V8 does without the reserved space since Node 24.
      const [major] = process.versions.node.split('.').map(Number)
      assert.match(limited(4_000_000, []), major >= 24
        ? /^wasm\n$/
        : /^- WebAssembly: .*\(under a limit .* run node with --disable-wasm-trap-handler\)$/m)
      assert.equal(limited(4_000_000, [flag]), 'wasm\n')
    })
  })

  describe('from its own folder, without its binaries', () => {
    const hidden = `
      const Module = require('node:module')
      const resolve = Module._resolveFilename
      Module._resolveFilename = (name, ...rest) => resolve(name.replace(/[.]node$/, '.absent'), ...rest)
    `
    const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64', 'sunos-x64']

    for (const full of platforms) {
      it(`uses WebAssembly on ${full}`, function () {
        needsWasm(this)
        const [platform, arch] = full.split('-')
        const before = `${hidden}
          Object.defineProperties(process, { platform: { value: '${platform}' }, arch: { value: '${arch}' } })`
        const asked = (engine) => load(ROOT, { before, engine })

        assert.deepEqual(asked(), WASM)
        assert.deepEqual(asked('wasm'), WASM)
        assert.match(asked('native').message, /^- the binary in build: not found\n- the binary in prebuilds: not (found|provided)/m)
      })
    }

    it('fails in the same way as the copies do', () => {
      assert.match(load(ROOT, { engine: 'banana' }).message, /^unknown engine PROXY_ADDR_ENGINE="banana"/)
      assert.match(load(ROOT, { engine: 'native', flags: ['--no-addons'] }).message, /^- the binary in build: Cannot load/m)
      assert.match(load(ROOT, { engine: 'wasm', flags: ['--jitless'] }).message, /^- WebAssembly: not available in this process/m)
      assert.match(load(ROOT, { before: hidden, flags: ['--jitless'] }).message, /^- WebAssembly: not available in this process/m)
      assert.match(load(ROOT, {
        engine: 'wasm', before: "require('node:os').endianness = () => 'BE'"
      }).message, /^- WebAssembly: not supported on big-endian machines$/m)
      assert.match(load(ROOT, {
        engine: 'wasm', before: "WebAssembly.Module = class { constructor () { throw new Error('forbidden') } }"
      }).message, /^- WebAssembly: forbidden$/m)
      assert.match(load(ROOT, {
        engine: 'native',
        before: 'const { dlopen } = process; process.dlopen = (module, ...rest) => { ' +
          'dlopen(module, ...rest); delete module.exports.describeChain }'
      }).message, /a different or outdated build/)
    })
  })

  it('writes nothing', function () {
    needsWasm(this)
    // Root may write to read-only files, so the functions that write fail.
    const before = `
      const fs = require('node:fs')
      for (const name of Object.keys(fs)) {
        if (/^(write|append|mkdir|mkdtemp|copy|cp|rename|createWrite|open)/.test(name) && name !== 'openSync') {
          fs[name] = () => { throw Object.assign(new Error('EROFS'), { code: 'EROFS' }) }
        }
      }
    `
    const list = () => fs.readdirSync(directory, { recursive: true }).sort()
    const files = list()

    assert.deepEqual(load(directory, { before, cwd: directory }), WASM)
    put('prebuilds', fs.readFileSync(BUILT))
    assert.deepEqual(load(directory, { before, cwd: directory }), NATIVE)
    assert.deepEqual(list().filter((name) => !/^prebuilds($|[/\\])/.test(name)), files)
  })
})
