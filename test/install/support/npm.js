'use strict'

const { execFile } = require('node:child_process')
const { promisify } = require('node:util')

const run = promisify(execFile)

/** Runs npm in `cwd`; rejects with all it said if it fails. */
async function npm (cwd, ...args) {
  try {
    await run('npm', args, {
      cwd,
      maxBuffer: 1 << 26,
      shell: process.platform === 'win32'
    })
  } catch (error) {
    throw new Error(
      `npm ${args.join(' ')} failed\n${error.stdout}\n${error.stderr}`
    )
  }
}

/** Installs what the package.json in `cwd` asks for, running no script. */
function install (cwd) {
  return npm(
    cwd,
    'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'
  )
}

module.exports = { install, npm }
