'use strict'

const assert = require('node:assert')
const { spawnSync } = require('node:child_process')
const { writeFile } = require('node:fs/promises')
const path = require('node:path')
const { version } = require('../../package.json')
const { install } = require('./support/npm')
const { packTarball } = require('./support/tarball')
const { makeTemp, remove } = require('./support/temp')

/** Each command with what begins its output. */
const COMMANDS = [
  [['--version'], version],
  [['explain', '--trust', '10.0.0.0/8', '--peer', '10.0.0.1', '--xff', '203.0.113.9'], 'client 203.0.113.9: '],
  [['lint', '10.0.0.0/8'], 'nothing is wrong'],
  [['match', '--trust', 'loopback', '127.0.0.1'], '127.0.0.1  trusted'],
  [['doctor'], `express 5.3.0 runs on proxy-addr-native ${version}`],
  [['bench', '--seconds', '0.1', '--json'], '{']
]

describe('the command line of the packed package', function () {
  let directory
  let tarball

  before(async function () {
    tarball = await packTarball()
  })

  beforeEach(async function () {
    directory = await makeTemp()
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

  it('runs in an empty directory, where nothing is installed', function () {
    const told = npx('--yes', '-p', `file:${tarball}`, '--', 'proxy-addr-native',
      'explain', '--trust', '1', '--peer', '10.0.0.1', '--xff', '203.0.113.9')

    assert.ok(told.startsWith('client 203.0.113.9: '))
    assert.match(npx('--yes', '-p', `file:${tarball}`, '--', 'proxy-addr-native', 'bench', '--seconds', '0.1'),
      /\(native\), alone: proxy-addr is not installed here/)
  })

  it('compares with the original where npx has both', function () {
    const { versions } = JSON.parse(npx('--yes', '-p', 'proxy-addr@2.0.8', '-p', `file:${tarball}`, '--',
      'proxy-addr-native', 'bench', '--seconds', '0.1', '--json'))

    assert.deepStrictEqual(versions, { native: version, engine: 'native', original: '2.0.8' })
  })
})
