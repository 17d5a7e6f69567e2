'use strict'

/* Express, and the resolver, with requests that nginx and haproxy pass on. */

const assert = require('node:assert')
const { once } = require('node:events')
const http = require('node:http')
const path = require('node:path')
const { startApp } = require('../../examples/demo/app')
const { chooseNetwork } = require('../../examples/demo/clients')
const { createResolver } = require('../../lib/resolver')
const { askJson } = require('./support/project')
const { requireProxy, startHaproxy, startNginxChain } = require('./support/proxies')
const { needs } = require('../support/skip')
const { makeTemp, remove } = require('../support/temp')

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

const CLIENT = '127.0.0.7'
const PROXIES = ['127.0.0.1', '127.0.0.2']

const RESOLVERS = {
  list: createResolver({ trust: PROXIES }),
  hops: createResolver({ hops: 1 }),
  unix: createResolver({ trust: ['unix', ...PROXIES] }),
  forwarded: createResolver({ trust: ['unix', ...PROXIES], header: 'forwarded' }),
  provider: createResolver({ trust: false, header: { name: 'x-edge-client', from: PROXIES } })
}

/** What each resolver answers to a request from a client's own address. */
function ask (port, headers) {
  return askJson(`http://127.0.0.1:${port}/`, headers, CLIENT)
}

async function app (where) {
  const server = http.createServer((req, res) => {
    const said = Object.entries(RESOLVERS).map(([name, client]) => {
      const { address, reason } = client.resolve(req)
      return [name, `${address ?? '-'} ${reason}`]
    })
    res.end(JSON.stringify(Object.fromEntries(said)))
  })
  server.listen(where ?? 0, where === undefined ? '127.0.0.1' : undefined)
  await once(server, 'listening')
  return server
}

const FORGED = {
  'x-forwarded-for': '6.6.6.6',
  forwarded: 'for="6.6.6.6, for=\\"',
  'x-edge-client': '6.6.6.6'
}

describe('the resolver', function () {
  it('finds the client of nginx, whatever that client forges', async function () {
    requireProxy(this, 'nginx')
    const server = await app()
    const { url, stop } = await startNginxChain([{ host: '127.0.0.1', address: '127.0.0.2' }],
      { host: '127.0.0.1', port: server.address().port })
    for (const headers of [{}, { 'x-forwarded-for': '6.6.6.6' }, { 'x-forwarded-for': 'unknown, "' }]) {
      const { list, hops } = await ask(new URL(url).port, headers)
      assert.deepStrictEqual([list, hops], [`${CLIENT} forwarded`, `${CLIENT} forwarded`])
    }
    await stop()
    server.close()
  })

  it('finds the client of haproxy by X-Forwarded-For, Forwarded, and a header of the edge', async function () {
    requireProxy(this, 'haproxy')
    const server = await app()
    const { port } = server.address()
    const haproxy = await startHaproxy(`127.0.0.1:${port}`)
    for (const headers of [{}, FORGED]) {
      const { list, hops, forwarded, provider } = await ask(haproxy.port, headers)
      assert.deepStrictEqual([list, hops, forwarded, provider],
        [`${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} provider`])
    }
    // If the client bypasses the edge, the same headers are not believed.
    const { list, forwarded, provider } = await ask(port, FORGED)
    assert.deepStrictEqual([list, forwarded, provider], [`${CLIENT} direct`, `${CLIENT} direct`, `${CLIENT} direct`])
    await haproxy.stop()
    server.close()
  })

  it('finds the client of haproxy through a Unix socket', async function () {
    requireProxy(this, 'haproxy')
    const directory = makeTemp()
    const file = path.join(directory, 'app.sock')
    const server = await app(file)
    const haproxy = await startHaproxy(`unix@${file}`)
    const { unix, forwarded, hops, list } = await ask(haproxy.port, FORGED)
    assert.deepStrictEqual([unix, forwarded, hops, list],
      [`${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} forwarded`, '- no-peer'])
    await haproxy.stop()
    server.close()
    await once(server, 'close')
    remove(directory)
  })
})
