'use strict'

/*
 * The getters of Express 5 that depend on `trust proxy`, without a server: what
 * they cost with this package, with proxy-addr, and in an app that trusts
 * nobody.
 */

const { IncomingMessage } = require('node:http')
const proxyaddr = require('../..')
const { NATIVE, REFERENCE, copyExpress, copyOriginal } = require('../candidates')
const { flat, insider, many, oneOf, publicV4, trusted } = require('../inputs')

/** The lower limit: in an app that trusts nobody, no getter reads a header. */
const DISTRUST = 'no trust proxy'
const LIST = trusted(7)
const PEERS = 8

const proxy = insider(LIST, 'IPv4')
const peer = oneOf(PEERS, insider(LIST, 'mapped'))

/** Requests as an app gets them from Node, with a number of proxies in the header. */
function requests (app, proxies) {
  return many(10, (numbers) => {
    const hops = [publicV4, ...new Array(proxies).fill(proxy)].map((hop) => hop(numbers))
    const req = new IncomingMessage({ remoteAddress: flat(peer(numbers)) })
    req.headers = {
      host: '10.0.0.1:3000',
      'x-forwarded-for': flat(hops.join(', ')),
      'x-forwarded-host': flat(`shop${numbers.below(100)}.example`),
      'x-forwarded-proto': flat('https')
    }
    return Object.setPrototypeOf(req, app.request)
  })
}

function app (package_, list) {
  const made = copyExpress(package_)()
  if (list) made.set('trust proxy', list)
  return made
}

const READ = {
  'req.ip': () => ({ ip }) => [ip],
  'the five getters': () => ({ ip, ips, protocol, hostname, secure }) =>
    [ip, ips, protocol, hostname, secure],
  'the five getters, twice each': () => (req) => [
    req.ip, req.ips, req.protocol, req.hostname, req.secure,
    req.ip, req.ips, req.protocol, req.hostname, req.secure
  ]
}

/** An input is an index into the candidate's own requests. */
function row (read, proxies) {
  const candidate = (package_, list) => () => {
    const all = requests(app(package_(), list), proxies)
    const get = read()
    return (i) => get(all[i])
  }
  return {
    make: {
      [NATIVE]: candidate(() => proxyaddr, LIST),
      [REFERENCE]: candidate(copyOriginal, LIST),
      [DISTRUST]: candidate(copyOriginal)
    },
    reference: REFERENCE,
    unchecked: [DISTRUST],
    inputs: many(1, (_, i) => i)
  }
}

const rows = {}
for (const [name, read] of Object.entries(READ)) {
  for (const proxies of [1, 3]) {
    rows[`${name}, client + ${proxies}`] = () => row(read, proxies)
  }
}

module.exports = {
  title: 'Getters of Express 5: req.ip, req.ips, req.protocol, req.hostname, req.secure',
  unit: 'ns',
  candidates: [NATIVE, REFERENCE, DISTRUST],
  rows,
  main: ['the five getters, client + 1', 'the five getters, twice each, client + 1'],
  DISTRUST
}
