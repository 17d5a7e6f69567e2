'use strict'

/*
 * A server that answers with the client's address, under load: how many
 * requests a second, and how much of its CPU's time for each.
 */

const { CANDIDATES } = require('../http/cases')
const { measureRounds } = require('../http/rounds')

const CPU = ', CPU'

/** Each by the name of its row. */
const SITUATIONS = {}
for (const framework of ['bare http', 'Express 5']) {
  for (const peer of ['IPv4 peer', 'mapped peer']) {
    for (const count of [9, 1000, 10000]) {
      const name = `${framework}, ${peer}, ${count.toLocaleString('en')} subnets`
      SITUATIONS[name] = { framework, peer, count }
    }
  }
}

/** @param {number[]} values an odd number of them */
function middle (values) {
  return values.toSorted((a, b) => a - b)[(values.length - 1) / 2]
}

/** @param {'rate' | 'cpu'} what */
function results (turns, what) {
  if (turns.length === 0) return {}
  return Object.fromEntries(CANDIDATES.map((name) => [name, {
    value: middle(turns.map((turn) => turn[name][what])),
    ratio: middle(turns.map((turn) => turn[name][what] / turn[CANDIDATES[0]][what])),
    ...(what === 'cpu' ? { unit: 'µs' } : {})
  }]))
}

/** The last situation that was measured: its two rows are of one run. */
const last = { name: '', turns: [] }

/**
 * @param {string} row
 * @param {number} [rounds] more of them for a figure that has to be firm
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
  title: 'An HTTP server that answers with the client\'s address: requests a second, and its CPU time for each',
  unit: 'requests/s',
  candidates: CANDIDATES,
  rows: Object.fromEntries(Object.entries(SITUATIONS).flatMap(([name, situation]) =>
    [[name, situation], [name + CPU, situation]])),
  measure
}
