'use strict'

const http = require('node:http')
const proxyaddr = require('proxy-addr-native')

// Compile once, and use the set for every request.
const trust = proxyaddr.compile(['loopback', 'uniquelocal'])

const server = http.createServer((req, res) => {
  res.setHeader('Content-Type', 'application/json')
  res.end(JSON.stringify({
    ip: proxyaddr(req, trust),
    trusted: proxyaddr.all(req, trust),
    everything: proxyaddr.all(req)
  }))
})

server.listen(process.env.PORT ?? 0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})

process.once('SIGTERM', () => server.close())
