'use strict'

/*
 * Runs the one binary, built by the Node at hand, under every line of Node, and
 * under Bun and Deno. The runtimes are installed from npm into build/versions.
 *
 *   node test/install/versions/index.js [--only bun] [--short]
 *
 * --short runs only the oldest and the newest Node, and on each engine only the
 * rules and generated input.
 *
 * Node must pass all tests. Bun and Deno cannot run the tests that start servers
 * and processes of Node, and Bun words its errors differently. With this package
 * both must fail the same rules, if any, as with the real proxy-addr, and answer
 * generated input alike.
 */

const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { SUITE } = require('../../run')
const { RUNTIMES, install, seconds, suite } = require('./runtimes')

const RULES = 'test/spec/*.test.js'
const COMPARE = path.join(__dirname, 'compare.js')
const COMPARISONS = '20000'

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, short: { type: 'boolean' } }
})

function version (command) {
  const { stdout, stderr, status } = spawnSync(command[0], ['--version'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command[0]} does not start\n${stderr}`)
  return /\d+\.\d+\.\d+/.exec(stdout)[0]
}

/** @returns {{ text: string, failures: string[] }} */
function checkNode (command) {
  const { passes, failures, milliseconds } = suite(command, SUITE, { COUNT: COMPARISONS })
  return { text: `${passes} passing, ${failures.length} failing, ${seconds(milliseconds)}`, failures }
}

function checkOther (command) {
  const ours = suite(command, [RULES])
  const original = suite(command, [RULES], { IMPLEMENTATION: 'reference' })
  const failures = [
    ...ours.failures.filter((title) => !original.failures.includes(title)),
    ...original.failures.filter((title) => !ours.failures.includes(title)).map((title) => `${title} (only in proxy-addr)`)
  ]
  const { status, stdout, stderr } =
    spawnSync(command[0], [...command.slice(1), COMPARE, COMPARISONS], { encoding: 'utf8' })
  if (status !== 0) failures.push(`generated input\n${stdout}${stderr}`)
  return {
    text: `rules: ${ours.passes} passing, ${ours.failures.length} failing, of which ` +
      `${failures.length} not in proxy-addr as well; ${stdout.trim()}`,
    failures
  }
}

/** The rules, and generated input, by each engine. */
function checkShortly (command) {
  const results = ['native', 'wasm'].map((engine) =>
    suite(command, [RULES, 'test/compare/differential.test.js'], { PROXY_ADDR_ENGINE: engine }))
  return {
    text: `native and wasm: ${results.map(({ passes }) => passes).join(' and ')} passing`,
    failures: results.flatMap(({ failures }) => failures)
  }
}

function checkOf ({ kind }) {
  if (values.short) return checkShortly
  return kind === 'node' ? checkNode : checkOther
}

function main () {
  const chosen = RUNTIMES.filter(({ name, end }) => name.includes(values.only) && (!values.short || end))
  for (const runtime of chosen) {
    const command = install(runtime)
    const { text, failures } = checkOf(runtime)(command)
    console.log(`${runtime.name.padEnd(8)} ${version(command).padEnd(10)} ${text}`)
    for (const failure of failures) console.log(`  ${failure}`)
    if (failures.length > 0) process.exitCode = 1
  }
}

main()
