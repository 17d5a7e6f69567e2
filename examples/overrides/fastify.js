'use strict'

const fastify = require('fastify')

const app = fastify({ trustProxy: 'loopback, uniquelocal' })

app.get('/', async (request) => {
  const { ip, ips, protocol, hostname } = request
  return { ip, ips, protocol, hostname }
})

app.listen({ host: '127.0.0.1', port: process.env.PORT ?? 0 }).then((url) => {
  console.log(`${url}/`)
})

process.once('SIGTERM', () => app.close())
