'use strict'

/* Runs the real command in its own process. */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
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

/**
 * Puts the command into a folder, under its name.
 *
 * @param {string} folder
 * @returns {object} an environment in which it is found
 */
function installed (folder) {
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'proxy-addr'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, { mode: 0o755 })
  return { ...plainEnv(), PATH: `${folder}:${process.env.PATH}` }
}

/**
 * Returns the code under a heading of docs/logs.md, block by block.
 *
 * @param {string} heading
 * @returns {string[]}
 */
function recipesOf (heading) {
  const page = fs.readFileSync(path.join(ROOT, 'docs', 'logs.md'), 'utf8')
  const [section] = page.split(`\n### ${heading}\n`)[1].split(/^##+ /m)
  return Array.from(section.matchAll(/^```\w*\n([^]*?)^```$/gm), ([, code]) => code)
}

module.exports = { BIN, ROOT, installed, plainEnv, recipesOf, run }
