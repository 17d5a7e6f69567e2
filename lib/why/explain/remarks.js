'use strict'

/*
 * What is remarkable about a request and its explanation, beside the walk: what
 * arrives and is not read, what was given in place of what is asked for, and
 * what looks as if it were trusted. Nothing here runs code of the user's:
 * properties are read as they are described, and proxies are left alone.
 */

const { types: { isProxy } } = require('node:util')
const { describeChain } = require('../facts')
const { quote, show } = require('./quote')

/** @typedef {import('../../index').Explanation} Explanation */
/** @typedef {import('../../index').Explanation.Hop} Hop */
/** @typedef {import('../../index').Explanation.Remark} Remark */
/** @typedef {import('./rule').Rule} Rule */

/**
 * @typedef {object} Walked
 * @property {any} req
 * @property {any} headers
 * @property {NonNullable<Explanation['reason']>} reason
 * @property {Hop[]} hops
 * @property {Hop} client
 * @property {Rule} rule
 *
 * @typedef {object} Broken
 * @property {any} req
 * @property {any} headers
 * @property {string} error
 * @property {any} trust
 * @property {boolean} isRead whether the request could be read
 */

const NAME = 'x-forwarded-for'

/** Headers that name a client, and that nothing here reads. */
const OTHERS = new Set([
  'forwarded', 'x-real-ip', 'cf-connecting-ip', 'cf-connecting-ipv6', 'true-client-ip', 'fly-client-ip',
  'fastly-client-ip', 'x-client-ip', 'client-ip', 'x-cluster-client-ip', 'x-forwarded', 'x-azure-clientip',
  'x-azure-socketip', 'x-appengine-user-ip', 'x-envoy-external-address', 'x-original-forwarded-for',
  'x-vercel-forwarded-for', 'x-nf-client-connection-ip', 'do-connecting-ip', 'cloudfront-viewer-address',
  'proxy-client-ip', 'wl-proxy-client-ip', 'x-remote-ip', 'x-originating-ip', 'x-sucuri-clientip', 'incap-client-ip'
])

/** At most this many names of headers are looked at. */
const NAMES = 1000
/** With the hops, so that a trace has 40 lines at most. */
const REMARKS = 5

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

/**
 * What holds X-Forwarded-For, or may, and is not read.
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
  if (isOpen(headers) && Array.isArray(headers)) {
    return [remark('headers-object', 'headers is an array: pass an object with the names, in lower case, as its keys')]
  }
  const spelt = namesOf(headers).find((name) => name !== NAME && name.toLowerCase().replace(/_/g, '-').replace(/^http-/, '') === NAME)
  return spelt === undefined
    ? []
    : [remark('header-spelling', `${quote(spelt)} is there by another spelling, and is not read: in headers of Node, names ` +
        'are in lower case with hyphens')]
}

/**
 * @param {any} headers
 * @returns {Remark[]}
 */
function otherHeaders (headers) {
  const found = namesOf(headers).filter((name) => OTHERS.has(name.toLowerCase()))
  if (found.length === 0) return []
  const names = found.slice(0, 4).map(show).join(', ')
  return [remark('other-header', `${names} ${found.length > 1 ? 'are' : 'is'} there, and not read: have the proxy send X-Forwarded-For`)]
}

/** @param {any} req @returns {Remark[]} */
function ownIp (req) {
  const ip = own(req, 'ip')
  if (typeof ip !== 'string') return []
  return [remark('own-ip', `This request has an ip of its own, ${quote(ip)}, which somebody set: neither Express nor this ` +
    'setting decides on that one')]
}

/**
 * What an address of which kind looks like, if it is not trusted.
 *
 * @type {[string[], string][]}
 */
const SPACES = [
  [['loopback'], 'is this host: "loopback" holds both 127.0.0.0/8 and ::1'],
  [['100.64.0.0/10'], 'is in 100.64.0.0/10, the shared address space of carriers, pod networks and VPNs, which is in none ' +
    'of the three names: if it is your proxy, add its subnet'],
  [['uniquelocal'], 'is a private address, as "uniquelocal" holds them, and no entry does: if it is your proxy, add it, ' +
    'or its subnet'],
  [['linklocal'], 'is a link-local address, as "linklocal" holds them, and no entry does: if it is your proxy, add it'],
  [['172.0.0.0/8', '192.160.0.0/12'], 'is a public address: private are 172.16.0.0/12 and 192.168.0.0/16 alone'],
  [['fec0::/10'], 'is a site-local address, which is in none of the three names: if it is your proxy, add its subnet']
]

/** @param {string[]} subnets @param {string} address */
function isIn (subnets, address) {
  return describeChain(subnets, [address])[0].match !== undefined
}

/**
 * @param {Walked} walked
 * @returns {Remark[]}
 */
