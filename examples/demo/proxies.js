'use strict'

const http = require('node:http')

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

module.exports = { plain, startProxy }
