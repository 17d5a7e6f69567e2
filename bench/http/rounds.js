'use strict'

/*
 * Starts a server for each candidate and loads them in turns. All of them run
 * all the time, but only one at a time gets requests.
 */

const http = require('node:http')
const path = require('node:path')
const original = require('proxy-addr')
const { trusted } = require('../inputs')
const { Child } = require('../processes')
const { CANDIDATES, CONSTANT, HOSTS, headers } = require('./cases')

const SERVER = path.join(__dirname, 'server.js')
const LOAD = path.join(__dirname, 'load.js')

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
 * Compares a server's answers with those of proxy-addr, called here.
 *
 * @throws if there is a difference
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

/** Each round begins with another candidate, since being first may matter. */
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
 *   per second) and `cpu` (microseconds per request); empty where the machine
 *   has no address for such a peer
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

module.exports = { measureRounds }
