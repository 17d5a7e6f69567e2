'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..', '..')
const CORE = path.join('src', 'core')
const FOLDER = path.join(ROOT, 'build', 'core-tests', 'coverage')
const PREFIX = 'src-core-'

/** Runs the core's tests in C and reads gcc's counters. */
function measureCore () {
  run(process.execPath, ['test/core/run.js', '--coverage'], { cwd: ROOT })
  const counters = fs.readdirSync(FOLDER)
    .filter((name) => name.startsWith(PREFIX) && name.endsWith('.gcda'))
  const reports = counters.flatMap((name) => JSON.parse(
    run('gcov', ['--json-format', '--stdout', '--branch-probabilities', name], { cwd: FOLDER })).files)
    // A header is named as it was included: src/core/why/../grammar.h.
    .map((report) => ({ ...report, file: path.normalize(report.file) }))
  // A header that holds code is reported by each file that includes it.
  const names = [...new Set(reports.map(({ file }) => file))].filter((file) => file.startsWith(CORE)).sort()
  return names.map((file) => measured(file, reports.filter((report) => report.file === file)))
}

function run (command, args, options) {
  const { status, error, stdout, stderr } =
    spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`)
  return stdout
}

function measured (file, reports) {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n')
  const lines = new Map()
  const branches = new Map()
  for (const line of reports.flatMap((report) => report.lines)) {
    const at = { line: line.line_number, name: line.function_name, source: text[line.line_number - 1].trim() }
    add(lines, String(at.line), at, line.count)
    line.branches.forEach((branch, i) => add(branches, `${at.line}.${i}`, at, branch.count))
  }
  return { file, lines: [...lines.values()], branches: [...branches.values()] }
}

function add (parts, key, at, count) {
  const part = parts.get(key) ?? { ...at, count: 0 }
  part.count += count
  parts.set(key, part)
}

module.exports = { measureCore }
