'use strict'

/*
 * Runs the tests of the rules under V8 flags that move memory, compile differently, or
 * leave little memory.
 *
 *   node test/native/v8-flags.js [--short]
 *
 * --short omits slow tests: those with processes, threads or huge headers.
 */

const { parseArgs } = require('node:util')

const { seconds, suite } = require('../install/versions')

const { values } = parseArgs({ options: { short: { type: 'boolean' } } })

const RULES = ['test/spec/*.test.js']
// With constant collection, all rules together take more than two minutes.
const COLLECTED = [...RULES, '--ignore', 'test/spec/{lifetime,text,header}.test.js']
const SHORT = [...COLLECTED, '--ignore', 'test/spec/realms.test.js']

const FLAGS = [
  ['--stress-scavenge=5', COLLECTED],
  ['--stress-incremental-marking', RULES],
  ['--max-semi-space-size=1', RULES],
  ['--jitless', RULES],
  ['--always-turbofan', RULES],
  ['--stack-size=100', RULES]
]

for (const [flag, all] of FLAGS) {
  const files = values.short ? SHORT : all
  const { passes, failures, milliseconds } = suite([process.execPath, flag], files)
  console.log(`${flag.padEnd(30)} ${passes} passing, ${failures.length} failing, ${seconds(milliseconds)}`)
  for (const failure of failures) console.log(`  ${failure}`)
  if (failures.length > 0) process.exitCode = 1
}
