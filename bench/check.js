'use strict'

/*
 * node bench/check.js [--calls] [--node 20,26] [--json]
 *
 * Measures everything that has a goal, and ends with 1 where a gate is missed:
 * see gates.js. Needs a quiet machine.
 *
 *   --calls   only calls and hostile headers, against JavaScript and proxy-addr
 *   --node    those on several lines of Node, as columns
 */

const { parseArgs } = require('node:util')
const { environment, describe } = require('./environment')
const { calls, others } = require('./gates')
const { install, runJson } = require('./nodes')
const { aligned, digits } = require('./table')
const { prepare } = require('./topics')

/** @returns {Promise<object>} the gate with its `value`, or `error` */
async function check ({ what, goal, gate, atMost, unit, reached }) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what} …`)
  const limit = { what, goal: `${atMost ? '≤' : '≥'} ${digits(goal)} ${unit}` }
  try {
    const value = await reached()
    if (!Number.isFinite(value)) throw new Error('no figure')
    return { ...limit, value, ok: atMost ? value <= gate : value >= gate }
  } catch (error) {
    return { ...limit, error: error.message, ok: false }
  }
}

function reached ({ value, error, ok } = {}) {
  if (error !== undefined) return `${error} NO`
  return value === undefined ? '–' : digits(value) + (ok ? '' : ' NO')
}

/** Prints a row for each gate and a column for each report. */
function print (reports) {
  const whats = [...new Set(reports.flatMap(({ gates }) => gates.map(({ what }) => what)))]
  const rows = whats.map((what) => {
    const found = reports.map(({ gates }) => gates.find((gate) => gate.what === what))
    return [what, found.find(Boolean).goal, ...found.map(reached)]
  })
  console.log(describe(reports[0]) + '\n')
  const table = [['', 'goal', ...reports.map(({ node }) => `Node ${node}`)], ...rows]
  for (const line of aligned(table)) console.log(line)
  console.log('\nNO: a gate is missed. Gates are less strict than goals by what runs differ.')
}

async function measure (gates) {
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
    reports.push(await measure(values.calls ? calls : [...calls, ...others]))
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
