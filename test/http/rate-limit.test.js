'use strict'

const assert = require('node:assert')
const { rateLimit } = require('express-rate-limit')
const install = require('proxy-addr-native/express')
const { trustProxy } = require('proxy-addr-native')
const { ask, chooseNetwork } = require('../../examples/demo/clients')
const { plain, startChain } = require('../../examples/demo/stage')
const { needs } = require('../support/skip')
const { EXPRESS, closeAll, listenApp } = require('./support/server')

const LIMIT = 3

/** The ways to configure an app's proxies. */
const WAYS = {
  'proxy-addr-native/express and a list': (app, trust) => install(app).set('trust proxy', trust),
  'proxy-addr-native/express and two hops': (app) => install(app, { remember: true }).set('trust proxy', 2),
  'a function of trustProxy()': (app, trust) => app.set('trust proxy', trustProxy(trust))
}

for (const [name, express] of Object.entries(EXPRESS)) {
  for (const [way, prepare] of Object.entries(WAYS)) {
    describe(`express-rate-limit in ${name} after two proxies, by ${way},`, function () {
      let network
      let chain
      let side
      let buckets
      let limited

      beforeEach(async function () {
        network = await chooseNetwork()
        needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')
        buckets = new Map()

        const app = limited = express()
        prepare(app, network.trust)
        app.use(rateLimit({
          windowMs: 3600000,
          limit: LIMIT,
          legacyHeaders: false,
          handler: (req, res) => res.json('limited'),
          store: counting(buckets)
        }))
        app.get('/', (req, res) => res.json('served'))

        const port = await listenApp(app, { host: network.appHost })
        chain = await startChain(network, { port })
        side = { app: { port }, appHost: plain(network.appHost), ports: chain.ports }
      })

      afterEach(async function () {
        chain?.close()
        chain = undefined
        await closeAll()
      })

      /** Resolves to the answers to repeated requests from a client with this address. */
      async function send (from, headers, more = {}) {
        const answers = []
        for (const header of headers) {
          answers.push(await ask({
            from, reach: '127.0.0.1', headers: header ? { 'X-Forwarded-For': header } : {}, ...more
          }, side))
        }
        return answers
      }

      const served = new Array(LIMIT).fill('served')

      it('keeps one bucket for each client', async function () {
        assert.deepStrictEqual(await send('127.0.0.21', ['', '', '', '']), [...served, 'limited'])
        assert.deepStrictEqual(await send('127.0.0.22', ['', '', '', '']), [...served, 'limited'])
        assert.deepStrictEqual([...buckets], [['127.0.0.21', 4], ['127.0.0.22', 4]])
      })

      it('is not evaded by a client that writes the header itself', async function () {
        const forged = [
          '203.0.113.1', '203.0.113.2', '203.0.113.3, 127.0.0.11', '127.0.0.22',
          `${network.edgeAddress}, ${network.innerAddress}`, ', ,', '203.0.113.4,', 'a, b, c, d'
        ]

        assert.deepStrictEqual(await send('127.0.0.23', forged),
          [...served, ...new Array(forged.length - LIMIT).fill('limited')])
        assert.deepStrictEqual([...buckets], [['127.0.0.23', forged.length]])
      })

      it("does not fill another client's bucket", async function () {
        await send('127.0.0.24', new Array(5).fill('127.0.0.25'))
        assert.deepStrictEqual(await send('127.0.0.25', ['', '', '']), served)
      })

      it('would be evaded if everybody were trusted', async function () {
        limited.set('trust proxy', trustProxy(true))
        assert.deepStrictEqual(await send('127.0.0.27', ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4']),
          [...served, 'served'])
      })

      if (!way.includes('hops')) {
        it('is not evaded by a client that bypasses the proxies', async function () {
          const answers = await send('127.0.0.26', ['203.0.113.1', '203.0.113.2', '127.0.0.12', '203.0.113.4'],
            { direct: true })

          assert.deepStrictEqual(answers, [...served, 'limited'])
          assert.equal(buckets.size, 1)
        })
      }
    })
  }
}

/** A store that counts in a map, so that a test can see the keys. */
function counting (buckets) {
  return {
    localKeys: true,
    increment (key) {
      buckets.set(key, (buckets.get(key) ?? 0) + 1)
      return { totalHits: buckets.get(key), resetTime: undefined }
    },
    decrement (key) { buckets.set(key, buckets.get(key) - 1) },
    resetKey (key) { buckets.delete(key) }
  }
}
