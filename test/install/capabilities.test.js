'use strict'

/* The packed package, in an empty project: what the original lacks, and the command line. */

const assert = require('node:assert')
const { execFile, execFileSync, spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { writeFile } = require('node:fs/promises')
const path = require('node:path')
const { promisify } = require('node:util')
const { version } = require('../../package.json')
const { ROOT, install, packTarball, startScript } = require('./support/project')
const { makeTemp, remove } = require('../support/temp')

const run = promisify(execFile)

/** Prints a result of each capability, with everything required by its public name. */
const PROGRAM = `
const express = require('express')
const http = require('node:http')
const proxyaddr = require('proxy-addr-native')
const install = require('proxy-addr-native/express')

const req = {
  headers: { 'x-forwarded-for': '198.51.100.7, 203.0.113.9, 10.0.0.2' },
  socket: { remoteAddress: '10.0.0.1' }
}
const setting = proxyaddr.fromEnv('TRUST', { TRUST: 'loopback, 10.0.0.0/8' })
const trust = proxyaddr.trustProxy(setting)
const app = install(express())
app.set('trust proxy', 1)
app.get('/', (req, res) => { res.json([req.ip, req.ips]) })

async function main () {
  const server = http.createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const answer = await fetch('http://127.0.0.1:' + server.address().port, {
    headers: { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' }
  })
  console.log(JSON.stringify({
    setting,
    client: proxyaddr(req, trust),
    explanation: String(proxyaddr.explain(req, trust)).split('\\n')[0],
    codes: proxyaddr.lint('10.1.2.3/8, localhost').map(({ code }) => code),
    engine: proxyaddr.engine,
    express: await answer.json()
  }))
  server.close()
}
main()
`

/** Each command, with how its output starts. */
const COMMANDS = [
  [['--version'], version],
  [['explain', '--trust', '10.0.0.0/8', '--peer', '10.0.0.1', '--xff', '203.0.113.9'], 'client 203.0.113.9: '],
  [['lint', '10.0.0.0/8'], 'nothing is wrong'],
  [['match', '--trust', 'loopback', '127.0.0.1'], '127.0.0.1  trusted'],
  [['doctor'], `express 5.3.0 runs on proxy-addr-native ${version}`],
  [['bench', '--seconds', '0.1', '--json'], '{']
]

describe('what the original lacks, in the packed package,', function () {
  let directory

  before(async () => {
    directory = makeTemp()
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({
      private: true,
      dependencies: { express: '5', 'proxy-addr-native': `file:${await packTarball()}` }
    }))
    await writeFile(path.join(directory, 'program.js'), PROGRAM)
    await install(directory)
  })

  after(() => remove(directory))

  for (const engine of ['native', 'wasm']) {
    it(`works on the ${engine} engine`, async () => {
      const { stdout, stderr } = await run(process.execPath, ['program.js'], {
        cwd: directory, env: { ...process.env, PROXY_ADDR_ENGINE: engine }
      })

      assert.strictEqual(stderr, '')
      assert.deepStrictEqual(JSON.parse(stdout), {
        setting: ['loopback', '10.0.0.0/8'],
        client: '203.0.113.9',
        explanation: 'client 203.0.113.9: the nearest address that is not trusted',
        codes: ['misspelt-name', 'host-bits'],
        engine,
        express: ['203.0.113.9', ['203.0.113.9']]
      })
    })
  }
})

describe('the command line of the packed package', function () {
  let directory
  let tarball

  before(async function () {
    tarball = await packTarball()
  })

  beforeEach(async function () {
    directory = makeTemp()
  })

  afterEach(function () {
    return remove(directory)
  })

  function start (args) {
    return spawnSync('npx', args, { cwd: directory, encoding: 'utf8', shell: process.platform === 'win32' })
  }

  function npx (...args) {
    const { status, stdout, stderr } = start(args)
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' })
    return stdout
  }

  it('runs in a project that has it in place of proxy-addr, by both names', async function () {
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({
      private: true,
      dependencies: { express: '5.3.0', 'proxy-addr': `file:${tarball}` },
      overrides: { 'proxy-addr': '$proxy-addr' }
    }))
    await install(directory)
    for (const name of ['proxy-addr', 'proxy-addr-native']) {
      for (const [args, start] of COMMANDS) {
        assert.ok(npx('--no', '--', name, ...args).startsWith(start), `${name} ${args}`)
      }
    }
  })

  it('runs in an empty directory with nothing installed', function () {
    const printed = npx('--yes', '-p', `file:${tarball}`, '--', 'proxy-addr-native',
      'explain', '--trust', '1', '--peer', '10.0.0.1', '--xff', '203.0.113.9')

    assert.ok(printed.startsWith('client 203.0.113.9: '))
    assert.match(npx('--yes', '-p', `file:${tarball}`, '--', 'proxy-addr-native', 'bench', '--seconds', '0.1'),
      /\(native\), alone, without proxy-addr: /)
  })

  it('compares with the original if npx installs both', function () {
    const { stdout, stderr } = start(['--yes', '-p', 'proxy-addr@2.0.8', '-p', `file:${tarball}`, '--',
      'proxy-addr-native', 'bench', '--seconds', '0.1', '--json'])
    const { versions } = JSON.parse(stdout)

    assert.match(stderr, /^Runs the code in .*proxy-addr, which is outside of .*\n$/)
    assert.deepStrictEqual(versions, { native: version, engine: 'native', original: '2.0.8' })
  })
})

/** The programs of the page, by the module that each requires first. */
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

/** Converts a program to imports in place of require(). */
function asModule (code) {
  return code.replace(/^const (.*) = require\((.*)\)$/gm, 'import $1 from $2')
}

describe('the programs of docs/resolver.md, with the packed package in an empty project,', function () {
  this.timeout(600_000)

  const { devDependencies } = require('../../package.json')
  let directory

  before(async () => {
    directory = makeTemp()
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

  /** Returns a program's answers to a forged header, and to one without a client. */
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
    it(`find the client in CommonJS and as ES modules: ${name}`, async () => {
      for (const extension of ['cjs', 'mjs']) assert.deepEqual(await run(`${name}.${extension}`), ['203.0.113.9', 'unknown'])
    })
  }

  it('are typed for bundlers', () => compile('--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'))

  it('are typed for Node, and find the client once compiled', async () => {
    compile('--module', 'node16')
    for (const [name] of PROGRAMS) assert.deepEqual(await run(`typed-${name}.mjs`), ['203.0.113.9', 'unknown'], name)
  })
})
