'use strict'

const express = require('express')

const app = express()
app.set('trust proxy', ['loopback', 'uniquelocal'])

app.get('/', (req, res) => {
  const { ip, ips, protocol, hostname } = req
  res.json({ ip, ips, protocol, hostname })
})

const server = app.listen(process.env.PORT ?? 0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})

process.once('SIGTERM', () => server.close())
