'use strict'

/* Whether the time for an entry grows faster than its length. */

const proxyaddr = require('../..')
const { flat, insider, longEntries, many, publicV4, trusted } = require('../inputs')

const LENGTHS = [4096, 8192, 16384]
const HEADERS = 64
const name = (length) => `${length / 1024} KB`

function row (entry) {
  const list = trusted(7)
  const trust = proxyaddr.compile(list)
  const peer = insider(list, 'IPv4')
  const make = {}
  for (const length of LENGTHS) {
    make[name(length)] = () => {
      const requests = many(9, (numbers) => ({
        headers: { 'x-forwarded-for': flat(`${publicV4(numbers)}, ${entry(length)}`) },
        socket: { remoteAddress: flat(peer(numbers)) }
      }), HEADERS)
      return (i) => proxyaddr(requests[i % HEADERS], trust)
    }
  }
  return { make, inputs: many(1, (_, i) => i) }
}

module.exports = {
  title: 'One entry of three lengths, proxy-addr-native alone: four times the first is linear',
  unit: 'ns',
  candidates: LENGTHS.map(name),
  alone: true,
  rows: Object.fromEntries(Object.entries(longEntries).map(([name, entry]) =>
    [name, () => row(entry)]))
}
