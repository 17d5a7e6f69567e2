'use strict'

/* The protocol and the host that the client asked for. */

const { KIND } = require('./anomalies')
const { textOf } = require('./request')

const SCHEME = /^(?:https?|wss?)$/i

/** RFC 3986's reg-name, or an address in brackets; then a port. */
const HOST = /^(?:((?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)|\[([0-9A-Fa-f:.]+)\])(?::(\d{1,5}))?$/
const PORT = /^(?:0|[1-9]\d{0,4})$/

/** @param {string} port */
function isPort (port) {
  return PORT.test(port) && Number(port) <= 65535
}

/** The host that was read last: most requests of a server have the same. */
let lastHost = ''
/** @type {{ hasPort: boolean } | undefined} */
let lastRead

/** @param {string} text @returns {{ hasPort: boolean } | undefined} undefined if it is not a host */
function readHost (text) {
  if (text !== lastHost) {
    lastRead = parseHost(text)
    lastHost = text
  }
  return lastRead
}

/** @param {string} text */
function isIPv6 (text) {
  // Loaded late: loading it takes as long as loading the resolver.
  return require('node:net').isIPv6(text)
}

/** @param {string} text */
function parseHost (text) {
  const [, name, v6, port] = HOST.exec(text) ?? []
  if (name === undefined && (v6 === undefined || !isIPv6(v6))) return undefined
  if (port !== undefined && !isPort(port)) return undefined
  return { hasPort: port !== undefined }
}

/** Blanks around an element. Those at its end match only from the first one on, which takes linear time. */
const BLANKS = /^[ \t]+|(?<![ \t])[ \t]+$/g

/** @param {string | undefined} text @returns {string[]} elements that are not empty */
function elements (text) {
  return text === undefined
    ? []
    : text.split(',').map((one) => one.replace(BLANKS, '')).filter((one) => one !== '')
}

/** @typedef {import('./result').Claims} Claims what a client asked for, according to a trusted proxy */

/**
 * The value that a header has for the client.
 *
 * @param {Claims} claims
 * @param {string | undefined} text the header
 * @param {number} anomaly to report if the value cannot be determined
 */
function aligned (claims, text, anomaly) {
  if (text === undefined) return undefined
  if (!/[, \t]/.test(text)) return text === '' ? undefined : text
  const values = elements(text)
  // A single value needs no alignment.
  if (values.length < 2) return values[0]
  const entries = elements(claims.chainText).length
  if (values.length === entries && claims.hop > 0) return values[entries - claims.hop]
  claims.anomalies |= anomaly
  return undefined
}

/** @param {Claims} claims */
function claimedProtocol (claims) {
  if (!claims.settings.protocol || !claims.isBelieved) return undefined
  return claims.settings.chain === 'forwarded'
    ? claims.proto()
    : aligned(claims, textOf(claims.source.headers['x-forwarded-proto']), KIND['protocol-ambiguous'])
}

/** @param {Claims} claims */
function protocolOf (claims) {
  const claimed = claimedProtocol(claims)
  return claimed !== undefined && SCHEME.test(claimed) ? claimed.toLowerCase() : claims.source.protocol()
}

/** @param {Claims} claims */
function claimedHost (claims) {
  return claims.settings.chain === 'forwarded'
    ? claims.host()
    : aligned(claims, textOf(claims.source.headers['x-forwarded-host']), KIND['host-invalid'])
}

/** @param {Claims} claims @param {string} host @param {boolean} hasPort */
function withPort (claims, host, hasPort) {
  if (hasPort || claims.settings.chain === 'forwarded') return host
  const port = aligned(claims, textOf(claims.source.headers['x-forwarded-port']), KIND['host-invalid'])
  return port !== undefined && isPort(port) ? `${host}:${port}` : host
}

/** @param {Claims} claims @param {string | undefined} host */
function checkHost (claims, host) {
  if (host === undefined) return undefined
  const read = readHost(host)
  if (read === undefined) claims.anomalies |= KIND['host-invalid']
  return read
}

/** @param {Claims} claims */
function hostOf (claims) {
  const isBelieved = claims.settings.host && claims.isBelieved
  if (isBelieved) {
    const claimed = claimedHost(claims)
    const read = checkHost(claims, claimed)
    if (read !== undefined) return withPort(claims, /** @type {string} */ (claimed), read.hasPort)
  }
  const { headers } = claims.source
  const own = textOf(headers.host) ?? textOf(headers[':authority'])
  const read = checkHost(claims, own)
  if (read === undefined) return undefined
  return isBelieved ? withPort(claims, /** @type {string} */ (own), read.hasPort) : own
}

module.exports = { hostOf, protocolOf }
