'use strict'

/*
 * Remarks on a request as it was given: headers that arrive and are not read, and
 * objects that were given instead of a request. Nothing here runs code of the
 * user's: properties are read from their descriptors, and proxies are left alone.
 */

const { types: { isProxy } } = require('node:util')
const { quote, show } = require('./faults')

/** @typedef {import('../../index').Explanation.Remark} Remark */

const NAME = 'x-forwarded-for'

/**
 * Headers that name a client, and that nothing here reads: Forwarded, X-Real-IP,
 * True-Client-IP, X-Azure-ClientIP, CF-Connecting-IPv6, CloudFront-Viewer-Address,
 * X-Original-Forwarded-For and their like.
 */
const OTHER = new RegExp(['^(?:x-)?forwarded$', '(?:^|-)forwarded-?for$', '(?:^|-)(?:client|real|socket|user)?ip(?:v?[46])?$',
  '(?:^|-)(?:client|external|peer|real|remote|source|user|viewer)-?addr(?:ess)?$'].join('|'))

/** At most this many names of headers are examined. */
const NAMES = 1000

/** @param {any} value */
function isOpen (value) {
  return Object(value) === value && !isProxy(value)
}

/**
 * @param {any} object
 * @param {string} name
 * @returns {any} the value of an own property; undefined if it has a getter
 */
function own (object, name) {
  return isOpen(object) ? Object.getOwnPropertyDescriptor(object, name)?.value : undefined
}

/**
 * @param {any} value
 * @returns {string | undefined} the name of its class
 */
function classOf (value) {
  const prototype = isOpen(value) ? Object.getPrototypeOf(value) : undefined
  const name = own(own(prototype, 'constructor'), 'name')
  return typeof name === 'string' ? name : undefined
}

/** @param {any} headers @returns {string[]} */
function namesOf (headers) {
  return isOpen(headers) ? Object.keys(headers).slice(0, NAMES) : []
}

/**
 * @param {string} code
 * @param {string} message
 * @returns {Remark}
 */
function remark (code, message) {
  return { code, message }
}

/** @param {string} name as somebody spells it */
function spelling (name) {
  return name.toLowerCase().replace(/[-_\s]/g, '').replace(/^http/, '')
}

/**
 * Remarks on headers that contain X-Forwarded-For, or may, but are not read.
 *
 * @param {any} headers
 * @returns {Remark[]}
 */
function unreadHeaders (headers) {
  const kind = classOf(headers)
  if (kind === 'Headers' || kind === 'HeadersList' || kind === 'Map') {
    return [remark('headers-object', `headers is a ${kind} object, whose entries are not properties, so none is read: ` +
      'pass a plain object, Object.fromEntries(headers)')]
  }
  if (typeof headers === 'string' || (isOpen(headers) && Array.isArray(headers))) {
    return [remark('headers-object', `headers is ${typeof headers === 'string' ? 'text' : 'an array'}: pass an object with the ` +
      'names, in lower case, as its keys')]
  }
  if (Array.isArray(own(headers, NAME))) {
    return [remark('header-array', "X-Forwarded-For is an array, but must be one text, as in Node's headers: join its elements with commas")]
  }
  const spelt = namesOf(headers).find((name) => name !== NAME && spelling(name) === spelling(NAME))
  return spelt === undefined
    ? []
    : [remark('header-spelling', `${quote(spelt)} is another spelling of X-Forwarded-For, and is not read: in Node's headers, names ` +
        'are in lower case with hyphens')]
}

/** @param {any} headers @returns {string[]} names */
function othersIn (headers) {
  return namesOf(headers).filter((name) => {
    const key = name.toLowerCase().replace(/_/g, '-')
    return OTHER.test(key) && spelling(key) !== spelling(NAME)
  })
}

/** @param {any} headers @returns {Remark[]} */
function otherHeaders (headers) {
  const found = othersIn(headers)
  if (found.length === 0) return []
  const names = found.slice(0, 4).map(show).join(', ')
  return [remark('other-header', `${names} ${found.length > 1 ? 'are' : 'is'} present, but not read: have the proxy send X-Forwarded-For`)]
}

/**
 * Objects that are not requests, by a property that they have, and what to give
 * instead.
 *
 * @type {Readonly<Record<string, [string, string?]>>}
 */
const NOT_REQUESTS = Object.freeze({
  requestContext: ["A function's event", '{ headers, socket: { remoteAddress } }, with the names of headers in lower case, and as ' +
    'remoteAddress the sourceIp of its requestContext'],
  multiValueHeaders: ["A function's event"],
  handshake: ['A socket of Socket.IO'],
  issued: ['A handshake of Socket.IO', 'the request of its socket, socket.request'],
  _socket: ['A socket of ws', 'the request that the event "connection" comes with'],
  upgradeReq: ['A socket of ws', 'its upgradeReq'],
  ':path': ['An object of headers', '{ headers, socket: { remoteAddress } }'],
  [NAME]: ['An object of headers', '{ headers, socket: { remoteAddress } }']
})

/** The properties under which other objects keep a request. */
const WRAPPERS = [['req'], ['raw'], ['request'], ['incoming'], ['env', 'incoming'], ['node', 'req'], ['node']]

/** @param {any} req @returns {[string, string?]} what it is, and what to give instead */
function whatIs (req) {
  const kind = classOf(req)
  if (kind === 'Request' || kind === 'NextRequest' || kind === 'HonoRequest') return ['A web Request']
  const found = Object.entries(NOT_REQUESTS).find(([name]) => own(req, name) !== undefined)
  return found === undefined ? ['What was given'] : found[1]
}

/** @param {any} object @param {string} name */
function has (object, name) {
  return isOpen(object) && own(object, name) !== undefined && own(object, name) !== null
}

/** @param {any} req @returns {string | undefined} the property of it that is, or may be, a request */
function wrapperIn (req) {
  const found = WRAPPERS.map((path) => ({ path, inner: path.reduce(own, req) })).filter(({ inner }) => isOpen(inner))
  const [best = found[0]] = found.filter(({ inner }) => has(inner, 'socket') || has(inner, 'connection'))
  return best?.path.join('.')
}

/** @param {any} req @returns {Remark[]} */
function notRequest (req) {
  const [what, instead] = whatIs(req)
  const isWhole = has(req, 'headers') || /^A (?:web|socket)/.test(what)
  const wrapper = wrapperIn(req)
  return [remark('not-a-request', `${what} has ${isWhole ? '' : 'no headers, or '}neither socket nor connection: pass ` + (
    instead ?? (wrapper === undefined
      ? 'the request of node:http, or { headers, socket: { remoteAddress } }'
      : `its ${quote(wrapper)}, if that is the request of node:http`)))]
}

module.exports = { notRequest, otherHeaders, othersIn, own, remark, unreadHeaders }
