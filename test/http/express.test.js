'use strict'

const assert = require('node:assert')
const { once } = require('node:events')
const http = require('node:http')
const install = require('proxy-addr-native/express')
const { ask, chooseNetwork, listClients } = require('../../examples/demo/clients')
const { checkSides } = require('../../examples/demo/report')
const { setStage } = require('../../examples/demo/stage')
const { needs } = require('../support/skip')
const { EXPRESS, closeAll, get, listenApp } = require('./support/server')

const THREE_ENTRIES = { 'X-Forwarded-For': '192.0.2.1, 203.0.113.7, 10.0.0.5' }

const VERSIONS = { 'Express 4': 'express4', 'Express 5': 'express' }

for (const [name, express] of Object.entries(VERSIONS)) {
  describe(`${name} on this package, after two reverse proxies,`, function () {
    let network
    let stage

    before(async function () {
      network = await chooseNetwork()
      stage = await setStage(network, { express })
    })

    after(async function () {
      await stage?.stop()
    })

    it('runs on it, and the other app runs on the original', function () {
      checkSides(stage)
      assert.strictEqual(stage.native.app.express.split('.')[0], name.slice(-1))
    })

    it('answers every client of the demonstration as the original does', async function () {
      for (const client of listClients(network)) {
        assert.deepStrictEqual(
          await ask(client, stage.native),
          await ask(client, stage.original)
        )
      }
    })

    it('identifies an honest client by the address that the edge saw', async function () {
      needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')

      assert.deepStrictEqual(await ask(honest('127.0.0.1', '127.0.0.21'), stage.native), {
        ip: '127.0.0.21',
        ips: ['127.0.0.21', '127.0.0.11'],
        protocol: 'https',
        hostname: 'shop.example',
        peer: peer(network),
        forwardedFor: '127.0.0.21, 127.0.0.11'
      })
    })

    it('identifies an IPv6 client by the address that the edge saw', async function () {
      needs(this, network.ipv6, 'the machine lacks IPv6')

      assert.deepStrictEqual(await ask(honest('::1', '::1'), stage.native), {
        ip: '::1',
        ips: ['::1', '127.0.0.11'],
        protocol: 'https',
        hostname: 'shop.example',
        peer: peer(network),
        forwardedFor: '::1, 127.0.0.11'
      })
    })

    it("identifies a mapped client in the edge's spelling", async function () {
      needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')
      needs(this, network.mapped, 'nothing can listen on a mapped address')

      assert.deepStrictEqual(await ask(honest('::ffff:127.0.0.1', '127.0.0.24'), stage.native), {
        ip: '::ffff:127.0.0.24',
        ips: ['::ffff:127.0.0.24', '127.0.0.11'],
        protocol: 'https',
        hostname: 'shop.example',
        peer: peer(network),
        forwardedFor: '::ffff:127.0.0.24, 127.0.0.11'
      })
    })

    it('does not believe a client that claims the address of a proxy', async function () {
      needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')
      const client = {
        from: '127.0.0.22',
        reach: '127.0.0.1',
        headers: { 'X-Forwarded-For': '203.0.113.7, 127.0.0.11, ::ffff:127.0.0.12' }
      }

      assert.deepStrictEqual(await ask(client, stage.native), {
        ip: '127.0.0.22',
        ips: ['127.0.0.22', '127.0.0.11'],
        protocol: 'https',
        hostname: 'shop.example',
        peer: peer(network),
        forwardedFor: '203.0.113.7, 127.0.0.11, ::ffff:127.0.0.12, 127.0.0.22, 127.0.0.11'
      })
    })

    it('believes nothing from a client that bypasses the proxies', async function () {
      needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')
      const client = {
        from: '127.0.0.25',
        direct: true,
        headers: {
          'X-Forwarded-For': '203.0.113.7',
          'X-Forwarded-Host': 'bank.example',
          'X-Forwarded-Proto': 'https'
        }
      }

      assert.deepStrictEqual(await ask(client, stage.native), {
        ip: network.mapped ? '::ffff:127.0.0.25' : '127.0.0.25',
        ips: [],
        protocol: 'http',
        hostname: 'shop.example',
        peer: network.mapped ? '::ffff:127.0.0.25' : '127.0.0.25',
        forwardedFor: '203.0.113.7'
      })
    })
  })
}

function honest (reach, from) {
  return { from, reach, headers: {} }
}

/** Returns the inner proxy's address as the app sees it, on a mapped address or not. */
function peer (network) {
  return network.mapped ? '::ffff:127.0.0.12' : '127.0.0.12'
}

for (const [name, express] of Object.entries(EXPRESS)) {
  describe(`an app of ${name} with proxy-addr-native/express`, function () {
    afterEach(closeAll)

    it('reads a header each time, unless `remember` is set', async () => {
      const answers = (remember) => {
        const app = install(express(), { remember })

        app.set('trust proxy', 2)
        app.get('/', (req, res) => {
          const before = [req.ip, ...req.ips]

          delete req.headers['x-forwarded-for']
          res.json([before, [req.ip, ...req.ips]])
        })
        return listenApp(app).then((port) => get(port, '/', THREE_ENTRIES)).then(({ body }) => body)
      }
      const client = ['203.0.113.7', '203.0.113.7', '10.0.0.5']

      assert.deepStrictEqual(await answers(false), [client, ['127.0.0.1']])
      assert.deepStrictEqual(await answers(true), [client, client])
    })

    describe('when the socket has been closed', () => {
      /** Resolves to req.ip and req.ips of an aborted request, read before and after. */
      async function aborted (app, { sub = false, first = true } = {}) {
        const end = new Promise((resolve) => {
          const handler = (req) => {
            const before = first ? [req.ip, req.ips] : undefined

            req.socket.once('close', () => {
              // Node's sockets keep their peer's address once it was read.
              // Other objects used as sockets may not.
              req.socket._peername = undefined
              resolve({ before, after: [req.ip, req.ips] })
            })
            req.socket.destroy()
          }
          const target = sub ? express() : app

          target.get('/', handler)
          if (sub) {
            app.use((req, res, next) => {
              req.outside = req.ip
              next()
            })
            target.set('trust proxy', 'loopback')
            app.use(target)
          }
        })
        const req = http.get({ host: '127.0.0.1', port: await listenApp(app), agent: false, headers: THREE_ENTRIES })

        await once(req, 'error')
        return end
      }

      it('has no answer by itself', async () => {
        const { before, after } = await aborted(trusting(install(express())))

        assert.deepStrictEqual(before, ['10.0.0.5', ['10.0.0.5']])
        assert.deepStrictEqual(after, [undefined, []])
      })

      it('keeps the answers read before, if `remember` is set', async () => {
        const { before, after } = await aborted(trusting(install(express(), { remember: true })))

        assert.deepStrictEqual(before, ['10.0.0.5', ['10.0.0.5']])
        assert.deepStrictEqual(after, before)
      })

      it('remembers the peer from when the request arrived, even if nothing read it', async () => {
        for (const sub of [false, true]) {
          const { after } = await aborted(trusting(install(express(), { remember: true })), { first: false, sub })

          assert.deepStrictEqual(after, ['10.0.0.5', ['10.0.0.5']])
        }
      })

      it('keeps the answers for a sub-app with another setting, too', async () => {
        const app = install(express(), { remember: true })

        app.set('trust proxy', true)
        const { after } = await aborted(app, { sub: true, first: false })

        assert.deepStrictEqual(after, ['10.0.0.5', ['10.0.0.5']])
      })

      function trusting (app) {
        return app.set('trust proxy', 'loopback')
      }
    })
  })
}
