'use strict'

/*
 * Runs apps that were bundled, or traced for a container, in a folder with nothing but
 * the tool's output.
 */

const assert = require('node:assert/strict')
const { needs } = require('../support/skip')
const { WAYS, answerOf, createProject, isAddon } = require('./support/bundlers')
const { packTarball } = require('./support/npm')
const { makeTemp, remove } = require('../support/temp')

describe('an app that was bundled', function () {
  let project
  let out

  before(async () => {
    project = await makeTemp()
    await createProject(project, await packTarball())
  })

  beforeEach(async () => { out = await makeTemp() })

  afterEach(() => remove(out))

  after(() => remove(project))

  for (const way of WAYS) {
    it(`by ${way.tool}, ${way.how}, answers on the ${way.engine} engine`, async function () {
      needs(this, way.possible !== false, 'the executable must be signed here')
      const { files, ...answer } = await answerOf(way, project, out)
      assert.deepEqual(answer, { ip: '192.0.2.1', engine: way.engine })
      assert.equal(files.some(isAddon), way.engine === 'native', files.join())
      if (way.single) assert.equal(files.length, 1, files.join())
    })
  }
})
