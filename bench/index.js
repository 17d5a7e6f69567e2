'use strict'

/*
 * npm run bench [-- --json] [topic …]
 *
 * Each row runs in a process of its own: what V8 has specialised for one row
 * must not colour the next.
 */

const { fork } = require('node:child_process')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')
const proxyaddr = require('..')
const { candidates } = require('./candidates')

const ROW = path.join(__dirname, 'row.js')

function machine () {
  const [cpu] = os.cpus()
  return `${cpu.model.trim()}, ${os.cpus().length} cores, ${os.platform()} ` +
    `${os.arch()}, Node ${process.versions.node}`
}

function versions () {
  return ['proxy-addr', '@fastify/proxy-addr'].map((name) =>
    `${name} ${require(`${name}/package.json`).version}`).join(', ')
}

/** @returns {Promise<object>} what harness.js found */
function measure (topic, row) {
  return new Promise((resolve, reject) => {
    const child = fork(ROW, [topic, row])
    let result
    child.on('message', (message) => { result = message })
    child.on('error', reject)
    child.on('exit', (code) => result === undefined
      ? reject(new Error(`${topic}: ${row} ended with ${code} and no result`))
      : resolve(result))
  })
}

function cell ({ ns, ratio, different, of, skipped }, isFirst) {
  if (different !== undefined) return `different: ${different} of ${of}`
  if (skipped !== undefined) return `skipped: ${skipped.toFixed(1)} ms`
  const time = ns < 1000 ? `${ns.toFixed(0)} ns` : `${(ns / 1000).toFixed(1)} µs`
  return isFirst ? time : `${time} (${ratio.toFixed(1)} ×)`
}

function line (first, cells) {
  return first.padEnd(28) + cells.map((text) => text.padStart(20)).join('')
}

async function run (topic, json) {
  const names = Object.keys(candidates[topic])
  const results = {}
  if (!json) console.log('\n' + line(topic, names))
  for (const row of Object.keys(require(`./topics/${topic}`))) {
    if (process.stderr.isTTY) process.stderr.write(`${row} …\r`)
    results[row] = await measure(topic, row)
    if (json) continue
    console.log(line(row, names.map((name, i) => cell(results[row][name], i === 0))))
  }
  return results
}

async function main () {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } }
  })
  const known = Object.keys(candidates)
  const unknown = positionals.find((topic) => !known.includes(topic))
  if (unknown !== undefined) {
    throw new Error(`there is no topic "${unknown}", only ${known.join(' and ')}`)
  }
  if (proxyaddr.engine !== 'native') throw new Error('the native core did not load')

  const report = { machine: machine(), versions: versions(), topics: {} }
  if (!values.json) {
    console.log(`${report.machine}\n${report.versions}`)
    console.log('4,096 inputs a row; medians of 21 rounds, in turns; (n ×): slower than the first')
  }
  for (const topic of positionals.length > 0 ? positionals : known) {
    report.topics[topic] = await run(topic, values.json)
  }
  if (values.json) console.log(JSON.stringify(report, null, 2))
}

main().catch((error) => {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
})
