'use strict'

/* Formats figures, results, and the machine and versions that they are from. */

const os = require('node:os')
const proxyaddr = require('..')
const { columns } = require('../lib/cli/output')

const scales = {
  ns: [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']],
  ms: [[1e3, 's'], [1, 'ms'], [1e-3, 'µs'], [1e-6, 'ns']],
  bytes: [[1e6, 'MB'], [1e3, 'KB'], [1, 'B']]
}

/** Formats a number with two or three significant digits. */
function digits (value) {
  if (Math.abs(value) >= 100) return value.toLocaleString('en', { maximumFractionDigits: 0 })
  return String(Number(value.toPrecision(Math.abs(value) < 10 ? 2 : 3)))
}

/** Formats a value in a unit that suits it: 1234.5 'ns' is '1.2 µs'. */
function amount (value, unit) {
  const scale = scales[unit]
  if (scale === undefined) return `${digits(value)} ${unit}`
  const [size, name] = scale.find(([size]) => Math.abs(value) >= size) ?? scale.at(-1)
  return `${digits(value / size)} ${name}`
}

/**
 * Formats a result. `noise` is half of the interquartile range of the rounds'
 * ratios.
 *
 * @param {object} [result]
 * @param {object} topic
 * @param {boolean} [withNoise]
 */
function cell (result, topic, withNoise = false) {
  if (result === undefined) return '–'
  if (result.different !== undefined) return `different: ${result.different} of ${result.of}`
  if (result.skipped !== undefined) return `skipped: ${amount(result.skipped, 'ms')}`
  const text = amount(result.value, result.unit ?? topic.unit)
  if (result.ratio === undefined || result.ratio === 1) return text
  const noise = withNoise ? ` ± ${digits(result.noise)}` : ''
  return `${text} (${digits(result.ratio)}${noise} ×)`
}

/** Aligns rows of cells: the first column to the left, the others to the right. */
function aligned (rows) {
  return columns(rows, [...rows[0].keys()].slice(1))
}

/** Returns the name of a candidate in a table; Node's own matcher includes its version. */
function titleOf (candidate, node) {
  return candidate === 'net.BlockList' ? `${candidate} of Node ${node.split('.')[0]}` : candidate
}

/** The candidates that a table by Node compares with the first one. */
const COMPARED = ['plain JavaScript', 'WebAssembly', 'proxy-addr', 'net.BlockList']

/**
 * Makes a table of a topic's main rows with a column for each Node.
 *
 * @param {object[]} reports one for each Node
 * @param {string} name of a topic
 * @returns {{ title: string, rows: string[][] }} the first row is the heading
 */
function byNode (reports, name) {
  const { title, unit, candidates, main = Object.keys(reports[0].topics[name].rows) } =
    reports[0].topics[name]
  const others = COMPARED.filter((other) => candidates.includes(other))
  const shown = (results, candidate) => results[candidate]?.ratio === undefined
    ? '–'
    : `${digits(results[candidate].ratio)} ×`
  const rows = main.map((row) => [row, ...reports.map(({ topics }) => {
    const results = topics[name].rows[row]
    const own = results[candidates[0]]
    return [amount(own.value, own.unit ?? unit), ...others.map((other) => shown(results, other))].join(' / ')
  })])
  return {
    title: `${title} (${[candidates[0], ...others].join(' / ')})`,
    rows: [['', ...reports.map(({ node }) => `Node ${node}`)], ...rows]
  }
}

/** The other candidates, with the major versions for which this benchmark was written. */
const PACKAGES = {
  'proxy-addr': '2',
  '@fastify/proxy-addr': '5',
  'ipaddr.js': '2',
  'ip-matching': '2',
  netparser: '1'
}

/** @throws if a candidate is not what its name claims */
function versions () {
  if (proxyaddr.engine !== 'native') {
    throw new Error(`the engine is "${proxyaddr.engine}", not "native": run npm run build`)
  }
  const found = { 'proxy-addr-native': require('../package.json').version }
  for (const [name, major] of Object.entries(PACKAGES)) {
    const { version } = require(`${name}/package.json`)
    if (version.split('.')[0] !== major) {
      throw new Error(`${name} ${version} is installed instead of ${major}: run npm ci`)
    }
    found[name] = version
  }
  if (require('proxy-addr') === proxyaddr) {
    throw new Error('proxy-addr is replaced by proxy-addr-native: run npm ci')
  }
  return found
}

function environment () {
  const cpus = os.cpus()
  return {
    machine: `${cpus[0].model.trim()}, ${cpus.length} cores, ` +
      `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
    versions: versions(),
    date: new Date().toISOString().slice(0, 10),
    load: os.loadavg()[0]
  }
}

/** Returns the environment as lines of text. */
function describe ({ machine, node, versions, date, load }) {
  const packages = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`).join(', ')
  return `${machine}, Node ${node}, ${date}, load average ${digits(load)}\n${packages}\n` +
    'medians of rounds in turns; (n ×): relative to the first column'
}

module.exports = { aligned, amount, byNode, cell, describe, digits, environment, titleOf }
