'use strict'

/*
 * Remarks on an explanation: addresses that look as if they were trusted, arguments
 * of the wrong kind, and what to do next.
 */

const { describeAddress, describeChain } = require('../facts')
const { isLiveList, isResolver } = require('./chain')
const { quote, show } = require('./faults')
const { notRequest, otherHeaders, othersIn, own, remark, unreadHeaders } = require('./request')

/** @typedef {import('../../index').Explanation} Explanation */
/** @typedef {import('../../index').Explanation.Hop} Hop */
/** @typedef {import('../../index').Explanation.Remark} Remark */
/** @typedef {import('./chain').Rule} Rule */

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

/** At most this many, so that a trace has at most 40 lines with its hops. */
const REMARKS = 5

/** @param {any} req @returns {Remark[]} */
function ownIp (req) {
  const ip = own(req, 'ip')
  if (typeof ip !== 'string') return []
  return [remark('own-ip', `This request has an ip property of its own, ${quote(ip)}, which other code set: neither Express ` +
    'nor this setting decides on it')]
}

/**
 * What to say about an address in some subnets, if it is not trusted.
 *
 * @type {[string[], string][]}
 */
const SPACES = [
  [['loopback'], 'is this host: "loopback" covers both 127.0.0.0/8 and ::1'],
  [['100.64.0.0/10'], 'is in 100.64.0.0/10, the shared address space of carriers, pod networks and VPNs, which none ' +
    'of the three names covers: if it is your proxy, add its subnet'],
  [['uniquelocal'], 'is a private address, which "uniquelocal" would trust, but no entry does: if it is your proxy, add it, ' +
    'or its subnet'],
  [['linklocal'], 'is a link-local address, which "linklocal" would trust, but no entry does: if it is your proxy, add it'],
  [['172.0.0.0/8', '192.160.0.0/12'], 'is a public address (only 172.16.0.0/12 and 192.168.0.0/16 are private): if it is a proxy or ' +
    'CDN of yours, trust its subnet'],
  [['fec0::/10'], 'is a site-local address, which none of the three names covers: if it is your proxy, add its subnet']
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
    return [remark('mapped-text', `The function was called with the text ${show(String(text))}, and not with ${canonical}: ` +
      'compile() treats both alike')]
  }
  if (rule.kind === 'none') {
    const isHere = isIn(['loopback'], canonical)
    return [remark('nobody-trusted', 'Nobody is trusted, as with the setting false or an empty list: ' + (isHere
      ? `${canonical} is this host, so if your proxy runs here, set "trust proxy" to "loopback"`
      : `if ${canonical} is your proxy, set "trust proxy" to its address, or to its subnet`))]
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
    'it could have written everything to its left, so trust only the subnet of the proxies')]
}

/**
 * @param {string} text
 * @returns {boolean} whether it is an address
 */
function isAddress (text) {
  return describeAddress(text).fault === 'none'
}

/**
 * Returns the address in a text, without for=, quotation marks, blanks or a port.
 *
 * @param {string} text
 * @returns {string | undefined}
 */
