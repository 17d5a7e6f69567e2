'use strict'

const assert = require('node:assert')
const { execFileSync, spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { readdir, rm, writeFile } = require('node:fs/promises')
const path = require('node:path')
const { ROOT, install, npm, packTarball } = require('./support/npm')
const { makeTemp, remove } = require('../support/temp')

/** README's command that builds the addon. */
const [COMMAND] = /^npx .*from-source\.js$/m.exec(readFileSync(path.join(ROOT, 'README.md'), 'utf8'))

/** The commands of the documentation that show what a project runs on: in a block, and within a line. */
const DOCTORS = ['README.md', 'docs/cli.md'].flatMap((file) => {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  return [/^node node_modules\/.* doctor$/m.exec(text)?.[0], /`(npx proxy-addr doctor)`/.exec(text)?.[1]].map((command) => ({ file, command }))
})

/** What each of them that begins like this prints in a project, about Express. */
function diagnoses (directory, start) {
  return DOCTORS.filter(({ command }) => command?.startsWith(start)).map(({ command }) => {
    const { status, stdout } = spawnSync(command, { cwd: directory, shell: true, encoding: 'utf8' })
    return [status, /^express [\d.]+ runs on [\w-]+/m.exec(stdout)?.[0].replace(/[\d.]+ /, '')]
  })
}

/** The name of the package that Express gets when it requires proxy-addr. */
function usedByExpress (directory) {
  return execFileSync(process.execPath, ['-p', `
    const places = { paths: [require.resolve('express')] }
    require(require.resolve('proxy-addr/package.json', places)).name
  `], { cwd: directory, encoding: 'utf8' }).trim()
}

describe('the installation that README describes', function () {
  let directory
  let packed

  /** Installs a project with these fields in its package.json. */
  async function project (fields) {
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({ private: true, ...fields }))
    await install(directory)
  }

  beforeEach(async function () {
    directory = await makeTemp()
    packed = `file:${await packTarball()}`
  })

  afterEach(function () {
    return remove(directory)
  })

  it('works in a project that had Express before', async function () {
    const dependencies = { express: '^5' }

    await project({ dependencies })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr')
    await project({ dependencies, overrides: { 'proxy-addr': packed } })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr-native')
    // npm has put the package below Express, where npx does not look.
    assert.deepStrictEqual(diagnoses(directory, 'node '), Array(2).fill([0, 'express runs on proxy-addr-native']))
  })

  it('works in a project that depends on proxy-addr itself', async function () {
    const dependencies = { express: '^5', 'proxy-addr': packed }

    await project({ dependencies, overrides: { 'proxy-addr': '$proxy-addr' } })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr-native')
    assert.strictEqual(
      execFileSync(process.execPath, ['-p', "require('proxy-addr').engine"], { cwd: directory, encoding: 'utf8' }),
      'native\n'
    )
    assert.deepStrictEqual(diagnoses(directory, 'npx '), Array(2).fill([0, 'express runs on proxy-addr-native']))
  })

  it('can be undone', async function () {
    const dependencies = { express: '^5' }

    await project({ dependencies })
    await project({ dependencies, overrides: { 'proxy-addr': packed } })
    await project({ dependencies })
    await npm(directory, 'uninstall', 'express')
    await npm(directory, 'install', '--ignore-scripts', 'express')
    assert.strictEqual(usedByExpress(directory), 'proxy-addr')
  })
})

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
