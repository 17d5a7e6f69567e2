'use strict'

const assert = require('node:assert')
const { once } = require('node:events')
const http = require('node:http')
const http2 = require('node:http2')
const https = require('node:https')
const net = require('node:net')
const path = require('node:path')
const selfsigned = require('selfsigned')
const { chooseNetwork } = require('../../examples/demo/clients')
const { needs } = require('../support/skip')
const { ask, closeAll, judge, listen, serve, textOf, verdictOf } = require('./support/server')
const { makeTemp, remove } = require('../support/temp')

const HEADERS = { 'X-Forwarded-For': '203.0.113.7, 10.0.0.5' }
const SPOOFED = { 'X-Forwarded-For': '192.0.2.1, 203.0.113.7, 10.0.0.5' }
const BEHIND_ONE_PROXY = {
  client: '203.0.113.7',
  trusted: ['127.0.0.1', '10.0.0.5', '203.0.113.7'],
  everything: ['127.0.0.1', '10.0.0.5', '203.0.113.7']
}

describe('a request', function () {
  afterEach(closeAll)

  it('is judged over http', async function () {
    const { port } = await serve(http.createServer())

    assert.deepStrictEqual(await ask({ port, headers: HEADERS }), BEHIND_ONE_PROXY)
  })

  it('is judged over https', async function () {
    const { private: key, cert } = await selfsigned.generate(null, { keyType: 'ec' })
    const { port } = await serve(https.createServer({ key, cert }))

    assert.deepStrictEqual(
      await ask({ port, headers: HEADERS, ca: cert, checkServerIdentity: () => {} }, https.request),
      BEHIND_ONE_PROXY
    )
  })

  it('is judged separately each time on a connection that is kept alive', async function () {
    const { port } = await serve(http.createServer())
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const headers = [
      { 'X-Forwarded-For': '203.0.113.1' },
      { 'X-Forwarded-For': '203.0.113.2, 10.0.0.5' },
      {},
      { 'X-Forwarded-For': '203.0.113.1' }
    ]

    const verdicts = []
    const sockets = new Set()
    agent.on('free', (socket) => sockets.add(socket))
    for (const each of headers) verdicts.push(await ask({ port, agent, headers: each }))
    agent.destroy()

    assert.strictEqual(sockets.size, 1)
    assert.deepStrictEqual(verdicts, [
      {
        client: '203.0.113.1',
        trusted: ['127.0.0.1', '203.0.113.1'],
        everything: ['127.0.0.1', '203.0.113.1']
      },
      {
        client: '203.0.113.2',
        trusted: ['127.0.0.1', '10.0.0.5', '203.0.113.2'],
        everything: ['127.0.0.1', '10.0.0.5', '203.0.113.2']
      },
      {
        client: '127.0.0.1',
        trusted: ['127.0.0.1'],
        everything: ['127.0.0.1']
      },
      {
        client: '203.0.113.1',
        trusted: ['127.0.0.1', '203.0.113.1'],
        everything: ['127.0.0.1', '203.0.113.1']
      }
    ])
  })

  it('is judged if it requests an upgrade', async function () {
    const server = http.createServer()
    const { port } = await serve(server)
    const upgrade = once(server, 'upgrade')
    const client = http.request({
      host: '127.0.0.1',
      port,
      headers: { ...HEADERS, Connection: 'Upgrade', Upgrade: 'websocket' }
    })
    client.on('error', () => {})
    client.end()

    const [req, socket] = await upgrade
    const verdict = judge(req)
    socket.destroy()

    assert.deepStrictEqual(verdict, BEHIND_ONE_PROXY)
  })

  it('has no peer address over a Unix socket, so no header is believed', async function () {
    needs(this, process.platform !== 'win32', 'Windows has no such sockets')
    const directory = makeTemp()
    try {
      const socketPath = path.join(directory, 'app.sock')
      await serve(http.createServer(), { path: socketPath })

      assert.deepStrictEqual(await ask({ host: undefined, socketPath, headers: HEADERS }), {
        client: undefined,
        trusted: [undefined],
        everything: [undefined, '10.0.0.5', '203.0.113.7']
      })
    } finally {
      remove(directory)
    }
  })

  it('has no peer address once its socket is destroyed', async function () {
    const server = http.createServer()
    const { port } = await listen(server)
    const request = once(server, 'request')
    const client = http.get({ host: '127.0.0.1', port, headers: HEADERS })
    client.on('error', () => {})

    const [req] = await request
    req.socket.destroy()

    assert.deepStrictEqual(judge(req), {
      client: undefined,
      trusted: [undefined],
      everything: [undefined, '10.0.0.5', '203.0.113.7']
    })
  })

  it('has no peer address if its client disconnected before it is read', async function () {
    const server = http.createServer()
    const { port } = await listen(server)
    const request = once(server, 'request')
    const client = net.connect(port, '127.0.0.1')
    client.write('GET / HTTP/1.1\r\nHost: app.example\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n')

    const [req] = await request
    client.resetAndDestroy()
    await new Promise((resolve) => req.socket.once('close', resolve))

    assert.deepStrictEqual(judge(req), {
      client: undefined,
      trusted: [undefined],
      everything: [undefined, '203.0.113.7']
    })
  })

  it('keeps the peer address that was read before its socket was destroyed', async function () {
    const server = http.createServer()
    const { port } = await listen(server)
    const request = once(server, 'request')
    const client = http.get({ host: '127.0.0.1', port, headers: HEADERS })
    client.on('error', () => {})

    const [req] = await request
    const before = judge(req)
    req.socket.destroy()

    assert.deepStrictEqual(before, BEHIND_ONE_PROXY)
    assert.deepStrictEqual(judge(req), BEHIND_ONE_PROXY)
  })
})

