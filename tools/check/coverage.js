'use strict'

/*
 * Measures the coverage of the core by its tests in C, and of lib/ by the tests in
 * JavaScript. Requires all lines and branches of the core, except for src/core/logs,
 * which the tests of lib/logs cover; and at least FLOOR of lib/.
 *
 * Code that no test can reach is marked in the source, with the reason:
 * GCOVR_EXCL_BR_LINE in C, c8 ignore in lib/. Prints both tables; exit code 1 if anything
 * else is not covered.
 *
 *   npm run coverage                     needs gcc and gcovr
 *   npm run coverage -- --core           only the core
 *   npm run coverage -- --recorded       only lib/, from an earlier run of the tests
 *   npm run coverage -- --conditions     needs clang-19 and llvm-19
 *
 * --recorded expects that the tests ran with NODE_V8_COVERAGE=build/coverage/v8, as an
 * absolute path. --conditions measures MC/DC of the core instead, also without logs: for
 * each condition in a decision, two tests show that it alone changes the outcome.
 */

const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const ROOT = path.join(__dirname, '..', '..')
const COUNTERS = path.join('build', 'core-tests', 'coverage')
const REPORT = path.join('build', 'coverage')
const RECORDS = path.join(REPORT, 'v8')
/** Left to the tests of lib/logs. */
const LOGS = 'src/core/logs/'

const TESTS = [
  'test/**/*.test.js', '--ignore', 'test/{compare,core,install,playground}/**',
  '--ignore', 'test/native/!(out-of-memory)*', '--ignore', 'test/http/!(express-install)*'
]

/** @returns {boolean} whether the command succeeded */
function run (command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' })
  if (error) throw error
  return status === 0
}

const node = (...args) => run(process.execPath, ...args)

function coverCore () {
  return node('test/core/run.js', '--coverage') &&
    run('gcovr', '--root', '.', '--filter', 'src/core/', '--exclude', LOGS, '--print-summary',
      '--fail-under-line', '100', '--fail-under-branch', '100', COUNTERS) &&
    run('gcovr', '--root', '.', '--filter', 'src/core/', '--branches', COUNTERS)
}

/**
 * The minimum for lib/, in percent. The resolver, the adapters and some messages have
 * lines that no test reaches yet; the drop-in has none.
 */
const FLOOR = ['--lines', '97', '--statements', '97', '--functions', '97', '--branches', '95']

const C8 = [require.resolve('c8/bin/c8.js')]
const OPTIONS = ['--all', '--check-coverage', ...FLOOR, '--include', 'lib/**/*.js',
  '--reports-dir', REPORT, '--temp-directory', RECORDS]

function coverLib () {
  return node(...C8, ...OPTIONS, process.execPath, require.resolve('mocha/bin/mocha.js'), ...TESTS)
}

/**
 * Reports what a run recorded. It had hundreds of processes, so their files are merged
 * one by one.
 */
function reportLib () {
  return node(...C8, 'report', '--merge-async', ...OPTIONS)
}

/** Returns the lines of a source that are marked as unreachable by tests. */
function markedLines (file) {
  let isWithin = false
  return fs.readFileSync(file, 'utf8').split('\n').flatMap((line, i) => {
    if (line.includes('GCOVR_EXCL_BR_START')) isWithin = true
    if (line.includes('GCOVR_EXCL_BR_STOP')) isWithin = false
    return isWithin || line.includes('GCOVR_EXCL_BR_LINE') ? [i + 1] : []
  })
}

/**
 * Returns the decisions of a file. One in a header appears once for each file that
 * includes it.
 *
 * @returns {{ line: number, covered: boolean[] }[]}
 */
function decisionsOf ({ mcdc_records: records }) {
  const decisions = new Map()
  for (const [line, column, , , , , conditions] of records) {
    const place = `${line}:${column}`
    const { covered } = decisions.get(place) ?? { covered: conditions }
    decisions.set(place, { line, covered: covered.map((is, i) => is || conditions[i]) })
  }
  return [...decisions.values()]
}

/** Prints the figures of a file. @returns {number[]} conditions, those covered, and those neither covered nor marked */
function conditionsOf (file) {
  const marked = markedLines(file.filename)
  const name = path.relative(ROOT, file.filename)
  const counts = [0, 0, 0]
  for (const { line, covered } of decisionsOf(file)) {
    const missed = covered.filter((is) => !is).length
    counts[0] += covered.length
    counts[1] += covered.length - missed
    if (missed === 0) continue
    if (!marked.includes(line)) counts[2] += missed
    console.log(`${name}:${line}: ${missed} of ${covered.length} not covered${marked.includes(line) ? ', marked' : ''}`)
  }
  return counts
}

function coverConditions () {
  const folder = path.join(ROOT, 'build', 'core-tests', 'mcdc')
  const [raw, merged] = ['raw', 'merged'].map((name) => path.join(folder, `${name}.profile`))
  process.env.LLVM_PROFILE_FILE = raw
  if (!node('test/core/run.js', '--mcdc')) return false
  execFileSync('llvm-profdata-19', ['merge', '-sparse', raw, '-o', merged])
  const { data: [{ files }] } = JSON.parse(execFileSync('llvm-cov-19',
    ['export', path.join(folder, 'core-tests'), `-instr-profile=${merged}`, path.join(ROOT, 'src', 'core')], { maxBuffer: 1 << 28 }))
  const [all, covered, missed] = files.filter(({ filename }) => !path.relative(ROOT, filename).startsWith(LOGS))
    .map(conditionsOf).reduce((sums, counts) => sums.map((sum, i) => sum + counts[i]))
  console.log(`MC/DC of the core: ${covered} of ${all} conditions, ${all - covered - missed} beyond any test`)
  return missed === 0
}

const PARTS = { core: coverCore, recorded: reportLib, conditions: coverConditions }

const { values } = parseArgs({
  options: Object.fromEntries(Object.keys(PARTS).map((name) => [name, { type: 'boolean' }]))
})
const chosen = Object.keys(PARTS).filter((name) => values[name]).map((name) => PARTS[name])
const parts = chosen.length > 0 ? chosen : [coverCore, coverLib]
// Runs all parts before it fails, so that one run shows everything that is missing.
if (!parts.map((cover) => cover()).every(Boolean)) process.exitCode = 1
