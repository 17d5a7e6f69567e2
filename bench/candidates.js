'use strict'

/*
 * What is compared. A candidate makes, of a trust list, a function of one
 * input: of a request for `resolve`, of an address for `match`.
 */

const proxyaddr = require('..')
const floor = require('./floor')
const { fresh, throughWasm } = require('./fresh')
const others = require('./others')
const plain = require('./handwritten')

/** The candidate whose answers are the right ones. */
const REFERENCE = 'proxy-addr'
/** It gives no answers: it is the cost of crossing over to an addon. */
const FLOOR = 'floor'
const WASM = 'WebAssembly'

/*
 * Each closure below is written out, though some look alike: one that is made
 * twice at one place is one function for V8, which would specialise it for
 * neither use.
 */

const resolve = {
  'proxy-addr-native': (subnets) => {
    const trust = proxyaddr.compile(subnets)
    return (req) => proxyaddr(req, trust)
  },
  [WASM]: (subnets) => {
    const copy = throughWasm()
    const trust = copy.compile(subnets)
    return (req) => copy(req, trust)
  },
  [FLOOR]: () => {
    const { two } = floor.load()
    return (req) => two(req.socket.remoteAddress, req.headers['x-forwarded-for'])
  },
  'plain JavaScript': (subnets) => {
    const set = plain.compile(subnets)
    return (req) => plain.resolve(req, set)
  },
  [REFERENCE]: (subnets) => {
    const original = fresh('proxy-addr')
    const trust = original.compile(subnets)
    return (req) => original(req, trust)
  },
  '@fastify/proxy-addr': (subnets) => {
    const fastify = require('@fastify/proxy-addr')
    const trust = fastify.compile(subnets)
    return (req) => fastify(req, trust)
  },
  // The others have no walk of their own: each is the trust function in
  // proxy-addr's.
  'net.BlockList': (subnets) => {
    const original = fresh('proxy-addr')
    const trust = others['net.BlockList'](subnets)
    return (req) => original(req, trust)
  },
  'ipaddr.js': (subnets) => {
    const original = fresh('proxy-addr')
    const trust = others['ipaddr.js'](subnets)
    return (req) => original(req, trust)
  },
  'ip-matching': (subnets) => {
    const original = fresh('proxy-addr')
    const trust = others['ip-matching'](subnets)
    return (req) => original(req, trust)
  },
  netparser: (subnets) => {
    const original = fresh('proxy-addr')
    const trust = others.netparser(subnets)
    return (req) => original(req, trust)
  }
}

const match = {
  'proxy-addr-native': (subnets) => proxyaddr.compile(subnets),
  [WASM]: (subnets) => throughWasm().compile(subnets),
  [FLOOR]: () => floor.load().one,
  'plain JavaScript': (subnets) => {
    const set = plain.compile(subnets)
    return (address) => plain.trusts(set, address)
  },
  [REFERENCE]: (subnets) => fresh('proxy-addr').compile(subnets),
  '@fastify/proxy-addr': (subnets) => require('@fastify/proxy-addr').compile(subnets),
  ...others
}

/** From a list to what `match` asks. */
const compile = {
  'proxy-addr-native': () => (subnets) => proxyaddr.compile(subnets),
  [WASM]: () => {
    const copy = throughWasm()
    return (subnets) => copy.compile(subnets)
  },
  'plain JavaScript': () => (subnets) => plain.compile(subnets),
  [REFERENCE]: () => {
    const original = fresh('proxy-addr')
    return (subnets) => original.compile(subnets)
  },
  '@fastify/proxy-addr': () => {
    const fastify = require('@fastify/proxy-addr')
    return (subnets) => fastify.compile(subnets)
  },
  ...Object.fromEntries(Object.entries(others).map(([name, make]) => [name, () => make]))
}

/**
 * What compare() in harness.js makes its functions with.
 *
 * @param {Record<string, (subnets: string[]) => Function>} candidates
 * @param {string[]} subnets
 * @param {string[]} [without] those that take no part
 */
function making (candidates, subnets, without = []) {
  return Object.fromEntries(Object.entries(candidates)
    .filter(([name]) => !without.includes(name))
    .map(([name, make]) => [name, () => make(subnets)]))
}

module.exports = { FLOOR, REFERENCE, compile, making, match, resolve }
