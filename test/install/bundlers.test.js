'use strict'

/*
 * Runs apps that were bundled, or traced for a container, in a folder with nothing but
 * the tool's output.
 */

const assert = require('node:assert/strict')
const { realpathSync } = require('node:fs')
const fs = require('node:fs/promises')
const path = require('node:path')
const { needs } = require('../support/skip')
const { WAYS, answerOf, createProject, isAddon } = require('./support/bundlers')
const { packTarball } = require('./support/project')
const { makeTemp, remove } = require('../support/temp')

describe('an app that was bundled', function () {
  let project
  let out

  before(async () => {
    project = makeTemp()
    await createProject(project, await packTarball())
  })

  /** Where the app is deployed, and the folder of its bundle in that. */
  let place

  beforeEach(async () => {
    place = makeTemp()
    out = path.join(place, 'app', 'dist')
    await fs.mkdir(out, { recursive: true })
  })

  afterEach(() => remove(place))

  /** The package's own binary, everywhere around the bundle. */
  async function plant () {
    const binary = 'proxy_addr_native.node'
    const folder = `${process.platform}-${process.arch}`
    const source = path.join(project, 'node_modules', 'proxy-addr-native')
    for (const around of [place, path.join(place, 'app')]) {
      for (const inner of ['.', path.join('build', 'Release'), path.join('prebuilds', folder), folder]) {
        await fs.mkdir(path.join(around, inner), { recursive: true })
        await fs.copyFile(path.join(source, 'prebuilds', folder, binary), path.join(around, inner, binary))
      }
      await fs.copyFile(path.join(source, 'package.json'), path.join(around, 'package.json'))
    }
  }

  after(() => remove(project))

  for (const way of WAYS) {
    it(`by ${way.tool}, ${way.how}, answers on the ${way.engine} engine`, async function () {
      needs(this, way.possible !== false, 'the executable must be signed here')
      await plant()
      const { files, addons, ...answer } = await answerOf(way, project, out)
      assert.equal(addons.length, way.engine === 'native' ? 1 : 0, addons.join())
      for (const addon of addons) assert.ok(addon.startsWith(realpathSync(out) + path.sep), `loaded from outside: ${addon}`)
      assert.deepEqual(answer, { ip: '192.0.2.1', engine: way.engine })
      assert.equal(files.some(isAddon), way.engine === 'native', files.join())
      if (way.single) assert.equal(files.length, 1, files.join())
    })
  }
})
