'use strict'

/* The resolver in real frameworks, over real HTTP: each must give the resolver's own answers. */

require('reflect-metadata')
const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const { EventEmitter, once } = require('node:events')
const { readFileSync } = require('node:fs')
const http = require('node:http')
const http2 = require('node:http2')
const path = require('node:path')
const { createResolver } = require('../../lib/resolver')

const ROOT = path.join(__dirname, '..', '..')
const BEHIND = { trust: ['loopback', '10.0.0.0/8'] }
/** The peer, which is the test itself, is not one of the proxies. */
const PAST = { trust: ['10.0.0.0/8'] }

/** The kind of client, the options, X-Forwarded-For, and the client's address. */
const REQUESTS = [
  ['an honest client', BEHIND, '203.0.113.9', '203.0.113.9'],
  ['a forging client', BEHIND, '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  ['a client of two proxies', BEHIND, '6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['an IPv6 client', BEHIND, '6.6.6.6, 2001:DB8:0::9', '2001:db8::9'],
  ['a client with a port', BEHIND, '203.0.113.9:4711', '203.0.113.9'],
  ['an IPv6 client with a port', BEHIND, '[2001:db8::9]:4711', '2001:db8::9'],
  ['a client past the proxies', PAST, '6.6.6.6', '127.0.0.1'],
  ['a client that nobody knows', BEHIND, '6.6.6.6, unknown', null]
]

async function listen (server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    close: () => {
      server.closeAllConnections?.()
      return new Promise((resolve) => server.close(resolve))
    }
  }
}

/** @returns {Promise<string>} the body */
async function get (port, headers, path = '/') {
  const req = http.get({ port, host: '127.0.0.1', path, headers, agent: false })
  const [res] = await once(req, 'response')
  let text = ''
  for await (const chunk of res) text += chunk
  return text
}

async function askHttp ({ port }, header) {
  return JSON.parse(await get(port, { 'x-forwarded-for': header }))
}

const answer = (ip) => JSON.stringify(ip ?? null)

/** A bare server, for what takes Node's request. */
function bare (ipOf) {
  return listen(http.createServer(async (req, res) => res.end(answer(await ipOf(req)))))
}

/**
 * A server that logs each request in one line; its answer is the address in that line.
 *
 * @param {(write: (line: string) => void) => Function} make makes the middleware
 * @param {(line: string) => string | undefined} read the address in a line
 * @param {string} [none] what the line has in its place if there is no address
 */
async function logging (make, read, none) {
  const lines = new EventEmitter()
  const log = make((line) => lines.emit('line', line))
  const server = await listen(http.createServer((req, res) => log(req, res, () => res.end())))
  return {
    ask: async (header) => {
      const [[line]] = await Promise.all([once(lines, 'line'), get(server.port, { 'x-forwarded-for': header })])
      const ip = read(line)
      return ip === none ? null : ip
    },
    close: server.close
  }
}

async function nest (Adapter, use, more = {}) {
  const { Module, Controller, Get, Req } = require('@nestjs/common')
  const { NestFactory } = require('@nestjs/core')
  class Here {
    ip (req) { return answer(req.ip) }
  }
  Get()(Here.prototype, 'ip', Object.getOwnPropertyDescriptor(Here.prototype, 'ip'))
  Req()(Here.prototype, 'ip', 0)
  Controller()(Here)
  class App {}
  Module({ controllers: [Here], ...more })(App)
  const app = await NestFactory.create(App, new Adapter(), { logger: false })
  await use(app)
  await app.listen(0, '127.0.0.1')
  return { port: app.getHttpServer().address().port, close: () => app.close() }
}

async function fastify (client, options, use) {
  const app = require('fastify')(options)
  await use(app)
  app.get('/', (req) => answer(req.ip))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: app.server.address().port, close: () => app.close() }
}

function express (name) {
  return (client) => {
    const app = require(name)()
    require('../../lib/frameworks/express')(app, client)
    app.get('/', (req, res) => res.end(answer(req.ip)))
    return listen(http.createServer(app))
  }
}

