'use strict'

/*
 * Tests what a server can do to a download. The list in use before each bad answer
 * must stay in use, and the error must say which rule was broken and what was seen.
 */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const zlib = require('node:zlib')
const { lists } = require('../../lib/lists')
const { json, makeFolder, redirect, removeFolders, startServer, tagged, text, until } = require('./support/server')

const GOOD = '192.0.2.0/24\n2001:db8::/32\n'
const OTHER = '192.0.2.0/24\n198.51.100.0/24\n2001:db8::/32\n'

describe('a download', function () {
  let server
  let list

  before(async () => { server = await startServer() })
  after(() => server.stop())
  beforeEach(() => { server.requests.length = 0 })
  afterEach(function () {
    list?.close()
    removeFolders(this)
  })

  /** Makes a list that has the entries of GOOD. On a slow machine, 100 MB take longer than the usual limit. */
  async function start (options) {
    server.answer(tagged(GOOD, '"1"'))
    list = lists.url(server.address, { ca: server.ca, timeout: 600_000, ...options })
    await list.ready
    assert.equal(list.trust('192.0.2.1'), true)
  }

  /** Asks again, and checks the error, and that the list stays. */
  async function isRefused (rule, message, seen) {
    const fetchedAt = list.state.fetchedAt
    const told = new Promise((resolve) => list.once('refused', resolve))
    const { outcome, error } = await list.refresh()

    assert.deepEqual({ outcome, rule: error.rule }, { outcome: 'refused', rule }, String(error))
    assert.match(error.message, message)
    if (seen !== undefined) assert.deepEqual(error.seen, seen)
    assert.deepEqual(await told, { list: list.name, rule, message: error.message, seen: error.seen, error })
    assert.deepEqual(list.entries, ['192.0.2.0/24', '2001:db8::/32'])
    assert.equal(list.trust('192.0.2.1'), true)
    assert.equal(list.trust('198.51.100.1'), false)
    assert.equal(list.state.lastError, error)
    assert.equal(list.state.fetchedAt, fetchedAt)
    assert.equal(list.version, 1)
  }

  const LIES = [
    ['a status of 404', text('not found', { status: 404 }), 'status', /answered 404, expected 200/, 404],
    ['a status of 500', text('oh no', { status: 500 }), 'status', /answered 500/, 500],
    ['a status of 206', text(OTHER, { status: 206 }), 'status', /answered 206/, 206],
    ['a challenge page with status 200', text('<html>Just a moment…</html>', { type: 'text/html; charset=UTF-8' }),
      'type', /a web page \(text\/html\), not a list/, 'text/html'],
    ['a challenge page that claims to be text', text('<html>Just a moment…</html>'), 'entry', /entry 1, "<html>/, '<html>Just a moment…</html>'],
    ['another type', json(['192.0.2.0/24']), 'type', /"application\/json", expected text\/plain/, 'application/json'],
    ['no type', (req, res) => res.writeHead(200, { 'content-length': 4 }).end('::1\n'), 'type', /no type/],
    ['an empty body', text(''), 'empty', /the list is empty/, 0],
    ['a body of comments', text('# nothing\n\n'), 'empty', /the list is empty/, 0],
    ['half a body', (req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain', 'content-length': 100 }).write(OTHER)
      setImmediate(() => res.destroy())
    }, 'incomplete', /interrupted after/],
    ['half of a chunked body', (req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain' }).write(OTHER)
      setImmediate(() => res.destroy())
    }, 'incomplete', /interrupted after/],
    ['a body that ends with the connection', (req, res) => {
      res.socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n${OTHER}`)
    }, 'incomplete', /neither a Content-Length nor chunks/],
    ['100 MB', (req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain' })
      const block = Buffer.alloc(1 << 20, '#')
      let left = 100
      const more = () => {
        while (left-- > 0) if (!res.write(block)) return
        res.end()
      }
      res.on('drain', more)
      more()
    }, 'size', /too large: it has more bytes, and at most 16 MB/],
    ['100 MB that are announced', text('', { headers: { 'content-length': 100 << 20 } }), 'size', /announces 104857600 bytes/],
    ['100 MB that are compressed', text(zlib.gzipSync(Buffer.alloc(100 << 20, 0x20)), { headers: { 'content-encoding': 'gzip' } }),
      'size', /at most 16 MB/],
    ['half of a compressed body', (req, res) => {
      const zipped = zlib.gzipSync(Buffer.from(OTHER.repeat(100)))
      res.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip', 'content-length': zipped.length })
      res.write(zipped.subarray(0, 30))
      setImmediate(() => res.destroy())
    }, 'incomplete', /interrupted after/],
    ['an encoding that was not asked for', text(OTHER, { headers: { 'content-encoding': 'zstd-secret' } }),
      'encoding', /"zstd-secret", which was not asked for/],
    ['damaged gzip', text(OTHER, { headers: { 'content-encoding': 'gzip' } }), 'incomplete', /interrupted/],
    ['one wide prefix', text(GOOD + '0.0.0.0/1\n'), 'wide', /entry 3, "0.0.0.0\/1", is a \/1, wider than \/8/, '0.0.0.0/1'],
    ['a shrunken list', text('192.0.2.0/26\n2001:db8::/32\n'), 'shrink', /less than half of the .* of the previous list/],
    ['a list without IPv6', text('192.0.2.0/24\n198.51.100.0/24\n'), 'family', /no IPv6 entries, but the previous one had 1/],
    ['a redirect to http', redirect('http://localhost/list'), 'https', /http:\/\/localhost\/list is not https/, 'http:'],
    ['a redirect to a file', redirect('file:///etc/passwd'), 'https', /is not https/, 'file:'],
    ['a redirect without an address', (req, res) => res.writeHead(302).end(), 'redirect', /302 without a Location header/, 302],
    ['a redirect to itself, again and again', redirect('/list'), 'redirect', /redirected more than 3 times/],
    ['a redirect to a web page', (req, res) => req.url === '/list'
      ? redirect('/page')(req, res)
      : text('<html>', { type: 'text/html' })(req, res), 'type', /a web page/]
  ]

  for (const [lie, answer, rule, message, seen] of LIES) {
    it(`is refused for ${lie}`, async () => {
      await start()
      server.answer(answer)
      await isRefused(rule, message, seen)

      server.answer(text(OTHER))
      assert.deepEqual(await list.refresh(), { outcome: 'updated', added: ['198.51.100.0/24'], removed: [] })
      assert.equal(list.state.lastError, undefined)
    })
  }

  for (const [lie, answer] of [
    ['a body without end', (req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain' }).write(OTHER)
    }],
    ['one byte a second', (req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain', 'content-length': OTHER.length })
      let sent = 0
      const timer = setInterval(() => res.write(OTHER[sent++]), 1000)
      res.write(OTHER[sent++])
      res.on('close', () => clearInterval(timer))
    }],
    ['no answer at all', () => {}]
  ]) {
    it(`is refused for ${lie}, after the time limit`, async () => {
      await start()
      server.answer(answer)
      // The list comes first, so that only the next attempt runs out of time.
      list.close()
      const before = list
      server.answer(tagged(GOOD, '"1"'), answer)
      list = lists.url(server.address, { ca: server.ca, timeout: 2000 })
      await list.ready
      await isRefused('timeout', /no complete answer came within 2 s/, 2000)
      assert.equal(before.trust('192.0.2.1'), true)
    })
  }

  it('is refused for invalid JSON', async () => {
    const options = { ca: server.ca, parse: 'fastly' }
    server.answer(json({ addresses: ['192.0.2.0/24'], ipv6_addresses: ['2001:db8::/32'] }))
    list = lists.url(server.address, options)
    await list.ready
    for (const [wrong, message] of [
      ['{"addresses": ["192.0.2.0/24"', /the text is not JSON/],
      ['{"prefixes": []}', /addresses is not an array/],
      ['"ok"', /the JSON is not an object/]
    ]) {
      server.answer(text(wrong, { type: 'application/json' }))
      await isRefused('format', message)
    }
  })

  it('is refused if no server listens', async () => {
    await start()
    const { port } = server
    await server.stop()
    await isRefused('network', new RegExp(`cannot fetch https://localhost:${port}/list: .*ECONNREFUSED`), 'ECONNREFUSED')
    server = await startServer()
  })

  it('is refused with an untrusted certificate, whatever the environment says', async () => {
    server.answer(text(GOOD))
    const { NODE_TLS_REJECT_UNAUTHORIZED: before } = process.env
    const { emitWarning } = process
    process.emitWarning = () => {}
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      list = lists.url(server.address)
      await assert.rejects(list.ready, { rule: 'network' })
    } finally {
      process.emitWarning = emitWarning
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      if (before !== undefined) process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    }
    assert.equal(list.trust('192.0.2.1'), false)
    assert.equal(server.requests.length, 0)
  })

  it('follows three redirects to https', async () => {
    server.answer(redirect('/1', 301), redirect('/2', 307), redirect(`https://localhost:${server.port}/3`, 308), text(GOOD))
    list = lists.url(server.address, { ca: server.ca })
    await list.ready
    assert.deepEqual(server.requests.map(({ url }) => url), ['/list', '/1', '/2', '/3'])
    assert.deepEqual(list.entries, ['192.0.2.0/24', '2001:db8::/32'])
  })

  it('reads a list with CRLF, a BOM, comments and blanks, and without a last newline', async () => {
    server.answer(text('\uFEFF# list\r\n192.0.2.0/24 # one\r\n\r\n\t2001:db8::/32'))
    list = lists.url(server.address, { ca: server.ca })
    await list.ready
    assert.deepEqual(list.entries, ['192.0.2.0/24', '2001:db8::/32'])
  })

  it('reads compressed bodies', async () => {
    for (const [encoding, zip] of [['gzip', zlib.gzipSync], ['deflate', zlib.deflateSync], ['br', zlib.brotliCompressSync]]) {
      server.answer(text(zip(GOOD), { headers: { 'content-encoding': encoding } }))
      list = lists.url(server.address, { ca: server.ca })
      await list.ready
      list.close()
      assert.deepEqual(list.entries, ['192.0.2.0/24', '2001:db8::/32'], encoding)
    }
  })

  it('asks for changes only, and counts "not modified" as a good answer', async () => {
    await start()
    assert.equal(list.state.etag, '"1"')
    const before = list.state.fetchedAt
    await until(() => Date.now() > before.getTime())

    assert.deepEqual(await list.refresh(), { outcome: 'unchanged' })
    assert.deepEqual(server.requests.map(({ headers }) => headers['if-none-match']), [undefined, '"1"'])
    assert.ok(list.state.fetchedAt > before)
  })

  it('asks by date if there is no ETag', async () => {
    const date = 'Thu, 24 Jul 2025 20:23:14 GMT'
    server.answer(text(GOOD, { headers: { 'last-modified': date } }), (req, res) => res.writeHead(304).end())
    list = lists.url(server.address, { ca: server.ca })
    await list.ready
    assert.deepEqual(await list.refresh(), { outcome: 'unchanged' })
    assert.equal(server.requests[1].headers['if-modified-since'], date)
  })

  it('refuses a 304 that was not asked for', async () => {
    server.answer(text(GOOD), (req, res) => res.writeHead(304).end())
    list = lists.url(server.address, { ca: server.ca })
    await list.ready
    await isRefused('not-asked', /304, not modified, which was not asked for/, 304)
  })

  it('refuses a 304 as the first answer', async () => {
    server.answer((req, res) => res.writeHead(304).end())
    list = lists.url(server.address, { ca: [Buffer.from(server.ca)] })
    await assert.rejects(list.ready, { rule: 'not-asked' })
  })

  it('has one service only if its address lists many', async () => {
    const prefixes = [{ ip_prefix: '192.0.2.0/24', service: 'CLOUDFRONT' }, { ip_prefix: '3.0.0.0/15', service: 'EC2' }]
    server.answer(json({ prefixes, ipv6_prefixes: [] }))
    list = lists.url(server.address, { ca: Buffer.from(server.ca), parse: 'aws', service: 'CLOUDFRONT' })
    await list.ready
    assert.deepEqual(list.entries, ['192.0.2.0/24'])
    assert.equal(list.state.source, `${server.address} CLOUDFRONT`)
  })

  it('keeps no ETag of a refused list', async () => {
    await start()
    server.answer(text('0.0.0.0/1', { headers: { etag: '"poison"' } }))
    await isRefused('wide', /0\.0\.0\.0\/1/)
    server.answer(tagged(GOOD, '"1"'))
    await list.refresh()
    assert.deepEqual(server.requests.map(({ headers }) => headers['if-none-match']), [undefined, '"1"', '"1"'])
    assert.equal(list.state.etag, '"1"')
  })

  it('accepts another type if the option says so, but never a web page', async () => {
    server.answer(text(GOOD, { type: 'application/octet-stream' }))
    list = lists.url(server.address, { ca: server.ca, type: 'application/octet-stream' })
    await list.ready
    list.close()

    server.answer(text(GOOD, { type: 'text/html' }))
    list = lists.url(server.address, { ca: server.ca, type: 'text/html' })
    await assert.rejects(list.ready, { rule: 'type' })
  })

  it('lets a function parse the text', async () => {
    server.answer(text('proxies=192.0.2.0/24;2001:db8::/32', { type: 'application/x-own' }))
    const parse = (source) => source.split('=')[1].split(';')
    list = lists.url(server.address, { ca: server.ca, parse })
    await list.ready
    list.close()
    assert.deepEqual(list.entries, ['192.0.2.0/24', '2001:db8::/32'])

    for (const [wrong, message] of [[() => { throw new Error('no') }, /parse\(\) threw: no/],
      // eslint-disable-next-line no-throw-literal
      [() => { throw undefined }, /parse\(\) threw: undefined/], [() => '192.0.2.0/24', /did not return an array/]]) {
      list = lists.url(server.address, { ca: server.ca, parse: wrong })
      await assert.rejects(list.ready, { rule: 'format', message })
    }
  })

  it('ignores the proxies of the environment', async function () {
    let connections = 0
    const proxy = net.createServer((socket) => { connections++; socket.destroy() }).listen(0, '127.0.0.1')
    await new Promise((resolve) => proxy.once('listening', resolve))
    const { env } = process
    process.env = { ...env, HTTPS_PROXY: `http://127.0.0.1:${proxy.address().port}`, NODE_USE_ENV_PROXY: '1' }
    try {
      await start()
    } finally {
      process.env = env
      proxy.close()
    }
    assert.equal(connections, 0)
  })

  it('ends when the list is closed, and leaves it unchanged', async () => {
    await start()
    let closed = false
    server.answer((req, res) => { res.on('close', () => { closed = true }) })
    const refreshed = list.refresh()
    await until(() => server.requests.length === 2)
    list.close()

    assert.deepEqual(await refreshed, { outcome: 'closed' })
    assert.deepEqual(await list.refresh(), { outcome: 'closed' })
    await until(() => closed)
    assert.equal(list.trust('192.0.2.1'), true)
    assert.equal(list.state.lastError, undefined)
  })

  it('rejects `ready` if it is closed before there is a list', async () => {
    server.answer(() => {})
    list = lists.url(server.address, { ca: server.ca })
    const { ready } = list
    list.close()
    await assert.rejects(ready, { rule: 'closed' })
  })

  it('is shared by all callers that ask at the same time', async () => {
    await start()
    const [one, other] = await Promise.all([list.refresh(), list.refresh()])
    assert.equal(one, other)
    assert.equal(server.requests.length, 2)
  })

  it('keeps the one of two texts that has not changed', async () => {
    const folder = makeFolder(this)
    server.answer((req, res) => req.url === '/ips-v4'
      ? tagged('192.0.2.0/24', '"4"')(req, res)
      : tagged('2001:db8::/32', '"6"')(req, res))
    list = lists.cloudflare({ format: 'text', agent: server.agent, snapshot: path.join(folder, 'snapshot') })
    await list.ready
    server.answer((req, res) => req.url === '/ips-v4'
      ? tagged('192.0.2.0/24', '"4"')(req, res)
      : tagged('2001:db8::/32\n2001:db9::/32', '"7"')(req, res))
    assert.deepEqual(await list.refresh(), { outcome: 'updated', added: ['2001:db9::/32'], removed: [] })
    assert.deepEqual(list.entries, ['192.0.2.0/24', '2001:db8::/32', '2001:db9::/32'])
    assert.deepEqual(server.requests.map(({ url, host, headers }) => [url, host, headers['if-none-match']]), [
      ['/ips-v4', 'www.cloudflare.com', undefined], ['/ips-v6', 'www.cloudflare.com', undefined],
      ['/ips-v4', 'www.cloudflare.com', '"4"'], ['/ips-v6', 'www.cloudflare.com', '"6"']
    ])
    assert.deepEqual(fs.readdirSync(folder), ['snapshot'])
  })
})
