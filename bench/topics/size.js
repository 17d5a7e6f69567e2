'use strict'

/* Whether the length of the list matters: all lengths against one, in one process. */

const proxyaddr = require('../..')
const { COUNT, flat, insider, many, oneOf, publicV4, publicV6, trusted } = require('../inputs')

const SIZES = [7, 100, 1000, 10000, 100000, 1000000]
const name = (count) => `${count.toLocaleString('en')} subnets`

/** Makes requests through one of several peers and one of several proxies in the list. */
function requests (list, { some, peer, proxy, client }) {
  const nearest = oneOf(some, insider(list, peer))
  const next = oneOf(some, insider(list, proxy))
  return many(6, (numbers) => ({
    headers: { 'x-forwarded-for': flat(`${client(numbers)}, ${next(numbers)}`) },
    socket: { remoteAddress: flat(nearest(numbers)) }
  }))
}

/**
 * An input is an index into the requests. They are the same for all lists,
 * through proxies of the shortest one; or each list has its own, through any of
 * its subnets, so that all of a long list has to pass through the processor's
 * caches.
 */
function row (family, hops) {
  const make = {}
  for (const count of SIZES) {
    make[name(count)] = () => {
      const list = trusted(count, family)
      const trust = proxyaddr.compile(list)
      const all = requests(hops.everywhere ? list : trusted(7), hops)
      return (i) => proxyaddr(all[i], trust)
    }
  }
  return { make, inputs: many(1, (_, i) => i) }
}

const V4 = { peer: 'IPv4', proxy: 'IPv4', client: publicV4 }
const MIXED = { peer: 'mapped', proxy: 'IPv6', client: publicV6 }

const rows = {}
for (const everywhere of [false, true]) {
  const where = everywhere ? ' all over the list' : ', the same for all'
  for (const some of [8, COUNT]) {
    const proxies = `${some.toLocaleString('en')} peers and proxies${where}`
    rows[`client + 1, ${proxies}`] = () => row('IPv4', { ...V4, some, everywhere })
    rows[`client + 1, mixed IPv6, ${proxies}`] = () =>
      row('mixed', { ...MIXED, some, everywhere })
  }
}

module.exports = {
  title: 'From a request to the client\'s address with lists of all lengths, proxy-addr-native alone',
  unit: 'ns',
  candidates: SIZES.map(name),
  alone: true,
  rows
}
