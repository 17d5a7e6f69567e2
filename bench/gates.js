'use strict'

/*
 * What has to be reached. A gate is
 *
 *   { what, goal, gate, atMost, unit, reached }
 *
 * where `reached` gives a number, or a promise of one, that has to be at least
 * `gate`, or at most, if `atMost` is true. Where proxy-addr is what is compared
 * to, the gate is lower than the goal: its own speed changes with V8. With long
 * lists, its goals are meant for proxies that are listed last, as they were
 * set: it goes through half of the list on average to find one anywhere.
 */

const { FLOOR, REFERENCE } = require('./candidates')
const { median } = require('./harness')
const { measureRow, topicOf } = require('./topics')
const { tokens } = require('./tokens')

const NATIVE = 'proxy-addr-native'
const SHARE = 0.75
/** So often as the median of rows from several processes needs. */
const PROCESSES = 3

/** Who is needed where this package is compared to proxy-addr. */
const LIMITS = [NATIVE, REFERENCE]

/** What a measurement gives in several processes, one after another. */
async function repeat (measurement) {
  const values = []
  for (let i = 0; i < PROCESSES; i++) values.push(await measurement())
  return values
}

/** Each row is measured once, with all candidates that a gate needs. */
const measured = new Map()

function measure (topic, row, only) {
  const key = `${topic}: ${row}`
  if (!measured.has(key)) measured.set(key, measureRow(topic, row, only))
  return measured.get(key)
}

/** How many times faster than proxy-addr. */
function faster (what, goal, topic, row) {
  const reached = async () =>
    (await measure(topic, row, LIMITS))[REFERENCE].ratio
  return { what, goal, gate: goal * SHARE, unit: '× faster', reached }
}

/**
 * How many times as slow as the floor: the median of some processes, in which
 * nothing else takes turns, so that both find the caches as they left them.
 */
function aboveFloor (what, goal, topic, row) {
  const reached = async () =>
    median(await repeat(async () =>
      1 / (await measureRow(topic, row, [NATIVE, FLOOR]))[FLOOR].ratio))
  return { what, goal, gate: goal, atMost: true, unit: '× the floor', reached }
}

/** How many times as slow with long lists. */
function longList (row) {
  return {
    what: `100,000 subnets against 7: ${row}`,
    goal: 1.5,
    gate: 1.5,
    atMost: true,
    unit: '×',
    reached: async () => (await measure('size', row))['100,000 subnets'].ratio
  }
}

function lighter (family) {
  const row = `process memory per subnet, 100,000 ${family}`
  return { ...faster(`memory of 100,000 ${family}`, 8, 'compile', row), gate: 8, unit: '× less' }
}

function bytes (family, goal) {
  const row = `native memory per subnet, 100,000 ${family}`
  const reached = async () => (await measure('compile', row, [NATIVE]))[NATIVE].value
  return { what: row, goal, gate: goal, atMost: true, unit: 'bytes', reached }
}

/** The median of a row's value for this package, over some processes. */
async function often (row) {
  return median(await repeat(async () =>
    (await measureRow('hostile', row, [NATIVE]))[NATIVE].value))
}

async function slowest (name) {
  const values = []
  for (const token of Object.keys(tokens)) {
    const row = await measure('hostile', `16 KB of ${token}, trusted peer`, LIMITS)
    values.push(row[name].value)
  }
  return Math.max(...values)
}

async function steepest () {
  const ratios = []
  for (const token of Object.keys(tokens)) {
    ratios.push((await measure('linear', token))['16 KB'].ratio)
  }
  return Math.max(...ratios)
}

const HTTP = 'bare http, mapped peer, 9 subnets'

const HTTP_ROUNDS = 45
let served

/** More requests, or fewer, than a server with another candidate. */
async function requests (other) {
  served ??= topicOf('http').measure(HTTP, HTTP_ROUNDS)
  return 1 / (await served)[other].ratio
}

