'use strict'

/*
 * Builds the binaries of the package into prebuilds/, and the WebAssembly, and
 * records each build. Without --target, builds those that this machine can: on
 * Linux all of TARGETS, elsewhere its own binary.
 *
 *   npm run prebuilds [-- --target linux-arm64 --target wasm] [--pinned]
 *
 * `--target host` stands for the machine's own platform, whatever it is. With
 * --pinned, as for a release, nothing is built unless each compiler has the
 * version that toolchain.js names.
 */

const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { forget, record } = require('../pack')
const { differences, used } = require('../toolchain')
const { ADDON, ROOT, buildByGyp, run } = require('./gyp')
const { buildByMingw } = require('./mingw')

const HOST = `${process.platform}-${process.arch}`

/** The targets of Debian's compilers, each binary with their prefix. */
const TARGETS = {
  'linux-x64': { build: buildByGyp, arch: 'x64', prefix: 'x86_64-linux-gnu-' },
  'linux-arm64': { build: buildByGyp, arch: 'arm64', prefix: 'aarch64-linux-gnu-' },
  'win32-x64': { build: buildByMingw, arch: 'x64', prefix: 'x86_64-w64-mingw32-' },
  wasm: {}
}

/** Removes what only a debugger needs; MSVC keeps that in a file of its own. */
const STRIP = { linux: ['--strip-unneeded'], darwin: ['-x'] }

/** Makes the ordinary build, so that the tested binary is the packed one. */
function buildHere (output) {
  run(process.execPath, [path.join(ROOT, 'tools', 'build', 'addon.js')])
  fs.copyFileSync(path.join(ROOT, 'build', 'Release', ADDON), output)
  const options = STRIP[process.platform]
  if (options) run('strip', [...options, output])
}

function buildBinary (name) {
  const folder = path.join(ROOT, 'prebuilds', name)
  const output = path.join(folder, ADDON)
  fs.mkdirSync(folder, { recursive: true })
  // A failed build must not leave an older file to be packed.
  fs.rmSync(output, { force: true })
  if (name === HOST) buildHere(output)
  else TARGETS[name].build(TARGETS[name], output)
  return `prebuilds/${name}/${ADDON}: ${fs.statSync(output).size} bytes`
}

/** The modules, and what is bundled with them. */
function buildWasm () {
  return ['wasm.js', 'web.js'].map((tool) => run(process.execPath, [path.join(ROOT, 'tools', 'build', tool)]).trim()).join('\n')
}

function prebuild (name) {
  forget(name)
  console.log(name === 'wasm' ? buildWasm() : buildBinary(name))
  record(name)
}

function chosen (target) {
  if (target === 'host' || target === HOST) return HOST
  if (target === 'wasm' || (process.platform === 'linux' && Object.hasOwn(TARGETS, target))) return target
  throw new Error(`cannot build ${target} on ${HOST} (expected host, ` +
    (process.platform === 'linux' ? Object.keys(TARGETS).join(', ') : 'wasm') + ')')
}

/** @throws {Error} if a compiler has another version than is named */
function checkToolchains (targets) {
  const found = targets.flatMap((target) => differences(target, used(target).packages))
  if (found.length > 0) throw new Error(`${found.join('\n')}\nInstall these: apt-get install $(node tools/build/toolchain.js)`)
}

function main () {
  const { values } = parseArgs({ options: { target: { type: 'string', multiple: true }, pinned: { type: 'boolean' } } })
  const all = process.platform === 'linux' ? Object.keys(TARGETS) : [HOST]
  const targets = values.target?.map(chosen) ?? all
  if (values.pinned) checkToolchains(targets)
  targets.forEach(prebuild)
}

try {
  main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
