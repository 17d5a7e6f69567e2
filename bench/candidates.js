'use strict'

/*
 * The candidates. Each turns a trust list into a function: of a request for
 * `resolve`, of an address for `match`.
 */

const { BlockList, isIPv6 } = require('node:net')
const path = require('node:path')
const { getMatch } = require('ip-matching')
const ipaddr = require('ipaddr.js')
const { Matcher } = require('netparser')
const proxyaddr = require('..')
const floor = require('./floor')
const plain = require('./plain-javascript')

const NATIVE = 'proxy-addr-native'
const PLAIN = 'plain JavaScript'
/** The candidate whose answers are the expected ones. */
const REFERENCE = 'proxy-addr'
/** An addon that gives no answers; it shows the cost of a call. */
const FLOOR = 'floor'
const WASM = 'WebAssembly'

/*
 * Separate copies of packages. V8 specialises a function for all of its callers
 * together, so candidates that shared a package's code would slow each other
 * down.
 */

const OURS = path.join(__dirname, '..', 'lib')
const ENGINE = 'PROXY_ADDR_ENGINE'

/**
 * Loads a package again, including those of its files that `isPart` accepts.
 *
 * @param {string} name
 * @param {(file: string) => boolean} isPart
 */
function copy (name, isPart) {
  const before = Object.entries(require.cache).filter(([file]) => isPart(file))
  for (const [file] of before) delete require.cache[file]
  const copied = require(name)
  for (const file of Object.keys(require.cache).filter(isPart)) delete require.cache[file]
  for (const [file, module] of before) require.cache[file] = module
  return copied
}

/** @param {...string} names of packages */
function within (...names) {
  const folders = names.map((name) => path.join('node_modules', name) + path.sep)
  return (file) => folders.some((folder) => file.includes(folder))
}

/** Returns a copy of proxy-addr. */
function copyOriginal () {
  return copy('proxy-addr', within('proxy-addr', 'forwarded', 'ipaddr.js'))
}

/** Returns a copy of this package that uses the WebAssembly engine. */
function copyWithWasm () {
  const before = process.env[ENGINE]
  process.env[ENGINE] = 'wasm'
  try {
    return copy(OURS, (file) => file.startsWith(OURS + path.sep))
  } finally {
    if (before === undefined) delete process.env[ENGINE]
    else process.env[ENGINE] = before
  }
}

/**
 * Returns a copy of Express 5 that uses `proxyaddr` as its proxy-addr, as an
 * app does with this package in the "overrides" of its package.json.
 *
 * @param {Function} proxyaddr
 */
function copyExpress (proxyaddr) {
  const file = require.resolve('proxy-addr', { paths: [require.resolve('express')] })
  const original = require(file)
  require.cache[file].exports = proxyaddr
  try {
    return copy('express', within('express'))
  } finally {
    require.cache[file].exports = original
  }
}

/** Splits a list by family: no address is compared with subnets of the other. */
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
    // process() converts a mapped address to IPv4.
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
    // Parsed once for all subnets.
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

/*
 * Packages that check whether an address is in a list of subnets, each used in
 * the fastest way that its documentation shows.
 */
const matchers = {
  'net.BlockList': withBlockList,
  'ipaddr.js': withIpaddr,
  'ip-matching': withIpMatching,
  netparser: withNetparser
}

/*
 * The closures below are written out, even those that look alike: V8 would
 * treat two closures from the same place as one function, and specialise it for
 * neither.
 */

const resolve = {
  [NATIVE]: (subnets) => {
    const trust = proxyaddr.compile(subnets)
    return (req) => proxyaddr(req, trust)
  },
  [WASM]: (subnets) => {
    const copy = copyWithWasm()
    const trust = copy.compile(subnets)
    return (req) => copy(req, trust)
  },
  [FLOOR]: () => {
    const { two } = floor.load()
    return (req) => two(req.socket.remoteAddress, req.headers['x-forwarded-for'])
  },
  [PLAIN]: (subnets) => {
    const set = plain.compile(subnets)
    return (req) => plain.resolve(req, set)
  },
  [REFERENCE]: (subnets) => {
    const original = copyOriginal()
    const trust = original.compile(subnets)
    return (req) => original(req, trust)
  },
  '@fastify/proxy-addr': (subnets) => {
    const fastify = require('@fastify/proxy-addr')
    const trust = fastify.compile(subnets)
    return (req) => fastify(req, trust)
  },
  // The matchers cannot walk a header: each serves as the trust function of proxy-addr.
  'net.BlockList': (subnets) => {
    const original = copyOriginal()
    const trust = matchers['net.BlockList'](subnets)
    return (req) => original(req, trust)
  },
  'ipaddr.js': (subnets) => {
    const original = copyOriginal()
    const trust = matchers['ipaddr.js'](subnets)
    return (req) => original(req, trust)
  },
  'ip-matching': (subnets) => {
    const original = copyOriginal()
    const trust = matchers['ip-matching'](subnets)
    return (req) => original(req, trust)
  },
  netparser: (subnets) => {
    const original = copyOriginal()
    const trust = matchers.netparser(subnets)
    return (req) => original(req, trust)
  }
}

const match = {
  [NATIVE]: (subnets) => proxyaddr.compile(subnets),
  [WASM]: (subnets) => copyWithWasm().compile(subnets),
  [FLOOR]: () => floor.load().one,
  [PLAIN]: (subnets) => {
    const set = plain.compile(subnets)
    return (address) => plain.trusts(set, address)
  },
  [REFERENCE]: (subnets) => copyOriginal().compile(subnets),
  '@fastify/proxy-addr': (subnets) => require('@fastify/proxy-addr').compile(subnets),
  ...matchers
}

/** Turns a list into the function that `match` measures. */
const compile = {
  [NATIVE]: () => (subnets) => proxyaddr.compile(subnets),
  [WASM]: () => {
    const copy = copyWithWasm()
    return (subnets) => copy.compile(subnets)
  },
  [PLAIN]: () => (subnets) => plain.compile(subnets),
  [REFERENCE]: () => {
    const original = copyOriginal()
    return (subnets) => original.compile(subnets)
  },
  '@fastify/proxy-addr': () => {
    const fastify = require('@fastify/proxy-addr')
    return (subnets) => fastify.compile(subnets)
  },
  ...Object.fromEntries(Object.entries(matchers).map(([name, make]) => [name, () => make]))
}

/**
 * Returns the functions that compare() in harness.js takes.
 *
 * @param {Record<string, (subnets: string[]) => Function>} candidates
 * @param {string[]} subnets
 * @param {string[]} [without] candidates to leave out
 */
function making (candidates, subnets, without = []) {
  return Object.fromEntries(Object.entries(candidates)
    .filter(([name]) => !without.includes(name))
    .map(([name, make]) => [name, () => make(subnets)]))
}

module.exports = {
  copyExpress, copyOriginal, FLOOR, NATIVE, PLAIN, REFERENCE, WASM, compile, making, match, resolve
}
