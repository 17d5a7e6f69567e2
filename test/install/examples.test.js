'use strict'

const assert = require('node:assert')
const { cp, readFile, writeFile } = require('node:fs/promises')
const { createRequire } = require('node:module')
const path = require('node:path')
const { ROOT, askJson, install, packTarball, startScript } = require('./support/project')
const { makeTemp, remove } = require('../support/temp')

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
/** Fastify and AdonisJS list the peer too, nearest first. */
const WITH_PEER = { ...ON_EXPRESS, ips: ['127.0.0.1', '10.0.0.5', '203.0.113.7'] }

const FOLDER = path.join(ROOT, 'examples')
/** Apps that only show that the framework runs on the package. */
const FRAMEWORKS = path.join(__dirname, 'frameworks')

const OVERRIDE = { 'proxy-addr': '$proxy-addr' }

const MANIFEST = require('../../examples/overrides/package.json')

/** Some of the dependencies of the folder `overrides`, and its override of one package. */
function overriding (name, ...needed) {
  const pick = (from, names) => Object.fromEntries(names.map((one) => [one, from[one]]))
  return { dependencies: pick(MANIFEST.dependencies, [name, ...needed]), overrides: pick(MANIFEST.overrides, [name]) }
}

/** The answer of each example, what it depends on, and the packages through which it reaches ours. */
const EXAMPLES = {
  'overrides/express.js with Express 4': {
    file: path.join(FOLDER, 'overrides', 'express.js'),
    ...overriding('proxy-addr', 'express'),
    upgrade: { express: '^4.22.3' },
    way: ['express', 'proxy-addr'],
    answer: ON_EXPRESS
  },
  'overrides/express.js with Express 5': {
    file: path.join(FOLDER, 'overrides', 'express.js'),
    ...overriding('proxy-addr', 'express'),
    way: ['express', 'proxy-addr'],
    answer: ON_EXPRESS
  },
  'overrides/nestjs.js': {
    file: path.join(FOLDER, 'overrides', 'nestjs.js'),
    ...overriding('proxy-addr', '@nestjs/common', '@nestjs/core', '@nestjs/platform-express', 'reflect-metadata', 'rxjs'),
    way: ['@nestjs/platform-express', 'express', 'proxy-addr'],
    answer: ON_EXPRESS
  },
  fastify: {
    file: path.join(FOLDER, 'fastify.js'),
    dependencies: { fastify: '^5.12.8', 'proxy-addr-native': 'file:../..' },
    way: ['proxy-addr-native'],
    answer: WITH_PEER
  },
  'overrides/fastify.js': {
    file: path.join(FOLDER, 'overrides', 'fastify.js'),
    ...overriding('@fastify/proxy-addr', 'fastify'),
    way: ['fastify', '@fastify/proxy-addr'],
    answer: WITH_PEER
  },
  http: {
    file: path.join(FOLDER, 'http.js'),
    dependencies: { 'proxy-addr-native': 'file:../..' },
    way: ['proxy-addr-native'],
    answer: {
      ip: '203.0.113.7',
      trusted: ['127.0.0.1', '10.0.0.5', '203.0.113.7'],
      everything: ['127.0.0.1', '10.0.0.5', '203.0.113.7', '192.0.2.1']
    }
  },
  loopback: {
    file: path.join(FRAMEWORKS, 'loopback.js'),
    dependencies: { '@loopback/rest': '^15.0.16', 'proxy-addr': 'file:../..' },
    overrides: OVERRIDE,
    way: ['@loopback/rest', 'express', 'proxy-addr'],
    answer: ON_EXPRESS
  },
  adonisjs: {
    file: path.join(FRAMEWORKS, 'adonisjs.js'),
    dependencies: { '@adonisjs/http-server': '^7.8.1', 'proxy-addr': 'file:../..' },
    overrides: OVERRIDE,
    way: ['@adonisjs/http-server', 'proxy-addr'],
    answer: WITH_PEER
  }
}

describe('the example', function () {
  let directory

  afterEach(function () {
    return remove(directory)
  })

  for (const [name, { way, answer, ...example }] of Object.entries(EXAMPLES)) {
    it(`${name} runs on the packed package, finds the client, and ends`, async function () {
      directory = await createProject(example, await packTarball())
      await install(directory)
      const script = await startScript(directory)

      const body = await askJson(script.url, HEADERS)
      const { code, signal, stderr } = await script.stop()

      assert.deepStrictEqual(body, answer)
      assert.deepStrictEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
      assert.strictEqual(await nameAtEnd(way, directory), 'proxy-addr-native')
    })
  }
})

/** Copies an example into a new project, with the tarball in place of `file:../..`. */
async function createProject ({ file, upgrade, dependencies, overrides }, tarball) {
  const directory = makeTemp()
  await cp(file, path.join(directory, 'index.js'))
  const text = JSON.stringify({ private: true, dependencies: { ...dependencies, ...upgrade }, overrides })
  assert.strictEqual(text.split('"file:../.."').length, 2)
  await writeFile(path.join(directory, 'package.json'), text.replace('file:../..', `file:${tarball}`))
  return directory
}

/** The name of the package that a chain of `require`s ends at. */
async function nameAtEnd (way, directory) {
  let file = path.join(directory, 'index.js')
  for (const step of way) file = createRequire(file).resolve(step)
  const manifest = path.join(path.dirname(file), '..', 'package.json')
  return JSON.parse(await readFile(manifest, 'utf8')).name
}