function bareOf (text) {
  const bare = text.replace(/^\s*for=/i, '').replace(/["'\s]/g, '')
  if (isAddress(bare)) return bare
  const { lintKind } = require('../lint/kinds')
  const instead = lintKind(bare, false)?.instead
  return typeof instead === 'string' && isAddress(instead) ? instead : undefined
}

/** Longer texts are not examined. */
const LONGEST = 256

/**
 * What to do about a client whose text is not an address.
 *
 * @param {Hop} client
 * @returns {Remark[]}
 */
function withoutFault ({ text, fault }) {
  if (text === undefined || fault === undefined || text.length > LONGEST) return []
  const several = text.split(/[\s;|]+/).filter(Boolean)
  if (several.length > 1 && several.every(isAddress)) {
    return [remark('several-addresses', `These are ${several.length} addresses, and none is read: have the proxy put commas between them`)]
  }
  const bare = bareOf(text)
  return bare === undefined ? [] : [remark('without-fault', `Without that, it is ${bare}: have the proxy write the address alone, or use createResolver(), which removes ports and brackets`)]
}

/**
 * @param {Walked} walked
 * @returns {Remark[]}
 */
function noPeer ({ reason, rule }) {
  if (reason !== 'no socket address' || rule.kind === 'function') return []
  return [remark('no-peer-address', 'The peer of a Unix socket has no address, so no list matches it: use a number of hops, or a function. A ' +
    'TCP socket has none once it is closed: ask when the request arrives')]
}

/**
 * An address that another header names, and that the walk did not reach: a proxy
 * between the two may not be trusted yet.
 *
 * @param {Walked} walked
 * @returns {Remark[]}
 */
function namedElsewhere ({ client, headers, hops }) {
  if (client.from !== 'header') return []
  const beyond = new Set(hops.slice(hops.indexOf(client) + 1).map(({ text }) => text))
  const name = othersIn(headers).find((one) => typeof own(headers, one) === 'string' && beyond.has(own(headers, one)))
  if (name === undefined) return []
  return [remark('named-elsewhere', `${show(name)} names ${show(own(headers, name))}, which was not reached: if ${show(String(client.text))} is a ` +
    'proxy or CDN of yours, trust it as well, or count one hop more')]
}

/**
 * A number of hops that ends before further entries, which may be too low.
 *
 * @param {Walked} walked
 * @returns {Remark[]}
 */
function lastHop ({ client: { canonical, verdict }, rule, hops }) {
  if (rule.kind !== 'hops' || verdict !== 'untrusted' || canonical === undefined) return []
  if (hops[hops.length - 1].verdict !== 'not reached') return []
  return [remark('last-hop', `The number of hops, ${rule.hops}, ends here: if ${canonical} is a proxy or CDN of yours and not a ` +
    'client, it is too low. Trusting the addresses of your proxies is better than a number')]
}

/**
 * A public address that is trusted by a number of hops alone, which may be too high,
 * and that wrote the client's.
 *
 * @param {Walked} walked
 * @returns {Remark[]}
 */
function countedClient ({ hops, client, rule }) {
  const hop = hops[hops.indexOf(client) - 1]
  if (rule.kind !== 'hops' || rule.hops === Infinity || hop?.from !== 'header' || hop.canonical === undefined) return []
  if (isIn([...PRIVATE, 'loopback', 'linklocal'], hop.canonical)) return []
  return [remark('counted-client', `${hop.canonical} is public, and trusted only by the number of hops: if it is not a proxy of yours, ` +
    `the number is too high, it is the client, and it made up ${show(String(client.text))}`)]
}

/** Reasons that leave the client unknown, so that other headers matter. */
const LOST = new Set(['no header', 'empty header', 'itself trusted', 'not an address'])

/**
 * @param {Walked} walked
 * @returns {{ reason: Walked['reason'], remarks?: Remark[] }}
 */
function remarksOnWalk (walked) {
  const { req, headers, reason, client } = walked
  const isAlone = reason === 'no header' || reason === 'empty header'
  const unread = isAlone ? unreadHeaders(headers) : []
  const named = namedElsewhere(walked)
  const remarks = [
    ...unread, ...LOST.has(reason) ? otherHeaders(headers) : [], ...withoutFault(client), ...noPeer(walked), ...nearMiss(walked),
    ...named.length > 0 ? named : lastHop(walked), ...trustedClient(walked), ...countedClient(walked), ...ownIp(req)
  ]
  return { reason: unread.length > 0 ? 'unreadable header' : reason, ...remarks.length > 0 && { remarks: remarks.slice(0, REMARKS) } }
}

/** @param {any} trust @returns {Remark[]} */
function notTrust (trust) {
  if (isLiveList(trust)) return [remark('setting-as-trust', 'It is a live list, and not its trust function: explain(req, edge.trust)')]
  if (isResolver(trust)) return [remark('setting-as-trust', 'It is a resolver, and not a trust function: call client.explain(req)')]
  const isSetting = typeof trust === 'string' ? trust.includes(',') || trust === '' : typeof trust !== 'function' && !Array.isArray(trust)
  if (!isSetting) return []
  const what = typeof trust === 'string' ? 'A text with commas' : 'A setting that is not a list'
  return [remark('setting-as-trust', `${what} must go through trustProxy() first: explain(req, trustProxy(setting))`)]
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
