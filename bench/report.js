'use strict'

/*
 * node bench/report.js [-- --from results.json | --node 20,22,24,26 --main]
 *
 * Measures everything, or reads the results of an earlier run, and writes
 * docs/performance.md and the charts in docs/charts/. The same results always
 * give the same files.
 *
 *   --from   reads what an earlier run stored in build/bench.json
 *   --node   measures the main rows on several lines of Node, too
 *   --main   measures only the main rows: a trial, not a report
 *   --to     writes into this folder instead of docs/
 */

const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')
const { runJson, topicOf } = require('./processes')
const { charts, toSVG } = require('./report/charts')
const { byNode, cell, digits, titleOf } = require('./table')

const ROOT = path.join(__dirname, '..')
const RESULTS = path.join(ROOT, 'build', 'bench.json')

const TEMPLATE = path.join(__dirname, 'report', 'template.md')
const REFERENCE = 'proxy-addr'
/** Limits that no look-up can beat: shown, but not treated as rivals. */
const LIMIT = /floor|no look-up|no trust proxy|wc -l/
/** This package in another form is no rival, either. */
const OWN = /WebAssembly|2 jobs/
/** Below this ratio it is a draw: runs differ by as much. */
const DRAW = 1.05

/** @param {string[][]} rows the first is the heading */
function markdown ([heading, ...rows]) {
  return [heading, ['---', ...heading.slice(1).map(() => '---:')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Returns how many times better this package is than each rival, in each row. */
function comparisons ({ candidates: [first, ...others], rows, unit }) {
  const rivals = others.filter((name) => !LIMIT.test(name) && !OWN.test(name))
  return Object.entries(rows).flatMap(([row, results]) => rivals
    .filter((name) => results[name]?.ratio !== undefined && results[first]?.ratio !== undefined)
    .map((candidate) => {
      const { ratio, unit: own = unit } = results[candidate]
      return { row, candidate, times: own === 'requests/s' ? 1 / ratio : ratio }
    }))
}

/** Returns a sentence about a topic, if it includes proxy-addr. */
function sentence (topic) {
  const times = comparisons(topic)
    .filter(({ candidate }) => candidate === REFERENCE)
    .map(({ times }) => times)
  if (times.length === 0) return ''
  const [least, most] = [Math.min(...times), Math.max(...times)].map(digits)
  const range = least === most ? `${least} ×` : `${least} × to ${most} ×`
  return `This package against \`${REFERENCE}\`: ${range} as fast or as small, depending on the row.\n\n`
}

function table (topic, node) {
  const { candidates, rows } = topic
  const withNoise = topic.unit === 'requests/s'
  return markdown([
    ['', ...candidates.map((name) => titleOf(name, node))],
    ...Object.entries(rows).map(([row, results]) =>
      [row, ...candidates.map((name) => cell(results[name], topic, withNoise))])
  ])
}

function section (name, topic, node, chart) {
  const image = chart ? `![${chart.title}](charts/${name}.svg)\n\n` : ''
  return `## ${topic.title}\n\n${image}${sentence(topic)}${table(topic, node)}\n`
}

/** The main rows on several lines of Node, if they were measured. */
function onEachNode (report) {
  if (report.nodes === undefined) return ''
  const reports = [report, ...report.nodes]
  const tables = Object.keys(report.nodes[0].topics).map((name) => {
    const { title, rows } = byNode(reports, name)
    return `${title}:\n\n${markdown(rows)}\n`
  })
  return '## On several lines of Node\n\nThe first figure of a cell is this package\'s time; the others are the times of\n' +
    `others, relative to it.\n\n${tables.join('\n')}`
}

/** Lists for each topic and rival the rows in which the rival is better. */
function losses (topics) {
  const items = Object.entries(topics).flatMap(([name, topic]) => {
    if (topicOf(name).alone) return []
    const lost = comparisons(topic).filter(({ times }) => times < 1 / DRAW)
    const rows = ({ row, times }) => `${row} (${digits(1 / times)} ×)`
    return [...new Set(lost.map(({ candidate }) => candidate))].map((rival) =>
      `- ${topic.title}, \`${rival}\`: ` +
      `${lost.filter(({ candidate }) => candidate === rival).map(rows).join('; ')}.`)
  })
  if (items.length === 0) return 'In this run no rival was better in any row by more than 5 %.'
  return 'In this run these rivals were better by more than 5 %, in these rows:\n\n' + items.join('\n')
}

function versions ({ versions, node }) {
  return [`Node ${node}`, ...Object.entries(versions)
    .map(([name, version]) => `\`${name}\` ${version}`)].join(', ')
}

/** Lists the topics for which only the main rows were measured. */
function part (topics) {
  const names = Object.entries(topics)
    .filter(([name, { rows }]) => Object.keys(rows).length < Object.keys(topicOf(name).rows).length)
    .map(([name]) => `\`${name}\``)
  return names.length === 0 ? '' : `In this run, main rows only: ${names.join(', ')}.\n`
}

/**
 * @param {object} report what `npm run bench -- --json` prints; `nodes` are
 *   reports of several lines of Node
 * @param {{ name: string, title: string }[]} charts
 */
function page (report, charts) {
  const values = {
    machine: report.machine,
    date: report.date,
    load: digits(report.load),
    part: part(report.topics),
    versions: versions(report),
    topics: Object.entries(report.topics).map(([name, topic]) =>
      section(name, topic, report.node, charts.find((chart) => chart.name === name))).join('\n'),
    nodes: onEachNode(report),
    losses: losses(report.topics)
  }
  return fs.readFileSync(TEMPLATE, 'utf8')
    .replace(/\{\{(\w+)\}\}\n?/g, (found, name) => values[name] + (found.endsWith('\n') ? '\n' : ''))
}

/** Runs the benchmark and stores what it prints, also of a run that fails later. */
async function measure (node, args) {
  const report = await runJson(process.execPath, 'index.js', ['--json', ...args])
  const store = () => write(RESULTS, JSON.stringify(report, null, 2))
  store()
  if (node !== undefined) {
    report.nodes = await runJson(process.execPath, 'index.js', ['--json', '--node', node])
    store()
  }
  return report
}

function write (file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
  console.log(path.relative(process.cwd(), file))
}

async function main () {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      main: { type: 'boolean', default: false },
      node: { type: 'string' },
      to: { type: 'string', default: path.join(ROOT, 'docs') }
    }
  })
  const report = values.from === undefined
    ? await measure(values.node, values.main ? ['--main'] : [])
    : JSON.parse(fs.readFileSync(values.from, 'utf8'))
  const drawn = charts(report)
  for (const { name, spec } of drawn) {
    write(path.join(values.to, 'charts', `${name}.svg`), await toSVG(spec))
  }
  write(path.join(values.to, 'performance.md'), page(report, drawn))
}

main().catch((error) => {
  console.error(`bench/report.js: ${error.message}`)
  process.exitCode = 1
})
