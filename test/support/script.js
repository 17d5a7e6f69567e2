'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')

const IMPLEMENTATION = path.join(__dirname, 'implementation.js')
const MILLISECONDS = 300_000

/**
 * Runs a script in a process of its own, with the implementation under test as
 * `proxyaddr`, and `request(peer, header)`.
 *
 * @param {string} source
 * @param {string[]} flags of Node
 */
function outcome (source, ...flags) {
  const script = `
    'use strict'
    const assert = require('node:assert/strict')
    const proxyaddr = require(${JSON.stringify(IMPLEMENTATION)})
    const request = (peer, header) =>
      ({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer } })
    ${source}
  `
  const { status, signal, stdout, stderr } =
    spawnSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8', timeout: MILLISECONDS })
  return { status, signal, stdout, stderr }
}

/** The same, which must end well; returns what it printed. */
function run (source, ...flags) {
  const { stdout, ...end } = outcome(source, ...flags)

  assert.deepEqual(end, { status: 0, signal: null, stderr: '' })
  return stdout
}

module.exports = { IMPLEMENTATION, outcome, run }
