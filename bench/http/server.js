'use strict'

/*
 * A server in a process of its own, that answers each request with the
 * client's address:
 *
 *   node server.js <framework> <candidate> <host> <subnets>
 *
 * It sends { port } once it listens, or { unavailable } where the machine has
 * no such host; and { cpu }, the microseconds of CPU time it has used so far,
 * whenever it gets a message.
 */

const http = require('node:http')
const { loadedProxyAddr } = require('../../examples/demo/apps')
const { CONSTANT, subnets } = require('./cases')

const IMPLEMENTATIONS = {
  'proxy-addr-native': () => require('../..'),
  'proxy-addr': () => require('proxy-addr')
}

function bareServer (candidate, list) {
  if (candidate === 'no look-up') {
    return http.createServer((req, res) => { res.end(CONSTANT) })
  }
  const proxyaddr = IMPLEMENTATIONS[candidate]()
  const trust = proxyaddr.compile(list)
  return http.createServer((req, res) => { res.end(proxyaddr(req, trust)) })
}

/** @throws if Express runs on another proxy-addr than it should */
function checkProxyAddr (candidate) {
  const { name, loaded } = loadedProxyAddr('express')
  const wanted = candidate === 'no look-up' ? 'proxy-addr' : candidate
  if (!loaded || name !== wanted) throw new Error(`Express runs on ${name}, not on ${wanted}`)
}

function expressServer (candidate, list) {
  const express = require('express')
  checkProxyAddr(candidate)
  const app = express()
  app.set('trust proxy', list)
  app.get('/', candidate === 'no look-up'
    ? (req, res) => { res.send(CONSTANT) }
    : (req, res) => { res.send(req.ip) })
  return http.createServer(app)
}

function start (framework, candidate, host, count) {
  const make = framework === 'Express 5' ? expressServer : bareServer
  const server = make(candidate, subnets(count))
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
