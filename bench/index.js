'use strict'

/*
 * npm run bench [-- [--json] [--main] [--full] [--node 20,26] [topic …]]
 *
 *   --full   of logs, a gigabyte
 *   --main   measures only the main rows of each topic
 *   --node   measures the main rows on several lines of Node, as columns
 *   --json   prints JSON: see below
 *
 * A topic is a file in topics/, named like it, that exports
 *
 *   title       what is measured, in a few words: the head of its table
 *   unit        the unit of values: 'ns', 'ms', 'bytes', 'requests/s', …
 *   candidates  the names of the columns, in order; ratios are relative to the
 *               first
 *   rows        by name, in order, functions that make what a row measures
 *   main        optional, the names of its main rows
 *   alone       optional, true if all candidates are this package
 *   measure     optional, (row, [only]) => Promise<Results>: measures a row, if
 *               not in the usual way; `only` names the candidates to measure, if
 *               not all
 *
 * The usual way is a process of its own for each row, because what V8 has
 * specialised for one must not affect the next. There, rows[row]() gives a case
 * for compare() in harness.js.
 *
 * Results are an object of one result by candidate; a candidate that takes no
 * part in a row is left out. A result is one of
 *
 *   { value, ratio }    measured; ratio = value / the first candidate's value,
 *                       left out where that may be 0. `unit` is added where the
 *                       topic's does not apply, `noise` where ratios of rounds
 *                       are known: half of the range of their middle half
 *   { different, of }   `different` of `of` answers are not the reference's; not
 *                       timed
 *   { skipped }         a call takes this many milliseconds; not timed
 *
 * With --json the output is
 *
 *   { machine, node, versions: { [package]: version }, date, load,
 *     topics: { [topic]: { title, unit, candidates, main, rows: { [row]: Results } } } }
 *
 * and with --node an array of them.
 */

const { parseArgs } = require('node:util')
const { TOPICS, install, measureRow, prepare, runJson, topicOf } = require('./processes')
const { aligned, byNode, cell, describe, environment, titleOf } = require('./table')

/** The topics that are measured on several Nodes, if none is named. */
const ON_EACH_NODE = ['resolve', 'express', 'match', 'compile', 'require']

/** Shows what is being measured, on a terminal. */
function progress (text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

async function measureTopic (name, onlyMain) {
  const { title, unit, candidates, rows, main } = topicOf(name)
  const results = {}
  for (const row of onlyMain ? main ?? [] : Object.keys(rows)) {
    progress(`${name}: ${row} …`)
    results[row] = await measureRow(name, row)
  }
  progress('')
  return { title, unit, candidates, main, rows: results }
}

/** @returns {string[]} lines */
function table (topic, node) {
  const { title, candidates, rows } = topic
  const cells = Object.entries(rows).map(([row, results]) =>
    [row, ...candidates.map((name) => cell(results[name], topic, topic.unit === 'requests/s'))])
  return ['', title, '',
    ...aligned([['', ...candidates.map((name) => titleOf(name, node))], ...cells])]
}

/** @returns {string[]} lines */
function nodesTable (reports, name) {
  const { title, rows } = byNode(reports, name)
  return ['', title, '', ...aligned(rows)]
}

async function onSeveralNodes (lines, topics) {
  const binaries = lines.map(install)
  const reports = []
  for (const binary of binaries) {
    reports.push(await runJson(binary, 'index.js', ['--json', '--main', ...topics]))
  }
  return reports
}

async function main () {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      main: { type: 'boolean', default: false },
      node: { type: 'string' }
    }
  })
  positionals.forEach((name) => topicOf(name))
  if (values.full) process.env.BENCH_FULL = '1'
  prepare()
  if (values.node !== undefined) {
    const chosen = positionals.length > 0 ? positionals : ON_EACH_NODE
    const reports = await onSeveralNodes(values.node.split(','), chosen)
    if (values.json) return console.log(JSON.stringify(reports, null, 2))
    console.log(describe(reports[0]))
    for (const name of chosen) console.log(nodesTable(reports, name).join('\n'))
    return
  }
  const chosen = positionals.length > 0 ? positionals : TOPICS
  const report = { ...environment(), topics: {} }
  if (!values.json) console.log(describe(report))
  for (const name of chosen) {
    const topic = report.topics[name] = await measureTopic(name, values.main)
    if (!values.json) console.log(table(topic, report.node).join('\n'))
  }
  if (values.json) console.log(JSON.stringify(report, null, 2))
}

main().catch((error) => {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
})