/** Each starts a server that answers with the client's address as JSON. */
const FRAMEWORKS = {
  'node:http': (client) => bare(client),
  'Express 4': express('express4'),
  'Express 5': express('express'),
  "Express 5's trust proxy": (client) => {
    const app = require('express')().set('trust proxy', client.trust)
    app.get('/', (req, res) => res.end(answer(req.ip)))
    return listen(http.createServer(app))
  },
  'Fastify 5, plug-in': (client) => fastify(client, {}, (app) =>
    app.register(require('../../lib/frameworks/fastify'), { client })),
  "Fastify 5's trustProxy": (client) => fastify(client, { trustProxy: client.trust }, () => {}),
  'Koa 3': (client) => {
    const Koa = require('koa')
    const app = require('../../lib/frameworks/koa')(new Koa({ proxy: true }), client)
    app.use((ctx) => { ctx.body = answer(ctx.ip) })
    return listen(http.createServer(app.callback()))
  },
  Hono: async (client) => {
    const { Hono } = await import('hono')
    const { getRequestListener } = await import('@hono/node-server')
    const info = require('../../lib/frameworks/hono').connInfo(client)
    const app = new Hono().get('/', (c) => c.text(answer(info(c).remote.address)))
    return listen(http.createServer(getRequestListener(app.fetch)))
  },
  srvx: async (client) => {
    const { serve } = await import('srvx')
    const server = serve({
      port: 0,
      hostname: '127.0.0.1',
      silent: true,
      plugins: [require('../../lib/frameworks/srvx')(client)],
      fetch: (request) => new Response(answer(request.ip))
    })
    await server.ready()
    return { port: new URL(server.url).port, close: () => server.close(true) }
  },
  'h3 2': async (client) => {
    const { H3, getRequestIP, serve } = await import('h3')
    const app = new H3().get('/', (event) => answer(getRequestIP(event)))
    const server = serve(app, {
      port: 0, hostname: '127.0.0.1', silent: true, plugins: [require('../../lib/frameworks/srvx')(client)]
    })
    await server.ready()
    return { port: new URL(server.url).port, close: () => server.close(true) }
  },
  'NestJS on Express': (client) => nest(require('@nestjs/platform-express').ExpressAdapter, (app) =>
    require('../../lib/frameworks/express')(app.getHttpAdapter().getInstance(), client)),
  'NestJS on Fastify': (client) => nest(require('@nestjs/platform-fastify').FastifyAdapter, (app) =>
    app.getHttpAdapter().getInstance().register(require('../../lib/frameworks/fastify'), { client })),
  'tRPC, in its context': async (client) => {
    const { initTRPC } = require('@trpc/server')
    const { createHTTPServer } = require('@trpc/server/adapters/standalone')
    const t = initTRPC.context().create()
    const router = t.router({ ip: t.procedure.query(({ ctx }) => ctx.ip ?? null) })
    const server = await listen(createHTTPServer({ router, createContext: ({ req }) => ({ ip: client(req) }) }))
    return { ...server, ask: async (header) => JSON.parse(await get(server.port, { 'x-forwarded-for': header }, '/ip')).result.data }
  },
  "Apollo Server's context": async (client) => {
    const { ApolloServer } = require('@apollo/server')
    const { startStandaloneServer } = require('@apollo/server/standalone')
    const app = new ApolloServer({
      typeDefs: 'type Query { ip: String }', resolvers: { Query: { ip: (parent, args, { ip }) => ip } }, csrfPrevention: false
    })
    const { url } = await startStandaloneServer(app, {
      context: async ({ req }) => ({ ip: client(req) }), listen: { port: 0, host: '127.0.0.1' }
    })
    return {
      ask: async (header) => JSON.parse(await get(new URL(url).port, { 'x-forwarded-for': header }, '/?query={ip}')).data.ip,
      close: () => app.stop()
    }
  },
  morgan: (client) => {
    const morgan = require('morgan')
    morgan.token('remote-addr', client)
    return logging((write) => morgan('combined', { stream: { write } }), (line) => line.split(' ')[0], '-')
  },
  'pino-http': (client) => logging((write) => require('pino-http').pinoHttp({ customProps: (req) => ({ ip: client(req) }) }, { write }),
    (line) => JSON.parse(line).ip),
  // Its adapter passes Node's request on in this way, as event.platform.req.
  "SvelteKit's platform": (client) => bare((req) => {
    const event = { platform: { req }, getClientAddress: () => client(req) }
    assert.equal(event.getClientAddress(), client(event.platform.req))
    return client(event.platform.req)
  }),
  'overwrite(), for what takes the leftmost entry': (client) => {
    const overwrite = require('../../lib/frameworks/overwrite').overwrite(client)
    return bare((req) => {
      const leftmost = overwrite(req).headers['x-forwarded-for'].split(',')[0]
      return leftmost === 'unknown' ? null : leftmost
    })
  },
  'a web Request': (client) => bare((req) => {
    const request = new Request('http://localhost/', { headers: req.headers })
    return client.from(req.socket.remoteAddress, request.headers).address
  }),
  http2: async (client) => {
    const server = http2.createServer((req, res) => res.end(answer(client(req))))
    const sessions = new Set()
    server.on('session', (session) => sessions.add(session))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = http2.connect(`http://127.0.0.1:${server.address().port}`)
    return {
      ask: async (header) => {
        const stream = session.request({ ':path': '/', 'x-forwarded-for': header })
        let text = ''
        for await (const chunk of stream.setEncoding('utf8')) text += chunk
        return JSON.parse(text)
      },
      close: async () => {
        session.destroy()
        for (const one of sessions) one.destroy()
        await new Promise((resolve) => server.close(resolve))
      }
    }
  },
  ws: async (client) => {
    const WebSocket = require('ws')
    const server = http.createServer()
    const sockets = new WebSocket.Server({ server })
    sockets.on('connection', (socket, req) => socket.send(answer(client(req))))
    const { port, close } = await listen(server)
    return {
      ask: async (header) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: { 'x-forwarded-for': header } })
        const [data] = await once(socket, 'message')
        socket.close()
        await once(socket, 'close')
        return JSON.parse(String(data))
      },
      close: async () => {
        for (const socket of sockets.clients) socket.terminate()
        await close()
      }
    }
  },
  'Socket.IO': async (client) => {
    const { Server } = require('socket.io')
    const { io } = require('socket.io-client')
    const server = http.createServer()
    const sockets = new Server(server)
    sockets.on('connection', (socket) => socket.emit('ip', client(socket.request) ?? null))
    const { port } = await listen(server)
    return {
      ask: async (header) => {
        const socket = io(`http://127.0.0.1:${port}`, {
          transports: ['websocket'], forceNew: true, extraHeaders: { 'x-forwarded-for': header }
        })
        const ip = await new Promise((resolve, reject) => socket.once('ip', resolve).once('connect_error', reject))
        socket.disconnect()
        return ip
      },
      close: () => sockets.close()
    }
  }
}

