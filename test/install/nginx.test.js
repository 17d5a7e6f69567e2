'use strict'

const assert = require('node:assert')
const { startApp } = require('../../examples/demo/app')
const { chooseNetwork } = require('../../examples/demo/clients')
const { askJson } = require('./support/project')
const { requireProxy, startNginxChain } = require('./support/proxies')
const { needs } = require('../support/skip')

const VERSIONS = { 'Express 4': 'express4', 'Express 5': 'express' }

for (const [name, express] of Object.entries(VERSIONS)) {
  describe(`${name} on this package, after nginx,`, function () {
    const running = []
    let network

    before(async function () {
      network = await chooseNetwork()
      needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')
      requireProxy(this, 'nginx')
    })

    afterEach(async function () {
      for (const { stop } of running.splice(0).reverse()) await stop()
    })

    it('identifies a client by the address that one nginx saw', async function () {
      const answers = await askBehind({
        app: { host: '127.0.0.1', trust: '127.0.0.11' },
        proxies: [{ host: '127.0.0.1', address: '127.0.0.11' }],
        client: { from: '127.0.0.21' }
      })

      assert.deepStrictEqual(answers.native, {
        ip: '127.0.0.21',
        ips: ['127.0.0.21'],
        protocol: 'http',
        hostname: 'shop.example',
        peer: '127.0.0.11',
        forwardedFor: '127.0.0.21'
      })
      assert.deepStrictEqual(answers.original, answers.native)
    })

    it('identifies a client by the address that the first of two saw', async function () {
      const answers = await askBehind({
        app: { host: network.appHost, trust: '127.0.0.8/29' },
        proxies: [
          { host: '127.0.0.1', address: '127.0.0.11' },
          { host: '127.0.0.1', address: '127.0.0.12' }
        ],
        client: { from: '127.0.0.21' }
      })

      assert.deepStrictEqual(answers.native, {
        ip: '127.0.0.21',
        ips: ['127.0.0.21', '127.0.0.11'],
        protocol: 'http',
        hostname: 'shop.example',
        peer: network.mapped ? '::ffff:127.0.0.12' : '127.0.0.12',
        forwardedFor: '127.0.0.21, 127.0.0.11'
      })
      assert.deepStrictEqual(answers.original, answers.native)
    })

    it('does not believe what a spoofing client wrote into the header', async function () {
      const answers = await askBehind({
        app: { host: network.appHost, trust: '127.0.0.8/29' },
        proxies: [
          { host: '127.0.0.1', address: '127.0.0.11' },
          { host: '127.0.0.1', address: '127.0.0.12' }
        ],
        client: {
          from: '127.0.0.22',
          headers: {
            'X-Forwarded-For': ['203.0.113.7,\t127.0.0.11', ' ,127.0.0.12'],
            'X-Forwarded-Proto': 'gopher',
            'X-Forwarded-Host': 'bank.example'
          }
        }
      })

      assert.deepStrictEqual(answers.native, {
        ip: '127.0.0.22',
        ips: ['127.0.0.22', '127.0.0.11'],
        protocol: 'http',
        hostname: 'shop.example',
        peer: network.mapped ? '::ffff:127.0.0.12' : '127.0.0.12',
        forwardedFor: '203.0.113.7,\t127.0.0.11, ,127.0.0.12, 127.0.0.22, 127.0.0.11'
      })
      assert.deepStrictEqual(answers.original, answers.native)
    })

    it('identifies an IPv6 client of proxies on IPv4', async function () {
      needs(this, network.ipv6, 'the machine lacks IPv6')
      const answers = await askBehind({
        app: { host: '127.0.0.1', trust: '127.0.0.11, 127.0.0.12' },
        proxies: [
          { host: '::1', address: '127.0.0.11' },
          { host: '127.0.0.1', address: '127.0.0.12' }
        ],
        client: { from: '::1', headers: { 'X-Forwarded-For': '127.0.0.11' } }
      })

      assert.deepStrictEqual(answers.native, {
        ip: '::1',
        ips: ['::1', '127.0.0.11'],
        protocol: 'http',
        hostname: 'shop.example',
        peer: '127.0.0.12',
        forwardedFor: '127.0.0.11, ::1, 127.0.0.11'
      })
      assert.deepStrictEqual(answers.original, answers.native)
    })

    it('identifies an IPv4 client of proxies on IPv6', async function () {
      needs(this, network.ipv6, 'the machine lacks IPv6')
      const answers = await askBehind({
        app: { host: '::1', trust: '::/64' },
        proxies: [
          { host: '127.0.0.1', address: '::1' },
          { host: '::1', address: '::1' }
        ],
        client: { from: '127.0.0.23', headers: { 'X-Forwarded-For': '::1' } }
      })

      assert.deepStrictEqual(answers.native, {
        ip: '127.0.0.23',
        ips: ['127.0.0.23', '::1'],
        protocol: 'http',
        hostname: 'shop.example',
        peer: '::1',
        forwardedFor: '::1, 127.0.0.23, ::1'
      })
      assert.deepStrictEqual(answers.original, answers.native)
    })

    it('returns bytes from 0x80 to 0xff unchanged', async function () {
      const bytes = '\x80\xa0\xb5\xc3\xbf\xff'
      const answers = await askBehind({
        app: { host: '127.0.0.1', trust: '127.0.0.0/8' },
        proxies: [{ host: '127.0.0.1', address: '127.0.0.11' }],
        client: { from: '127.0.0.21', headers: { 'X-Forwarded-For': `127.0.0.1, ${bytes}` } }
      })

      assert.deepStrictEqual(answers.native, {
        ip: bytes,
        ips: [bytes, '127.0.0.21'],
        protocol: 'http',
        hostname: 'shop.example',
        peer: '127.0.0.11',
        forwardedFor: `127.0.0.1, ${bytes}, 127.0.0.21`
      })
      assert.deepStrictEqual(answers.original, answers.native)
    })

    /** The answers of both apps, each with its own nginx in front, to one client. */
    async function askBehind (chain) {
      return {
        native: await askOne(chain, true),
        original: await askOne(chain, false)
      }
    }

    async function askOne ({ app: { host, trust }, proxies, client }, native) {
      const app = await startApp({
        args: ['--express', express, '--host', host, '--trust', trust],
        native
      })
      running.push(app)
      assert.strictEqual(app.proxyAddr.name, native ? 'proxy-addr-native' : 'proxy-addr')

      const target = { host: host.replace('::ffff:', ''), port: app.port }
      const nginx = await startNginxChain(proxies, target)
      running.push(nginx)
      return askJson(nginx.url, { Host: 'shop.example', ...client.headers }, client.from)
    }
  })
}
