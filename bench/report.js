'use strict'

/*
 * node bench/report.js [--from results.json]
 *
 * Measures everything, or takes what `npm run bench -- --json` has printed,
 * and writes docs/performance.md and the charts in docs/charts/. The same
 * results make the same files.
 */

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')
const { charts } = require('./report/charts')
const { page } = require('./report/page')
const { toSVG } = require('./report/svg')

const ROOT = path.join(__dirname, '..')
const DOCS = path.join(ROOT, 'docs')
/** Kept, so that the report can be made again without measuring. */
const RESULTS = path.join(ROOT, 'build', 'bench.json')

/** Runs the benchmark. @returns {Promise<string>} its JSON */
function measure () {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(__dirname, 'index.js'), '--json'],
      { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part) => { text += part })
    child.on('error', reject)
    child.on('close', (code) => code === 0
      ? resolve(text)
      : reject(new Error(`the benchmark ended with ${code}`)))
  })
}

async function results (from) {
  if (from !== undefined) return JSON.parse(fs.readFileSync(from, 'utf8'))
  const text = await measure()
  fs.mkdirSync(path.dirname(RESULTS), { recursive: true })
  fs.writeFileSync(RESULTS, text)
  return JSON.parse(text)
}

function write (file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
  console.log(path.relative(ROOT, file))
}

async function main () {
  const { values } = parseArgs({ options: { from: { type: 'string' } } })
  const report = await results(values.from)
  const drawn = charts(report)
  for (const { name, spec } of drawn) {
    write(path.join(DOCS, 'charts', `${name}.svg`), await toSVG(spec))
  }
  write(path.join(DOCS, 'performance.md'), page(report, drawn))
}

main().catch((error) => {
  console.error(`bench/report.js: ${error.message}`)
  process.exitCode = 1
})
