'use strict'

/*
 * One download: https only, at most three redirects, a complete body of at most
 * 16 MB and of the expected type, within a time limit. No environment variable
 * changes where it connects or which certificates it accepts.
 */

const https = require('node:https')
const zlib = require('node:zlib')
const { ListError } = require('./rules')

const MOST_REDIRECTS = 3
const MOST_BYTES = 16 << 20
const REDIRECTS = [301, 302, 303, 307, 308]
const NOT_MODIFIED = 304

/** A time limit is counted in this many parts, so that a blocked event loop costs one of them. */
const TICKS = 10

/** @type {Record<string, () => import('node:stream').Transform>} */
const DECODERS = {
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress()
}

/**
 * @typedef {object} Request
 * @property {string} address
 * @property {readonly string[] | undefined} types the expected media types; if
 *   undefined, any but text/html
 * @property {{ etag?: string | undefined, lastModified?: string | undefined }} [known] of
 *   the list in use
 * @property {import('node:https').Agent | undefined} agent
 * @property {unknown} ca
 * @property {AbortSignal} signal
 *
 * @typedef {object} Download
 * @property {Buffer} [bytes] undefined if not modified
 * @property {string | undefined} [etag]
 * @property {string | undefined} [lastModified]
 */

/**
 * Runs work that can be aborted, and aborts it after a time limit. The timer does
 * not keep the process alive. However long the event loop is blocked at once, that
 * counts as a tenth of the time limit at most.
 *
 * @template T
 * @param {number} timeout milliseconds
 * @param {AbortController} controller
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function within (timeout, controller, work) {
  const { signal } = controller
  return new Promise((resolve, reject) => {
    let ticks = 0
    const timer = setInterval(() => {
      if (++ticks < TICKS) return
      controller.abort(new ListError('timeout', `no complete answer came within ${timeout / 1000} s`, timeout))
    }, timeout / TICKS).unref()
    const fail = () => reject(signal.reason)
    signal.addEventListener('abort', fail, { once: true })
    work().then(resolve, reject).finally(() => {
      clearInterval(timer)
      signal.removeEventListener('abort', fail)
    })
  })
}

/**
 * @param {string} text
 * @param {string} [base] where a redirect came from
 * @returns {URL}
 */
function readAddress (text, base) {
  let url
  try {
    url = new URL(text, base)
  } catch {
    throw new ListError('address', `${JSON.stringify(text)} is not an address: write it as https://...`, text)
  }
  if (url.protocol !== 'https:') {
    throw new ListError('https', `${url.origin}${url.pathname} is not https, so anybody on the way could ` +
      'change the list: only https is accepted', url.protocol)
  }
  if (url.username !== '' || url.password !== '') {
    throw new ListError('address', `the address at ${url.host} contains a password, which would be logged: ` +
      'use from() with a function that sends it', url.host)
  }
  return url
}

/** @param {Request} request */
function headersOf ({ known = {} }) {
  return {
    'user-agent': 'proxy-addr-native',
    accept: '*/*',
    'accept-encoding': 'gzip, deflate, br',
    ...known.etag && { 'if-none-match': known.etag },
    ...known.lastModified && { 'if-modified-since': known.lastModified }
  }
}

/**
 * @param {URL} url
 * @param {Request} request
 * @returns {Promise<import('node:http').IncomingMessage>}
 */
function ask (url, request) {
  const { agent, ca, signal } = request
  return new Promise((resolve, reject) => {
    const options = {
      headers: headersOf(request),
      // A connection of its own, without the proxies of the global agent.
      agent: agent ?? false,
      signal,
      // Certificates are verified whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      rejectUnauthorized: true,
      ...ca !== undefined && { ca: /** @type {any} */ (ca) }
    }
    const sent = https.get(url, options, resolve)
    sent.on('socket', (socket) => socket.unref())
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : networkError(url, error)))
  })
}

/**
 * @param {URL} url
 * @param {any} error
 */
function networkError (url, error) {
  return new ListError('network', `cannot fetch ${url.origin}${url.pathname}: ${error.code} ${error.message}`,
    error.code)
}

/**
 * Sends a request, and follows redirects until the response is not one.
 *
 * @param {Request} request
 * @param {URL} url
 * @param {number} redirects how many were followed already
 * @returns {Promise<{ url: URL, response: import('node:http').IncomingMessage }>}
 */
