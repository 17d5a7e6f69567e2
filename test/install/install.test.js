'use strict'

const assert = require('node:assert')
const { execFileSync } = require('node:child_process')
const { writeFile } = require('node:fs/promises')
const path = require('node:path')
const { install, npm, packTarball } = require('./support/npm')
const { makeTemp, remove } = require('../support/temp')

/** The name of the package that Express gets when it asks for proxy-addr. */
function usedByExpress (directory) {
  return execFileSync(process.execPath, ['-p', `
    const places = { paths: [require.resolve('express')] }
    require(require.resolve('proxy-addr/package.json', places)).name
  `], { cwd: directory, encoding: 'utf8' }).trim()
}

describe('what README says about installation', function () {
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

  it('holds for a project that had Express before', async function () {
    const dependencies = { express: '^5' }

    await project({ dependencies })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr')
    await project({ dependencies, overrides: { 'proxy-addr': packed } })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr-native')
  })

  it('holds for a project that depends on proxy-addr itself', async function () {
    const dependencies = { express: '^5', 'proxy-addr': packed }

    await project({ dependencies, overrides: { 'proxy-addr': '$proxy-addr' } })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr-native')
    assert.strictEqual(
      execFileSync(process.execPath, ['-p', "require('proxy-addr').engine"], { cwd: directory, encoding: 'utf8' }),
      'native\n'
    )
  })

  it('holds for the way back', async function () {
    const dependencies = { express: '^5' }

    await project({ dependencies })
    await project({ dependencies, overrides: { 'proxy-addr': packed } })
    await project({ dependencies })
    await npm(directory, 'uninstall', 'express')
    await npm(directory, 'install', '--ignore-scripts', 'express')
    assert.strictEqual(usedByExpress(directory), 'proxy-addr')
  })
})
