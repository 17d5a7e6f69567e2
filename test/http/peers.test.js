'use strict'

const assert = require('node:assert')
const http = require('node:http')
const { chooseNetwork } = require('../../examples/demo/network')
const { ask, closeAll, serve } = require('./support/server')
const { needs } = require('../support/skip')

const HEADERS = { 'X-Forwarded-For': '192.0.2.1, 203.0.113.7, 10.0.0.5' }

describe('the peer of a connection', function () {
  let network

  before(async function () {
    network = await chooseNetwork()
  })

  afterEach(closeAll)

  it('is returned unchanged over IPv4', async function () {
    const { port } = await serve(http.createServer(), { host: '127.0.0.1' })

    assert.deepStrictEqual(await ask({ host: '127.0.0.1', port, headers: HEADERS }), {
      client: '203.0.113.7',
      trusted: ['127.0.0.1', '10.0.0.5', '203.0.113.7'],
      everything: ['127.0.0.1', '10.0.0.5', '203.0.113.7', '192.0.2.1']
    })
  })

  it('is returned unchanged over IPv6', async function () {
    needs(this, network.ipv6, 'the machine lacks IPv6')
    const { port } = await serve(http.createServer(), { host: '::1' })

    assert.deepStrictEqual(await ask({ host: '::1', port, headers: HEADERS }), {
      client: '203.0.113.7',
      trusted: ['::1', '10.0.0.5', '203.0.113.7'],
      everything: ['::1', '10.0.0.5', '203.0.113.7', '192.0.2.1']
    })
  })

  it('is trusted as an IPv4 address if a dual-stack listener maps it', async function () {
    needs(this, network.mapped, 'nothing can listen on a mapped address')
    const { port } = await serve(http.createServer(), { host: '::ffff:127.0.0.1' })

    assert.deepStrictEqual(await ask({ host: '127.0.0.1', port, headers: HEADERS }), {
      client: '203.0.113.7',
      trusted: ['::ffff:127.0.0.1', '10.0.0.5', '203.0.113.7'],
      everything: ['::ffff:127.0.0.1', '10.0.0.5', '203.0.113.7', '192.0.2.1']
    })
  })

  it('is the client, in its own spelling, without a header', async function () {
    const hosts = ['127.0.0.1', network.ipv6 && '::1', network.mapped && '::ffff:127.0.0.1']
    for (const host of hosts.filter(Boolean)) {
      const { port } = await serve(http.createServer(), { host })

      assert.deepStrictEqual(await ask({ host: host.replace('::ffff:', ''), port }), {
        client: host,
        trusted: [host],
        everything: [host]
      })
    }
  })
})
