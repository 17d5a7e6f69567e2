'use strict'

/*
 * Coverage of the core by its tests in C, and of lib/ by the tests in
 * JavaScript: all lines and all branches of the core, and of lib/ at least FLOOR.
 * Code that no test can reach is marked
 * in the source, with the reason: GCOVR_EXCL_BR_LINE in C, c8 ignore in lib/.
 * Prints both tables; exit code 1 if anything else is not covered.
 *
 *   npm run coverage
 *
 * Needs gcc and gcovr.
 */

const { spawnSync } = require('node:child_process')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..')
const COUNTERS = path.join('build', 'core-tests', 'coverage')
const REPORT = path.join('build', 'coverage')

const TESTS = [
  'test/**/*.test.js', '--ignore', 'test/{compare,core,install}/**',
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
    run('gcovr', '--root', '.', '--filter', 'src/core/', '--print-summary',
      '--fail-under-line', '100', '--fail-under-branch', '100', COUNTERS) &&
    run('gcovr', '--root', '.', '--filter', 'src/core/', '--branches', COUNTERS)
}

/**
 * The least share of lib/ in percent. The resolver, the adapters and some answers
 * in words have lines that no test reaches yet; the drop-in has none.
 */
const FLOOR = ['--lines', '95', '--statements', '95', '--functions', '90', '--branches', '90']

function coverLib () {
  return node(require.resolve('c8/bin/c8.js'), '--all', '--check-coverage', ...FLOOR, '--include', 'lib/**/*.js',
    '--reports-dir', REPORT, '--temp-directory', path.join(REPORT, 'v8'),
    process.execPath, require.resolve('mocha/bin/mocha.js'), ...TESTS)
}

if (![coverCore(), coverLib()].every(Boolean)) process.exitCode = 1
