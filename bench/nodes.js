'use strict'

/* Other lines of Node, installed from npm into build/versions. */

const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const FOLDER = path.join(__dirname, '..', 'build', 'versions')

/**
 * Installs a line of Node, unless it is there or is the one that runs.
 *
 * @param {string} line such as '26'
 * @returns {string} the path of its binary
 */
function install (line) {
  if (!/^\d+$/.test(line)) {
    throw new Error(`invalid line of Node "${line}": give major versions, as in --node 20,26`)
  }
  if (process.versions.node.startsWith(`${line}.`)) return process.execPath
  const folder = path.join(FOLDER, `node@${line}`)
  const name = `node-${process.platform}-${process.arch}`
  const binary = path.join(folder, 'node_modules', name, 'bin', 'node')
  if (fs.existsSync(binary)) return binary
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  const { status, stderr } = spawnSync('npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${line}`],
    { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`cannot install Node ${line}: check the network\n${stderr}`)
  return binary
}

/**
 * Runs a script of this folder with a Node and resolves to the JSON it prints.
 *
 * @param {string} binary
 * @param {string} file
 * @param {string[]} args
 */
async function runJson (binary, file, args) {
  const child = spawn(binary, [path.join(__dirname, file), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  const text = (await child.stdout.setEncoding('utf8').toArray()).join('')
  const code = await closed
  if (text === '') throw new Error(`${file} with ${binary} ended with ${code} and no output`)
  return JSON.parse(text)
}

module.exports = { install, runJson }