describe('the resolver in', function () {
  this.timeout(120_000)

  for (const [name, start] of Object.entries(FRAMEWORKS)) {
    it(`${name} answers alike for each kind of client`, async () => {
      // Frameworks that take a trust function walk by themselves, so ports and invalid
      // text are up to them.
      const walks = name.endsWith('trust proxy') || name.endsWith('trustProxy')
      for (const options of [BEHIND, PAST]) {
        const server = await start(createResolver(options))
        try {
          for (const [who, used, header, expected] of REQUESTS.filter((row) => row[1] === options)) {
            const asked = await (server.ask ?? ((text) => askHttp(server, text)))(header)
            if (walks && expected !== header.split(', ').at(-1)) continue
            assert.equal(asked, expected, who)
            assert.equal(used, options)
          }
        } finally {
          await server.close()
        }
      }
    })
  }
})

describe('the properties beside the address', function () {
  this.timeout(60_000)

  const HEADERS = {
    'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.0.0.3, 10.0.0.2',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'example.com:8443',
    host: 'inside'
  }
  const EXPECTED = {
    ip: '203.0.113.9',
    ips: ['203.0.113.9', '10.0.0.3', '10.0.0.2'],
    protocol: 'https',
    host: 'example.com:8443',
    hostname: 'example.com'
  }
  const client = createResolver({ ...BEHIND, host: true })
  const read = (req) => JSON.stringify({
    ip: req.ip, ips: req.ips, protocol: req.protocol, host: req.host, hostname: req.hostname, secure: req.secure
  })

  it('are the resolver\'s in Express 4 and 5', async () => {
    for (const name of ['express4', 'express']) {
      const app = require(name)()
      require('../../lib/frameworks/express')(app, client)
      const sub = require(name)()
      sub.get('/', (req, res) => res.end(read(req)))
      app.use('/sub', sub)
      app.get('/', (req, res) => res.end(read(req)))
      const server = await listen(http.createServer(app))
      for (const path of ['/', '/sub/']) {
        assert.deepEqual(JSON.parse(await get(server.port, HEADERS, path)), { ...EXPECTED, secure: true })
      }
      await server.close()
    }
  })

  it('are the resolver\'s in Koa', async () => {
    const Koa = require('koa')
    const app = require('../../lib/frameworks/koa')(new Koa(), client)
    app.use((ctx) => { ctx.body = read(ctx) })
    const server = await listen(http.createServer(app.callback()))
    assert.deepEqual(JSON.parse(await get(server.port, HEADERS)), { ...EXPECTED, secure: true })
    await server.close()
  })

  it('are the resolver\'s in Fastify, with everything in request.client', async () => {
    const server = await fastify(client, {}, async (app) => {
      await app.register(require('../../lib/frameworks/fastify'), { client })
      app.get('/all', (req) => read(req))
      app.get('/client', (req) => req.client)
    })
    assert.deepEqual(JSON.parse(await get(server.port, HEADERS, '/all')), EXPECTED)
    const { reason, proxies, anomalies } = JSON.parse(await get(server.port, HEADERS, '/client'))
    assert.deepEqual({ reason, proxies, anomalies },
      { reason: 'forwarded', proxies: ['127.0.0.1', '10.0.0.2', '10.0.0.3'], anomalies: [] })
    await server.close()
  })

  it('are verified ones in the headers that overwrite() leaves', async () => {
    const overwrite = require('../../lib/frameworks/overwrite').overwrite(client)
    const server = await bare((req) => {
      overwrite(req)
      const { 'x-forwarded-for': list, 'x-forwarded-proto': proto, 'x-forwarded-host': host, forwarded, 'x-forwarded-port': port } = req.headers
      const raw = req.rawHeaders.filter((_, i) => /^x-forwarded-for$/i.test(req.rawHeaders[i - 1] ?? ''))
      return { list, proto, host, forwarded, port, raw, again: client(req) }
    })
    const text = await get(server.port, { ...HEADERS, forwarded: 'for=6.6.6.6', 'x-forwarded-port': '1' })
    assert.deepEqual(JSON.parse(text), {
      list: '203.0.113.9', proto: 'https', host: 'example.com:1'.replace(':1', ':8443'), raw: ['203.0.113.9'], again: '203.0.113.9'
    })
    const nobody = JSON.parse(await get(server.port, { ...HEADERS, 'x-forwarded-for': 'x' }))
    assert.deepEqual({ list: nobody.list, again: nobody.again }, { list: 'unknown', again: undefined })
    await server.close()
  })

  it('are the resolver\'s in connInfo(), shaped like Hono\'s', () => {
    const { connInfo } = require('../../lib/frameworks/hono')
    const incoming = { headers: { 'x-forwarded-for': '[2001:db8::1]:80' }, socket: { remoteAddress: '10.0.0.1' } }
    for (const env of [{ incoming }, { server: { incoming } }]) {
      assert.deepEqual(connInfo(client)({ env }), { remote: { address: '2001:db8::1', port: 80, addressType: 'IPv6' } })
    }
  })
})

