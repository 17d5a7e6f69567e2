'use strict'

/*
 * The runtimes, which come from npm packages that hold nothing but a binary, and
 * how tests run on one.
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..', '..')
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

/**
 * Installs a runtime; `foreign` allows one for another machine. Returns the command
 * that starts it.
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

module.exports = { FOLDER, ROOT, RUNTIMES, install, seconds, suite }
