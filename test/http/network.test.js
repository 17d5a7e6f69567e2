'use strict'

const assert = require('node:assert')
const http = require('node:http')
const demo = require('../../examples/demo/clients')
const { setStage } = require('../../examples/demo/stage')
const { ask, closeAll, serve } = require('./support/server')
const { needs } = require('../support/skip')

const { chooseNetwork } = demo
const HEADERS = { 'X-Forwarded-For': '192.0.2.1, 203.0.113.7, 10.0.0.5' }

describe('the loopback addresses of the demonstration', function () {
  it('are one for each proxy and client if 127.0.0.0/8 is usable', async function () {
    const { clients, ...network } = await chooseNetwork(async () => true)

    assert.deepStrictEqual(network, {
      ipv6: true,
      mapped: true,
      direct: true,
      edgeAddress: '127.0.0.11',
      innerAddress: '127.0.0.12',
      innerHost: '127.0.0.1',
      appHost: '::ffff:127.0.0.1',
      trust: '127.0.0.11, 127.0.0.12',
      notShown: []
    })
    assert.strictEqual(clients(1), '127.0.0.21')
  })

  it('omit IPv6 if it is missing', async function () {
    const { clients, ...network } = await chooseNetwork(async (host) => !host.includes(':'))

    assert.deepStrictEqual(network, {
      ipv6: false,
      mapped: false,
      direct: true,
      edgeAddress: '127.0.0.11',
      innerAddress: '127.0.0.12',
      innerHost: '127.0.0.1',
      appHost: '127.0.0.1',
      trust: '127.0.0.11, 127.0.0.12',
      notShown: ['the IPv6 client (no ::1 here)', 'the mapped client (no IPv6 here)']
    })
    assert.strictEqual(clients(1), '127.0.0.21')
  })

  it('are refused if clients would look like proxies', async function () {
    await assert.rejects(chooseNetwork(async (host) => host === '127.0.0.1'), {
      name: 'Error',
      message: 'loopback has neither 127.0.0.2 nor ::1, so clients would look like proxies: ' +
        'enable IPv6 on loopback, or run this on Linux'
    })
  })

  it('distinguish clients and proxies if only 127.0.0.1 and ::1 exist', async function () {
    const { ipv6 } = await chooseNetwork()
    needs(this, ipv6, 'the machine lacks IPv6')
    const network = await chooseNetwork(async (host) => host !== '127.0.0.2')
    const stage = await setStage(network)

    try {
      const answers = []
      for (const client of demo.listClients(network)) {
        const { ip, ips, forwardedFor } = await demo.ask(client, stage.native)
        answers.push({ title: client.title, ip, ips, forwardedFor })
      }
      assert.deepStrictEqual(answers, [
        {
          title: 'An honest client over IPv4',
          ip: '127.0.0.1',
          ips: ['127.0.0.1', '::1'],
          forwardedFor: '127.0.0.1, ::1'
        },
        {
          title: 'A spoofing client that claims to be our own proxy',
          ip: '127.0.0.1',
          ips: ['127.0.0.1', '::1'],
          forwardedFor: '::1, 127.0.0.1, ::1'
        },
        {
          title: "A spoofing client that claims somebody else's address, host and protocol",
          ip: '127.0.0.1',
          ips: ['127.0.0.1', '::1'],
          forwardedFor: '203.0.113.7, 127.0.0.1, ::1'
        },
        {
          title: 'An IPv4 client of a dual-stack listener, which sees it as ::ffff:…',
          ip: '::ffff:127.0.0.1',
          ips: ['::ffff:127.0.0.1', '::1'],
          forwardedFor: '::ffff:127.0.0.1, ::1'
        }
      ])
    } finally {
      await stage.stop()
    }
  })
})

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