describe('an adapter', () => {
  const client = createResolver(BEHIND)
  const req = { headers: { 'x-forwarded-for': '1.2.3.4' }, socket: { remoteAddress: '10.0.0.1' } }

  it('refuses what is not a resolver, and says what to pass', () => {
    const express = require('express')
    const adapters = {
      express: () => require('../../lib/frameworks/express')(express(), () => {}),
      fastify: (one) => require('../../lib/frameworks/fastify')(require('fastify')(), one && { client: one }, () => {}),
      hono: require('../../lib/frameworks/hono').connInfo,
      koa: (one) => require('../../lib/frameworks/koa')(new (require('koa'))(), one),
      opentelemetry: require('../../lib/frameworks/opentelemetry').startIncomingSpanHook,
      overwrite: require('../../lib/frameworks/overwrite').overwrite,
      srvx: require('../../lib/frameworks/srvx')
    }
    for (const [name, adapt] of Object.entries(adapters)) {
      for (const wrong of [undefined, {}, () => {}, { trust: ['loopback'] }]) {
        assert.throws(() => adapt(wrong), (error) => error instanceof TypeError && /^client must be a resolver: call /.test(error.message), name)
      }
    }
  })

  it('refuses an app of another framework, and says what to pass', async () => {
    const { H3 } = await import('h3')
    const apps = [undefined, {}, () => {}, { request: {} }, { request: {}, context: {} }, require('fastify')(), new H3(), require('express')(),
      require('express4')(), new (require('koa'))()]
    const adapters = {
      koa: [(app) => require('../../lib/frameworks/koa')(app, client), 'app must be a Koa app: pass what new Koa() returned'],
      express: [(app) => require('../../lib/frameworks/express')(app, client), 'app must be an Express app: pass what express() returned'],
      fastify: [(app) => require('../../lib/frameworks/fastify')(app, { client }, () => {}),
        "app must be a Fastify app: call app.register(require('proxy-addr-native/fastify'), { client })"],
      srvx: [require('../../lib/frameworks/srvx')(client),
        "server must be a server of srvx: pass { plugins: [require('proxy-addr-native/srvx')(client)] } to serve()"],
      hono: [require('../../lib/frameworks/hono').connInfo(client),
        "c must be a context of Hono's server on Node: elsewhere, call client.from(peer, c.req.raw.headers)"]
    }
    const accepted = { koa: 1, express: 2, fastify: 1, srvx: 0, hono: 0 }
    for (const [name, [install, message]] of Object.entries(adapters)) {
      const errors = apps.map((app) => {
        try {
          install(app)
          return undefined
        } catch (error) {
          return error
        }
      }).filter(Boolean)
      assert.equal(errors.length, apps.length - accepted[name], name)
      for (const error of errors) assert.ok(error instanceof TypeError && error.message.startsWith(message), `${name}: ${error.message}`)
    }
    assert.throws(() => require('../../lib/frameworks/koa')(require('express')(), client),
      { message: /\(for Express, require\('proxy-addr-native\/express'\)\(app, client\)\)$/ })
  })

  it('gives ips the client and the trusted proxies, and nothing if the client is direct', () => {
    const all = createResolver({ trust: ['unix', '10.0.0.0/8'] })
    const { request } = require('../../lib/frameworks/koa')(new (require('koa'))(), all)
    const ips = (header, socket) => {
      request.req = { headers: { 'x-forwarded-for': header }, socket }
      return request.ips
    }
    const unix = { server: { address: () => '/run/x.sock' } }
    assert.deepEqual(ips('6.6.6.6, 1.2.3.4, 10.0.0.3, 10.0.0.2', req.socket), ['1.2.3.4', '10.0.0.3', '10.0.0.2'])
    assert.deepEqual(ips('1.2.3.4, 10.0.0.2', unix), ['1.2.3.4', '10.0.0.2'])
    assert.deepEqual(ips('10.0.0.3, 10.0.0.2', req.socket), ['10.0.0.3', '10.0.0.2'])
    assert.deepEqual(ips('6.6.6.6', { remoteAddress: '192.0.2.1' }), [])
    assert.deepEqual(ips('x', req.socket), [])
  })

  it('overwrites headers even if there are no raw ones', () => {
    const { headers } = require('../../lib/frameworks/overwrite').overwrite(client)({ ...req, headers: { ...req.headers, forwarded: 'x' } })
    assert.deepEqual(headers, { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'http' })
  })

  it('overwrites raw headers in any letter case', () => {
    const rawHeaders = ['X-Forwarded-For', '6.6.6.6', 'FORWARDED', 'for=6.6.6.6', 'Accept', '*/*', 'x-Forwarded-for', '1.2.3.4', 'X-Forwarded-Proto', 'ftp']
    require('../../lib/frameworks/overwrite').overwrite(client)({ ...req, rawHeaders })
    assert.deepEqual(rawHeaders, ['Accept', '*/*', 'x-forwarded-for', '1.2.3.4', 'x-forwarded-proto', 'http'])
  })

  it('gives a span the client and the peer', () => {
    assert.deepEqual(require('../../lib/frameworks/opentelemetry').startIncomingSpanHook(client)(req),
      { 'client.address': '1.2.3.4', 'client.port': undefined, 'network.peer.address': '10.0.0.1' })
  })

  it('answers by the peer and the headers if srvx does not run on Node, before any other middleware', () => {
    const middleware = [() => 'another']
    require('../../lib/frameworks/srvx')(client)({ options: { middleware } })
    for (const runtime of [undefined, { name: 'bun' }, { name: 'node', node: { req } }]) {
      const request = { runtime, ip: '10.0.0.1', headers: new Headers(req.headers) }
      assert.equal(middleware[0](request, () => request.ip), '1.2.3.4')
    }
  })

  it('answers alike for a request that it did not see when it arrived', () => {
    const proxyaddr = require('../../lib')
    const cached = require('../../lib/frameworks/request-cache')
    const trust = proxyaddr.compile('10.0.0.0/8')
    const late = { ...req }
    assert.equal(cached(late, trust), '1.2.3.4')
    late.socket = {}
    assert.deepEqual([cached(late, trust), cached.all(late, trust)], ['1.2.3.4', ['10.0.0.1', '1.2.3.4']])
  })
})

