'use strict'

/*
 * Starts a server for each candidate and loads them in turns. All of them run
 * all the time, but only one has anything to do.
 */

const path = require('node:path')
const { CANDIDATES, HOSTS } = require('./cases')
const { check } = require('./check')
const { Child } = require('./children')

const SERVER = path.join(__dirname, 'server.js')
const LOAD = path.join(__dirname, 'load.js')
const HOOK = path.join(__dirname, '..', '..', 'examples', 'demo', 'use-native.js')

const ROUNDS = 11
const TURN_SECONDS = 0.25
const WARM_UP_SECONDS = 0.4

/** @returns {Child} */
function startServer (candidate, { framework, peer, count }) {
  const hooked = framework === 'Express 5' && candidate === 'proxy-addr-native'
  return new Child(SERVER, [framework, candidate, HOSTS[peer], String(count)],
    hooked ? ['--require', HOOK] : [])
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

/** Begins with another candidate each time, since being first may matter. */
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
 * @param {number} [rounds] odd, so that a median is one of the figures
 * @returns {Promise<object[]>} for each round, by candidate, `rate` (requests
 *   per second) and `cpu` (microseconds per request); nothing where the
 *   machine has no address for such a peer
 */
async function measureRounds (situation, rounds = ROUNDS) {
  const load = new Child(LOAD, [String(situation.count)])
  const servers = {}
  try {
    for (const name of CANDIDATES) servers[name] = { server: startServer(name, situation) }
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
