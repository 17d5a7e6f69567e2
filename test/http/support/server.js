'use strict'

const assert = require('node:assert')
const { once } = require('node:events')
const http = require('node:http')
const net = require('node:net')
const v8 = require('node:v8')
const original = require('proxy-addr')
const native = require('../../..')

const IMPLEMENTATIONS = [native, original]

const EXPRESS = { 'Express 4': require('express4'), 'Express 5': require('express') }

/** The trust list of the servers in these tests. */
const TRUSTED = ['loopback', 'uniquelocal']

const trusts = new Map(IMPLEMENTATIONS.map((proxyaddr) => {
  return [proxyaddr, proxyaddr.compile(TRUSTED)]
}))

/**
 * Returns this package's answers about a request, after checking that the original
 * gives the same answers about the same request object.
 */
function judge (req) {
  const [ours, theirs] = IMPLEMENTATIONS.map((proxyaddr) => {
    const trust = trusts.get(proxyaddr)
    return {
      client: proxyaddr(req, trust),
      trusted: proxyaddr.all(req, trust),
      everything: proxyaddr.all(req)
    }
  })
  assert.deepStrictEqual(ours, theirs)
  return ours
}

const running = new Map()

/**
 * Lets `server` listen, at a socket's `path` or on a free port of `host`, and
 * answer every request with judge()'s verdict. Resolves to `server.address()`.
 */
function serve (server, where) {
  server.on('request', (req, res) => {
    try {
      res.end(encode(judge(req)))
    } catch (error) {
      res.statusCode = 500
      res.end(error.message)
    }
  })
  return listen(server, where)
}

/** Like `serve`, but leaves the requests to the test. */
async function listen (server, { path, host = '127.0.0.1' } = {}) {
  const sockets = new Set()
  server.on('connection', (socket) => sockets.add(socket))
  running.set(server, sockets)
  server.listen(path ? { path } : { host, port: 0 })
  await once(server, 'listening')
  return server.address()
}

/** Closes every listening server, and the connections to it. */
async function closeAll () {
  for (const [server, sockets] of running) {
    running.delete(server)
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
}

/** Sends a request over http or https; resolves to the verdict. */
async function ask (options, request = http.request) {
  const req = request({ host: '127.0.0.1', agent: false, ...options })
  req.end()
  const [res] = await once(req, 'response')
  return verdictOf(res.statusCode, await textOf(res))
}

function verdictOf (status, body) {
  if (status !== 200) throw new Error(`status ${status}: ${body}`)
  return decode(body)
}

async function textOf (stream) {
  return (await stream.setEncoding('latin1').toArray()).join('')
}

// Not JSON: an address may be undefined.
function encode (verdict) {
  return v8.serialize(verdict).toString('base64')
}

function decode (text) {
  return v8.deserialize(Buffer.from(text, 'base64'))
}

/**
 * Sends a request whose header lines are given byte for byte (each character
 * is one byte), over a connection of its own; resolves to the verdict.
 */
async function askRaw ({ port, host = '127.0.0.1' }, lines, version = '1.1') {
  const socket = net.connect(port, host)
  await once(socket, 'connect')
  const head = [
    `GET / HTTP/${version}`,
    'Host: app.example',
    'Connection: close',
    ...lines
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  const answer = await textOf(socket)
  const [top, body] = answer.split('\r\n\r\n')
  return verdictOf(Number(top.split(' ')[1]), body)
}

/** Answers a request with what the app knows about it. */
function answer (req, res) {
  const { ip, ips, protocol, hostname } = req
  res.json({ ip, ips, protocol, hostname })
}

/** Lets an app listen, until closeAll(); resolves to its port. */
async function listenApp (app, where) {
  const { port } = await listen(http.createServer(app), where)
  return port
}

/** Sends a request to an app; resolves to the status, and the body as JSON. */
async function get (port, path, headers = {}, options = {}) {
  const req = http.get({
    host: '127.0.0.1', port, path, agent: false, headers: { Host: 'app.example', ...headers }, ...options
  })
  const [res] = await once(req, 'response')
  return { status: res.statusCode, body: JSON.parse(await textOf(res)) }
}

module.exports = {
  EXPRESS, answer, ask, askRaw, closeAll, get, judge, listen, listenApp, serve, textOf, verdictOf
}
