'use strict'

/*
 * npm run bench:check
 *
 * Measures what has a goal, and fails where one of the gates is missed. See
 * gates.js. It is for a quiet machine.
 */

const { environment, describe } = require('./environment')
const { gates } = require('./gates')
const { prepare } = require('./topics')

const columns = ['what', 'goal', 'gate', 'reached', 'ok']
const widths = [74, 8, 8, 9, 5]

/** Three digits: gates are that close. */
function digits (value) {
  return value < 100
    ? String(Number(value.toPrecision(3)))
    : value.toLocaleString('en', { maximumFractionDigits: 0 })
}

function line (cells) {
  return cells.map((text, i) => i === 0
    ? text.padEnd(widths[i])
    : text.padStart(widths[i])).join('')
}

/** @returns {Promise<boolean>} whether the gate is reached */
async function check ({ what, goal, gate, atMost, unit, reached }) {
  if (process.stderr.isTTY) process.stderr.write(`${what} …\r`)
  try {
    const value = await reached()
    const ok = atMost ? value <= gate : value >= gate
    const sign = atMost ? '≤ ' : '≥ '
    console.log(line([what, sign + digits(goal), sign + digits(gate), digits(value),
      ok ? 'yes' : 'NO']) + `  ${unit}`)
    return ok
  } catch (error) {
    console.log(line([what, '', '', 'unknown', 'NO']) + `  ${error.message}`)
    return false
  }
}

async function main () {
  console.log(describe(environment()) + '\n')
  prepare()
  console.log(line(columns))
  let missed = 0
  for (const gate of gates) {
    if (!await check(gate)) missed++
  }
  console.log(`\n${gates.length - missed} of ${gates.length} reached`)
  process.exitCode = missed > 0 ? 1 : 0
}

main().catch((error) => {
  console.error(`bench:check: ${error.message}`)
  process.exitCode = 1
})
