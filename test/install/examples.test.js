'use strict'

const assert = require('node:assert')
const { cp, readFile, writeFile } = require('node:fs/promises')
const { createRequire } = require('node:module')
const path = require('node:path')
const { askJson } = require('./support/ask')
const { startScript } = require('./support/child')
const { install } = require('./support/npm')
const { ROOT, packTarball } = require('./support/tarball')
const { makeTemp, remove } = require('./support/temp')

const HEADERS = {
  Host: 'app.example',
  'X-Forwarded-For': '192.0.2.1, 203.0.113.7, 10.0.0.5',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'shop.example'
}
const ON_EXPRESS = {
  ip: '203.0.113.7',
  ips: ['203.0.113.7', '10.0.0.5'],
  protocol: 'https',
  hostname: 'shop.example'
}
/** Fastify and AdonisJS list the peer too, and the nearest first. */
const WITH_PEER = { ...ON_EXPRESS, ips: ['127.0.0.1', '10.0.0.5', '203.0.113.7'] }

const FOLDER = path.join(ROOT, 'examples')
/** Those that would be examples of no more than their names. */
const FRAMEWORKS = path.join(__dirname, 'frameworks')

/** What each example answers, and through which packages it gets to ours. */
const EXAMPLES = {
  express4: { way: ['express', 'proxy-addr'], answer: ON_EXPRESS },
  express5: { way: ['express', 'proxy-addr'], answer: ON_EXPRESS },
  nestjs: {
    way: ['@nestjs/platform-express', 'express', 'proxy-addr'],
    answer: ON_EXPRESS
  },
  fastify: { way: ['proxy-addr-native'], answer: WITH_PEER },
  'fastify-replaced': { way: ['fastify', '@fastify/proxy-addr'], answer: WITH_PEER },
  http: {
    way: ['proxy-addr-native'],
    answer: {
      ip: '203.0.113.7',
      trusted: ['127.0.0.1', '10.0.0.5', '203.0.113.7'],
      everything: ['127.0.0.1', '10.0.0.5', '203.0.113.7', '192.0.2.1']
    }
  },
  loopback: { folder: FRAMEWORKS, way: ['@loopback/rest', 'express', 'proxy-addr'], answer: ON_EXPRESS },
  adonisjs: { folder: FRAMEWORKS, way: ['@adonisjs/http-server', 'proxy-addr'], answer: WITH_PEER }
}

describe('the example', function () {
  let directory

  afterEach(function () {
    return remove(directory)
  })

  for (const [name, { folder = FOLDER, way, answer }] of Object.entries(EXAMPLES)) {
    it(`${name} runs on the packed package, finds the client, and ends`, async function () {
      directory = await copyExample(path.join(folder, name), await packTarball())
      await install(directory)
      const script = await startScript(directory)

      const said = await askJson(script.url, HEADERS)
      const { code, signal, stderr } = await script.stop()

      assert.deepStrictEqual(said, answer)
      assert.deepStrictEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
      assert.strictEqual(await nameAtEndOf(way, directory), 'proxy-addr-native')
    })
  }
})

/** A copy in a place of its own, with the tarball where it says `file:../..`. */
async function copyExample (folder, tarball) {
  const directory = await makeTemp()
  for (const file of ['index.js', 'package.json']) {
    await cp(path.join(folder, file), path.join(directory, file))
  }
  const manifest = path.join(directory, 'package.json')
  const text = await readFile(manifest, 'utf8')
  assert.strictEqual(text.split('"file:../.."').length, 2)
  await writeFile(manifest, text.replace('file:../..', `file:${tarball}`))
  return directory
}

/** The name in the package.json that a chain of `require`s ends at. */
async function nameAtEndOf (way, directory) {
  let file = path.join(directory, 'index.js')
  for (const step of way) file = createRequire(file).resolve(step)
  const manifest = path.join(path.dirname(file), '..', 'package.json')
  return JSON.parse(await readFile(manifest, 'utf8')).name
}