function nearMiss ({ client: { canonical, forms = [], verdict, text }, rule, hops }) {
  if (verdict !== 'untrusted' || canonical === undefined || hops[hops.length - 1].verdict !== 'not reached') return []
  if (rule.kind === 'function' && forms.includes('mapped')) {
    return [remark('mapped-text', `The function was asked about the text ${show(String(text))}, and not about ${canonical}: ` +
      'compile() takes both for the same')]
  }
  if (rule.kind !== 'list') return []
  const found = SPACES.find(([subnets]) => isIn(subnets, canonical))
  return found === undefined ? [] : [remark('near-miss', `${canonical} ${found[1]}`)]
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', '100.64.0.0/10']
/** A private subnet up to this many bits of prefix holds more than proxies. */
const WIDE = 12

/**
 * A client within a subnet that is trusted as a whole passes for a proxy.
 *
 * @param {Walked} walked
 * @returns {Remark[]}
 */
function trustedClient ({ hops, client }) {
  const hop = hops[hops.indexOf(client) - 1]
  if (hop?.from !== 'header' || hop.by?.subnet === undefined || hop.canonical === undefined) return []
  const { by: { entry, name, subnet }, canonical } = hop
  if (name === undefined && Number(subnet.split('/')[1]) > WIDE) return []
  if (!isIn(PRIVATE, canonical)) return []
  return [remark('trusted-client', `${canonical} is trusted by ${show(String(entry))}: if it is a client and not a proxy, ` +
    'it could have written all to its left, so trust the subnet of the proxies alone')]
}

/**
 * What an address would be without what makes it none.
 *
 * @param {Hop} client
 * @returns {Remark[]}
 */
function withoutFault ({ text, fault }) {
  if (text === undefined || fault === undefined) return []
  const { lintKind } = require('../lint/kinds')
  const instead = text.length <= 256 ? lintKind(text.trim(), false)?.instead : undefined
  if (typeof instead !== 'string' || !/[.:]/.test(instead)) return []
  return [remark('without-fault', `Without that, it is ${instead}: have the proxy write the address alone`)]
}

/**
 * @param {Walked} walked
 * @returns {{ reason: Walked['reason'], remarks?: Remark[] }}
 */
function remarksOnWalk (walked) {
  const { req, headers, reason, client } = walked
  const isAlone = reason === 'no header' || reason === 'empty header'
  const unread = isAlone ? unreadHeaders(headers) : []
  const remarks = [
    ...unread, ...isAlone ? otherHeaders(headers) : [], ...withoutFault(client), ...nearMiss(walked),
    ...trustedClient(walked), ...ownIp(req)
  ]
  return { reason: unread.length > 0 ? 'unreadable header' : reason, ...remarks.length > 0 && { remarks: remarks.slice(0, REMARKS) } }
}

/** What is in the place of a request: its class or a property, and its name. */
const NOT_REQUESTS = Object.freeze({
  requestContext: "A function's event",
  multiValueHeaders: "A function's event",
  handshake: 'A socket of Socket.IO',
  issued: 'A handshake of Socket.IO'
})

/** Properties of what wraps a request, with the request. */
const WRAPPERS = ['req', 'raw', 'request', 'incoming', 'node']

/** @param {any} req */
function whatIs (req) {
  const kind = classOf(req)
  if (kind === 'Request' || kind === 'NextRequest') return 'A web Request'
  const found = Object.entries(NOT_REQUESTS).find(([name]) => own(req, name) !== undefined)
  return found === undefined ? 'What was given' : found[1]
}

/** @param {any} object @param {string} name */
function has (object, name) {
  return isOpen(object) && own(object, name) !== undefined && own(object, name) !== null
}

/** @param {any} req @returns {Remark[]} */
function notRequest (req) {
  const wrapper = WRAPPERS.find((name) => isOpen(own(req, name)))
  const lacks = has(req, 'headers') || /^A (?:web|socket)/.test(whatIs(req)) ? 'neither socket nor connection' : 'no headers, or neither socket nor connection'
  return [remark('not-a-request', `${whatIs(req)} has ${lacks}: pass ` + (wrapper === undefined
    ? 'the request of node:http, or { headers, socket: { remoteAddress } }'
    : `its ${quote(wrapper)}, if that is the request of node:http`))]
}

/** @param {any} trust @returns {Remark[]} */
function notTrust (trust) {
  const isSetting = typeof trust === 'string' ? trust.includes(',') || trust === '' : typeof trust !== 'function' && !Array.isArray(trust)
  if (!isSetting) return []
  const what = typeof trust === 'string' ? 'A text with commas' : 'A setting that is not a list'
  return [remark('setting-as-trust', `${what} goes through trustProxy() first: explain(req, trustProxy(setting))`)]
}

/**
 * @param {Broken} broken
 * @returns {{ remarks?: Remark[] }}
 */
function remarksOnError ({ req, headers, trust, isRead, error }) {
  const remarks = !trust || isRead
    ? notTrust(trust)
    : [...typeof headers === 'object' && error.includes('X-Forwarded-For') ? [] : notRequest(req), ...unreadHeaders(headers)]
  return remarks.length > 0 ? { remarks: remarks.slice(0, REMARKS) } : {}
}

/**
 * @param {Walked | Broken} found
 * @returns {any}
 */
function remarksOn (found) {
  return 'error' in found ? remarksOnError(found) : remarksOnWalk(found)
}

module.exports = { remarksOn }
