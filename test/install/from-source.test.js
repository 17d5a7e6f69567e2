'use strict'

const assert = require('node:assert')
const { execFileSync, spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { readdir, rm, writeFile } = require('node:fs/promises')
const path = require('node:path')
const { ROOT, install, packTarball } = require('./support/npm')
const { makeTemp, remove } = require('../support/temp')

/** The command in README. */
const [COMMAND] = /^npx .*from-source\.js$/m.exec(readFileSync(path.join(ROOT, 'README.md'), 'utf8'))

describe('the installed package', function () {
  let directory
  let installed

  beforeEach(async function () {
    directory = await makeTemp()
    installed = path.join(directory, 'node_modules', 'proxy-addr')
    const tarball = `file:${await packTarball()}`
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({
      private: true, dependencies: { express: '^5' }, overrides: { 'proxy-addr': tarball }
    }))
    await install(directory)
    await rm(path.join(installed, 'prebuilds'), { recursive: true })
  })

  afterEach(function () {
    return remove(directory)
  })

  it('builds its addon by one command, and then finds the client', async function () {
    execFileSync(COMMAND, { cwd: directory, shell: true, stdio: 'pipe' })

    assert.deepStrictEqual(await readdir(path.join(installed, 'build', 'Release')), ['proxy_addr_native.node'])
    const answer = execFileSync(process.execPath, ['-p', `
      const proxyaddr = require('proxy-addr')
      const request = {
        headers: { 'x-forwarded-for': '192.0.2.1, 203.0.113.7, 10.0.0.5' },
        socket: { remoteAddress: '::ffff:10.0.0.1' }
      }
      proxyaddr.engine + ' ' + proxyaddr(request, '10.0.0.0/8')
    `], { cwd: directory, encoding: 'utf8' })
    assert.strictEqual(answer, 'native 203.0.113.7\n')
  })

  it('names what is missing for the build', function () {
    const { status, stderr } = spawnSync(process.execPath, [path.join(installed, 'tools', 'build', 'from-source.js')],
      { cwd: directory, env: { ...process.env, PATH: '' }, encoding: 'utf8' })

    assert.strictEqual(status, 1)
    assert.match(stderr, /^cannot find node-gyp.*: run "npx .*from-source\.js"\n$/)
  })
})
