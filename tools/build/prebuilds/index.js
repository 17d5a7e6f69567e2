'use strict'

/*
 * Builds the binaries of the package into prebuilds/. Without --target, builds
 * those that this machine can: on Linux the three of TARGETS, elsewhere its own.
 *
 *   npm run prebuilds [-- --target linux-arm64]
 *
 * `--target host` stands for the machine's own platform, whatever it is.
 */

const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { ADDON, ROOT, buildByGyp, run } = require('./gyp')
const { buildByMingw } = require('./mingw')

const HOST = `${process.platform}-${process.arch}`

/** The targets of Debian's compilers, each with their prefix. */
const TARGETS = {
  'linux-x64': { build: buildByGyp, arch: 'x64', prefix: 'x86_64-linux-gnu-' },
  'linux-arm64': { build: buildByGyp, arch: 'arm64', prefix: 'aarch64-linux-gnu-' },
  'win32-x64': { build: buildByMingw, arch: 'x64', prefix: 'x86_64-w64-mingw32-' }
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

function prebuild (name) {
  const folder = path.join(ROOT, 'prebuilds', name)
  const output = path.join(folder, ADDON)
  fs.mkdirSync(folder, { recursive: true })
  // A failed build must not leave an older file to be packed.
  fs.rmSync(output, { force: true })
  if (name === HOST) buildHere(output)
  else TARGETS[name].build(TARGETS[name], output)
  console.log(`prebuilds/${name}/${ADDON}: ${fs.statSync(output).size} bytes`)
}

function chosen (target) {
  if (target === undefined) return process.platform === 'linux' ? Object.keys(TARGETS) : [HOST]
  if (target === 'host' || target === HOST) return [HOST]
  if (process.platform === 'linux' && Object.hasOwn(TARGETS, target)) return [target]
  throw new Error(`cannot build ${target} on ${HOST} (expected host` +
    (process.platform === 'linux' ? `, ${Object.keys(TARGETS).join(', ')})` : ')'))
}

try {
  const { values } = parseArgs({ options: { target: { type: 'string' } } })
  chosen(values.target).forEach(prebuild)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
