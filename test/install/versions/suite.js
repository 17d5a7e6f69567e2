'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { FOLDER, ROOT } = require('./runtimes')

const MOCHA = require.resolve('mocha/bin/mocha.js')
// Others may run at the same time.
const REPORT = path.join(FOLDER, `report-${process.pid}.json`)
const PRINTED = path.join(FOLDER, `printed-${process.pid}.txt`)

/**
 * Runs tests with a runtime, by the native door if `env` names no other. What that prints goes to a file, because under
 * Wine, Node cannot write into pipes of the machine's own.
 *
 * @param {string[]} command the runtime and its flags
 * @param {string[]} files patterns of tests, and options of mocha
 * @param {Record<string, string>} env
 * @param {string} root of the project, or of a copy
 * @returns {{ passes: number, failures: string[], milliseconds: number }}
 */
function suite (command, files, env = {}, root = ROOT) {
  fs.mkdirSync(FOLDER, { recursive: true })
  fs.rmSync(REPORT, { force: true })
  const args = [...command.slice(1), MOCHA, '--reporter', 'json', '--reporter-option', `output=${REPORT}`, ...files]
  const printed = fs.openSync(PRINTED, 'w')
  const { error, signal } =
    spawnSync(command[0], args, { cwd: root, env: { ...process.env, PROXY_ADDR_ENGINE: 'native', ...env }, stdio: ['ignore', printed, printed] })
  fs.closeSync(printed)
  if (error) throw error
  if (signal || !fs.existsSync(REPORT)) {
    throw new Error(`${command[0]} ended with ${signal}\n${fs.readFileSync(PRINTED, 'utf8')}`)
  }
  const { stats, failures } = JSON.parse(fs.readFileSync(REPORT, 'utf8'))
  return { passes: stats.passes, failures: failures.map(({ fullTitle }) => fullTitle), milliseconds: stats.duration }
}

function seconds (milliseconds) {
  return `${(milliseconds / 1000).toFixed(0)} s`
}

module.exports = { seconds, suite }
