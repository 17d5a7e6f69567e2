'use strict'

/*
 * A server in its own process that answers each request with the client's
 * address:
 *
 *   node server.js <framework> <candidate> <host> <subnets>
 *
 * It sends { port } once it listens, or { unavailable } if the machine has no
 * such host. For each message that it receives, it sends { cpu }: the
 * microseconds of CPU time that it has used so far.
 */

const http = require('node:http')
const { copyExpress } = require('../candidates')
const { trusted } = require('../inputs')
const { CONSTANT } = require('../topics/http')

/** A server without a look-up keeps Express's own proxy-addr. */
const PACKAGES = {
  'proxy-addr-native': '../..', 'proxy-addr': 'proxy-addr', 'no look-up': 'proxy-addr'
}

function bareServer (candidate, proxyaddr, list) {
  const trust = proxyaddr.compile(list)
  return http.createServer(candidate === 'no look-up'
    ? (req, res) => { res.end(CONSTANT) }
    : (req, res) => { res.end(proxyaddr(req, trust)) })
}

function expressServer (candidate, proxyaddr, list) {
  const app = copyExpress(proxyaddr)()
  app.set('trust proxy', list)
  app.get('/', candidate === 'no look-up'
    ? (req, res) => { res.send(CONSTANT) }
    : (req, res) => { res.send(req.ip) })
  return http.createServer(app)
}

function start (framework, candidate, host, count) {
  const make = framework === 'Express 5' ? expressServer : bareServer
  const server = make(candidate, require(PACKAGES[candidate]), trusted(count))
  server.on('error', ({ code }) => process.send({ unavailable: code }))
  server.listen(0, host, () => process.send({ port: server.address().port }))
}

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send({ cpu: user + system })
})
process.once('disconnect', () => process.exit())

const [framework, candidate, host, count] = process.argv.slice(2)
start(framework, candidate, host, Number(count))
