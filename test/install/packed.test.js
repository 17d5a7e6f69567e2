'use strict'

const assert = require('node:assert')
const { cp, writeFile } = require('node:fs/promises')
const path = require('node:path')
const { startApp } = require('../../examples/demo/app')
const { ask, chooseNetwork, listClients } = require('../../examples/demo/clients')
const { plain, setStage, startChain } = require('../../examples/demo/stage')
const { version } = require('../../package.json')
const { ROOT, askJson, install, packTarball } = require('./support/project')
const { requireProxy, startNginxChain } = require('./support/proxies')
const { makeTemp, remove } = require('../support/temp')
const { needs } = require('../support/skip')

const VERSIONS = { 'Express 4': 'express4', 'Express 5': 'express' }

for (const [name, express] of Object.entries(VERSIONS)) {
  describe(`an empty project with ${name} and the packed package as an override`, function () {
    const project = {}
    let network
    let app
    let original

    before(async function () {
      network = await chooseNetwork()
      project.directory = makeTemp()
      project.tarball = await packTarball()
      await createProject(project, name.slice(-1))
      await install(project.directory)

      app = await startApp({
        file: path.join(project.directory, 'app.js'),
        args: ['--host', network.appHost, '--trust', network.trust],
        native: false
      })
      original = await setStage(network, { express })
    })

    after(async function () {
      await app?.stop()
      await original?.stop()
      remove(project.directory)
    })

    it('runs on this package, with its binary', function () {
      const own = path.join(project.directory, 'node_modules', 'proxy-addr')

      assert.strictEqual(app.express.split('.')[0], name.slice(-1))
      assert.deepStrictEqual(app.proxyAddr, {
        name: 'proxy-addr-native',
        version,
        file: path.join(own, 'lib', 'index.js'),
        loaded: true,
        engine: 'native'
      })
    })

    it('answers every client of the embedded proxies as the original does', async function () {
      const chain = await startChain(network, app)
      const side = { app, appHost: plain(network.appHost), ports: chain.ports }
      try {
        for (const client of listClients(network)) {
          assert.deepStrictEqual(
            await ask(client, side),
            await ask(client, original.original)
          )
        }
      } finally {
        chain.close()
      }
    })

    it('identifies a spoofing client of the embedded proxies', async function () {
      needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')
      const chain = await startChain(network, app)
      const client = {
        from: '127.0.0.22',
        reach: '127.0.0.1',
        headers: { 'X-Forwarded-For': '127.0.0.11' }
      }
      try {
        assert.deepStrictEqual(await ask(client, { app, ports: chain.ports }), {
          ip: '127.0.0.22',
          ips: ['127.0.0.22', '127.0.0.11'],
          protocol: 'https',
          hostname: 'shop.example',
          peer: network.mapped ? '::ffff:127.0.0.12' : '127.0.0.12',
          forwardedFor: '127.0.0.11, 127.0.0.22, 127.0.0.11'
        })
      } finally {
        chain.close()
      }
    })

    it('identifies an honest and a spoofing client of two nginx', async function () {
      needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')
      requireProxy(this, 'nginx')
      const nginx = await startNginxChain([
        { host: '127.0.0.1', address: '127.0.0.11' },
        { host: '127.0.0.1', address: '127.0.0.12' }
      ], { host: plain(network.appHost), port: app.port })
      const common = {
        protocol: 'http',
        hostname: 'shop.example',
        peer: network.mapped ? '::ffff:127.0.0.12' : '127.0.0.12'
      }
      try {
        assert.deepStrictEqual(
          await askJson(nginx.url, { Host: 'shop.example' }, '127.0.0.21'),
          {
            ip: '127.0.0.21',
            ips: ['127.0.0.21', '127.0.0.11'],
            ...common,
            forwardedFor: '127.0.0.21, 127.0.0.11'
          }
        )
        assert.deepStrictEqual(
          await askJson(
            nginx.url,
            { Host: 'shop.example', 'X-Forwarded-For': '203.0.113.7, 127.0.0.11' },
            '127.0.0.22'
          ),
          {
            ip: '127.0.0.22',
            ips: ['127.0.0.22', '127.0.0.11'],
            ...common,
            forwardedFor: '203.0.113.7, 127.0.0.11, 127.0.0.22, 127.0.0.11'
          }
        )
      } finally {
        await nginx.stop()
      }
    })
  })
}

/** Copies the demonstration's app into a project of its own. */
async function createProject ({ directory, tarball }, major) {
  await cp(path.join(ROOT, 'examples', 'demo', 'app.js'), path.join(directory, 'app.js'))
  await writeFile(path.join(directory, 'package.json'), JSON.stringify({
    private: true,
    dependencies: { express: `^${major}` },
    overrides: { 'proxy-addr': `file:${tarball}` }
  }))
}
