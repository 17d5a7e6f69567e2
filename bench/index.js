'use strict'

/*
 * npm run bench [-- --json] [topic …]
 *
 * A topic is a file in topics/, named like it, that exports
 *
 *   title       what is measured, in a few words: the head of its table
 *   unit        what values are in: 'ns', 'ms', 'bytes', 'requests/s', …
 *   candidates  the names of the columns, in order; ratios are relative to the
 *               first
 *   rows        by name, in order, functions that make what a row measures
 *   measure     optional, (row, [only]) => Promise<Results>: how a row is
 *               measured, if not in the usual way; `only` names the candidates
 *               that are asked for, if not all are
 *
 * The usual way is a process of its own for each row, because what V8 has
 * specialised for one must not colour the next. There, rows[row]() gives a
 * case for compare() in harness.js.
 *
 * Results are an object of one result by candidate; a candidate that takes no
 * part in a row is left out. A result is one of
 *
 *   { value, ratio }    measured; ratio = value / the first candidate's value,
 *                       left out where that may be 0. `unit` is added where the
 *                       topic's does not apply
 *   { different, of }   gave so many answers of so many that are not the
 *                       reference's, and was not timed
 *   { skipped }         takes so many milliseconds a call, and was not timed
 *
 * With --json the output is
 *
 *   { machine, node, versions: { [package]: version }, date,
 *     topics: { [topic]: { title, unit, candidates, rows: { [row]: Results } } } }
 */

const { parseArgs } = require('node:util')
const { environment, describe } = require('./environment')
const { heading, line } = require('./table')
const { measureRow, prepare, topicOf, TOPICS } = require('./topics')

/** Shown while a row is measured, where somebody watches. */
function progress (text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

async function measureTopic (name, print) {
  const { title, unit, candidates, rows } = topicOf(name)
  const results = {}
  print(heading(title, candidates))
  for (const row of Object.keys(rows)) {
    progress(`${name}: ${row} …`)
    results[row] = await measureRow(name, row)
    progress('')
    print(line(row, candidates, results[row], unit))
  }
  return { title, unit, candidates, rows: results }
}

async function main () {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } }
  })
  const chosen = positionals.length > 0 ? positionals : TOPICS
  chosen.forEach((name) => topicOf(name))
  prepare()
  const print = values.json ? () => {} : console.log
  const report = { ...environment(), topics: {} }
  print(describe(report))
  for (const name of chosen) report.topics[name] = await measureTopic(name, print)
  if (values.json) console.log(JSON.stringify(report, null, 2))
}

main().catch((error) => {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
})
