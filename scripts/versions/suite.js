'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { FOLDER, ROOT } = require('./runtimes')

const MOCHA = require.resolve('mocha/bin/mocha.js')
const REPORT = path.join(FOLDER, 'report.json')

/**
 * Runs tests with a runtime.
 *
 * @param {string[]} command the runtime and its flags
 * @param {string[]} files patterns of tests, and options of mocha
 * @param {Record<string, string>} env
 * @returns {{ passes: number, failures: string[], milliseconds: number }}
 */
function suite (command, files, env = {}) {
  fs.mkdirSync(FOLDER, { recursive: true })
  fs.rmSync(REPORT, { force: true })
  const args = [...command.slice(1), MOCHA, '--reporter', 'json', '--reporter-option', `output=${REPORT}`, ...files]
  const { error, signal, stdout, stderr } =
    spawnSync(command[0], args, { cwd: ROOT, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  if (signal || !fs.existsSync(REPORT)) throw new Error(`${command[0]} ended with ${signal}\n${stdout}\n${stderr}`)
  const { stats, failures } = JSON.parse(fs.readFileSync(REPORT, 'utf8'))
  return { passes: stats.passes, failures: failures.map(({ fullTitle }) => fullTitle), milliseconds: stats.duration }
}

function seconds (milliseconds) {
  return `${(milliseconds / 1000).toFixed(0)} s`
}

module.exports = { seconds, suite }
