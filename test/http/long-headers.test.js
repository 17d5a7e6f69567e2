'use strict'

const assert = require('node:assert')
const http = require('node:http')
const { askRaw } = require('./support/raw')
const { closeAll, serve } = require('./support/server')

const PEER = '127.0.0.1'
const SIZES = { '1 KB': 1 << 10, '15 KB': 15 << 10, '100 KB': 100 << 10, '1 MB': 1 << 20 }

describe('a long X-Forwarded-For header on the wire', function () {
  this.timeout(30000)

  let server

  beforeEach(async function () {
    server = await serve(http.createServer({ maxHeaderSize: (1 << 20) + 4096 }))
  })

  afterEach(closeAll)

  for (const [name, size] of Object.entries(SIZES)) {
    it(`of ${name} is walked no further than to the client at its right end`, async function () {
      const forged = fill('192.0.2.1', size - '203.0.113.7'.length)
      const header = [...forged, '203.0.113.7'].join(', ')

      assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: ${header}`]), {
        client: '203.0.113.7',
        trusted: [PEER, '203.0.113.7'],
        everything: [PEER, '203.0.113.7', ...forged]
      })
    })

    it(`of ${name} is walked to its left end when all on the way are trusted`, async function () {
      const proxies = fill('10.0.0.5', size - '203.0.113.7'.length)
      const header = ['203.0.113.7', ...proxies].join(', ')

      assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: ${header}`]), {
        client: '203.0.113.7',
        trusted: [PEER, ...proxies, '203.0.113.7'],
        everything: [PEER, ...proxies, '203.0.113.7']
      })
    })

    it(`of ${name} may be a single element`, async function () {
      const client = '7'.repeat(size)

      assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: ${client}`]), {
        client,
        trusted: [PEER, client],
        everything: [PEER, client]
      })
    })
  }
})

/** As many copies of `address` as fit, with their separators, into `size`. */
function fill (address, size) {
  return Array(Math.floor(size / (address.length + 2))).fill(address)
}
