'use strict'

const assert = require('node:assert')
const http = require('node:http')
const { askRaw } = require('./support/raw')
const { closeAll, serve } = require('./support/server')

const PEER = '127.0.0.1'

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

  it('may have empty elements, which are passed over', async function () {
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

  it('is understood in HTTP/1.0', async function () {
    assert.deepStrictEqual(await askRaw(server, ['X-Forwarded-For: 203.0.113.7'], '1.0'), {
      client: '203.0.113.7',
      trusted: [PEER, '203.0.113.7'],
      everything: [PEER, '203.0.113.7']
    })
  })

  it('comes back byte for byte where it has bytes from 0x80 to 0xff', async function () {
    const bytes = String.fromCharCode(...Array.from({ length: 0x80 }, (_, i) => 0x80 + i))

    assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: ${bytes}, 10.0.0.5`]), {
      client: bytes,
      trusted: [PEER, '10.0.0.5', bytes],
      everything: [PEER, '10.0.0.5', bytes]
    })
  })

  it('is not trusted for an address with a high byte at any place', async function () {
    for (const address of ['\xa010.0.0.5', '10.0.0.5\xa0', '1\xb0.0.0.5', '10.0.0.\xb5', '\xff']) {
      assert.deepStrictEqual(await askRaw(server, [`X-Forwarded-For: 203.0.113.7, ${address}`]), {
        client: address,
        trusted: [PEER, address],
        everything: [PEER, address, '203.0.113.7']
      })
    }
  })

  it('may spell addresses in ways that only a lenient parser takes', async function () {
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
