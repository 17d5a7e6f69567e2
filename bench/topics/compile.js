'use strict'

/*
 * From a list of subnets to a trust set: the time that this takes, and the
 * memory that the set keeps. (`match` checks the answers of such sets.)
 */

const { compile } = require('../candidates')
const { flat, many, subnetV4, subnetV6 } = require('../inputs')
const { median } = require('../../lib/cli/measure')
const { ask, askRow } = require('../processes')

const TIMED = [1, 7, 1000, 10000, 100000]
const WEIGHED = { process: [100000], native: [1000, 10000, 100000] }
/**
 * Measured in this many processes; the others are measured once, as their
 * megabytes vary little.
 */
const PROCESSES = { native: 3, others: 1 }
/** The total number of subnets in all lists of a row. */
const TOTAL = 28672
/** Before each turn with lists at least this long, garbage is collected. */
const LONG = 1000

const candidates = Object.keys(compile)
const [NATIVE] = candidates

/** Half of the subnets are IPv6. */
function subnets (count, seed) {
  return many(seed, (numbers, i) =>
    flat((i % 2 === 0 ? subnetV4 : subnetV6)(numbers)), count)
}

/** A row in which the inputs are lists. */
function row (count) {
  const lists = Math.min(Math.max(Math.floor(TOTAL / count), 1), 4096)
  return {
    make: compile,
    inputs: many(4, (_, i) => subnets(count, 100 + i), lists),
    slowest: Infinity,
    rounds: count >= 100000 ? 3 : 11,
    before: count >= LONG ? globalThis.gc : undefined
  }
}

const rows = {}
const weighed = {}

for (const count of TIMED) {
  rows[`time, ${count.toLocaleString('en')} subnet${count > 1 ? 's' : ''}`] = () => row(count)
}
for (const what of ['process', 'native']) {
  for (const family of ['IPv4', 'IPv6']) {
    for (const count of WEIGHED[what]) {
      const name = `${what} memory per subnet, ${count.toLocaleString('en')} ${family}`
      rows[name] = weighed[name] = {
        family,
        count,
        what: what === 'process' ? 'rss' : 'native',
        // The others use little memory outside of V8's heap, or do not report it.
        names: what === 'process' ? candidates : [NATIVE]
      }
    }
  }
}

/** Returns the medians of what several new processes report. */
async function weigh ({ family, count, what, names }, only = names) {
  const results = {}
  for (const name of names.filter((name) => only.includes(name))) {
    const values = []
    const processes = name === NATIVE ? PROCESSES.native : PROCESSES.others
    for (let i = 0; i < processes; i++) {
      const answer = await ask('memory.js', ['set', name, family, String(count)])
      values.push(answer[what])
    }
    const value = median(values)
    results[name] = { value, ratio: value / (results[NATIVE]?.value ?? value), unit: 'bytes' }
  }
  return results
}

/**
 * @param {string} row
 * @param {string[]} [only] the candidates to measure
 */
function measure (row, only) {
  return weighed[row] ? weigh(weighed[row], only) : askRow('compile', row, only)
}

module.exports = {
  title: 'Compiling a list of subnets: time and memory',
  unit: 'ns',
  candidates,
  rows,
  main: ['time, 1 subnet', 'time, 7 subnets', 'time, 10,000 subnets'],
  measure
}
