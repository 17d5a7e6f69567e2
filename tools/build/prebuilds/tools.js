'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { nodeGyp } = require('../node-gyp')

const ROOT = path.join(__dirname, '..', '..', '..')
const ADDON = 'proxy_addr_native.node'

/** Runs a command; throws, with what it printed, if it fails or is not there. */
function run (command, args, options = {}) {
  const { status, error, stdout, stderr } =
    spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options })
  if (error) throw new Error(`${command} does not run: ${error.message}`)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`)
  return stdout
}

/**
 * Calls back with a copy of what the addon is built from, so that a build for
 * another machine leaves the ordinary one alone.
 */
function withCopy (callback) {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
  const addonApi = path.dirname(require.resolve('node-addon-api/package.json'))
  try {
    for (const name of ['binding.gyp', 'package.json', 'src']) {
      fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true })
    }
    // A real one: gyp writes beside the files that it reads.
    fs.cpSync(addonApi, path.join(copy, 'node_modules', 'node-addon-api'), { recursive: true })
    return callback(copy)
  } finally {
    fs.rmSync(copy, { recursive: true, force: true })
  }
}

/** Runs node-gyp in a folder; throws, with what it printed, if it fails. */
function gypIn (folder, args, env = {}) {
  const { status, stdout, stderr } = nodeGyp(require.resolve('node-gyp/bin/node-gyp.js'), args,
    { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`node-gyp ${args.join(' ')}\n${stdout}${stderr}`)
}

module.exports = { ADDON, ROOT, gypIn, run, withCopy }
