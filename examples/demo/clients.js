'use strict'

const http = require('node:http')
const { plain } = require('./proxies')

const TRUSTED_HOST = 'shop.example'

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

module.exports = { ask, listClients }
