'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..', '..')
const REPORT = path.join(ROOT, 'build', 'coverage')
const NO_FUNCTION = '(none)'

const COMMAND = [
  require.resolve('c8/bin/c8.js'), '--all', '--include', 'lib/**/*.js', '--reporter', 'json',
  '--reports-dir', REPORT, '--temp-directory', path.join(REPORT, 'v8'),
  process.execPath, require.resolve('mocha/bin/mocha.js'), 'test/**/*.test.js',
  '--ignore', 'test/{compare,core,install}/**', '--ignore', 'test/native/!(out-of-memory)*',
  '--ignore', 'test/http/!(express-install)*'
]

/** Runs the tests of the rules, and those of our own additions, under c8. */
function measureLib () {
  const { status, error, stdout, stderr } =
    spawnSync(process.execPath, COMMAND, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`)
  const report = JSON.parse(fs.readFileSync(path.join(REPORT, 'coverage-final.json'), 'utf8'))
  return Object.values(report)
    .map(measured)
    .sort((a, b) => a.file < b.file ? -1 : 1)
}

/** From Istanbul's form, in which each line is a statement. */
function measured ({ path: file, statementMap, s, branchMap, b, fnMap }) {
  const text = fs.readFileSync(file, 'utf8').split('\n')
  const at = ({ start }) => ({
    line: start.line, name: functionAt(fnMap, start.line), source: text[start.line - 1].trim()
  })
  return {
    file: path.relative(ROOT, file),
    lines: Object.keys(statementMap).map((key) => ({ ...at(statementMap[key]), count: s[key] })),
    branches: Object.keys(branchMap)
      .flatMap((key) => b[key].map((count, i) => ({ ...at(branchMap[key].locations[i]), count })))
  }
}

/** The innermost function that a line is in. */
function functionAt (fnMap, line) {
  const around = Object.values(fnMap)
    .filter(({ loc }) => loc.start.line <= line && line <= loc.end.line)
    .sort((a, b) => b.loc.start.line - a.loc.start.line)
  return around.length === 0 ? NO_FUNCTION : around[0].name
}

module.exports = { measureLib }
