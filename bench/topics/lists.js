'use strict'

/*
 * From a request to the client's address, with a live list as trust: compared
 * with the same list compiled once, and after a thousand swaps.
 */

const proxyaddr = require('../..')
const { CurrentList } = require('../../lib/lists/current')
const { flat, insider, many, oneOf, publicV4, trusted } = require('../inputs')

const ALLOWED = { allowWide: true, allowShrink: true, allowGrowth: true }
const SWAPS = 1000
/** A swap compiles the list, so the longest list gets fewer. */
const LONG = 1000
const FEW_SWAPS = 20

const HAND = 'compiled by hand'
const LIVE = 'live list'
const SWAPPED = 'live list, swapped'

/** Puts a list into use as a live list does, without a source. */
function install (current, subnets) {
  current.restore({ source: '', fetchedAt: 0, parts: [{ entries: subnets }], week: [] }, ALLOWED)
}

/** Written out twice: V8 would specialise a shared closure for neither use. */
function candidates (subnets) {
  return {
    [HAND]: () => {
      const trust = proxyaddr.compile(subnets)
      return (req) => proxyaddr(req, trust)
    },
    [LIVE]: () => {
      const current = new CurrentList({ name: 'bench', state: { age: 0 } })
      install(current, subnets)
      const { trust } = current
      return (req) => proxyaddr(req, trust)
    },
    [SWAPPED]: () => {
      const current = new CurrentList({ name: 'bench', state: { age: 0 } })
      const swaps = subnets.length > LONG ? FEW_SWAPS : SWAPS
      for (let i = 0; i < swaps; i++) install(current, i % 2 === 0 ? subnets.slice(1) : subnets)
      install(current, subnets)
      const { trust } = current
      return (req) => proxyaddr(req, trust)
    }
  }
}

/** Requests that came through a number of proxies of the list. */
function requests (peer, proxy, proxies) {
  return many(1, (numbers) => ({
    headers: {
      'x-forwarded-for': [publicV4(numbers), ...Array.from({ length: proxies - 1 }, () => proxy(numbers))].map(flat).join(', ')
    },
    socket: { remoteAddress: flat(peer(numbers)) }
  }))
}

const rows = {}
for (const count of [22, 1000, 10000]) {
  // Without the usual private subnets, because a published list has none.
  const subnets = () => trusted(count + 7).filter((subnet) => !/^(?:127|10|172\.16|192\.168|169\.254)\.|^(?:::1|fc00)/.test(subnet))
  const size = `${count.toLocaleString('en')} entries`
  rows[`client, 8 peers, ${size}`] = () => {
    const proxy = insider(subnets(), 'IPv4')
    return { make: candidates(subnets()), reference: HAND, inputs: requests(oneOf(8, proxy), proxy, 1) }
  }
  rows[`client + 3, ${size}`] = () => {
    const proxy = insider(subnets(), 'IPv4')
    return { make: candidates(subnets()), reference: HAND, inputs: requests(proxy, proxy, 4) }
  }
}

module.exports = {
  title: 'From a request to the client\'s address, with a live list',
  unit: 'ns',
  candidates: [HAND, LIVE, SWAPPED],
  alone: true,
  rows,
  main: ['client + 3, 22 entries', 'client + 3, 10,000 entries']
}
