'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const IMPLEMENTATION = path.join(__dirname, 'implementation.js')
const ROOT = path.join(__dirname, '..', '..')
const EXAMPLE = /^```js\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms
const MILLISECONDS = 300_000

/**
 * Runs a script in its own process, with the implementation under test as
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

/** Like outcome(), for a script that must succeed; returns its output. */
function run (source, ...flags) {
  const { stdout, ...end } = outcome(source, ...flags)

  assert.deepEqual(end, { status: 0, signal: null, stderr: '' })
  return stdout
}

/**
 * The blocks of a page fenced as ```js, each with its line and with the block
 * fenced as ```text after it, if there is one: what the example prints.
 */
function examples (text) {
  return Array.from(text.matchAll(EXAMPLE), ({ index, 1: code, 2: printed }) =>
    ({ code, printed, line: text.slice(0, index).split('\n').length + 1 }))
}

/** Runs an example in the root of the package, where the package finds itself. */
function runExample (code) {
  const { status, stdout, stderr } =
    spawnSync(process.execPath, ['-e', code], { cwd: ROOT, encoding: 'utf8', timeout: MILLISECONDS })
  return { status, stderr, printed: stdout }
}

/** The texts in backquotes in a cell of a table, with their escapes resolved. */
function codes (cell) {
  return Array.from(cell.matchAll(/`([^`]*)`/g), ([, text]) => JSON.parse(`"${text.replaceAll('"', '\\"')}"`))
}

/**
 * The rows of the tables with this head, each as cells.
 *
 * @param {string} page from the root of the repository
 * @param {string} head
 * @throws {Error} if there is no such table, or only one row
 */
function rowsOf (page, head) {
  const [, ...tables] = fs.readFileSync(path.join(ROOT, page), 'utf8').split(`${head}\n`)
  const rows = tables.flatMap((table) => table.split(/\n(?!\|)/)[0].split('\n').slice(1))
  assert.ok(rows.length > 1, `${page} has no rows in the table ${head}`)
  return rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()))
}

module.exports = { IMPLEMENTATION, codes, examples, outcome, rowsOf, run, runExample }
