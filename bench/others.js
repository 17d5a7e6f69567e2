'use strict'

/*
 * Packages that can tell whether an address is in a list of subnets, each used
 * in the fastest way its documentation shows.
 */

const { BlockList, isIPv6 } = require('node:net')
const { getMatch } = require('ip-matching')
const ipaddr = require('ipaddr.js')
const { Matcher } = require('netparser')

/** The two families apart, so that nobody compares what cannot be equal. */
function byFamily (subnets, make) {
  return {
    v4: subnets.filter((subnet) => !subnet.includes(':')).map(make),
    v6: subnets.filter((subnet) => subnet.includes(':')).map(make)
  }
}

function withBlockList (subnets) {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [address, length] = subnet.split('/')
    list.addSubnet(address, Number(length), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function withIpaddr (subnets) {
  const ranges = byFamily(subnets, (subnet) => ipaddr.parseCIDR(subnet))
  return (text) => {
    if (!ipaddr.isValid(text)) return false
    // process() makes IPv4 of a mapped address.
    const address = ipaddr.process(text)
    for (const range of address.kind() === 'ipv4' ? ranges.v4 : ranges.v6) {
      if (address.match(range)) return true
    }
    return false
  }
}

function withIpMatching (subnets) {
  const matches = byFamily(subnets, getMatch)
  return (text) => {
    // Parsed once, not once a subnet.
    const address = getMatch(text)
    for (const match of address.type === 'IPv4' ? matches.v4 : matches.v6) {
      if (match.matches(address)) return true
    }
    return false
  }
}

function withNetparser (subnets) {
  const matcher = new Matcher(subnets)
  return (address) => matcher.has(address)
}

module.exports = {
  'net.BlockList': withBlockList,
  'ipaddr.js': withIpaddr,
  'ip-matching': withIpMatching,
  netparser: withNetparser
}
