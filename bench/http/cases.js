'use strict'

/* What the servers trust and are asked: for both ends, and for the check. */

const { flat, insider, many, publicV4, trusted } = require('../inputs')

/** Each connection sends them all, again and again. */
const HEADERS = 256

const CANDIDATES = ['proxy-addr-native', 'proxy-addr', 'no look-up']

/** What a server without a look-up answers: as long as an address. */
const CONSTANT = '203.0.113.195'

const HOSTS = { 'IPv4 peer': '127.0.0.1', 'mapped peer': '::ffff:127.0.0.1' }

/**
 * Makes X-Forwarded-For with a client and one proxy, which is in any of the
 * subnets: were it always in one of the first, the length of the list would not
 * matter to a search from its beginning.
 *
 * @param {number} count of subnets
 */
function headers (count) {
  const proxy = insider(trusted(count), 'IPv4')
  return many(5, (numbers) => flat(`${publicV4(numbers)}, ${proxy(numbers)}`), HEADERS)
}

module.exports = { CANDIDATES, CONSTANT, HOSTS, headers }
