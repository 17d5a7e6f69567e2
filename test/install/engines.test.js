'use strict'

const assert = require('node:assert')
const { execFile } = require('node:child_process')
const fs = require('node:fs/promises')
const path = require('node:path')
const { promisify } = require('node:util')
const original = require('proxy-addr')
const { askJson, startScript } = require('./support/child')
const { ROOT, packTarball } = require('./support/npm')
const { makeTemp, remove } = require('../support/temp')

const run = promisify(execFile)

const ENTRIES = ['127.0.0.1', '10.0.0.5', '::ffff:192.168.0.1', 'fd00::1', '203.0.113.7', '2001:db8::7', 'unknown']
const HEADERS = ENTRIES.flatMap((one) => ENTRIES.flatMap((two) => ENTRIES.map((three) => `${one}, ${two},${three}`)))

/** The original's answers to the headers, with the trust list of the example. */
const trust = original.compile(['loopback', 'uniquelocal'])
const EXPECTED = HEADERS.map((header) => {
  const addresses = original.all({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: '127.0.0.1' } }, trust)
  return { ip: addresses.at(-1), ips: addresses.slice(1).reverse() }
})

describe('an empty Express project, without a compiler or install scripts,', function () {
  let directory
  let installed

  before(async function () {
    directory = await makeTemp()
    installed = path.join(directory, 'node_modules', 'proxy-addr')
    await fs.cp(path.join(ROOT, 'examples', 'express', 'index.js'), path.join(directory, 'index.js'))
    await fs.writeFile(path.join(directory, 'package.json'),
      JSON.stringify({ private: true, overrides: { 'proxy-addr': '$proxy-addr' } }))
    const env = { ...process.env, PATH: await onlyNode(directory) }
    for (const compiler of ['cc', 'gcc', 'g++', 'clang', 'make', 'python3']) {
      await assert.rejects(run(compiler, ['--version'], { env }), { code: 'ENOENT' })
    }

    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline',
      'express@5', `proxy-addr@file:${await packTarball()}`], { cwd: directory, env })
  })

  after(function () {
    return remove(directory)
  })

  it('answers right on the binary in the package', async function () {
    assert.strictEqual(await engine(), 'native')
    assert.deepStrictEqual(await answers(), EXPECTED)
  })

  it('answers the same on WebAssembly, without the binary', async function () {
    await fs.rm(path.join(installed, 'prebuilds'), { recursive: true })

    assert.strictEqual(await engine(), 'wasm')
    assert.deepStrictEqual(await answers(), EXPECTED)
  })

  /** Which engine Express's proxy-addr runs on. */
  async function engine () {
    const { stdout } = await run(process.execPath, ['-p', `
      require('module').createRequire(require.resolve('express'))('proxy-addr').engine
    `], { cwd: directory })
    return stdout.trim()
  }

  async function answers () {
    const { url, stop } = await startScript(directory)
    const found = []
    for (const header of HEADERS) {
      const { ip, ips } = await askJson(url, { 'X-Forwarded-For': header })
      found.push({ ip, ips })
    }
    assert.deepStrictEqual(await stop(), { code: 0, signal: null, stderr: '' })
    return found
  }
})

/** A PATH with nothing but Node, npm, and the shell that npm runs scripts in. */
async function onlyNode (directory) {
  const bin = path.join(directory, 'bin')
  await fs.mkdir(bin)
  await fs.symlink(process.execPath, path.join(bin, 'node'))
  for (const name of ['npm', 'sh']) await fs.symlink(await find(name), path.join(bin, name))
  return bin
}

async function find (name) {
  for (const folder of process.env.PATH.split(path.delimiter)) {
    const file = await fs.realpath(path.join(folder, name)).catch(() => undefined)
    if (file) return file
  }
  throw new Error(`${name} not found on PATH`)
}
