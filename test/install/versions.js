'use strict'

/*
 * Runs the one binary, built by the running Node, under every line of Node, and under Bun
 * and Deno. The runtimes are installed from npm into build/versions.
 *
 *   node test/install/versions.js [--only bun] [--short]
 *
 * --short runs only the oldest and the newest Node, and on each engine only the rules and
 * generated input.
 *
 * Node must pass all tests. Bun and Deno cannot run the tests that start servers and
 * processes of Node, and Bun words its errors differently. On them, this package must
 * fail the same rules as the real proxy-addr, if any, and answer generated input alike.
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { SUITE } = require('../run')

const ROOT = path.join(__dirname, '..', '..')
/** Where the runtimes are installed. */
const FOLDER = path.join(ROOT, 'build', 'versions')

const MOCHA = require.resolve('mocha/bin/mocha.js')
// Several may run at the same time.
const REPORT = path.join(FOLDER, `report-${process.pid}.json`)
const PRINTED = path.join(FOLDER, `printed-${process.pid}.txt`)

const { platform, arch } = process
const BUN_ARCH = { x64: 'x64', arm64: 'aarch64' }[arch]
const DENO_ARCH = { x64: 'x64', arm64: 'arm64' }[arch]

const node = (line, end) => ({
  name: `node@${line}`, package: `node-${platform}-${arch}@${line}`, binary: 'bin/node', kind: 'node', args: [], end
})

const RUNTIMES = [
  node(20, 'oldest'),
  node(22),
  node(24),
  node(26, 'newest'),
  {
    name: 'bun@1', package: `@oven/bun-${platform}-${BUN_ARCH}@1`, binary: 'bin/bun', kind: 'other', args: []
  },
  {
    name: 'deno@2', package: `@deno/${platform}-${DENO_ARCH}-glibc@2`, binary: 'deno', kind: 'other', args: ['run', '-A']
  }
]

const RULES = 'test/spec/*.test.js'
const COMPARE = path.join(ROOT, 'test', 'compare', 'run.js')
const COMPARISONS = '20000'

/**
 * Installs a runtime; `foreign` permits one for another machine. Returns the command that
 * starts it.
 */
function install ({ name, package: wanted, binary, args, foreign }) {
  const directory = path.join(FOLDER, name)
  fs.mkdirSync(directory, { recursive: true })
  fs.writeFileSync(path.join(directory, 'package.json'), '{ "private": true }\n')
  const { status, stderr } = spawnSync('npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...foreign ? ['--force'] : [], wanted],
    { cwd: directory, encoding: 'utf8' })
  if (status !== 0) throw new Error(`could not install ${wanted}: is the npm registry reachable?\n${stderr}`)
  const packageName = wanted.slice(0, wanted.lastIndexOf('@'))
  return [path.join(directory, 'node_modules', packageName, binary), ...args]
}

/**
 * Runs tests with a runtime, on the native engine unless `env` names another. The
 * output goes to a file, because Node under Wine cannot write into the host's pipes.
 *
 * @param {string[]} command the runtime and its flags
 * @param {string[]} files patterns of tests, and options of mocha
 * @param {Record<string, string>} env
 * @param {string} root of the project, or of a copy
 * @returns {{ passes: number, failures: string[], milliseconds: number }}
 */
function suite (command, files, env = {}, root = ROOT) {
  fs.mkdirSync(FOLDER, { recursive: true })
  fs.rmSync(REPORT, { force: true })
  const args = [...command.slice(1), MOCHA, '--reporter', 'json', '--reporter-option', `output=${REPORT}`, ...files]
  const printed = fs.openSync(PRINTED, 'w')
  const { error, signal } = spawnSync(command[0], args,
    { cwd: root, env: { ...process.env, PROXY_ADDR_ENGINE: 'native', ...env }, stdio: ['ignore', printed, printed] })
  fs.closeSync(printed)
  if (error) throw error
  if (signal || !fs.existsSync(REPORT)) {
    throw new Error(`${command[0]} ended with ${signal}\n${fs.readFileSync(PRINTED, 'utf8')}`)
  }
  const { stats, failures } = JSON.parse(fs.readFileSync(REPORT, 'utf8'))
  return { passes: stats.passes, failures: failures.map(({ fullTitle }) => fullTitle), milliseconds: stats.duration }
}

function seconds (milliseconds) {
  return `${(milliseconds / 1000).toFixed(0)} s`
}

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

/** Runs the tests of the rules, and generated input, on each engine. */
function checkShortly (command) {
  const results = ['native', 'wasm'].map((engine) =>
    suite(command, [RULES, 'test/compare/differential.test.js'], { PROXY_ADDR_ENGINE: engine }))
  return {
    text: `native and wasm: ${results.map(({ passes }) => passes).join(' and ')} passing`,
    failures: results.flatMap(({ failures }) => failures)
  }
}

function checkOf ({ kind }, short) {
  if (short) return checkShortly
  return kind === 'node' ? checkNode : checkOther
}

function main () {
  const { values: { only, short } } = parseArgs({
    options: { only: { type: 'string', default: '' }, short: { type: 'boolean' } }
  })
  const chosen = RUNTIMES.filter(({ name, end }) => name.includes(only) && (!short || end))
  for (const runtime of chosen) {
    const command = install(runtime)
    const { text, failures } = checkOf(runtime, short)(command)
    console.log(`${runtime.name.padEnd(8)} ${version(command).padEnd(10)} ${text}`)
    for (const failure of failures) console.log(`  ${failure}`)
    if (failures.length > 0) process.exitCode = 1
  }
}

if (require.main === module) main()

module.exports = { FOLDER, ROOT, RUNTIMES, install, seconds, suite }