describe("a request of http2's compatibility API", function () {
  afterEach(closeAll)

  it('is judged over clear text', async function () {
    const { port } = await serve(http2.createServer())
    const session = http2.connect(`http://127.0.0.1:${port}`)

    const verdict = await askStream(session, { 'x-forwarded-for': '203.0.113.7, 10.0.0.5' })
    session.close()

    assert.deepStrictEqual(verdict, BEHIND_ONE_PROXY)
  })

  it('is judged over TLS, beside HTTP/1.1 on the same port', async function () {
    const { private: key, cert } = await selfsigned.generate(null, { keyType: 'ec' })
    const { port } = await serve(http2.createSecureServer({ key, cert, allowHTTP1: true }))
    const tls = { ca: cert, checkServerIdentity: () => {} }
    const headers = { 'x-forwarded-for': '203.0.113.7, 10.0.0.5' }
    const session = http2.connect(`https://127.0.0.1:${port}`, tls)

    const second = await askStream(session, headers)
    session.close()
    const first = await ask({ port, headers, ...tls }, https.request)

    assert.deepStrictEqual(second, BEHIND_ONE_PROXY)
    assert.deepStrictEqual(first, BEHIND_ONE_PROXY)
  })

  it('may have the header twice', async function () {
    const { port } = await serve(http2.createServer())
    const session = http2.connect(`http://127.0.0.1:${port}`)

    const verdict = await askStream(session, { 'x-forwarded-for': ['203.0.113.7', '10.0.0.5'] })
    session.close()

    assert.deepStrictEqual(verdict, BEHIND_ONE_PROXY)
  })

  it('is judged by its own header among others on one connection', async function () {
    const { port } = await serve(http2.createServer())
    const session = http2.connect(`http://127.0.0.1:${port}`)
    const clients = ['203.0.113.1', '203.0.113.2', '203.0.113.3']

    const verdicts = await Promise.all(clients.map((client) => {
      return askStream(session, { 'x-forwarded-for': client })
    }))
    session.close()

    assert.deepStrictEqual(verdicts, clients.map((client) => ({
      client,
      trusted: ['127.0.0.1', client],
      everything: ['127.0.0.1', client]
    })))
  })

  it('has no peer address once its session is destroyed', async function () {
    const server = http2.createServer()
    const { port } = await listen(server)
    const request = once(server, 'request')
    const session = http2.connect(`http://127.0.0.1:${port}`)
    session.on('error', () => {})
    const stream = session.request({ 'x-forwarded-for': '203.0.113.7' })
    stream.on('error', () => {})

    const [req] = await request
    const closed = once(req.stream, 'close')
    req.stream.session.destroy()
    await closed

    assert.deepStrictEqual(judge(req), {
      client: undefined,
      trusted: [undefined],
      everything: [undefined, '203.0.113.7']
    })
  })
})

async function askStream (session, headers) {
  const stream = session.request({ ':path': '/', ...headers })
  const [response] = await once(stream, 'response')
  return verdictOf(response[':status'], await textOf(stream))
}

describe('the peer of a connection', function () {
  let network

  before(async function () {
    network = await chooseNetwork()
  })

  afterEach(closeAll)

  it('is returned unchanged over IPv4', async function () {
    const { port } = await serve(http.createServer(), { host: '127.0.0.1' })

    assert.deepStrictEqual(await ask({ host: '127.0.0.1', port, headers: SPOOFED }), {
      client: '203.0.113.7',
      trusted: ['127.0.0.1', '10.0.0.5', '203.0.113.7'],
      everything: ['127.0.0.1', '10.0.0.5', '203.0.113.7', '192.0.2.1']
    })
  })

  it('is returned unchanged over IPv6', async function () {
    needs(this, network.ipv6, 'the machine lacks IPv6')
    const { port } = await serve(http.createServer(), { host: '::1' })

    assert.deepStrictEqual(await ask({ host: '::1', port, headers: SPOOFED }), {
      client: '203.0.113.7',
      trusted: ['::1', '10.0.0.5', '203.0.113.7'],
      everything: ['::1', '10.0.0.5', '203.0.113.7', '192.0.2.1']
    })
  })

  it('is trusted as an IPv4 address if a dual-stack listener maps it', async function () {
    needs(this, network.mapped, 'nothing can listen on a mapped address')
    const { port } = await serve(http.createServer(), { host: '::ffff:127.0.0.1' })

    assert.deepStrictEqual(await ask({ host: '127.0.0.1', port, headers: SPOOFED }), {
      client: '203.0.113.7',
      trusted: ['::ffff:127.0.0.1', '10.0.0.5', '203.0.113.7'],
      everything: ['::ffff:127.0.0.1', '10.0.0.5', '203.0.113.7', '192.0.2.1']
    })
  })

  it('is the client, in its own spelling, without a header', async function () {
    const hosts = ['127.0.0.1', network.ipv6 && '::1', network.mapped && '::ffff:127.0.0.1']
    for (const host of hosts.filter(Boolean)) {
      const { port } = await serve(http.createServer(), { host })

      assert.deepStrictEqual(await ask({ host: host.replace('::ffff:', ''), port }), {
        client: host,
        trusted: [host],
        everything: [host]
      })
    }
  })
})