/** Returns the client.address of the spans of Node's own server, for each header. */
function spans (headers, withHook) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `
    const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
    const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base')
    const { createResolver } = require('./lib/resolver')
    const { startIncomingSpanHook } = require('./lib/frameworks/opentelemetry')
    const exporter = new InMemorySpanExporter()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    const hook = startIncomingSpanHook(createResolver(${JSON.stringify(BEHIND)}))
    const instrumentation = new HttpInstrumentation(${withHook} ? { startIncomingSpanHook: hook } : {})
    instrumentation.setTracerProvider(tracerProvider)
    instrumentation.enable()
    const http = require('node:http')
    const server = http.createServer((req, res) => res.end()).listen(0, '127.0.0.1', async () => {
      for (const header of ${JSON.stringify(headers)}) {
        await new Promise((resolve) => http.get({ port: server.address().port, host: '127.0.0.1', agent: false,
          headers: { 'x-forwarded-for': header } }, (res) => res.resume().on('end', resolve)))
      }
      server.close(() => console.log(JSON.stringify(exporter.getFinishedSpans().filter(({ kind }) => kind === 1)
        .map(({ attributes }) => attributes['client.address'] ?? attributes['http.client_ip'] ?? null))))
    })
  `], { encoding: 'utf8', cwd: ROOT, env: { ...process.env, OTEL_SEMCONV_STABILITY_OPT_IN: 'http' } })
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return JSON.parse(stdout)
}

