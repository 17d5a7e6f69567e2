'use strict'

/* The real command, in a process of its own. */

const { spawnSync } = require('node:child_process')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..')
const BIN = path.join(ROOT, 'bin', 'proxy-addr.js')

/** Leaves out the variables that control colours, which CI sets, too. */
function plainEnv () {
  const { NO_COLOR, FORCE_COLOR, NODE_DISABLE_COLORS, CI, ...env } = process.env
  return env
}

/**
 * @param {string[]} args
 * @param {{ input?: string | Buffer, cwd?: string, env?: object, bin?: string, flags?: string[] }} [options]
 * @returns {{ status: number, stdout: string, stderr: string }}
 */
function run (args, { input = '', cwd = ROOT, env = {}, bin = BIN, flags = [] } = {}) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [...flags, bin, ...args], {
    cwd, input, encoding: 'utf8', timeout: 300_000, maxBuffer: 1 << 26, env: { ...plainEnv(), ...env }
  })
  if (error && error.code !== 'EPIPE') throw error
  return { status, stdout, stderr }
}

module.exports = { BIN, ROOT, plainEnv, run }
