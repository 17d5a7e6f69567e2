'use strict'

/* Does the length of the list matter? All lengths against one, in one process. */

const proxyaddr = require('../..')
const { COUNT, flat, insider, many, oneOf, publicV4, publicV6 } = require('../inputs')
const { trusted } = require('../trusted')

const SIZES = [7, 100, 1000, 10000, 100000, 1000000]
const name = (count) => `${count.toLocaleString('en')} subnets`

/** Requests with one of some peers and one of some proxies in the list. */
function requests (list, { some, peer, proxy, client }) {
  const nearest = oneOf(some, insider(list, peer))
  const next = oneOf(some, insider(list, proxy))
  return many(6, (numbers) => ({
    headers: { 'x-forwarded-for': flat(`${client(numbers)}, ${next(numbers)}`) },
    socket: { remoteAddress: flat(nearest(numbers)) }
  }))
}

/** Each list has requests of its own; an input is a place among them. */
function row (family, hops) {
  const make = {}
  for (const count of SIZES) {
    make[name(count)] = () => {
      const list = trusted(count, family)
      const trust = proxyaddr.compile(list)
      const all = requests(list, hops)
      return (i) => proxyaddr(all[i], trust)
    }
  }
  return { make, inputs: many(1, (_, i) => i) }
}

const rows = {}
for (const some of [8, COUNT]) {
  const proxies = `${some.toLocaleString('en')} peers and proxies`
  rows[`client + 1, ${proxies}`] = () =>
    row('IPv4', { some, peer: 'IPv4', proxy: 'IPv4', client: publicV4 })
  rows[`client + 1, mixed IPv6, ${proxies}`] = () =>
    row('mixed', { some, peer: 'mapped', proxy: 'IPv6', client: publicV6 })
}

module.exports = {
  title: 'From a request to the client\'s address with lists of all lengths, proxy-addr-native alone',
  unit: 'ns',
  candidates: SIZES.map(name),
  rows
}
