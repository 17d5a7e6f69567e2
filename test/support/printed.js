'use strict'

/* Examples of the documentation that show what they print. */

const { spawnSync } = require('node:child_process')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..')
const EXAMPLE = /^```js\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms

/**
 * The blocks fenced as ```js, each with the block fenced as ```text behind it,
 * if there is one, and the line that it stands in.
 */
function examples (text) {
  return Array.from(text.matchAll(EXAMPLE), ({ index, 1: code, 2: printed }) =>
    ({ code, printed, line: text.slice(0, index).split('\n').length + 1 }))
}

/** Runs an example in the root of the package, where the package finds itself. */
function run (code) {
  const { status, stdout, stderr } =
    spawnSync(process.execPath, ['-e', code], { cwd: ROOT, encoding: 'utf8', timeout: 300_000 })
  return { status, stderr, printed: stdout }
}

module.exports = { examples, run }
