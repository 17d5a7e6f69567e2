'use strict'

/*
 * Installs the latest proxy-addr into build/drift and makes a differential run
 * against it. Exit code 1 if its answers differ from this package's.
 *
 *   node test/compare/drift.js [--version 2.0.7] [--count 1000000]
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const ROOT = path.join(__dirname, '..', '..')
const FOLDER = path.join(ROOT, 'build', 'drift')
const LATEST = path.join(FOLDER, 'node_modules', 'proxy-addr')
const SOAK = path.join(ROOT, 'test', 'compare', 'soak.js')

const { values } = parseArgs({
  options: {
    version: { type: 'string', default: 'latest' },
    count: { type: 'string', default: '1000000' }
  }
})

function install (version) {
  fs.mkdirSync(FOLDER, { recursive: true })
  fs.writeFileSync(path.join(FOLDER, 'package.json'), '{ "private": true }\n')
  const { status } = spawnSync('npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `proxy-addr@${version}`],
    { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`could not install proxy-addr@${version}: is the npm registry reachable?`)
  return require(path.join(LATEST, 'package.json')).version
}

function main () {
  const here = require('proxy-addr/package.json').version
  const there = install(values.version)
  console.log(`this package equals proxy-addr ${here}; compared with ${there}`)
  const { status } = spawnSync(process.execPath,
    [SOAK, '--count', values.count, '--seeds', '1,2'],
    { cwd: ROOT, env: { ...process.env, REFERENCE: LATEST }, stdio: 'inherit' })
  process.exitCode = status === 0 ? 0 : 1
  console.log(status === 0 ? 'no difference' : `proxy-addr ${there} answers differently`)
}

main()
