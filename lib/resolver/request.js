'use strict'

/* What is read of a request: the peer, headers as text, the socket's protocol. */

const { PEER } = require('./policy')

/** @typedef {RequestSource | PartsSource} Source a request, or what stands for one */

/** @param {any} req */
function socketOf (req) {
  return req.socket ?? req.connection
}

/**
 * A destroyed http2 session throws where a socket has nothing to say.
 *
 * @template T
 * @param {() => T} read
 * @returns {T | undefined}
 */
function quietly (read) {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** @param {any} req @returns {unknown} */
function peerOf (req) {
  return quietly(() => socketOf(req).remoteAddress)
}

/**
 * Did the request come by a Unix socket? A dead TCP socket has no address
 * either, but its server's is an object.
 *
 * @param {any} req
 */
function isUnix (req) {
  return typeof quietly(() => socketOf(req).server.address()) === 'string'
}

/** @param {unknown} value a header's @returns {string | undefined} */
function textOf (value) {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  const texts = value.filter((one) => typeof one === 'string')
  return texts.length === 0 ? undefined : texts.join(', ')
}

/** @param {any} headers @param {string} name in lower case */
function headerOf (headers, name) {
  if (Object(headers) !== headers) return undefined
  const value = headers[name]
  if (value !== undefined) return textOf(value)
  // `Headers` throws for the names of http2, which begin with a colon.
  return typeof headers.get === 'function' && name[0] !== ':' ? textOf(headers.get(name) ?? undefined) : undefined
}

/**
 * The lines of `Forwarded`, divided by line feeds: a quoted string ends with
 * its line. No line feed can be in one, and what claims so is made invalid.
 *
 * @param {any} req
 * @param {string} joined
 */
function linesOf (req, joined) {
  const { rawHeaders } = req
  if (!joined.includes('"') || !Array.isArray(rawHeaders)) return withoutFeeds(joined)
  const lines = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (String(rawHeaders[i]).toLowerCase() === 'forwarded') lines.push(withoutFeeds(String(rawHeaders[i + 1])))
  }
  return lines.length > 1 ? lines.join('\n') : withoutFeeds(joined)
}

/** @param {string} text */
function withoutFeeds (text) {
  return text.includes('\n') ? text.replaceAll('\n', '\0') : text
}

/** @param {any} req */
function socketProtocol (req) {
  return quietly(() => socketOf(req).encrypted) ? 'https' : 'http'
}

/** A request of Node. (A class: of object literals with a getter V8 makes no shape.) */
class RequestSource {
  /** @param {any} req */
  constructor (req) {
    const peer = peerOf(req)
    const hasPeer = typeof peer === 'string' && peer !== ''
    this.req = req
    /** @type {string | undefined} */
    this.peer = hasPeer ? peer : undefined
    /** One of PEER. */
    this.kind = hasPeer ? PEER.SOCKET : isUnix(req) ? PEER.UNIX : PEER.NONE
  }

  /**
   * @param {string} name in lower case
   * @returns {string | undefined}
   */
  header (name) {
    const text = headerOf(this.req.headers, name)
    return name === 'forwarded' && text !== undefined ? linesOf(this.req, text) : text
  }

  /** The socket's protocol. @returns {string | undefined} */
  protocol () {
    return socketProtocol(this.req)
  }
}

/**
 * @param {any} req
 * @returns {Source}
 */
function fromRequest (req) {
  if (Object(req) !== req) throw new TypeError('req must be a request, such as that of node:http')
  return new RequestSource(req)
}

/**
 * @param {any} headers a plain object in any letter case
 * @param {string} name
 */
function anyCase (headers, name) {
  const found = Object.keys(headers).filter((key) => key.toLowerCase() === name)
    .map((key) => textOf(headers[key])).filter((text) => text !== undefined)
  return found.length === 0 ? undefined : found.join(', ')
}

/**
 * @param {any} headers `Headers`, a plain object, or the text of the chain header
 * @param {string | undefined} chain
 * @returns {(name: string) => string | undefined}
 */
function reader (headers, chain) {
  if (headers === undefined || headers === null) return () => undefined
  if (typeof headers === 'string') return (name) => name === chain ? withoutFeeds(headers) : undefined
  if (typeof headers !== 'object') throw new TypeError('headers must be Headers, an object, or the text of the chain header')
  const read = typeof headers.get === 'function' ? headerOf : anyCase
  return (name) => {
    const text = read(headers, name)
    return text === undefined ? undefined : withoutFeeds(text)
  }
}

/** A peer and headers without a request. */
class PartsSource {
  /**
   * @param {unknown} peer
   * @param {(name: string) => string | undefined} header
   */
  constructor (peer, header) {
    const hasPeer = typeof peer === 'string' && peer !== ''
    /** @type {string | undefined} */
    this.peer = hasPeer ? peer : undefined
    this.kind = hasPeer ? PEER.GIVEN : PEER.NONE
    this.header = header
  }

  /** There is no socket to ask. @returns {string | undefined} */
  protocol () {
    return undefined
  }
}

/**
 * @param {unknown} peer
 * @param {any} headers
 * @param {string | undefined} chain
 * @returns {Source}
 */
function fromParts (peer, headers, chain) {
  return new PartsSource(peer, reader(headers, chain))
}

module.exports = { fromParts, fromRequest, linesOf, peerOf }
