'use strict'

const assert = require('node:assert')
const { once } = require('node:events')
const http2 = require('node:http2')
const https = require('node:https')
const selfsigned = require('selfsigned')
const { judge } = require('./support/judge')
const { ask, closeAll, listen, serve, textOf, verdictOf } = require('./support/server')

const BEHIND_ONE_PROXY = {
  client: '203.0.113.7',
  trusted: ['127.0.0.1', '10.0.0.5', '203.0.113.7'],
  everything: ['127.0.0.1', '10.0.0.5', '203.0.113.7']
}

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
