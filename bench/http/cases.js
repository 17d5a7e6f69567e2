'use strict'

/* What the servers are told and asked: by both ends and by whoever compares. */

const { flat, many, publicV4 } = require('../inputs')
const { trusted } = require('../trusted')

/** Each connection goes through all of them, in a circle. */
const HEADERS = 256

const CANDIDATES = ['proxy-addr-native', 'proxy-addr', 'no look-up']

/** What a server without a look-up answers: as long as an address. */
const CONSTANT = '203.0.113.195'

const HOSTS = { 'IPv4 peer': '127.0.0.1', 'mapped peer': '::ffff:127.0.0.1' }

/** Subnets with the loopback among them: every peer here is one. */
function subnets (count) {
  return trusted(count)
}

/** An address in an IPv4 subnet. */
function inside (subnet, numbers) {
  const [address, length] = subnet.split('/')
  const bits = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0)
  const size = 2 ** (32 - Number(length))
  const chosen = bits - bits % size + numbers.below(size)
  return [24, 16, 8, 0].map((shift) => chosen >>> shift & 255).join('.')
}

/**
 * X-Forwarded-For with a client and one proxy, which is in any of the subnets:
 * were it always in one at the head of the list, the list's length would not
 * matter to whoever goes through it from there.
 *
 * @param {number} count of subnets
 */
function headers (count) {
  const proxies = subnets(count).filter((subnet) => !subnet.includes(':'))
  return many(5, (numbers) => {
    const proxy = inside(proxies[numbers.below(proxies.length)], numbers)
    return flat(`${publicV4(numbers)}, ${proxy}`)
  }, HEADERS)
}

module.exports = { CANDIDATES, CONSTANT, HOSTS, headers, subnets }
