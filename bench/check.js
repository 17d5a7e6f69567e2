'use strict'

/*
 * node bench/check.js [--calls] [--node 20,26] [--json]
 *
 * Measures everything that has a goal; exit code 1 if a gate is missed. Needs a
 * quiet machine.
 *
 *   --calls   only calls and hostile headers, against JavaScript and proxy-addr
 *   --node    the same on several lines of Node, as columns
 */

const { parseArgs } = require('node:util')
const { FLOOR, NATIVE, PLAIN, REFERENCE, WASM } = require('./candidates')
const { longEntries } = require('./inputs')
const { install, measureRow, prepare, runJson, topicOf } = require('./processes')
const { aligned, describe, digits, environment } = require('./table')
const { DISTRUST } = require('./topics/express')

/*
 * A gate is
 *
 *   { what, goal, atMost, gate, unit, reached }
 *
 * where `reached` resolves to a number that has to be at least `gate`, or at
 * most, if `atMost` is true. A gate is a ratio within one run. It is less
 * strict than its goal, to allow for differences between runs and machines: by
 * TOLERANCE for functions that take turns, by SHARE if proxy-addr's speed
 * varies with V8 as well.
 */

const SHARE = 0.75
const TOLERANCE = 1.1
/** The tolerance where crossing to the core takes more than the goal leaves: docs/design.md. */
const BEYOND = 1.3
/** From this Node on, the WebAssembly engine copies text without a loop. */
const STRING_BUILTINS = 24

/** Each row is measured once, with the candidates that the gates need. */
const measured = new Map()

function figures (topic, row, only = [NATIVE, PLAIN, REFERENCE]) {
  if (!(row in topicOf(topic).rows)) throw new Error(`${topic} has no row "${row}"`)
  const key = [topic, row, ...only].join('|')
  if (!measured.has(key)) measured.set(key, measureRow(topic, row, only))
  return measured.get(key)
}

function atLeast (what, goal, reached, { unit = '× faster', share = SHARE } = {}) {
  return { what, goal, atMost: false, gate: goal * share, unit, reached }
}

function atMost (what, goal, reached, { unit = '×', tolerance = TOLERANCE } = {}) {
  return { what, goal, atMost: true, gate: goal * tolerance, unit, reached }
}

/** How many times faster than proxy-addr. */
function faster (what, goal, topic, row, how) {
  return atLeast(`${what}: against proxy-addr`, goal,
    async () => (await figures(topic, row))[REFERENCE].ratio, how)
}

/** The time relative to the same algorithm in JavaScript. */
function toPlain (what, goal, topic, row, how) {
  return atMost(`${what}: to plain JavaScript`, goal,
    async () => 1 / (await figures(topic, row))[PLAIN].ratio, how)
}

/** Both comparisons of a row. */
function both (what, [plain, original], topic, row, { tolerance, share } = {}) {
  return [toPlain(what, plain, topic, row, { tolerance }), faster(what, original, topic, row, { share })]
}

/** WebAssembly's time relative to the same algorithm in JavaScript. */
function wasm (what, goal, row, how) {
  const isRead = Number(process.versions.node.split('.')[0]) >= STRING_BUILTINS
  return isRead
    ? [atMost(`${what}: WebAssembly to plain JavaScript`, goal, async () => {
        const results = await figures('resolve', row, [NATIVE, WASM, PLAIN])
        return results[WASM].ratio / results[PLAIN].ratio
      }, how)]
    : []
}

/** The time relative to an app that trusts nobody. */
async function getters (row) {
  const results = await measureRow('express', row)
  const above = (name) => results[name].value - results[DISTRUST].value
  return above(NATIVE) / above(REFERENCE)
}

/** How many times slower the call is with long lists. */
function longList (row) {
  return atMost(`100,000 subnets against 7: ${row}`, 1.5,
    async () => (await measureRow('size', row))['100,000 subnets'].ratio)
}

/** How many times faster than proxy-addr, with 16 KB in the header. */
function hostile (text, goal) {
  return faster(`16 KB of ${text}`, goal, 'hostile', `16 KB of ${text}, trusted peer`)
}

function lighter (family) {
  const row = `process memory per subnet, 100,000 ${family}`
  return faster(`memory of 100,000 ${family}`, 8, 'compile', row, { unit: '× less', share: 1 })
}

function bytes (family, goal) {
  const row = `native memory per subnet, 100,000 ${family}`
  return atMost(row, goal, async () => (await figures('compile', row, [NATIVE]))[NATIVE].value,
    { unit: 'bytes', tolerance: 1 })
}

async function untrusted (row) {
  return (await figures('hostile', row, [NATIVE, FLOOR]))[NATIVE].value
}

async function slowestEntry () {
  const ratios = []
  for (const name of Object.keys(longEntries)) {
    ratios.push((await figures('hostile', `16 KB of ${name}, trusted peer`))[REFERENCE].ratio)
  }
  return Math.min(...ratios)
}

