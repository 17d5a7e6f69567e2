'use strict'

/* Headers and lists written to cost as much as possible. */

const proxyaddr = require('../..')
const { FLOOR, NATIVE, REFERENCE, copyOriginal, making, resolve } = require('../candidates')
const { filled, flat, insider, longEntries, many, publicV4, trusted } = require('../inputs')
const { ask, askRow } = require('../processes')

const LONG = 16384
/** Long headers take long to make, so each is used with many peers. */
const HEADERS = 64
/** The floor gives no answers; the packages match only addresses. */
const WITHOUT = [FLOOR, 'ipaddr.js', 'ip-matching', 'netparser']

const untrusted = publicV4
const characters = ',;:.%/ abcdefxyz0123456789[]"='

/** Joins entries up to a length. */
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

/** Makes headers of one kind, all different. */
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

/** Adds two rows: the header from a trusted and from an untrusted peer. */
function both (name, make) {
  rows[`${name}, trusted peer`] = () => row(seven, trustedPeer, make)
  rows[`${name}, untrusted peer`] = () => row(seven, untrusted, make)
}

both('20 bytes', (numbers) => publicV4(numbers).padStart(20, ' '))
both('8 KB of junk', (numbers) => entries(junk, numbers, LONG / 2))
// Placed after the client, because a search from the right meets them first.
for (const [name, text] of Object.entries({
  commas: ',', spaces: ' ', 'commas and spaces': ', ', 'commas between spaces': ' , '
})) {
  both(`16 KB of ${name}`, (numbers) => publicV4(numbers) + filled(text, LONG))
}
// Found by ../worst.js: no entry is shorter, so no header of this length has more hops.
rows['16 KB of one-digit entries, everyone is trusted'] = () => row(
  ['0.0.0.0/1', '128.0.0.0/1'], trustedPeer,
  (numbers) => entries(() => String(numbers.below(10)), numbers, LONG))
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
for (const [name, entry] of Object.entries(longEntries)) {
  // Placed after a client: a single entry is the answer without being read.
  both(`16 KB of ${name}`, (numbers) => `${publicV4(numbers)}, ${entry(LONG)}`)
}

rows["compile 30,000 × 'loopback'"] = () => ({
  make: {
    [NATIVE]: () => (list) => typeof proxyaddr.compile(list),
    [REFERENCE]: () => {
      const original = copyOriginal()
      return (list) => typeof original.compile(list)
    },
    '@fastify/proxy-addr': () => (list) =>
      typeof require('@fastify/proxy-addr').compile(list)
  },
  inputs: [new Array(30000).fill('loopback')],
  slowest: 5e9,
  rounds: 3
})

const LOOP = "memory kept for each proxyaddr(req, 'loopback')"
rows[LOOP] = {}

async function kept () {
  const results = {}
  for (const name of [NATIVE, REFERENCE, '@fastify/proxy-addr']) {
    const { rss } = await ask('memory.js', ['loop', name])
    // The process may even have shrunk in the meantime.
    results[name] = { value: Math.max(rss, 0), unit: 'bytes' }
  }
  return results
}

/**
 * @param {string} row
 * @param {string[]} [only] the candidates to measure
 */
function measure (row, only) {
  return row === LOOP ? kept() : askRow('hostile', row, only)
}

module.exports = {
  title: 'Headers and lists made to be slow',
  unit: 'ns',
  candidates: Object.keys(resolve).filter((name) => !WITHOUT.includes(name)),
  rows,
  main: ['16 KB of commas, trusted peer', '16 KB of spaces, trusted peer',
    '16 KB of trusted IPv4 entries, trusted peer', '16 KB of trusted IPv6 entries, trusted peer',
    '8 KB of junk, trusted peer'],
  measure
}