describe('OpenTelemetry\'s span', function () {
  this.timeout(300_000)

  it('has the resolver\'s client.address, and none where there is none', () => {
    assert.deepEqual(spans(['6.6.6.6, 203.0.113.9:80', '6.6.6.6, x', '2001:DB8::1'], true), ['203.0.113.9', null, '2001:db8::1'])
  })
})

const LIST = ['loopback', '10.0.0.0/8']

/**
 * What each package answers by itself, set up as its documentation shows, with the
 * proxies trusted if they can be listed.
 */
const RIVALS = {
  resolver: () => bare(createResolver({ trust: LIST })),
  '`@arcjet/ip`': async () => {
    const { default: findIp } = require('@arcjet/ip')
    return bare((req) => findIp(req, { proxies: ['127.0.0.0/8', '10.0.0.0/8'] }))
  },
  '`request-ip`': () => bare(require('request-ip').getClientIp),
  Koa: () => {
    const Koa = require('koa')
    const app = new Koa({ proxy: true })
    app.use((ctx) => { ctx.body = answer(ctx.ip) })
    return listen(http.createServer(app.callback()))
  },
  srvx: async () => {
    const { serve } = await import('srvx')
    const server = serve({ port: 0, hostname: '127.0.0.1', silent: true, trustProxy: true, fetch: (request) => new Response(answer(request.ip)) })
    await server.ready()
    return { port: new URL(server.url).port, close: () => server.close(true) }
  },
  Fastify: () => fastify(undefined, { trustProxy: LIST }, () => {}),
  h3: async () => {
    const { H3, getRequestIP, serve } = await import('h3')
    const app = new H3().get('/', (event) => answer(getRequestIP(event, { xForwardedFor: true })))
    const server = serve(app, { port: 0, hostname: '127.0.0.1', silent: true })
    await server.ready()
    return { port: new URL(server.url).port, close: () => server.close(true) }
  },
  Hono: async () => {
    const { Hono } = await import('hono')
    const { getRequestListener } = await import('@hono/node-server')
    const { getConnInfo } = await import('@hono/node-server/conninfo')
    const app = new Hono().get('/', (c) => c.text(answer(getConnInfo(c).remote.address)))
    return listen(http.createServer(getRequestListener(app.fetch)))
  }
}

/** Formats an answer as the tables do. */
function cell (address) {
  if (!address) return 'no address'
  return address === '127.0.0.1' ? 'peer' : `\`${address}\``
}

