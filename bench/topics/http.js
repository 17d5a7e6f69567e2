'use strict'

/*
 * A server that answers with the client's address, under load: requests per
 * second, and CPU time per request.
 */

const http = require('node:http')
const path = require('node:path')
const original = require('proxy-addr')
const { summary } = require('../harness')
const { flat, insider, many, publicV4, trusted } = require('../inputs')
const { Child } = require('../processes')

/** Each connection sends all of these, again and again. */
const HEADERS = 256

const CANDIDATES = ['proxy-addr-native', 'proxy-addr', 'no look-up']

/** What a server without a look-up answers, which is as long as an address. */
const CONSTANT = '203.0.113.195'

const HOSTS = { 'IPv4 peer': '127.0.0.1', 'mapped peer': '::ffff:127.0.0.1' }

/**
 * Makes X-Forwarded-For with a client and one proxy. The proxy is in any of the
 * subnets: if it were always in one of the first, a linear search would take
 * the same time for any length of the list.
 *
 * @param {number} count of subnets
 */
function headers (count) {
  const proxy = insider(trusted(count), 'IPv4')
  return many(5, (numbers) => flat(`${publicV4(numbers)}, ${proxy(numbers)}`), HEADERS)
}

const SERVER = path.join(__dirname, '..', 'http', 'server.js')
const LOAD = path.join(__dirname, '..', 'http', 'load.js')

const ROUNDS = 11
const TURN_SECONDS = 0.25
const WARM_UP_SECONDS = 0.4
/** The number of answers that are compared. */
const FEW = 16

async function get (port, header) {
  const request = http.get({
    host: '127.0.0.1', port, agent: false, headers: { 'x-forwarded-for': header }
  })
  const response = await new Promise((resolve, reject) =>
    request.on('response', resolve).on('error', reject))
  return (await response.setEncoding('utf8').toArray()).join('')
}

/**
 * Compares a server's answers with those of proxy-addr, which is called here.
 *
 * @throws if they differ
 */
async function check (port, candidate, { peer, count }) {
  const trust = original.compile(trusted(count))
  for (const header of headers(count).slice(0, FEW)) {
    const req = {
      headers: { 'x-forwarded-for': header }, socket: { remoteAddress: HOSTS[peer] }
    }
    const expected = candidate === 'no look-up' ? CONSTANT : original(req, trust)
    const answer = await get(port, header)
    if (answer !== expected) {
      throw new Error(`the server with ${candidate} answers "${answer}", not "${expected}"`)
    }
  }
}

/** Loads one server for some seconds. */
async function turn (load, { server, port }, seconds) {
  const before = await server.ask({})
  const figures = await load.ask({ url: `http://127.0.0.1:${port}/`, seconds })
  if (figures.error !== undefined) throw new Error(figures.error)
  const after = await server.ask({})
  return {
    rate: figures.requests / figures.seconds,
    cpu: (after.cpu - before.cpu) / figures.requests
  }
}

/** Each round begins with a different candidate, because being first may matter. */
function order (names, round) {
  return names.map((_, i) => names[(i + round) % names.length])
}

async function allRounds (load, servers, rounds) {
  const turns = []
  for (const name of CANDIDATES) await turn(load, servers[name], WARM_UP_SECONDS)
  for (let round = 0; round < rounds; round++) {
    const figures = {}
    for (const name of order(CANDIDATES, round)) {
      figures[name] = await turn(load, servers[name], TURN_SECONDS)
    }
    turns.push(figures)
  }
  return turns
}

/**
 * @param {{ framework: string, peer: string, count: number }} situation
 * @param {number} [rounds]
 * @returns {Promise<object[]>} for each round, by candidate, `rate` (requests
 *   per second) and `cpu` (microseconds per request); empty if the machine has
 *   no address for such a peer
 */
async function measureRounds (situation, rounds = ROUNDS) {
  const { framework, peer, count } = situation
  const load = new Child(LOAD, [String(count)])
  const servers = {}
  try {
    for (const name of CANDIDATES) {
      servers[name] = { server: new Child(SERVER, [framework, name, HOSTS[peer], String(count)]) }
    }
    for (const name of CANDIDATES) {
      const { port, unavailable } = await servers[name].server.ready
      if (unavailable !== undefined) return []
      servers[name].port = port
      await check(port, name, situation)
    }
    await load.ready
    return await allRounds(load, servers, rounds)
  } finally {
    const children = [load, ...Object.values(servers).map(({ server }) => server)]
    await Promise.all(children.map((child) => child.stop()))
  }
}

const CPU = ', CPU'

/** By row. */
const SITUATIONS = {}
for (const framework of ['bare http', 'Express 5']) {
  for (const peer of ['IPv4 peer', 'mapped peer']) {
    for (const count of [9, 1000, 10000]) {
      const name = `${framework}, ${peer}, ${count.toLocaleString('en')} subnets`
      SITUATIONS[name] = { framework, peer, count }
    }
  }
}

/** @param {'rate' | 'cpu'} what */
function results (turns, what) {
  if (turns.length === 0) return {}
  return Object.fromEntries(CANDIDATES.map((name) => [name, {
    ...summary(turns.map((turn) => turn[name][what]),
      turns.map((turn) => turn[CANDIDATES[0]][what])),
    ...(what === 'cpu' ? { unit: 'µs' } : {})
  }]))
}

/** The last situation that was measured, because two rows share its run. */
const last = { name: '', turns: [] }

/**
 * @param {string} row
 * @param {number} [rounds] more of them give a more precise figure
 */
async function measure (row, rounds) {
  const name = row.endsWith(CPU) ? row.slice(0, -CPU.length) : row
  if (!row.endsWith(CPU) || last.name !== name) {
    last.turns = await measureRounds(SITUATIONS[name], rounds)
    last.name = name
  }
  return results(last.turns, row.endsWith(CPU) ? 'cpu' : 'rate')
}

module.exports = {
  title: 'A server that answers with the client\'s address',
  unit: 'requests/s',
  candidates: CANDIDATES,
  rows: Object.fromEntries(Object.entries(SITUATIONS).flatMap(([name, situation]) =>
    [[name, situation], [name + CPU, situation]])),
  main: ['bare http, mapped peer, 9 subnets', 'bare http, mapped peer, 10,000 subnets',
    'Express 5, mapped peer, 9 subnets', 'Express 5, mapped peer, 10,000 subnets'],
  measure,
  CONSTANT,
  headers
}
