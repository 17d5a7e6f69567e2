'use strict'

/* From a request to the client's address. */

const proxyaddr = require('../..')
const { FLOOR, NATIVE, REFERENCE, copyOriginal, making, resolve } = require('../candidates')
const { flat, insider, many, oneOf, publicV4, publicV6, trusted } = require('../inputs')

/**
 * @param {(numbers: any) => string} peer
 * @param {((numbers: any) => string)[]} hops the client and all proxies but the
 *   last, as in the header; empty for no header
 */
function requests (peer, hops) {
  return many(1, (numbers) => {
    const req = { headers: {}, socket: { remoteAddress: flat(peer(numbers)) } }
    const text = hops.map((hop) => hop(numbers)).join(', ')
    if (text !== '') req.headers['x-forwarded-for'] = flat(text)
    return req
  })
}

/** A row in which all candidates have the same list. */
function usual (subnets, inputs, without) {
  return {
    make: making(resolve, subnets, without),
    reference: REFERENCE,
    unchecked: [FLOOR],
    inputs
  }
}

/** A row with seven subnets, one of which contains the peer. */
function seven (kind, ...hops) {
  const subnets = trusted(7)
  return usual(subnets, requests(insider(subnets, kind), hops))
}

const rows = {
  'no header': () => usual(trusted(7),
    requests(insider(trusted(7), 'IPv4'), []), [FLOOR])
}

for (const kind of ['IPv4', 'mapped', 'IPv6']) {
  for (const count of [1, 8, 4096]) {
    const peers = `${count.toLocaleString('en')} ${kind} peer${count > 1 ? 's' : ''}`
    rows[`client, ${peers}`] = () => usual(trusted(7), requests(
      oneOf(count, insider(trusted(7), kind)),
      [kind === 'IPv6' ? publicV6 : publicV4]
    ))
  }
}

const proxyV4 = insider(trusted(7), 'IPv4')
const proxyV6 = insider(trusted(7), 'IPv6')

rows['client + 1, 8 IPv4 peers'] = () => usual(trusted(7),
  requests(oneOf(8, proxyV4), [publicV4, proxyV4]))
rows['client + 1'] = () => seven('IPv4', publicV4, proxyV4)
rows['client + 1, mixed IPv6'] = () => seven('mapped', publicV6, proxyV6)
rows['client + 3'] = () => seven('IPv4', publicV4, proxyV4, proxyV4, proxyV4)

/** Requests with three proxies in the header, for trust that is not a list. */
function threeProxies () {
  return requests(proxyV4, [publicV4, proxyV4, proxyV4, proxyV4])
}

/** Rows in which the trust argument is the same for all packages. */
function functions (native, original, fastify) {
  return {
    make: {
      [NATIVE]: native,
      [REFERENCE]: () => original(copyOriginal()),
      '@fastify/proxy-addr': () => fastify(require('@fastify/proxy-addr'))
    },
    reference: REFERENCE,
    inputs: threeProxies()
  }
}

rows['client + 3, hop count'] = () => functions(
  () => (req) => proxyaddr(req, (address, i) => i < 2),
  (original) => (req) => original(req, (address, i) => i < 2),
  (fastify) => (req) => fastify(req, (address, i) => i < 2)
)

rows['client + 3, everyone is trusted'] = () => functions(
  () => (req) => proxyaddr(req, () => true),
  (original) => (req) => original(req, () => true),
  (fastify) => (req) => fastify(req, () => true)
)

rows['client + 3, hop count by trustProxy()'] = () => functions(
  () => {
    const trust = proxyaddr.trustProxy(2)
    return (req) => proxyaddr(req, trust)
  },
  (original) => (req) => original(req, (address, i) => i < 2),
  (fastify) => (req) => fastify(req, (address, i) => i < 2)
)

rows['client + 3, everyone is trusted by trustProxy()'] = () => functions(
  () => {
    const trust = proxyaddr.trustProxy(true)
    return (req) => proxyaddr(req, trust)
  },
  (original) => (req) => original(req, () => true),
  (fastify) => (req) => fastify(req, () => true)
)

rows["client + 3, a user's own function"] = () => functions(
  () => (req) => proxyaddr(req, (address) => address !== '192.0.2.1'),
  (original) => (req) => original(req, (address) => address !== '192.0.2.1'),
  (fastify) => (req) => fastify(req, (address) => address !== '192.0.2.1')
)

rows['client + 3, all()'] = () => functions(
  () => {
    const trust = proxyaddr.compile(trusted(7))
    return (req) => proxyaddr.all(req, trust)
  },
  (original) => {
    const trust = original.compile(trusted(7))
    return (req) => original.all(req, trust)
  },
  (fastify) => {
    const trust = fastify.compile(trusted(7))
    return (req) => fastify.all(req, trust)
  }
)

rows["client + 3, 'loopback' not compiled"] = () => functions(
  () => (req) => proxyaddr(req, 'loopback'),
  (original) => (req) => original(req, 'loopback'),
  (fastify) => (req) => fastify(req, 'loopback')
)

for (const count of [1000, 10000, 100000]) {
  const size = `${count.toLocaleString('en')} subnets`
  rows[`client + 1, ${size}`] = () => {
    const list = trusted(count, 'IPv4')
    const proxy = insider(list, 'IPv4')
    return usual(list, requests(proxy, [publicV4, proxy]))
  }
  rows[`client + 1, mixed IPv6, ${size}`] = () => {
    const list = trusted(count)
    return usual(list, requests(insider(list, 'mapped'), [publicV6, insider(list, 'IPv6')]))
  }
}

/*
 * Load balancers in private networks, listed after the addresses of a CDN: a
 * linear search has to pass all of these.
 */
for (const count of [1000, 10000]) {
  const size = `${count.toLocaleString('en')} subnets, proxies listed last`
  rows[`client + 1, ${size}`] = () => usual(trusted(count, 'IPv4', 'last'),
    requests(proxyV4, [publicV4, proxyV4]))
  rows[`client + 1, mixed IPv6, ${size}`] = () => usual(trusted(count, 'mixed', 'last'),
    requests(insider(trusted(7), 'mapped'), [publicV6, proxyV6]))
}

/** The rows in the chart, and in the comparison of several lines of Node. */
const main = ['client, 8 IPv4 peers', 'client, 4,096 IPv4 peers', 'client + 1, 8 IPv4 peers',
  'client + 1', 'client + 1, mixed IPv6', 'client + 3', 'client + 1, 1,000 subnets']

module.exports = {
  title: 'From a request to the client\'s address',
  unit: 'ns',
  candidates: Object.keys(resolve),
  rows,
  main
}
