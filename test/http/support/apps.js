'use strict'

const { once } = require('node:events')
const http = require('node:http')
const { listen, textOf } = require('./server')

const EXPRESS = { 'Express 4': require('express4'), 'Express 5': require('express') }

/** What the apps of these tests say about a request. */
function tell (req, res) {
  const { ip, ips, protocol, hostname } = req
  res.json({ ip, ips, protocol, hostname })
}

/** Lets an app listen; resolves to its port. closeAll() of server.js ends it. */
async function listenApp (app, where) {
  const { port } = await listen(http.createServer(app), where)
  return port
}

/** Resolves to what an app says: its status, and its body as JSON. */
async function get (port, path, headers = {}, options = {}) {
  const req = http.get({
    host: '127.0.0.1', port, path, agent: false, headers: { Host: 'app.example', ...headers }, ...options
  })
  const [res] = await once(req, 'response')
  return { status: res.statusCode, body: JSON.parse(await textOf(res)) }
}

module.exports = { EXPRESS, get, listenApp, tell }
