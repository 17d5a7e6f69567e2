'use strict'

/*
 * A second implementation of the rules of proxy-addr 2.0.8, to be compared with
 * this package and with the original. It follows the rules as they are put in
 * words, uses neither code, and wants to be plainly right:
 * addresses are texts of zeros and ones, subnets are tried one after another,
 * and the header is split as a whole. It is slow.
 */

const { addressesOf } = require('./forwarded')
const { contains, parseAny, subnetsOf } = require('./subnets')

function trustNone () {
  return false
}

/** @param {unknown} val */
function compile (val) {
  const subnets = subnetsOf(val)
  if (subnets.length === 0) return trustNone
  return function trust (addr) {
    const address = parseAny(addr)
    return address !== undefined && subnets.some((subnet) => contains(subnet, address))
  }
}

/** @param {any} req @param {any} [trust] */
function alladdrs (req, trust) {
  const addresses = addressesOf(req)
  if (!trust) return addresses
  const test = typeof trust === 'function' ? trust : compile(trust)
  let hop = 0
  while (hop < addresses.length - 1 && test(addresses[hop], hop)) hop++
  return addresses.slice(0, hop + 1)
}

/** @param {any} req @param {any} trust */
function proxyaddr (req, trust) {
  if (!req) throw new TypeError('req argument is required')
  if (!trust) throw new TypeError('trust argument is required')
  return alladdrs(req, trust).at(-1)
}

module.exports = proxyaddr
module.exports.all = alladdrs
module.exports.compile = compile
