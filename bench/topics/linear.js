'use strict'

/* Does a long entry cost more than its length says? */

const proxyaddr = require('../..')
const { flat, insider, many, publicV4 } = require('../inputs')
const { tokens } = require('../tokens')
const { trusted } = require('../trusted')

const LENGTHS = [4096, 8192, 16384]
const HEADERS = 64
const name = (length) => `${length / 1024} KB`

function row (token) {
  const list = trusted(7)
  const trust = proxyaddr.compile(list)
  const peer = insider(list, 'IPv4')
  const make = {}
  for (const length of LENGTHS) {
    make[name(length)] = () => {
      const requests = many(9, (numbers) => ({
        headers: { 'x-forwarded-for': flat(`${publicV4(numbers)}, ${token(length)}`) },
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
  rows: Object.fromEntries(Object.entries(tokens).map(([name, token]) =>
    [name, () => row(token)]))
}