async function follow (request, url, redirects) {
  const response = await ask(url, request)
  const { statusCode = 0, headers: { location } } = response
  if (!REDIRECTS.includes(statusCode)) return { url, response }
  response.destroy()
  if (location === undefined) {
    throw new ListError('redirect', `${url.origin} answered ${statusCode} without a Location header`, statusCode)
  }
  if (redirects === MOST_REDIRECTS) {
    throw new ListError('redirect', `${request.address} is redirected more than ${MOST_REDIRECTS} times`, location)
  }
  return follow(request, readAddress(location, url.href), redirects + 1)
}

/**
 * @param {string | undefined} header
 * @param {readonly string[] | undefined} types
 */
function checkType (header, types) {
  const type = header?.split(';')[0].trim().toLowerCase()
  if (type === 'text/html') {
    throw new ListError('type', 'the answer is a web page (text/html), not a list', type)
  }
  if (types === undefined || (type !== undefined && types.includes(type))) return
  throw new ListError('type', `the answer has ${type === undefined ? 'no type' : `the type ${JSON.stringify(type)}`}, ` +
    `expected ${types.join(' or ')}: if that is right, set the option type`, type)
}

/**
 * Refuses a body that ends with the connection: it could be cut off anywhere.
 *
 * @param {import('node:http').IncomingMessage} response
 */
function checkEnd ({ headers }) {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers
  if (encoding !== undefined || length !== undefined) {
    if (Number(length ?? 0) <= MOST_BYTES) return
    throw tooLarge(`it announces ${length} bytes`, Number(length))
  }
  throw new ListError('incomplete', 'the answer has neither a Content-Length nor chunks, so an ' +
    'interruption would go unnoticed', 'no length')
}

/** @param {string} what @param {number} seen */
function tooLarge (what, seen) {
  return new ListError('size', `the answer is too large: ${what}, and at most ${MOST_BYTES >> 20} MB are accepted`, seen)
}

/** @param {import('node:http').IncomingMessage} response */
function decoderOf ({ headers }) {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity') return undefined
  if (Object.hasOwn(DECODERS, encoding)) return DECODERS[encoding]()
  throw new ListError('encoding', `the answer is encoded as ${JSON.stringify(encoding)}, which was not asked for`, encoding)
}

/**
 * Reads the whole body, and decompresses it.
 *
 * @param {import('node:http').IncomingMessage} response
 * @param {AbortSignal} signal
 * @returns {Promise<Buffer>}
 */
async function readBody (response, signal) {
  const decoder = decoderOf(response)
  const chunks = []
  let length = 0
  response.once('error', (error) => decoder?.destroy(error))
  try {
    for await (const chunk of decoder ? response.pipe(decoder) : response) {
      length += chunk.length
      if (length > MOST_BYTES) throw tooLarge('it has more bytes', length)
      chunks.push(chunk)
    }
  } catch (/** @type {any} */ error) {
    if (error instanceof ListError) throw error
    if (signal.aborted) throw signal.reason
    throw new ListError('incomplete', `the answer was interrupted after ${length} bytes: ${error.message}`, length)
  } finally {
    response.destroy()
    decoder?.destroy()
  }
  /* c8 ignore next: Node reports the same by an error */
  if (!response.complete) throw new ListError('incomplete', `the answer was interrupted after ${length} bytes`, length)
  return Buffer.concat(chunks)
}

/**
 * Downloads a list.
 *
 * @param {Request} request
 * @returns {Promise<Download>}
 * @throws {ListError}
 */
async function download (request) {
  const { url, response } = await follow(request, readAddress(request.address), 0)
  const { statusCode, headers } = response
  try {
    if (statusCode === NOT_MODIFIED) {
      const { etag, lastModified } = request.known ?? {}
      if (etag !== undefined || lastModified !== undefined) return {}
      throw new ListError('not-asked', `${url.origin} answered 304, not modified, which was not asked for`, statusCode)
    }
    if (statusCode !== 200) {
      throw new ListError('status', `${url.origin}${url.pathname} answered ${statusCode}, expected 200`, statusCode)
    }
    checkType(headers['content-type'], request.types)
    checkEnd(response)
    const bytes = await readBody(response, request.signal)
    return { bytes, etag: headers.etag, lastModified: headers['last-modified'] }
  } finally {
    response.destroy()
  }
}

module.exports = { MOST_BYTES, download, readAddress, within }
