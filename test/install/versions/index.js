'use strict'

/*
 * The one binary, built by whatever Node is here, under every line of Node, and
 * under Bun and Deno. The runtimes are installed from npm into build/versions.
 *
 *   npm run test:versions [-- --only bun]
 *
 * Node has to pass all the tests. Bun and Deno have no mocha of their own for
 * the tests that start servers and processes of Node, and Bun's engine words
 * its errors otherwise: both have to fail the same rules, if any, with this
 * package as with the real proxy-addr, and to answer generated input alike.
 */

const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { RUNTIMES, install } = require('./runtimes')
const { seconds, suite } = require('./suite')

const ALL = 'test/{core,rules,own,http,differential,model}/*.test.js'
const RULES = 'test/spec/*.test.js'
const COMPARE = path.join(__dirname, 'compare.js')
const COMPARISONS = '20000'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })

function version (command) {
  const { stdout, stderr, status } = spawnSync(command[0], ['--version'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command[0]} does not start\n${stderr}`)
  return /\d+\.\d+\.\d+/.exec(stdout)[0]
}

/** @returns {{ text: string, failures: string[] }} */
function checkNode (command) {
  const { passes, failures, milliseconds } = suite(command, [ALL], { COUNT: COMPARISONS })
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

function main () {
  for (const runtime of RUNTIMES.filter(({ name }) => name.includes(values.only))) {
    const command = install(runtime)
    const { text, failures } = runtime.kind === 'node' ? checkNode(command) : checkOther(command)
    console.log(`${runtime.name.padEnd(8)} ${version(command).padEnd(10)} ${text}`)
    for (const failure of failures) console.log(`  ${failure}`)
    if (failures.length > 0) process.exitCode = 1
  }
}

main()
