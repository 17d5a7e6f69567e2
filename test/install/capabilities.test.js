'use strict'

/* The packed package, in an empty project: what the original lacks, and the command line. */

const assert = require('node:assert')
const { execFile, spawnSync } = require('node:child_process')
const { writeFile } = require('node:fs/promises')
const path = require('node:path')
const { promisify } = require('node:util')
const { version } = require('../../package.json')
const { install, packTarball } = require('./support/project')
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

/** Each command with the start of its output. */
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

  function npx (...args) {
    const { status, stdout, stderr } = spawnSync('npx', args, {
      cwd: directory, encoding: 'utf8', shell: process.platform === 'win32'
    })
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
      /\(native\), alone: proxy-addr is not installed here/)
  })

  it('compares with the original if npx installs both', function () {
    const { versions } = JSON.parse(npx('--yes', '-p', 'proxy-addr@2.0.8', '-p', `file:${tarball}`, '--',
      'proxy-addr-native', 'bench', '--seconds', '0.1', '--json'))

    assert.deepStrictEqual(versions, { native: version, engine: 'native', original: '2.0.8' })
  })
})
