'use strict'

/* An empty project in a place of its own: made, installed, started, asked. */

const { execFile, spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs/promises')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { isDeepStrictEqual, promisify } = require('node:util')

const run = promisify(execFile)

const APP = path.join(__dirname, 'app.cjs')
const DEPENDENCIES = {
  '@nestjs/common': '^11',
  '@nestjs/core': '^11',
  '@nestjs/platform-express': '^11',
  express: '^5',
  express4: 'npm:express@^4',
  fastify: '^5',
  'reflect-metadata': '^0.2',
  rxjs: '^7'
}

/** What is asked of each application, which trusts loopback and private addresses. */
const REQUESTS = [
  { header: undefined, ip: '127.0.0.1', ips: [] },
  { header: '203.0.113.7', ip: '203.0.113.7', ips: ['203.0.113.7'] },
  // The first is the client's invention.
  { header: '192.0.2.1, 203.0.113.7, 10.0.0.5', ip: '203.0.113.7', ips: ['203.0.113.7', '10.0.0.5'] },
  {
    header: '127.0.0.1, 2001:db8::7, fd00::1, ::ffff:10.0.0.5',
    ip: '2001:db8::7',
    ips: ['2001:db8::7', 'fd00::1', '::ffff:10.0.0.5']
  },
  { header: 'unknown, 10.0.0.5', ip: 'unknown', ips: ['unknown', '10.0.0.5'] }
]

/**
 * @param {string} folder
 * @param {object} fields of its package.json
 * @param {Record<string, string>} files by name
 */
async function create (folder, fields, files = {}) {
  await fs.mkdir(folder, { recursive: true })
  await fs.copyFile(APP, path.join(folder, 'app.cjs'))
  const manifest = { name: 'project', private: true, dependencies: DEPENDENCIES, ...fields }
  await fs.writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  for (const [name, text] of Object.entries(files)) await fs.writeFile(path.join(folder, name), text)
}

/** Runs one command of a package manager. */
async function install (folder, command, env) {
  try {
    await run(command[0], command.slice(1), { cwd: folder, env, maxBuffer: 1 << 26 })
  } catch (error) {
    throw new Error(`${command.join(' ')} failed\n${error.stdout}\n${error.stderr}`)
  }
}

/**
 * Starts the application; resolves to what it says of itself and has said to
 * each request, when it has ended.
 *
 * @returns {Promise<{ framework: string, proxyAddr: any, wrong: string[] }[]>}
 */
async function ask (folder, command, env) {
  const child = spawn(command[0], [...command.slice(1), 'app.cjs'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text })
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      ended.then(([code, signal]) => { throw new Error(`it ended with ${code ?? signal}\n${stderr}`) })
    ])
    const servers = []
    for (const server of JSON.parse(line)) servers.push({ ...server, wrong: await check(server.url) })
    return servers
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

/** The requests that are answered otherwise than they should be. */
async function check (url) {
  const wrong = []
  for (const { header, ...right } of REQUESTS) {
    const headers = header === undefined ? {} : { 'X-Forwarded-For': header }
    const answer = await (await fetch(url, { headers })).json()
    if (!isDeepStrictEqual(answer, right)) wrong.push(`${header}: ${JSON.stringify(answer)}`)
  }
  return wrong
}

module.exports = { ask, create, install, REQUESTS }