async function steepestEntry () {
  const ratios = []
  for (const name of Object.keys(longEntries)) {
    ratios.push((await measureRow('linear', name))['16 KB'].ratio)
  }
  return Math.max(...ratios)
}

/**
 * Returns a figure for a log of a gigabyte. @param {string} kind @param
 * {string} what @param {string} name
 */
async function ofLog (kind, what, name) {
  process.env.BENCH_FULL = '1'
  const row = Object.keys(topicOf('logs').rows).find((title) => title.startsWith(`${kind}, ${what}`))
  return (await measureRow('logs', row))[name].value
}

/**
 * Returns the CPU time of another candidate for a log, relative to the native
 * one. @param {string} name
 */
async function toLog (name, kind = 'nginx') {
  return await ofLog(kind, 'CPU', name) / await ofLog('nginx', 'CPU', 'native, 1 job')
}

const HTTP = 'bare http, mapped peer, 9 subnets'
const HTTP_ROUNDS = 45
let served

/** Requests a second, relative to a server with another candidate. */
async function requests (other) {
  served ??= topicOf('http').figures(HTTP, HTTP_ROUNDS)
  return 1 / (await served)[other].ratio
}

/** Gates for a call, against JavaScript and against proxy-addr. */
const calls = [
  ...both('one entry, 1 peer', [0.7, 30], 'resolve', 'client, 1 IPv4 peer'),
  ...both('one entry, 8 peers', [0.7, 30], 'resolve', 'client, 8 IPv4 peers'),
  ...both('one entry, 4,096 peers', [1.25, 20], 'resolve', 'client, 4,096 IPv4 peers', { tolerance: BEYOND }),
  ...both('client + 1, 8 peers', [0.8, 25], 'resolve', 'client + 1, 8 IPv4 peers', { tolerance: BEYOND }),
  ...both('client + 1, peers all over', [0.95, 22], 'resolve', 'client + 1', { tolerance: BEYOND }),
  ...both('client + 3', [0.65, 38], 'resolve', 'client + 3', { tolerance: BEYOND, share: 0.7 }),
  ...both('client + 1, mixed IPv6', [0.7, 75], 'resolve', 'client + 1, mixed IPv6', { tolerance: BEYOND }),
  ...both('trust(address), IPv4', [0.85, 26], 'match', 'IPv4, 7 subnets', { tolerance: 1.6, share: 0.65 }),
  ...wasm('client + 1', 1, 'client + 1', { tolerance: BEYOND }),
  ...wasm('client + 3', 0.9, 'client + 3'),
  atMost('five getters of Express 5, above no trust: to proxy-addr', 1 / 8,
    () => getters('the five getters, client + 1')),
  faster('compile 1 subnet', 1, 'compile', 'time, 1 subnet', { share: 1 / TOLERANCE }),
  hostile('commas', 4),
  hostile('spaces', 4),
  hostile('commas and spaces', 4),
  atLeast('16 KB in one entry, the least of all kinds: against proxy-addr', 1, slowestEntry,
    { share: 1 })
]

