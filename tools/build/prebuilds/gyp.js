'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { nodeGyp } = require('../node-gyp')

const ROOT = path.join(__dirname, '..', '..', '..')
const ADDON = 'proxy_addr_native.node'

/** Runs a command; throws an error with its output if it fails or is missing. */
function run (command, args, options = {}) {
  const { status, error, stdout, stderr } =
    spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options })
  if (error) throw new Error(`could not run ${command}: ${error.message}`)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`)
  return stdout
}

/**
 * Calls back with a copy of the addon's sources, so that a build for another
 * machine leaves the ordinary build alone.
 */
function withCopy (callback) {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
  const addonApi = path.dirname(require.resolve('node-addon-api/package.json'))
  try {
    for (const name of ['binding.gyp', 'package.json', 'src']) {
      fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true })
    }
    // Not a link: gyp writes beside the files that it reads.
    fs.cpSync(addonApi, path.join(copy, 'node_modules', 'node-addon-api'), { recursive: true })
    return callback(copy)
  } finally {
    fs.rmSync(copy, { recursive: true, force: true })
  }
}

/** Runs node-gyp in a folder; throws an error with its output if it fails. */
function gypIn (folder, args, env = {}) {
  const { status, stdout, stderr } = nodeGyp(require.resolve('node-gyp/bin/node-gyp.js'), args,
    { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`node-gyp ${args.join(' ')}\n${stdout}${stderr}`)
}

/** Builds for another Linux: the same build, by other compilers. */
function buildByGyp ({ arch, prefix }, output) {
  withCopy((copy) => {
    gypIn(copy, ['configure', 'build', `--arch=${arch}`], {
      CC: `${prefix}gcc`, CXX: `${prefix}g++`, AR: `${prefix}ar`, LINK: `${prefix}g++`
    })
    fs.copyFileSync(path.join(copy, 'build', 'Release', ADDON), output)
  })
  run(`${prefix}strip`, ['--strip-unneeded', output])
}

module.exports = { ADDON, ROOT, buildByGyp, gypIn, run, withCopy }