/** Returns the cells of a table: that of a page with a column of this name. */
function table (page, column) {
  const text = readFileSync(path.join(ROOT, 'docs', page), 'utf8')
  const rows = text.split('\n\n').find((block) => block.startsWith('|') && block.split('\n')[0].includes(`| ${column} |`))
  return rows.trim().split('\n').filter((_, i) => i !== 1).map((row) => row.split(/ ?\| ?/).slice(1, -1))
}

/** Returns the headers that the first cell of a row shows. */
function headersOf (shown) {
  const text = shown.replace(/^`|`$/g, '').replaceAll('\\t', '\t')
  const [, name, value] = /^([a-z-]+): (.*)$/.exec(text) ?? []
  if (name !== undefined) return { [name]: value }
  return shown === '(none)' ? {} : { 'x-forwarded-for': text }
}

/** Returns what another package answers to each of several requests. */
async function answers (name, requests) {
  const server = await RIVALS[name]()
  const found = []
  for (const headers of requests) found.push(cell(JSON.parse(await get(server.port, headers))))
  await server.close()
  return found
}

describe('the tables of what others answer', function () {
  this.timeout(300_000)

  it('are true in docs/resolver.md', async () => {
    const [[, ...names], ...rows] = table('resolver.md', '`request-ip`')
    const requests = rows.map(([shown]) => headersOf(shown))
    const columns = []
    for (const name of names) columns.push(await answers(name, requests))
    assert.equal(rows.length, 20)
    assert.deepEqual(rows, rows.map(([shown], i) => [shown, ...columns.map((column) => column[i])]))
  })

  it('are true in docs/frameworks.md', async () => {
    const [[, , ...shown], ...rows] = table('frameworks.md', 'its setting')
    const requests = shown.map(headersOf)
    const measured = []
    for (const [name, setting] of rows) {
      const found = name.startsWith('OpenTelemetry')
        ? spans(requests.map((headers) => headers['x-forwarded-for']), false).map(cell)
        : await answers(name.replace(/ [0-9.]+$/, '').replace('with the ', ''), requests)
      measured.push([name, setting, ...found])
    }
    assert.deepEqual(rows, measured)
  })
})

/** Each starts a server that permits two requests for a key. */
const LIMITERS = {
  'express-rate-limit': (client) => {
    const { rateLimit } = require('express-rate-limit')
    const app = require('express')()
    app.use(rateLimit({ limit: 2, keyGenerator: (req) => client.key(req), validate: false }))
    app.get('/', (req, res) => res.end())
    return listen(http.createServer(app))
  },
  'rate-limiter-flexible': (client) => {
    const { RateLimiterMemory } = require('rate-limiter-flexible')
    const limiter = new RateLimiterMemory({ points: 2, duration: 3600 })
    return listen(http.createServer(async (req, res) => {
      res.statusCode = await limiter.consume(client.key(req)).then(() => 200, () => 429)
      res.end()
    }))
  },
  ...Object.fromEntries(['Express', 'Fastify'].map((platform) => [`@nestjs/throttler on ${platform}`, (client) => {
    const { ThrottlerGuard, ThrottlerModule } = require('@nestjs/throttler')
    const { APP_GUARD } = require('@nestjs/core')
    const adapter = require(`@nestjs/platform-${platform.toLowerCase()}`)[`${platform}Adapter`]
    return nest(adapter, () => {}, {
      imports: [ThrottlerModule.forRoot({ throttlers: [{ ttl: 3_600_000, limit: 2 }], getTracker: (req) => client.key(req) })],
      providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }]
    })
  }]))
}

describe('a limiter of requests', function () {
  this.timeout(60_000)

  for (const [name, start] of Object.entries(LIMITERS)) {
    it(`of ${name} has one bucket for a client or its IPv6 network, whatever it forges`, async () => {
      const server = await start(createResolver(BEHIND))
      const statuses = []
      for (const header of [
        '1.1.1.1, 203.0.113.9', '2.2.2.2, 203.0.113.9:1', '3.3.3.3, 203.0.113.9:2',
        '2001:db8:0:100::1', '2001:db8:0:1ff::2', '2001:db8:0:1aa::3', '2001:db8:0:200::1', 'x', 'y', 'z'
      ]) {
        const req = http.get({ port: server.port, host: '127.0.0.1', headers: { 'x-forwarded-for': header }, agent: false })
        const [res] = await once(req, 'response')
        res.resume()
        statuses.push(res.statusCode)
      }
      await server.close()
      assert.deepEqual(statuses, [200, 200, 429, 200, 200, 429, 200, 200, 200, 429])
    })
  }
})
