'use strict'

/* The resolver with requests that nginx and haproxy have passed on. */

const assert = require('node:assert/strict')
const { once } = require('node:events')
const http = require('node:http')
const path = require('node:path')

const { createResolver } = require('../../lib/resolver')
const { askJson } = require('./support/project')
const { requireProxy, startHaproxy, startNginxChain } = require('./support/proxies')
const { makeTemp, remove } = require('../support/temp')

const CLIENT = '127.0.0.7'
const PROXIES = ['127.0.0.1', '127.0.0.2']

const RESOLVERS = {
  list: createResolver({ trust: PROXIES }),
  hops: createResolver({ hops: 1 }),
  unix: createResolver({ trust: ['unix', ...PROXIES] }),
  forwarded: createResolver({ trust: ['unix', ...PROXIES], header: 'forwarded' }),
  provider: createResolver({ trust: false, header: { name: 'x-edge-client', from: PROXIES } })
}

/** What each resolver says of a request that comes from a client's own address. */
function ask (port, headers) {
  return askJson(`http://127.0.0.1:${port}/`, headers, CLIENT)
}

async function app (where) {
  const server = http.createServer((req, res) => {
    const said = Object.entries(RESOLVERS).map(([name, client]) => {
      const { address, reason } = client.resolve(req)
      return [name, `${address ?? '-'} ${reason}`]
    })
    res.end(JSON.stringify(Object.fromEntries(said)))
  })
  server.listen(where ?? 0, where === undefined ? '127.0.0.1' : undefined)
  await once(server, 'listening')
  return server
}

const FORGED = {
  'x-forwarded-for': '6.6.6.6',
  forwarded: 'for="6.6.6.6, for=\\"',
  'x-edge-client': '6.6.6.6'
}

describe('the resolver', function () {
  this.timeout(120_000)

  it('knows the client of nginx, whatever it forges', async function () {
    requireProxy(this, 'nginx')
    const server = await app()
    const { url, stop } = await startNginxChain([{ host: '127.0.0.1', address: '127.0.0.2' }],
      { host: '127.0.0.1', port: server.address().port })
    for (const headers of [{}, { 'x-forwarded-for': '6.6.6.6' }, { 'x-forwarded-for': 'unknown, "' }]) {
      const { list, hops } = await ask(new URL(url).port, headers)
      assert.deepEqual([list, hops], [`${CLIENT} forwarded`, `${CLIENT} forwarded`])
    }
    await stop()
    server.close()
  })

  it('knows the client of haproxy by X-Forwarded-For, Forwarded, and a header of the edge', async function () {
    requireProxy(this, 'haproxy')
    const server = await app()
    const { port } = server.address()
    const haproxy = await startHaproxy(`127.0.0.1:${port}`)
    for (const headers of [{}, FORGED]) {
      const { list, hops, forwarded, provider } = await ask(haproxy.port, headers)
      assert.deepEqual([list, hops, forwarded, provider],
        [`${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} provider`])
    }
    // Past the edge nobody believes the same headers.
    const { list, forwarded, provider } = await ask(port, FORGED)
    assert.deepEqual([list, forwarded, provider], [`${CLIENT} direct`, `${CLIENT} direct`, `${CLIENT} direct`])
    await haproxy.stop()
    server.close()
  })

  it('knows the client of haproxy by a Unix socket', async function () {
    requireProxy(this, 'haproxy')
    const directory = makeTemp()
    const file = path.join(directory, 'app.sock')
    const server = await app(file)
    const haproxy = await startHaproxy(`unix@${file}`)
    const { unix, forwarded, hops, list } = await ask(haproxy.port, FORGED)
    assert.deepEqual([unix, forwarded, hops, list],
      [`${CLIENT} forwarded`, `${CLIENT} forwarded`, `${CLIENT} forwarded`, '- no-peer'])
    await haproxy.stop()
    server.close()
    await once(server, 'close')
    remove(directory)
  })
})
