'use strict'

/* The protocol and the host that the client asked for. */

const { isIPv6 } = require('node:net')
const { KIND } = require('./anomalies')

const SCHEME = /^(?:https?|wss?)$/i

/** RFC 3986's reg-name, or an address in brackets; then a port. */
const HOST = /^(?:((?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)|\[([0-9A-Fa-f:.]+)\])(?::(\d{1,5}))?$/
const PORT = /^(?:0|[1-9]\d{0,4})$/

/** @param {string} port */
function isPort (port) {
  return PORT.test(port) && Number(port) <= 65535
}

/** @param {string} text @returns {{ hasPort: boolean } | undefined} undefined if it is none */
function readHost (text) {
  const [, name, v6, port] = HOST.exec(text) ?? []
  if (name === undefined && (v6 === undefined || !isIPv6(v6))) return undefined
  if (port !== undefined && !isPort(port)) return undefined
  return { hasPort: port !== undefined }
}

/** Blanks around an element; of those at its end only the first is tried, which is linear. */
const BLANKS = /^[ \t]+|(?<![ \t])[ \t]+$/g

/** @param {string | undefined} text @returns {string[]} elements that are not empty */
function elements (text) {
  return text === undefined
    ? []
    : text.split(',').map((one) => one.replace(BLANKS, '')).filter((one) => one !== '')
}

/**
 * What a client may have asked for, where a trusted proxy says so.
 *
 * @typedef {object} Walked
 * @property {import('./request').Source} source
 * @property {import('./options').Settings} settings
 * @property {boolean} isBelieved whether the peer is trusted, and the chain decided
 * @property {number} hop the client's place in the chain
 * @property {string | undefined} chainText
 * @property {string | undefined} proto RFC 7239's
 * @property {string | undefined} host RFC 7239's
 * @property {number} anomalies receives more
 */

/**
 * The value that a header has for the client.
 *
 * @param {Walked} walked
 * @param {string} name
 * @param {number} anomaly if nobody can tell which
 */
function aligned (walked, name, anomaly) {
  const values = elements(walked.source.header(name))
  const entries = elements(walked.chainText).length
  if (values.length === 0) return undefined
  if (values.length === entries && walked.hop > 0) return values[entries - walked.hop]
  if (values.length === 1) return values[0]
  walked.anomalies |= anomaly
  return undefined
}

/** @param {Walked} walked */
function claimedProtocol (walked) {
  if (!walked.settings.protocol || !walked.isBelieved) return undefined
  return walked.settings.chain === 'forwarded'
    ? walked.proto
    : aligned(walked, 'x-forwarded-proto', KIND['protocol-ambiguous'])
}

/** @param {Walked} walked */
function protocolOf (walked) {
  const claimed = claimedProtocol(walked)
  return claimed !== undefined && SCHEME.test(claimed) ? claimed.toLowerCase() : walked.source.protocol()
}

/** @param {Walked} walked */
function claimedHost (walked) {
  return walked.settings.chain === 'forwarded'
    ? walked.host
    : aligned(walked, 'x-forwarded-host', KIND['host-invalid'])
}

/** @param {Walked} walked @param {string} host @param {boolean} hasPort */
function withPort (walked, host, hasPort) {
  if (hasPort || walked.settings.chain === 'forwarded') return host
  const port = aligned(walked, 'x-forwarded-port', KIND['host-invalid'])
  return port !== undefined && isPort(port) ? `${host}:${port}` : host
}

/** @param {Walked} walked @param {string | undefined} host */
function checkHost (walked, host) {
  if (host === undefined) return undefined
  const read = readHost(host)
  if (read === undefined) walked.anomalies |= KIND['host-invalid']
  return read && { host, hasPort: read.hasPort }
}

/** @param {Walked} walked */
function hostOf (walked) {
  const isBelieved = walked.settings.host && walked.isBelieved
  const { source } = walked
  const found = (isBelieved ? checkHost(walked, claimedHost(walked)) : undefined) ??
    checkHost(walked, source.header('host') ?? source.header(':authority'))
  if (found === undefined) return undefined
  return isBelieved ? withPort(walked, found.host, found.hasPort) : found.host
}

module.exports = { hostOf, protocolOf }
