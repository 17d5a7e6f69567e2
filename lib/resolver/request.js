'use strict'

/*
 * Reads a request: the peer, headers as text, the socket's protocol. Names of
 * headers are written out where speed matters: V8 optimizes reading a property by
 * a literal name, but not by a name in a variable.
 */

const { PEER } = require('./policy')

const NO_HEADERS = Object.freeze({})

/** The names of the headers that are read, except for those of `from`. */
const NAMES = ['x-forwarded-for', 'forwarded', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'host']

const RAW_FORWARDED = 'Forwarded'

/**
 * Returns the peer's address. A destroyed http2 session throws where a socket
 * returns undefined.
 *
 * @param {any} req
 * @returns {unknown}
 */
function peerOf (req) {
  try {
    return (req.socket ?? req.connection).remoteAddress
  } catch {
    return undefined
  }
}

/**
 * Returns whether the request came through a Unix socket. A dead TCP socket has no
 * address either, but its server's address is an object.
 *
 * @param {any} req
 */
function isUnix (req) {
  try {
    return typeof (req.socket ?? req.connection).server.address() === 'string'
  } catch {
    return false
  }
}

/** @param {any} req */
function isEncrypted (req) {
  try {
    return Boolean((req.socket ?? req.connection).encrypted)
  } catch {
    return false
  }
}

/** @param {unknown} value a header's @returns {string | undefined} */
function textOf (value) {
  if (typeof value === 'string' || value === undefined) return value
  if (!Array.isArray(value)) return undefined
  const texts = value.filter((one) => typeof one === 'string')
  return texts.length === 0 ? undefined : texts.join(', ')
}

/**
 * Removes line feeds from a text of `Forwarded`; no server lets one through. An
 * entry that has one is made invalid, which ends the walk there, so everything to
 * its left can be removed, too.
 *
 * @param {string} text
 */
function withoutFeeds (text) {
  // V8 searches forwards much faster.
  if (!text.includes('\n')) return text
  const end = text.lastIndexOf('\n') + 1
  return '\0'.repeat(end) + text.slice(end)
}

/**
 * Returns the lines of `Forwarded`, separated by line feeds: a quoted string ends
 * with its line. No line may contain a line feed; one that does is made invalid.
 *
 * @param {any} req undefined if there is only the joined text
 * @param {string} joined
 */
function linesOf (req, joined) {
  const rawHeaders = req?.rawHeaders
  if (!joined.includes('"') || !Array.isArray(rawHeaders)) return withoutFeeds(joined)
  const lines = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = String(rawHeaders[i])
    if (name.length === RAW_FORWARDED.length && name.toLowerCase() === 'forwarded') {
      lines.push(withoutFeeds(String(rawHeaders[i + 1])))
    }
  }
  return lines.length > 1 ? lines.join('\n') : withoutFeeds(joined)
}

/** A request, or what stands for one. */
class Source {
  /**
   * @param {unknown} peer
   * @param {number} kind of PEER, if there is a peer
   * @param {number} absent of PEER, if there is none
   * @param {any} headers by names in lower case
   * @param {any} req undefined if there is no socket to ask
   */
  constructor (peer, kind, absent, headers, req) {
    const hasPeer = typeof peer === 'string' && peer !== ''
    /** @type {string | undefined} */
    this.peer = hasPeer ? peer : undefined
    this.kind = hasPeer ? kind : absent
    this.headers = headers
    this.req = req
  }

  /** @param {string} name in lower case */
  header (name) {
    return textOf(this.headers[name])
  }

  /** X-Forwarded-For. */
  list () {
    return textOf(this.headers['x-forwarded-for'])
  }

  forwarded () {
    const text = textOf(this.headers.forwarded)
    return text === undefined ? undefined : linesOf(this.req, text)
  }

  /** The socket's protocol. @returns {string | undefined} */
  protocol () {
    if (this.req === undefined) return undefined
    return isEncrypted(this.req) ? 'https' : 'http'
  }
}

/**
 * Returns headers in Node's form: by names in lower case.
 *
 * @param {any} headers `Headers`
 * @param {string[]} from names to read besides NAMES
 */
function readAll (headers, from) {
  return Object.fromEntries([...NAMES, ...from].map((name) => [name, headers[name] ?? headers.get(name) ?? undefined]))
}

/**
 * @param {any} req
 * @param {string[]} from names of headers of `from`
 */
function fromRequest (req, from) {
  if (Object(req) !== req) throw new TypeError('req must be a request, such as that of node:http')
  const peer = peerOf(req)
  const isAbsent = typeof peer !== 'string' || peer === ''
  const headers = Object(req.headers) === req.headers ? req.headers : NO_HEADERS
  return new Source(peer, PEER.SOCKET, isAbsent && isUnix(req) ? PEER.UNIX : PEER.NONE,
    typeof headers.get === 'function' ? readAll(headers, from) : headers, req)
}

/**
 * @param {any} headers a plain object in any letter case
 * @returns {Record<string, string>} with the values of two spellings joined
 */
function inLowerCase (headers) {
  /** @type {any} */
  const found = { __proto__: null }
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase()
    const text = textOf(value)
    if (text !== undefined) found[name] = name in found ? `${found[name]}, ${text}` : text
  }
  return found
}

/**
 * @param {any} headers `Headers`, a plain object, or the text of the chain header
 * @param {string | undefined} chain
 * @param {string[]} from
 */
function readHeaders (headers, chain, from) {
  if (headers === undefined || headers === null) return NO_HEADERS
  if (typeof headers === 'string') return chain === undefined ? NO_HEADERS : { [chain]: headers }
  if (typeof headers !== 'object') throw new TypeError('headers must be Headers, an object, or the text of the chain header')
  return typeof headers.get === 'function' ? readAll(headers, from) : inLowerCase(headers)
}

/**
 * @param {unknown} peer may have a port and brackets
 * @param {any} headers
 * @param {string | undefined} chain
 * @param {string[]} from names of headers of `from`
 */
function fromParts (peer, headers, chain, from) {
  return new Source(peer, PEER.GIVEN, PEER.NONE, readHeaders(headers, chain, from), undefined)
}

module.exports = { Source, fromParts, fromRequest, linesOf, peerOf, textOf }