/** Everything else that has a limit. */
const others = [
  faster('one entry, mapped peer', 70, 'resolve', 'client, 8 mapped peers'),
  faster('no header', 10, 'resolve', 'no header'),
  // In long lists, the proxies are last: if they were anywhere, proxy-addr
  // would find them after half of the list on average.
  faster('1,000 subnets, client + 1', 90, 'resolve', 'client + 1, 1,000 subnets, proxies listed last'),
  faster('1,000 subnets, client + 1, mixed IPv6', 880, 'resolve', 'client + 1, mixed IPv6, 1,000 subnets, proxies listed last'),
  faster('10,000 subnets, client + 1', 700, 'resolve', 'client + 1, 10,000 subnets, proxies listed last'),
  faster('10,000 subnets, client + 1, mixed IPv6', 6500, 'resolve', 'client + 1, mixed IPv6, 10,000 subnets, proxies listed last'),
  longList('client + 1, 8 peers and proxies, the same for all'),
  longList('client + 1, mixed IPv6, 8 peers and proxies, the same for all'),
  longList('client + 1, 4,096 peers and proxies, the same for all'),
  longList('client + 1, mixed IPv6, 4,096 peers and proxies, the same for all'),
  faster('trustProxy(2), client + 3', 2.5, 'resolve', 'client + 3, hop count by trustProxy()'),
  faster('trustProxy(true), client + 3', 2.5, 'resolve', 'client + 3, everyone is trusted by trustProxy()'),
  faster("a user's own function, client + 3", 1.3, 'resolve', "client + 3, a user's own function"),
  faster('all(), client + 3', 12, 'resolve', 'client + 3, all()'),
  faster("'loopback' not compiled, client + 3", 4, 'resolve', "client + 3, 'loopback' not compiled"),
  faster('compile 10,000 subnets', 16, 'compile', 'time, 10,000 subnets'),
  faster('compile 100,000 subnets', 10, 'compile', 'time, 100,000 subnets'),
  lighter('IPv4'),
  lighter('IPv6'),
  bytes('IPv4', 24),
  bytes('IPv6', 48),
  // An attacker would choose the family that costs more.
  faster('16 KB of trusted entries, 7 subnets', 120, 'hostile', '16 KB of trusted IPv6 entries, trusted peer'),
  faster('16 KB of trusted entries, 1,000 subnets', 3000, 'hostile', '16 KB of trusted IPv6 entries, 1,000 subnets, listed last'),
  atMost('untrusted peer: 16 KB to 20 bytes', 1.2, async () =>
    await untrusted('16 KB of trusted IPv4 entries, untrusted peer') /
      await untrusted('20 bytes, untrusted peer')),
  atMost('any entry: 16 KB to 4 KB, where linear is 4', 4, steepestEntry, { tolerance: 1.25 }),
  // Less than a page: a process may keep a few bytes more or less.
  {
    ...atMost("memory kept for each proxyaddr(req, 'loopback')", 0, async () =>
      (await figures('hostile', "memory kept for each proxyaddr(req, 'loopback')"))[NATIVE].value,
    { unit: 'bytes' }),
    gate: 16
  },
  atLeast('logs: against a plain Node script', 40, () => toLog('plain Node script')),
  atLeast("logs: against mawk '{print $1}'", 1, () => toLog("mawk '{print $1}'")),
  atMost('logs: to wc -l', 6, async () => 1 / await toLog('wc -l')),
  atMost('logs: JSON to nginx', 3, () => toLog('native, 1 job', 'json')),
  atMost('logs: WebAssembly to native', 3, () => toLog('WebAssembly, 1 job')),
  atLeast('logs: two jobs against one, by the clock', 1.7, async () =>
    await ofLog('nginx', 'time', 'native, 1 job') / await ofLog('nginx', 'time', 'native, 2 jobs')),
  atMost('logs: peak memory with two jobs', 100e6, () => ofLog('nginx', 'peak', 'native, 2 jobs'), { unit: 'bytes', tolerance: 1 }),
  atLeast(`${HTTP}: requests, against proxy-addr`, 1.6, () => requests(REFERENCE), { unit: '×' }),
  atLeast(`${HTTP}: requests, against no look-up`, 0.95, () => requests('no look-up'),
    { unit: '×', share: 0.95 })
]

/** @returns {Promise<object>} the gate with its `value`, whether that is `ok` and the goal `isReached`, or `error` */
async function check ({ what, goal, gate, atMost, unit, reached }) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what} …`)
  const limit = { what, goal: `${atMost ? '≤' : '≥'} ${digits(goal)} ${unit}` }
  try {
    const value = await reached()
    if (!Number.isFinite(value)) throw new Error('no figure')
    const isWithin = (limit) => atMost ? value <= limit : value >= limit
    return { ...limit, value, ok: isWithin(gate), isReached: isWithin(goal) }
  } catch (error) {
    return { ...limit, error: error.message, ok: false }
  }
}

function reached ({ value, error, ok, isReached } = {}) {
  if (error !== undefined) return `${error} NO`
  if (value === undefined) return '–'
  return digits(value) + (ok ? isReached ? '' : ' -' : ' NO')
}

/** Prints a row for each gate, with a column for each report. */
function print (reports) {
  const whats = [...new Set(reports.flatMap(({ gates }) => gates.map(({ what }) => what)))]
  const rows = whats.map((what) => {
    const found = reports.map(({ gates }) => gates.find((gate) => gate.what === what))
    return [what, found.find(Boolean).goal, ...found.map(reached)]
  })
  console.log(describe(reports[0]) + '\n')
  const table = [['', 'goal', ...reports.map(({ node }) => `Node ${node}`)], ...rows]
  for (const line of aligned(table)) console.log(line)
  console.log('\n-: short of the goal. NO: short of the gate, too, which is less strict, because runs differ.')
}

async function measureAll (gates) {
  const results = []
  for (const gate of gates) results.push(await check(gate))
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return { ...environment(), gates: results }
}

async function main () {
  const { values } = parseArgs({
    options: {
      calls: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      node: { type: 'string' }
    }
  })
  prepare()
  const reports = []
  if (values.node === undefined) {
    reports.push(await measureAll(values.calls ? calls : [...calls, ...others]))
  } else {
    for (const binary of values.node.split(',').map(install)) {
      reports.push(await runJson(binary, 'check.js', ['--calls', '--json']))
    }
  }
  if (values.json) console.log(JSON.stringify(values.node === undefined ? reports[0] : reports))
  else print(reports)
  if (reports.some(({ gates }) => gates.some(({ ok }) => !ok))) process.exitCode = 1
}

main().catch((error) => {
  console.error(`bench/check.js: ${error.message}`)
  process.exitCode = 1
})
