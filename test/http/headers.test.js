'use strict'

const assert = require('node:assert')
const http = require('node:http')
const { askRaw, closeAll, serve } = require('./support/server')

const PEER = '127.0.0.1'
const SIZES = { '1 KB': 1 << 10, '15 KB': 15 << 10, '100 KB': 100 << 10, '1 MB': 1 << 20 }

describe('an X-Forwarded-For header on the wire', function () {
  let server

  beforeEach(async function () {
    server = await serve(http.createServer())
  })

  afterEach(closeAll)

  it('is found whatever the case of its name', async function () {
    assert.deepStrictEqual(await askRaw(server, ['x-FORWARDED-fOR: 203.0.113.7']), {
      client: '203.0.113.7',
      trusted: [PEER, '203.0.113.7'],
      everything: [PEER, '203.0.113.7']
    })
  })

  it('may be spread over two lines, the second of which is nearer', async function () {
    const lines = [
      'X-Forwarded-For: 192.0.2.1, 203.0.113.7',
      'Accept: */*',
      'X-Forwarded-For: 10.0.0.5'
    ]

    assert.deepStrictEqual(await askRaw(server, lines), {
      client: '203.0.113.7',
      trusted: [PEER, '10.0.0.5', '203.0.113.7'],
      everything: [PEER, '10.0.0.5', '203.0.113.7', '192.0.2.1']
    })
  })

  it('counts as absent when its value is empty', async function () {
    for (const value of ['', '   ', '\t']) {
      assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For:${value}`]), {
        client: PEER,
        trusted: [PEER],
        everything: [PEER]
      })
    }
  })

  it('may have empty elements, which are skipped', async function () {
    const lines = ['X-Forwarded-For: ,, 203.0.113.7 ,,  , 10.0.0.5 ,']

    assert.deepStrictEqual(await askRaw(server, lines), {
      client: '203.0.113.7',
      trusted: [PEER, '10.0.0.5', '203.0.113.7'],
      everything: [PEER, '10.0.0.5', '203.0.113.7']
    })
  })

  it('keeps tabs inside, and an address with a tab is not trusted', async function () {
    assert.deepStrictEqual(await askRaw(server, ['X-Forwarded-For: 203.0.113.7,\t10.0.0.5']), {
      client: '\t10.0.0.5',
      trusted: [PEER, '\t10.0.0.5'],
      everything: [PEER, '\t10.0.0.5', '203.0.113.7']
    })
  })

  it('is read in HTTP/1.0', async function () {
    assert.deepStrictEqual(await askRaw(server, ['X-Forwarded-For: 203.0.113.7'], '1.0'), {
      client: '203.0.113.7',
      trusted: [PEER, '203.0.113.7'],
      everything: [PEER, '203.0.113.7']
    })
  })

  it('is returned byte for byte if it has bytes from 0x80 to 0xff', async function () {
    const bytes = String.fromCharCode(...Array.from({ length: 0x80 }, (_, i) => 0x80 + i))

    assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: ${bytes}, 10.0.0.5`]), {
      client: bytes,
      trusted: [PEER, '10.0.0.5', bytes],
      everything: [PEER, '10.0.0.5', bytes]
    })
  })

  it('is not trusted if its address has a high byte anywhere', async function () {
    for (const address of ['\xa010.0.0.5', '10.0.0.5\xa0', '1\xb0.0.0.5', '10.0.0.\xb5', '\xff']) {
      assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: 203.0.113.7, ${address}`]), {
        client: address,
        trusted: [PEER, address],
        everything: [PEER, address, '203.0.113.7']
      })
    }
  })

  it('may have addresses that only a lenient parser accepts', async function () {
    const spellings = ['012.0.0.5', '0xa.0.0.5', '167772165', '::ffff:10.0.0.5', 'fd00::1%eth0']
    for (const address of spellings) {
      assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: 203.0.113.7, ${address}`]), {
        client: '203.0.113.7',
        trusted: [PEER, address, '203.0.113.7'],
        everything: [PEER, address, '203.0.113.7']
      })
    }
  })
})

describe('a long X-Forwarded-For header on the wire', function () {
  let server

  beforeEach(async function () {
    server = await serve(http.createServer({ maxHeaderSize: (1 << 20) + 4096 }))
  })

  afterEach(closeAll)

  for (const [name, size] of Object.entries(SIZES)) {
    it(`of ${name} is walked only to the client at its right end`, async function () {
      const forged = fill('192.0.2.1', size - '203.0.113.7'.length)
      const header = [...forged, '203.0.113.7'].join(', ')

      assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: ${header}`]), {
        client: '203.0.113.7',
        trusted: [PEER, '203.0.113.7'],
        everything: [PEER, '203.0.113.7', ...forged]
      })
    })

    it(`of ${name} is walked to its left end if all entries are trusted`, async function () {
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

/** Returns as many copies of `address`, with separators, as fit into `size`. */
function fill (address, size) {
  return Array(Math.floor(size / (address.length + 2))).fill(address)
}
