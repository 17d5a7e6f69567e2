'use strict'

/* Headers and lists written to cost as much as possible. */

const { FLOOR, REFERENCE, making, resolve } = require('../candidates')
const { ask, askRow } = require('../child')
const { fresh } = require('../fresh')
const proxyaddr = require('../..')
const { flat, insider, many, publicV4 } = require('../inputs')
const { filled, tokens } = require('../tokens')
const { trusted } = require('../trusted')

const NATIVE = 'proxy-addr-native'
const LONG = 16384
/** A long header is long to make: few are, each used with many peers. */
const HEADERS = 64
/** Addresses only: these packages have no walk of their own. */
const WITHOUT = [FLOOR, 'ipaddr.js', 'ip-matching', 'netparser']

const untrusted = publicV4
const characters = ',;:.%/ abcdefxyz0123456789[]"='

/** One entry after the other, up to the length. */
function entries (make, numbers, length) {
  const list = []
  for (let size = 0; size < length;) {
    list.push(make(numbers))
    size += list.at(-1).length + 2
  }
  return list.join(', ')
}

function junk (numbers) {
  return Array.from({ length: 12 }, () => characters[numbers.below(characters.length)]).join('')
}

/** Headers like each other but none the same. */
function headers (make) {
  return many(7, (numbers) => flat(make(numbers)), HEADERS)
}

function requests (peer, texts) {
  return many(8, (numbers, i) => ({
    headers: { 'x-forwarded-for': texts[i % texts.length] },
    socket: { remoteAddress: flat(peer(numbers)) }
  }))
}

function row (list, peer, make) {
  return {
    make: making(resolve, list, WITHOUT),
    reference: REFERENCE,
    inputs: requests(peer, headers(make))
  }
}

const rows = {}
const seven = trusted(7)
const trustedPeer = insider(seven, 'IPv4')

/** The same header behind a trusted and behind an untrusted peer. */
function both (name, make) {
  rows[`${name}, trusted peer`] = () => row(seven, trustedPeer, make)
  rows[`${name}, untrusted peer`] = () => row(seven, untrusted, make)
}

both('20 bytes', (numbers) => publicV4(numbers).padStart(20, ' '))
both('8 KB of junk', (numbers) => entries(junk, numbers, LONG / 2))
both('16 KB of commas', (numbers) => filled(',', LONG) + publicV4(numbers))
for (const kind of ['IPv4', 'IPv6']) {
  const entry = insider(seven, kind)
  both(`16 KB of trusted ${kind} entries`, (numbers) => entries(entry, numbers, LONG))
  rows[`16 KB of trusted ${kind} entries, 1,000 subnets`] = () => {
    const list = trusted(1000)
    const peer = insider(list, kind)
    return row(list, peer, (numbers) => entries(peer, numbers, LONG))
  }
}
rows['16 KB of trusted IPv6 entries, 1,000 subnets, listed last'] = () => {
  const entry = insider(seven, 'IPv6')
  return row(trusted(1000, 'mixed', 'last'), entry, (numbers) => entries(entry, numbers, LONG))
}
for (const [name, token] of Object.entries(tokens)) {
  // Behind a client, because what stands alone is the answer without being read.
  both(`16 KB of ${name}`, (numbers) => `${publicV4(numbers)}, ${token(LONG)}`)
}

rows["compile 30,000 × 'loopback'"] = () => ({
  make: {
    [NATIVE]: () => (list) => typeof proxyaddr.compile(list),
    [REFERENCE]: () => {
      const original = fresh('proxy-addr')
      return (list) => typeof original.compile(list)
    },
    '@fastify/proxy-addr': () => (list) =>
      typeof require('@fastify/proxy-addr').compile(list)
  },
  inputs: [new Array(30000).fill('loopback')],
  slowest: 5e9,
  rounds: 3
})

const LOOP = "left behind by proxyaddr(req, 'loopback')"
rows[LOOP] = {}

async function left () {
  const results = {}
  for (const name of [NATIVE, REFERENCE, '@fastify/proxy-addr']) {
    const { rss } = await ask('memory.js', ['loop', name], ['--expose-gc'])
    // A process can also shrink in the meantime; that is nothing left behind.
    results[name] = { value: Math.max(rss, 0), unit: 'bytes' }
  }
  return results
}

/**
 * @param {string} row
 * @param {string[]} [only] these candidates
 */
function measure (row, only) {
  return row === LOOP ? left() : askRow('hostile', row, only)
}

module.exports = {
  title: 'Headers and lists made to cost much',
  unit: 'ns',
  candidates: Object.keys(resolve).filter((name) => !WITHOUT.includes(name)),
  rows,
  measure
}
