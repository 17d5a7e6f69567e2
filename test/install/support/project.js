'use strict'

/* Projects that depend on the package: packed, installed by npm, started, and tried. */

const { execFile, spawn } = require('node:child_process')
const { once } = require('node:events')
const { readdir } = require('node:fs/promises')
const http = require('node:http')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { promisify } = require('node:util')
const { makeTemp, remove } = require('../../support/temp')

const run = promisify(execFile)

const ROOT = path.join(__dirname, '..', '..', '..')

/** Runs npm in `cwd`; rejects with all of its output if it fails. */
async function npm (cwd, ...args) {
  try {
    await run('npm', args, { cwd, maxBuffer: 1 << 26, shell: process.platform === 'win32' })
  } catch (error) {
    throw new Error(`npm ${args.join(' ')} failed\n${error.stdout}\n${error.stderr}`)
  }
}

/** Installs the dependencies of the project in `cwd`, without install scripts. */
function install (cwd) {
  return npm(cwd, 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline')
}

let packed

/**
 * Builds and packs the package as for publishing, with the binary of this machine at
 * least, once for all tests. Resolves to the path of the tarball.
 */
function packTarball () {
  packed ??= pack()
  return packed
}

async function pack () {
  const directory = makeTemp()
  process.once('exit', () => remove(directory))
  await npm(ROOT, 'run', 'prebuilds', '--', '--target', 'host', '--target', 'wasm')
  await npm(ROOT, 'pack', '--pack-destination', directory)
  const [file] = await readdir(directory)
  return path.join(directory, file)
}

const running = new Set()

/**
 * Runs `node index.js`, or another command, in `cwd`. Resolves to `{ url, stop }`
 * once the first line is printed, which must be the address. `stop` sends SIGTERM
 * and resolves to how the process ended.
 */
async function startScript (cwd, [command, ...args] = [process.execPath, 'index.js']) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  running.add(child)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text })

  const ended = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal, stderr })
    })
  })
  const url = await new Promise((resolve, reject) => {
    child.once('error', reject)
    createInterface({ input: child.stdout }).once('line', resolve)
    ended.then(() => reject(new Error(`the script ended before it printed its address:\n${stderr}`)))
  })
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  return { url, stop }
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Requests `url`, from `from` if given; resolves to the JSON of the answer. */
async function askJson (url, headers = {}, from) {
  const req = http.get(url, { agent: false, headers, localAddress: from })
  const [res] = await once(req, 'response')
  const body = (await res.setEncoding('utf8').toArray()).join('')
  if (res.statusCode !== 200) throw new Error(`status ${res.statusCode}: ${body}`)
  return JSON.parse(body)
}

/** Where Debian installs Chromium; CHROMIUM names another place. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Starts Chromium, without a window. */
function startBrowser () {
  const { chromium } = require('playwright-core')
  // As root, Chromium cannot use its sandbox.
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: process.getuid?.() !== 0, timeout: 300_000 })
}

module.exports = { ROOT, askJson, install, npm, packTarball, startBrowser, startScript }
