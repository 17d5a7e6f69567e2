'use strict'

/*
 * A registry on loopback that exists as long as the matrix runs. It serves this package
 * as packed; for other packages it forwards to npm's own registry, each file once. So the
 * overrides are those in README, and nothing is published.
 */

const { execFileSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const { once } = require('node:events')
const fs = require('node:fs')
const http = require('node:http')

const ABBREVIATED = 'application/vnd.npm.install-v1+json'
/** Some managers refuse a version that was published only recently. */
const PUBLISHED = '2020-01-01T00:00:00.000Z'

/** A registry's metadata for a package with a single version. */
function describe (tarball, url) {
  const bytes = fs.readFileSync(tarball)
  const manifest = JSON.parse(execFileSync('tar', ['-xOf', tarball, 'package/package.json'], { encoding: 'utf8' }))
  const { name, version } = manifest
  const path = `/${name}/-/${name}-${version}.tgz`
  const digest = (algorithm, encoding) => createHash(algorithm).update(bytes).digest(encoding)
  const dist = { tarball: `${url}${path}`, shasum: digest('sha1', 'hex'), integrity: `sha512-${digest('sha512', 'base64')}` }
  const document = {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
    time: { created: PUBLISHED, modified: PUBLISHED, [version]: PUBLISHED }
  }
  return { path, bytes, name, document }
}

async function fetchBytes (url, headers) {
  const response = await fetch(url, { headers })
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
}

/**
 * @param {string} tarball of this package
 * @returns {Promise<{ url: string, close: () => void }>}
 */
async function startRegistry (tarball) {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim().replace(/\/$/, '')
  /** Answers, or promises of them, by path. */
  const answers = new Map()
  /** The real addresses of other packages' files, by path. */
  const files = new Map()

  const server = http.createServer(respond).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}`
  const own = describe(tarball, url)
  answers.set(own.path, { status: 200, bytes: own.bytes })
  answers.set(`/${own.name}`, { status: 200, bytes: Buffer.from(JSON.stringify(own.document)) })

  async function find (path) {
    if (files.has(path)) return fetchBytes(files.get(path))
    const answer = await fetchBytes(`${upstream}/${path.slice(1).replace('/', '%2f')}`, { Accept: ABBREVIATED })
    if (answer.status !== 200) return answer
    const document = JSON.parse(answer.bytes.toString())
    for (const { dist } of Object.values(document.versions)) {
      const { pathname } = new URL(dist.tarball)
      files.set(pathname, dist.tarball)
      dist.tarball = url + pathname
    }
    return { status: 200, bytes: Buffer.from(JSON.stringify(document)) }
  }

  async function respond (req, res) {
    const path = decodeURIComponent(new URL(req.url, url).pathname)
    try {
      if (req.method !== 'GET' || path.startsWith('/-/')) return res.writeHead(404).end('{}')
      if (!answers.has(path)) answers.set(path, find(path))
      const { status, bytes } = await answers.get(path)
      const type = path.includes('/-/') ? 'application/octet-stream' : 'application/json'
      res.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length }).end(bytes)
    } catch (error) {
      answers.delete(path)
      res.writeHead(502).end(JSON.stringify({ error: error.message }))
    }
  }

  return {
    url,
    close () {
      server.closeAllConnections()
      server.close()
    }
  }
}

module.exports = { startRegistry }
