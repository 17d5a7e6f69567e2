'use strict'

/* The addresses that this machine offers, and the clients that the demonstration shows. */

const http = require('node:http')
const net = require('node:net')
const { plain } = require('./stage')

const TRUSTED_HOST = 'shop.example'

/**
 * Chooses loopback addresses that distinguish clients from proxies.
 *
 * Linux offers all of 127.0.0.0/8: each proxy and each client gets an address of its
 * own. If only 127.0.0.1 exists, the proxies connect to each other over ::1, and the
 * clients come from 127.0.0.1. A client from ::1 would then look like a proxy, so it
 * is left out.
 *
 * The app listens on ::ffff:127.0.0.1 if that is possible. It then sees its peers as
 * `::ffff:…`, like every server that listens on `::`, but cannot be reached from
 * outside.
 */
async function chooseNetwork (canListen = canListenOn) {
  const many = await canListen('127.0.0.2')
  const ipv6 = await canListen('::1')
  const mapped = await canListen('::ffff:127.0.0.1')

  if (many) {
    return {
      clients: (n) => `127.0.0.${20 + n}`,
      ipv6,
      mapped,
      direct: true,
      edgeAddress: '127.0.0.11',
      innerAddress: '127.0.0.12',
      innerHost: '127.0.0.1',
      appHost: mapped ? '::ffff:127.0.0.1' : '127.0.0.1',
      trust: '127.0.0.11, 127.0.0.12',
      notShown: [
        ...(ipv6 ? [] : ['the IPv6 client (no ::1 here)']),
        ...(mapped ? [] : ['the mapped client (no IPv6 here)'])
      ]
    }
  }
  if (ipv6) {
    return {
      clients: () => '127.0.0.1',
      ipv6: false,
      mapped,
      direct: false,
      edgeAddress: '::1',
      innerAddress: '::1',
      innerHost: '::1',
      appHost: '::1',
      trust: '::1',
      notShown: [
        'the IPv6 client (there is no 127.0.0.2 here, so the proxies use ::1)',
        'the client that bypasses the proxies (it would need ::1, too)',
        ...(mapped ? [] : ['the mapped client (no dual-stack listener here)'])
      ]
    }
  }
  throw new Error(
    'loopback has neither 127.0.0.2 nor ::1, so clients would look like proxies: ' +
    'enable IPv6 on loopback, or run this on Linux'
  )
}

function canListenOn (host) {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen(0, host, () => server.close(() => resolve(true)))
  })
}

/**
 * Returns the clients to show: who they are, where they come from, which listener
 * of the edge proxy they connect to, and which headers they send. A `direct` client
 * bypasses the proxies and connects to the app.
 */
function listClients (network) {
  const { clients, edgeAddress } = network
  return [
    {
      title: 'An honest client over IPv4',
      from: clients(1),
      reach: '127.0.0.1',
      headers: {}
    },
    {
      title: 'A spoofing client that claims to be our own proxy',
      from: clients(2),
      reach: '127.0.0.1',
      headers: { 'X-Forwarded-For': edgeAddress }
    },
    {
      title: "A spoofing client that claims somebody else's address, host and protocol",
      from: clients(3),
      reach: '127.0.0.1',
      headers: {
        'X-Forwarded-For': '203.0.113.7',
        'X-Forwarded-Host': 'bank.example',
        'X-Forwarded-Proto': 'gopher'
      }
    },
    network.ipv6 && {
      title: 'An honest client over IPv6',
      from: '::1',
      reach: '::1',
      headers: {}
    },
    network.mapped && {
      title: 'An IPv4 client of a dual-stack listener, which sees it as ::ffff:…',
      from: clients(4),
      reach: '::ffff:127.0.0.1',
      headers: {}
    },
    network.direct && {
      title: 'A spoofing client that found a way past the proxies',
      from: clients(5),
      direct: true,
      headers: { 'X-Forwarded-For': '203.0.113.7' }
    }
  ].filter(Boolean)
}

/** Sends a client's request to one side of the stage. Resolves to the app's answer. */
function ask (client, { app, appHost, ports }) {
  const host = client.direct ? appHost : plain(client.reach)
  const port = client.direct ? app.port : ports[client.reach]
  return new Promise((resolve, reject) => {
    const request = http.get({
      host,
      port,
      path: '/',
      agent: false,
      localAddress: client.from,
      headers: { Host: TRUSTED_HOST, ...client.headers }
    }, async (response) => {
      try {
        const body = (await response.setEncoding('utf8').toArray()).join('')
        if (response.statusCode !== 200) {
          throw new Error(`status ${response.statusCode}: ${body}`)
        }
        resolve(JSON.parse(body))
      } catch (error) {
        reject(error)
      }
    })
    request.once('error', reject)
    request.setTimeout(60_000, () => {
      request.destroy(new Error(`no answer from ${host}:${port}`))
    })
  })
}

module.exports = { ask, chooseNetwork, listClients }
