'use strict'

/* What the original does not have, from the packed package in an empty project. */

const assert = require('node:assert')
const { execFile } = require('node:child_process')
const { writeFile } = require('node:fs/promises')
const path = require('node:path')
const { promisify } = require('node:util')
const { install } = require('./support/npm')
const { packTarball } = require('./support/tarball')
const { makeTemp, remove } = require('./support/temp')

const run = promisify(execFile)

/** Prints what each capability says, with everything required by its public name. */
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

describe('what the original does not have, packed', function () {
  let directory

  before(async () => {
    directory = await makeTemp()
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({
      private: true,
      dependencies: { express: '5', 'proxy-addr-native': `file:${await packTarball()}` }
    }))
    await writeFile(path.join(directory, 'program.js'), PROGRAM)
    await install(directory)
  })

  after(() => remove(directory))

  for (const engine of ['native', 'wasm']) {
    it(`works through the ${engine} door`, async () => {
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
