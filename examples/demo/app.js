'use strict'

// The demonstration's app. It answers each client with what Express knows about
// it. apps.js starts it in a process of its own; when apps.js ends, so does it.

const { parseArgs } = require('node:util')
const { loadedProxyAddr } = require('./apps')

const { values } = parseArgs({
  options: {
    express: { type: 'string', default: 'express' },
    host: { type: 'string', default: '127.0.0.1' },
    trust: { type: 'string', default: 'loopback' }
  }
})

const express = require(values.express)
const app = express()
app.set('trust proxy', values.trust)
app.set('json spaces', 2)

app.get('/', (req, res) => {
  res.json({
    ip: req.ip,
    ips: req.ips,
    protocol: req.protocol,
    hostname: req.hostname,
    peer: req.socket.remoteAddress,
    forwardedFor: req.get('X-Forwarded-For')
  })
})

const server = app.listen(0, values.host, () => {
  process.send({
    port: server.address().port,
    express: require(`${values.express}/package.json`).version,
    proxyAddr: loadedProxyAddr(values.express)
  })
})

process.once('disconnect', () => process.exit())
