'use strict'

const { execFile } = require('node:child_process')
const { readdir } = require('node:fs/promises')
const path = require('node:path')
const { promisify } = require('node:util')
const { makeTemp, remove } = require('../../support/temp')

const run = promisify(execFile)

const ROOT = path.join(__dirname, '..', '..', '..')

let directory
let packed

/** Runs npm in `cwd`; rejects with all of its output if it fails. */
async function npm (cwd, ...args) {
  try {
    await run('npm', args, { cwd, maxBuffer: 1 << 26, shell: process.platform === 'win32' })
  } catch (error) {
    throw new Error(`npm ${args.join(' ')} failed\n${error.stdout}\n${error.stderr}`)
  }
}

/** Installs the dependencies of the project in `cwd`, without install scripts. */
function install (cwd) {
  return npm(cwd, 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline')
}

/**
 * Builds and packs the package as for publishing, with the binary of this machine at
 * least, once for all tests. Resolves to the path of the tarball.
 */
function packTarball () {
  packed ??= pack()
  return packed
}

async function pack () {
  directory = await makeTemp()
  await npm(ROOT, 'run', 'prebuilds', '--', '--target', 'host', '--target', 'wasm')
  await npm(ROOT, 'pack', '--pack-destination', directory)
  const [file] = await readdir(directory)
  return path.join(directory, file)
}

// Outside of mocha, as in the matrix, nothing is packed here.
globalThis.after?.(function () {
  return directory && remove(directory)
})

module.exports = { ROOT, install, npm, packTarball }
