'use strict'

/*
 * The resolver with requests that nginx and haproxy have passed on, and packed, in
 * the programs of docs/resolver.md.
 */

const assert = require('node:assert/strict')
const { execFileSync, spawn, spawnSync } = require('node:child_process')
const { once } = require('node:events')
const { readFileSync } = require('node:fs')
const { writeFile } = require('node:fs/promises')
const http = require('node:http')
const net = require('node:net')
const path = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')

const { createResolver } = require('../../lib/resolver')
const { needs } = require('../support/skip')
const { startScript } = require('./support/child')
const { requireNginx, startNginxChain } = require('./support/nginx')
const { ROOT, install, packTarball } = require('./support/npm')
const { makeTemp, remove } = require('../support/temp')

const CLIENT = '127.0.0.7'
const PROXIES = ['127.0.0.1', '127.0.0.2']

const RESOLVERS = {
  list: createResolver({ trust: PROXIES }),
  hops: createResolver({ hops: 1 }),
  unix: createResolver({ trust: ['unix', ...PROXIES] }),
  forwarded: createResolver({ trust: ['unix', ...PROXIES], header: 'forwarded' }),
  provider: createResolver({ trust: false, header: { name: 'x-edge-client', from: PROXIES } })
}

async function freePort () {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** What each resolver says of a request that comes from a client's own address. */
async function ask (port, headers = {}) {
  const req = http.get({ port, host: '127.0.0.1', localAddress: CLIENT, headers, agent: false })
  const [res] = await once(req, 'response')
  let text = ''
  for await (const chunk of res) text += chunk
  return JSON.parse(text)
}

async function app (where) {
  const server = http.createServer((req, res) => {
    const said = Object.entries(RESOLVERS).map(([name, client]) => {
      const { address, reason } = client.resolve(req)
      return [name, `${address ?? '-'} ${reason}`]
    })
    res.end(JSON.stringify(Object.fromEntries(said)))
  })
  server.listen(where ?? 0, where === undefined ? '127.0.0.1' : undefined)
  await once(server, 'listening')
  return server
}

/** haproxy writes X-Forwarded-For, Forwarded, and a header of its own. */
async function startHaproxy (target) {
  const directory = await makeTemp()
  const port = await freePort()
  const file = path.join(directory, 'haproxy.cfg')
  await writeFile(file, `
    defaults
      mode http
      timeout connect 30s
      timeout client 30s
      timeout server 30s
    frontend edge
      bind 127.0.0.1:${port}
      option forwardfor
      http-request add-header Forwarded "for=\\"%[src]:%[src_port]\\";proto=http;by=_edge"
      http-request set-header X-Edge-Client %[src]
      default_backend app
    backend app
      server app ${target}
  `.replace(/^ {4}/gm, '').trim() + '\n')
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' })
  const ended = once(child, 'close')
  for (let i = 0; i < 300 && !await accepts(port); i++) await sleep(100)
  return {
    port,
    async stop () {
      child.kill('SIGTERM')
      await ended
      await remove(directory)
    }
  }
}

function accepts (port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    socket.unref()
    socket.on('connect', () => socket.destroy())
  })
}

const FORGED = {
  'x-forwarded-for': '6.6.6.6',
  forwarded: 'for="6.6.6.6, for=\\"',
  'x-edge-client': '6.6.6.6'
}

describe('the resolver', function () {
  this.timeout(120_000)

  it('knows the client of nginx, whatever it forges', async function () {
    requireNginx(this)
    const server = await app()
    const { url, stop } = await startNginxChain([{ host: '127.0.0.1', address: '127.0.0.2' }],
      { host: '127.0.0.1', port: server.address().port })
    for (const headers of [{}, { 'x-forwarded-for': '6.6.6.6' }, { 'x-forwarded-for': 'unknown, "' }]) {
      const { list, hops } = await ask(new URL(url).port, headers)
      assert.deepEqual([list, hops], [`${CLIENT} forwarded`, `${CLIENT} forwarded`])
    }
    await stop()
    server.close()
  })

  it('knows the client of haproxy by X-Forwarded-For, Forwarded, and a header of the edge', async function () {
    needs(this, !spawnSync('haproxy', ['-v']).error, 'haproxy cannot be run')
    const server = await app()
    const { port } = server.address()
    const haproxy = await startHaproxy(`127.0.0.1:${port}`)
    for (const headers of [{}, FORGED]) {
      const { list, hops, forwarded, provider } = await ask(haproxy.port, headers)
      assert.deepEqual([list, hops, forwarded, provider],
        [`${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} provider`])
    }
    // Past the edge nobody believes the same headers.
    const { list, forwarded, provider } = await ask(port, FORGED)
    assert.deepEqual([list, forwarded, provider], [`${CLIENT} direct`, `${CLIENT} direct`, `${CLIENT} direct`])
    await haproxy.stop()
    server.close()
  })

  it('knows the client of haproxy by a Unix socket', async function () {
    needs(this, !spawnSync('haproxy', ['-v']).error, 'haproxy cannot be run')
    const directory = await makeTemp()
    const file = path.join(directory, 'app.sock')
    const server = await app(file)
    const haproxy = await startHaproxy(`unix@${file}`)
    const { unix, forwarded, hops, list } = await ask(haproxy.port, FORGED)
    assert.deepEqual([unix, forwarded, hops, list],
      [`${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} forwarded`, '- no-peer'])
    await haproxy.stop()
    server.close()
    await once(server, 'close')
    await remove(directory)
  })
})

