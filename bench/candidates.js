'use strict'

/*
 * What is compared. A candidate makes, of a trust list, a function of one
 * input: of a request for `resolve`, of an address for `match`.
 */

const { BlockList, isIPv6 } = require('node:net')
const proxyaddr = require('..')
const fastify = require('@fastify/proxy-addr')
const original = require('proxy-addr')

function blockList (subnets) {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [address, length] = subnet.split('/')
    list.addSubnet(address, Number(length), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function resolver (implementation) {
  return (subnets) => {
    const trust = implementation.compile(subnets)
    return (req) => implementation(req, trust)
  }
}

const resolve = {
  'proxy-addr-native': resolver(proxyaddr),
  'proxy-addr': resolver(original),
  '@fastify/proxy-addr': resolver(fastify),
  // BlockList has no walk of its own: it is the trust function of another's.
  'net.BlockList': (subnets) => {
    const trust = blockList(subnets)
    return (req) => original(req, trust)
  }
}

const match = {
  'proxy-addr-native': (subnets) => proxyaddr.compile(subnets),
  'proxy-addr': (subnets) => original.compile(subnets),
  '@fastify/proxy-addr': (subnets) => fastify.compile(subnets),
  'net.BlockList': blockList
}

/** The candidate whose answers are the right ones. */
const REFERENCE = 'proxy-addr'

module.exports = { candidates: { resolve, match }, REFERENCE }
