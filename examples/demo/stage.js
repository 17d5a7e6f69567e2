'use strict'

const http = require('node:http')
const { startApp } = require('./app')

/**
 * Starts the app and its two proxies, twice:
 *
 *     client > edge proxy > inner proxy > app on this package
 *     client > edge proxy > inner proxy > app on the original proxy-addr
 *
 * Resolves to `{ native, original, stop }`. In each side, `app` describes the app,
 * and `ports` has the ports of its edge proxy.
 */
async function setStage (network, { express = 'express' } = {}) {
  const running = []
  const stop = () => Promise.all(running.splice(0).reverse().map((end) => end()))
  try {
    const native = await startSide(network, express, true, running)
    const original = await startSide(network, express, false, running)
    return { native, original, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startSide (network, express, native, running) {
  const { appHost, trust } = network
  const app = await startApp({
    args: ['--express', express, '--host', appHost, '--trust', trust],
    native
  })
  running.push(app.stop)

  const chain = await startChain(network, app)
  running.push(chain.close)
  return { app, appHost: plain(appHost), ports: chain.ports }
}

/**
 * Starts two proxies in front of an app that listens on `app.port`. Resolves to
 * `{ ports, close }`, where `ports[host]` is the edge proxy's port.
 */
async function startChain (network, app) {
  const inner = await startProxy({
    hosts: [network.innerHost],
    target: { host: network.appHost, port: app.port },
    address: network.innerAddress
  })
  const edge = await startProxy({
    hosts: edgeHosts(network),
    target: { host: network.innerHost, port: inner.ports[network.innerHost] },
    address: network.edgeAddress,
    edge: { protocol: 'https' }
  })
  return {
    ports: edge.ports,
    close () {
      edge.close()
      inner.close()
    }
  }
}

function edgeHosts ({ ipv6, mapped }) {
  return [
    '127.0.0.1',
    ...(ipv6 ? ['::1'] : []),
    ...(mapped ? ['::ffff:127.0.0.1'] : [])
  ]
}

/**
 * Starts a reverse proxy that handles X-Forwarded-For like nginx's
 * `$proxy_add_x_forwarded_for`: it appends the address of its own client to whatever
 * that client sent. (httpxy's `xfwd` option keeps an existing header, which would let
 * a client choose its address.)
 *
 * An edge proxy also sets X-Forwarded-Proto and X-Forwarded-Host, and overwrites
 * whatever the client sent; an inner proxy passes them on.
 *
 * - `hosts`: loopback addresses to listen on, each with a free port
 * - `target`: `{ host, port }` to pass requests to
 * - `address`: the local address to connect to the target from
 * - `edge`: `{ protocol }` for an edge proxy
 *
 * Resolves to `{ ports, close }`, where `ports[host]` is the port.
 */
async function startProxy ({ hosts, target, address, edge }) {
  const { createProxyServer } = await import('httpxy')
  const agent = new http.Agent({ keepAlive: true })
  const proxy = createProxyServer({
    agent,
    localAddress: address,
    target: { protocol: 'http:', host: plain(target.host), port: target.port }
  })

  const servers = hosts.map(() => http.createServer((req, res) => {
    proxy.web(req, res, { headers: forwarded(req, edge) }).catch((error) => {
      if (!res.headersSent) res.writeHead(502)
      res.end(`the proxy could not pass the request on: ${error.message}\n`)
    })
  }))

  const ports = {}
  for (const [i, host] of hosts.entries()) {
    ports[host] = await listen(servers[i], host)
  }
  return {
    ports,
    close () {
      agent.destroy()
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
    }
  }
}

function forwarded (req, edge) {
  const before = req.headers['x-forwarded-for']
  const client = req.socket.remoteAddress
  return {
    'x-forwarded-for': before ? `${before}, ${client}` : client,
    ...(edge && {
      'x-forwarded-proto': edge.protocol,
      'x-forwarded-host': req.headers.host
    })
  }
}

/** The address to connect to: a listener on a mapped address is reached over IPv4. */
function plain (host) {
  return host.replace(/^::ffff:/, '')
}

function listen (server, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, () => resolve(server.address().port))
  })
}

module.exports = { plain, setStage, startChain }
