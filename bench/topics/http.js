'use strict'

/*
 * A server that answers with the client's address, under load: requests a
 * second, and CPU time for each of them.
 */

const { summary } = require('../harness')
const { CANDIDATES } = require('../http/cases')
const { measureRounds } = require('../http/rounds')

const CPU = ', CPU'

/** By the names of their rows. */
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

/** The last situation that was measured: one run serves its two rows. */
const last = { name: '', turns: [] }

/**
 * @param {string} row
 * @param {number} [rounds] more of them give a firmer figure
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
  measure
}
