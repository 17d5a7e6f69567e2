'use strict'

/*
 * The resolver on the requests of `resolve`, compared with proxyaddr() and with
 * packages for the same purpose. These do different work: some have no trust
 * list, and may return what the client wrote.
 */

const proxyaddr = require('../..')
const { createResolver } = require('../../lib/resolver')
const { flat, insider, many, oneOf, publicV4, publicV6, trusted } = require('../inputs')

const DROP_IN = 'proxyaddr()'
const CLIENT = 'client(req)'
const RESOLVE = 'client.resolve(req)'
const PARSE = 'forwarded-parse + list'

const LONG = 16_384

function requests (name, peer, text, count) {
  return many(11, (numbers) => ({
    headers: { [name]: flat(text(numbers)) },
    socket: { remoteAddress: flat(peer(numbers)) }
  }), count)
}

/** The other packages, each used as its documentation shows. */
const RIVALS = {
  '@arcjet/ip': () => {
    const findIp = require('@arcjet/ip').default
    return (subnets) => (req) => findIp(req, { proxies: subnets })
  },
  'request-ip': () => {
    const { getClientIp } = require('request-ip')
    return () => getClientIp
  }
}

function row (subnets, inputs) {
  return {
    make: {
      [DROP_IN]: () => {
        const trust = proxyaddr.compile(subnets)
        return (req) => proxyaddr(req, trust)
      },
      [CLIENT]: () => createResolver({ trust: subnets }),
      [RESOLVE]: () => createResolver({ trust: subnets }).resolve,
      ...Object.fromEntries(Object.entries(RIVALS).map(([name, load]) => [name, () => load()(subnets)]))
    },
    inputs
  }
}

const listed = (...hops) => (numbers) => hops.map((hop) => hop(numbers)).join(', ')
const rows = {}

for (const count of [7, 10_000]) {
  const size = `${count.toLocaleString('en')} subnets`
  rows[`one entry, 8 peers, ${size}`] = () => {
    const list = trusted(count)
    return row(list, requests('x-forwarded-for', oneOf(8, insider(list, 'IPv4')), listed(publicV4)))
  }
  rows[`client + 1, 8 peers, ${size}`] = () => {
    const list = trusted(count)
    return row(list, requests('x-forwarded-for', oneOf(8, insider(list, 'IPv4')), listed(publicV4, insider(list, 'IPv4'))))
  }
  rows[`client + 1, peers all over, ${size}`] = () => {
    const list = trusted(count)
    return row(list, requests('x-forwarded-for', insider(list, 'IPv4'), listed(publicV4, insider(list, 'IPv4'))))
  }
  rows[`client + 3, ${size}`] = () => {
    const list = trusted(count)
    const proxy = insider(list, 'IPv4')
    return row(list, requests('x-forwarded-for', proxy, listed(publicV4, proxy, proxy, proxy)))
  }
  rows[`client + 1, mixed IPv6, ${size}`] = () => {
    const list = trusted(count)
    return row(list, requests('x-forwarded-for', insider(list, 'mapped'), listed(publicV6, insider(list, 'IPv6'))))
  }
}

/** forwarded-parse only splits the header; its user has to decide whom to trust. */
function parsing (list) {
  const parse = require('forwarded-parse')
  const trust = proxyaddr.compile(list)
  return ({ headers, socket }) => {
    let address = socket.remoteAddress
    const elements = parse(headers.forwarded)
    for (let i = elements.length - 1; i >= 0 && trust(address); i--) address = elements[i].for
    return address
  }
}

rows['Forwarded, two elements, 7 subnets'] = () => {
  const list = trusted(7)
  const proxy = insider(list, 'IPv4')
  const text = (numbers) => `for=${publicV4(numbers)};proto=https, for="${proxy(numbers)}:80"`
  const client = createResolver({ trust: list, header: 'forwarded' })
  return {
    make: { [PARSE]: () => parsing(list), [CLIENT]: () => client, [RESOLVE]: () => client.resolve },
    inputs: requests('forwarded', proxy, text)
  }
}

const HOSTILE = {
  'trusted IPv4': '10.0.0.2, ',
  'trusted IPv6': 'fd00:1:2:3:4:5:6:7, ',
  commas: ',',
  quotes: '"',
  'escaped quotes': '\\"',
  backslashes: '\\',
  'one octet': '1',
  colons: ':',
  'elements of RFC 7239': 'for="[fd00:1:2:3:4:5:6:7]", ',
  'parameters of RFC 7239': 'abcdefgh=i;',
  'a quoted string of RFC 7239': 'for="\\a\\b',
  semicolons: ';',
  'line feeds': '\n',
  'short addresses': '10.1.1.1,',
  'IPv6 in capitals': 'FD00::A, ',
  'ports in brackets': '[fd00::1]:80, ',
  'quoted pairs of RFC 7239': 'for="\\1\\0.0.0.1", '
}

for (const [what, text] of Object.entries(HOSTILE)) {
  rows[`16 KB of ${what}`] = () => {
    const header = () => flat(text.repeat(LONG / text.length))
    const list = ['10.0.0.0/8', 'fd00::/8']
    const both = (name) => {
      const client = createResolver({ trust: list, header: name, maxEntries: 1000 })
      return (req) => client(req[name])
    }
    const inputs = many(3, () => Object.fromEntries(['x-forwarded-for', 'forwarded'].map((name) =>
      [name, { headers: { [name]: header() }, socket: { remoteAddress: '10.0.0.1' } }])), 64)
    return { make: { 'X-Forwarded-For': () => both('x-forwarded-for'), Forwarded: () => both('forwarded') }, inputs }
  }
}

module.exports = {
  title: 'The resolver, compared with proxyaddr() and others',
  unit: 'ns',
  candidates: [DROP_IN, PARSE, CLIENT, RESOLVE, ...Object.keys(RIVALS), 'X-Forwarded-For', 'Forwarded'],
  rows
}
