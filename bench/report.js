'use strict'

/*
 * node bench/report.js [-- --from results.json | --node 20,22,24,26 --main]
 *
 * Measures everything, or takes the results of an earlier run, and writes
 * docs/performance.md and the charts in docs/charts/. The same results make the
 * same files.
 *
 *   --from   takes what an earlier run has kept in build/bench.json
 *   --node   measures main rows on several lines of Node, too
 *   --main   measures main rows only: a try, not a report
 *   --to     writes into this folder instead of docs/
 */

const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')
const { runJson } = require('./nodes')
const { charts } = require('./report/charts')
const { page } = require('./report/page')
const { toSVG } = require('./report/svg')

const ROOT = path.join(__dirname, '..')
const RESULTS = path.join(ROOT, 'build', 'bench.json')

/** Runs the benchmark and keeps what it prints. */
async function measure (node, args) {
  const report = await runJson(process.execPath, 'index.js', ['--json', ...args])
  if (node !== undefined) {
    report.nodes = await runJson(process.execPath, 'index.js', ['--json', '--node', node])
  }
  fs.mkdirSync(path.dirname(RESULTS), { recursive: true })
  fs.writeFileSync(RESULTS, JSON.stringify(report, null, 2))
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