/** The programs of the page, by what they require first. */
const PROGRAMS = Array.from(
  readFileSync(path.join(ROOT, 'docs', 'resolver.md'), 'utf8').matchAll(/^```javascript\n(.*?)^```$/gms),
  ([, code]) => [/require\('(?:node:)?([^']*)'\)/.exec(code)[1].replace('@hono/node-server', 'hono'), code.replaceAll('3000', '0')])

const DEPENDENCIES = ['express', 'koa', 'hono', '@hono/node-server', 'fastify', 'typescript', '@types/node']
const TYPES = { '@types/express': '5', '@types/koa': '3' }

/** Prints where a server listens, as startScript() expects. */
const PRELOAD = `
  const net = require('node:net')
  const { listen } = net.Server.prototype
  net.Server.prototype.listen = function (...args) {
    this.once('listening', () => console.log('http://127.0.0.1:' + this.address().port))
    return Reflect.apply(listen, this, args)
  }
`

/** A program with imports in place of require(). */
function asModule (code) {
  return code.replace(/^const (.*) = require\((.*)\)$/gm, 'import $1 from $2')
}

describe('the programs of docs/resolver.md, with the packed package in an empty project,', function () {
  this.timeout(600_000)

  const { devDependencies } = require('../../package.json')
  let directory

  before(async () => {
    directory = await makeTemp()
    const versions = Object.fromEntries(DEPENDENCIES.map((name) => [name, devDependencies[name]]))
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({
      private: true,
      dependencies: { ...versions, ...TYPES, 'proxy-addr-native': `file:${await packTarball()}` }
    }))
    await writeFile(path.join(directory, 'preload.cjs'), PRELOAD)
    for (const [name, code] of PROGRAMS) {
      await writeFile(path.join(directory, `${name}.cjs`), code)
      await writeFile(path.join(directory, `${name}.mjs`), asModule(code))
      await writeFile(path.join(directory, `typed-${name}.mts`), asModule(code))
    }
    await install(directory)
  })

  after(() => remove(directory))

  /** What a program says of the client, of a forged and of an odd one. */
  async function run (file) {
    const { url, stop } = await startScript(directory, [process.execPath, '--require', './preload.cjs', file])
    try {
      const answers = []
      for (const header of ['6.6.6.6, 203.0.113.9:4711, 10.0.0.2', '6.6.6.6, x']) {
        answers.push(await (await fetch(url, { headers: { 'x-forwarded-for': header } })).text())
      }
      return answers
    } finally {
      await stop()
    }
  }

  function compile (...options) {
    const tsc = path.join(directory, 'node_modules', 'typescript', 'bin', 'tsc')
    const files = PROGRAMS.map(([name]) => `typed-${name}.mts`)
    try {
      execFileSync(process.execPath, [tsc, '--strict', '--skipLibCheck', '--target', 'es2022', '--types', 'node', ...options, ...files],
        { cwd: directory, encoding: 'utf8', stdio: 'pipe' })
    } catch ({ stdout }) {
      assert.fail(stdout)
    }
  }

  it('are those of five servers', () => {
    assert.deepEqual(PROGRAMS.map(([name]) => name), ['http', 'express', 'koa', 'hono', 'fastify'])
  })

  for (const [name] of PROGRAMS) {
    it(`know the client in CommonJS and as ES modules: ${name}`, async () => {
      for (const extension of ['cjs', 'mjs']) assert.deepEqual(await run(`${name}.${extension}`), ['203.0.113.9', 'unknown'])
    })
  }

  it('are typed for bundlers', () => compile('--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'))

  it('are typed for Node, and know the client once compiled', async () => {
    compile('--module', 'node16')
    for (const [name] of PROGRAMS) assert.deepEqual(await run(`typed-${name}.mjs`), ['203.0.113.9', 'unknown'], name)
  })
})
