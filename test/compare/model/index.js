'use strict'

/*
 * A second implementation of the rules of proxy-addr 2.0.8, to compare with this
 * package and with the original. It follows the description of the rules, shares no
 * code with either, and is obviously right: addresses are texts of zeros and ones,
 * subnets are tried one after another, and the header is split as a whole. It is slow.
 */

const { contains, parseAny, subnetsOf } = require('./subnets')

/** Returns the addresses of a request, nearest first. @param {any} req */
function addressesOf (req) {
  if (!req) throw new TypeError('argument req is required')
  const header = req.headers['x-forwarded-for'] || ''
  const forwarded = typeof header === 'string' ? entries(header) : oddEntries(header)
  const peer = req.socket ? req.socket.remoteAddress : req.connection.remoteAddress
  return [peer, ...forwarded]
}

function entries (header) {
  return header.split(',').map(strip).filter((entry) => entry !== '').reverse()
}

function strip (text) {
  let start = 0
  let end = text.length
  while (start < end && text[start] === ' ') start++
  while (start < end && text[end - 1] === ' ') end--
  return text.slice(start, end)
}

/**
 * The same for a header that is not a string: reads unit by unit from the right,
 * because an object's methods can observe the order.
 *
 * @param {any} header
 */
function oddEntries (header) {
  const found = []
  let end = header.length
  let start = end
  for (let i = header.length - 1; i >= 0; i--) {
    const unit = header.charCodeAt(i)
    if (unit === 0x2c) {
      if (start !== end) found.push(header.substring(start, end))
      start = end = i
    } else if (unit !== 0x20) {
      start = i
    } else if (start === end) {
      start = end = i
    }
  }
  if (start !== end) found.push(header.substring(start, end))
  return found
}

function trustNone () {
  return false
}

/** @param {unknown} val */
function compile (val) {
  const subnets = subnetsOf(val)
  if (subnets.length === 0) return trustNone
  return function trust (addr) {
    const address = parseAny(addr)
    // Not some(), which skips holes: the original does not.
    return address !== undefined && subnets.findIndex((subnet) => contains(subnet, address)) !== -1
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