const gates = [
  faster('one entry, IPv4 peer', 20, 'resolve', 'client, 8 IPv4 peers'),
  faster('one entry, mapped peer', 70, 'resolve', 'client, 8 mapped peers'),
  faster('client + 3 proxies', 32, 'resolve', 'client + 3'),
  faster('client + 1, mixed IPv6', 58, 'resolve', 'client + 1, mixed IPv6'),
  faster('no header', 10, 'resolve', 'no header'),
  faster('1,000 subnets, client + 1', 100, 'resolve', 'client + 1, 1,000 subnets, proxies listed last'),
  faster('1,000 subnets, client + 1, mixed IPv6', 880, 'resolve', 'client + 1, mixed IPv6, 1,000 subnets, proxies listed last'),
  faster('10,000 subnets, client + 1', 850, 'resolve', 'client + 1, 10,000 subnets, proxies listed last'),
  faster('10,000 subnets, client + 1, mixed IPv6', 6500, 'resolve', 'client + 1, mixed IPv6, 10,000 subnets, proxies listed last'),
  aboveFloor('one entry, 8 IPv4 peers', 1.6, 'resolve', 'client, 8 IPv4 peers'),
  aboveFloor('one entry, 4,096 IPv4 peers', 1.8, 'resolve', 'client, 4,096 IPv4 peers'),
  aboveFloor('trust(address), IPv4', 1.35, 'match', 'IPv4, 7 subnets'),
  longList('client + 1, 8 peers and proxies, the same for all'),
  longList('client + 1, mixed IPv6, 8 peers and proxies, the same for all'),
  longList('client + 1, 4,096 peers and proxies, the same for all'),
  longList('client + 1, mixed IPv6, 4,096 peers and proxies, the same for all'),
  faster('trustProxy(2), client + 3', 2.5, 'resolve', 'client + 3, hop count by trustProxy()'),
  faster('trustProxy(true), client + 3', 2.5, 'resolve', 'client + 3, everyone is trusted by trustProxy()'),
  faster("a user's own function, client + 3", 1.3, 'resolve', "client + 3, a user's own function"),
  faster('all(), client + 3', 12, 'resolve', 'client + 3, all()'),
  faster('compile 10,000 subnets', 35, 'compile', 'time, 10,000 subnets'),
  faster('compile 100,000 subnets', 10, 'compile', 'time, 100,000 subnets'),
  lighter('IPv4'),
  lighter('IPv6'),
  bytes('IPv4', 24),
  bytes('IPv6', 48),
  // Whoever writes such a header takes what is dearer.
  faster('16 KB of trusted entries, 7 subnets', 120, 'hostile', '16 KB of trusted IPv6 entries, trusted peer'),
  faster('16 KB of trusted entries, 1,000 subnets', 3000, 'hostile', '16 KB of trusted IPv6 entries, 1,000 subnets, listed last'),
  {
    what: 'untrusted peer: 16 KB against 20 bytes',
    goal: 1.2,
    gate: 1.2,
    atMost: true,
    unit: '×',
    reached: async () => await often('16 KB of trusted IPv4 entries, untrusted peer') /
      await often('20 bytes, untrusted peer')
  },
  {
    what: 'a 16 KB entry, each the slowest of its kinds',
    goal: 6,
    gate: 6 * SHARE,
    unit: '× faster',
    reached: async () => await slowest(REFERENCE) / await slowest(NATIVE)
  },
  {
    what: 'any entry: 16 KB against 4 KB, which is linear at 4',
    goal: 4,
    gate: 5,
    atMost: true,
    unit: '×',
    reached: steepest
  },
  faster("'loopback' not compiled, client + 3", 4, 'resolve', "client + 3, 'loopback' not compiled"),
  {
    what: "left behind by each proxyaddr(req, 'loopback')",
    goal: 0,
    gate: 16,
    atMost: true,
    unit: 'bytes',
    reached: async () =>
      (await measure('hostile', "left behind by proxyaddr(req, 'loopback')"))[NATIVE].value
  },
  {
    what: `${HTTP}: requests`,
    goal: 1.6,
    gate: 1.6 * SHARE,
    unit: '× proxy-addr',
    reached: () => requests(REFERENCE)
  },
  {
    what: `${HTTP}: requests`,
    goal: 0.95,
    gate: 0.95,
    unit: '× no look-up',
    reached: () => requests('no look-up')
  }
]

/** @throws if a row that a gate names is not there */
function known (topic, row) {
  if (!(row in topicOf(topic).rows)) throw new Error(`${topic} has no row "${row}"`)
}
known('http', HTTP)

module.exports = { gates }
