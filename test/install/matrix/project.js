'use strict'

/*
 * An empty project in a folder of its own: created, installed, started, and asked
 * on each engine.
 */

const { execFile, spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs/promises')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { isDeepStrictEqual, promisify } = require('node:util')

const { name: OWN, version: VERSION } = require('../../../package.json')

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

/**
 * The engines, and how an installed package is made to use each: by itself, by
 * PROXY_ADDR_ENGINE, and by the loss of its binaries.
 */
const ENGINES = [
  { title: 'native', engine: 'native', env: {} },
  { title: 'WebAssembly, forced', engine: 'wasm', env: { PROXY_ADDR_ENGINE: 'wasm' } },
  { title: 'WebAssembly, no binary', engine: 'wasm', env: {}, remove: true }
]

/** The requests to each application, which trusts loopback and private addresses. */
const REQUESTS = [
  { header: undefined, ip: '127.0.0.1', ips: [] },
  { header: '203.0.113.7', ip: '203.0.113.7', ips: ['203.0.113.7'] },
  // The client made up the first entry.
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

/** Runs a command of a package manager. */
async function install (folder, command, env) {
  try {
    await run(command[0], command.slice(1), { cwd: folder, env, maxBuffer: 1 << 26 })
  } catch (error) {
    throw new Error(`${command.join(' ')} failed\n${error.stdout}\n${error.stderr}`)
  }
}

/**
 * Starts the applications and sends each the requests. Resolves, after they have
 * ended, to what each runs on and which of its answers were wrong.
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
      ended.then(([code, signal]) => { throw new Error(`the application ended with ${code ?? signal}\n${stderr}`) })
    ])
    const servers = []
    for (const server of JSON.parse(line)) servers.push({ ...server, wrong: await check(server.url) })
    return servers
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

/** Returns the requests with a wrong answer, each with that answer. */
async function check (url) {
  const wrong = []
  for (const { header, ...right } of REQUESTS) {
    const headers = header === undefined ? {} : { 'X-Forwarded-For': header }
    const answer = await (await fetch(url, { headers })).json()
    if (!isDeepStrictEqual(answer, right)) wrong.push(`${header}: ${JSON.stringify(answer)}`)
  }
  return wrong
}

/** Renames the prebuilds folders of the packages that the applications run on; returns the undo. */
async function setAside (servers) {
  const folders = new Set(servers.map(({ proxyAddr }) => path.join(path.dirname(proxyAddr.manifest), 'prebuilds')))
  for (const folder of folders) await fs.rename(folder, `${folder}-aside`)
  return async () => {
    for (const folder of folders) await fs.rename(`${folder}-aside`, folder)
  }
}

function judge (servers, engine) {
  for (const { framework, proxyAddr, wrong } of servers) {
    if (proxyAddr.name !== OWN || proxyAddr.version !== VERSION) {
      throw new Error(`${framework} runs on ${proxyAddr.name} ${proxyAddr.version}`)
    }
    if (proxyAddr.engine !== engine) throw new Error(`${framework} runs on the ${proxyAddr.engine} engine`)
    if (wrong.length > 0) throw new Error(`${framework} gives wrong answers\n${wrong.join('\n')}`)
  }
  return servers.map(({ framework }) => framework)
}

/**
 * Asks the applications of a project on each engine.
 *
 * @returns {Promise<{ engine: string, frameworks?: string[], error?: string }[]>}
 */
async function onEachEngine (folder, command, env) {
  const results = []
  let servers
  for (const { title, engine, env: more, remove } of ENGINES) {
    let putBack
    try {
      if (remove) {
        if (!servers) throw new Error('not tried: no application reported where its binary is')
        putBack = await setAside(servers)
      }
      servers = await ask(folder, command, { ...env, ...more })
      results.push({ engine: title, frameworks: judge(servers, engine) })
    } catch (error) {
      results.push({ engine: title, error: error.message })
    }
    await putBack?.()
  }
  return results
}

module.exports = { ENGINES, REQUESTS, create, install, onEachEngine }
