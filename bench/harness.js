'use strict'

/*
 * Times several functions on the same inputs, in turns, so that other work on
 * the machine affects all of them alike. Reports medians, and the medians of
 * each round's ratios.
 *
 * Measures a row, and sends the results to the parent:
 *
 *   node harness.js <topic> <row> [<JSON array of the candidates to measure>]
 */

const { setImmediate: nextTurn } = require('node:timers/promises')
const { compileFunction } = require('node:vm')
const { median } = require('../lib/cli/measure')

const ROUNDS = 21
const TURN_NS = 6e6
/** Slower functions are not timed, because a row would take minutes. */
const SLOWEST_NS = 1e6
/** How many answers are checked if the reference is slow. */
const FEW = 64

/** Keeps the last answer, so that V8 cannot drop a call as unused. */
const sink = { answer: undefined }

/**
 * CPU time in nanoseconds, garbage collection included, so other work on the
 * machine does not count. Windows counts it in steps longer than a turn.
 */
function now () {
  if (process.platform === 'win32') return Number(process.hrtime.bigint())
  const { user, system } = process.cpuUsage()
  return (user + system) * 1e3
}

/**
 * Makes a loop for one function only. In a shared loop, V8 would see many
 * functions at one call site, and could not specialise the call as it does in a
 * program that uses one.
 *
 * @param {string} name
 * @param {Function} run
 * @param {unknown[]} inputs
 * @returns {(calls: number) => number} nanoseconds a call; each call of the
 *   loop continues where the last one ended
 */
function loopOf (name, run, inputs) {
  const loop = compileFunction(`// ${JSON.stringify(name)}
    'use strict'
    while (calls-- > 0) {
      sink.answer = run(inputs[at])
      at = at + 1 === inputs.length ? 0 : at + 1
    }
    return at`, ['run', 'inputs', 'sink', 'at', 'calls'])
  let at = 0
  return (calls) => {
    const begin = now()
    at = loop(run, inputs, sink, at, calls)
    return (now() - begin) / calls
  }
}

/**
 * Returns half of the interquartile range.
 *
 * @param {number[]} values
 */
function noise (values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part) => sorted[Math.round((sorted.length - 1) * part)]
  return (at(0.75) - at(0.25)) / 2
}

/**
 * Returns a candidate's result from the figures of all rounds, its own and the
 * first candidate's.
 *
 * @param {number[]} values
 * @param {number[]} first
 */
function summary (values, first) {
  const ratios = values.map((value, round) => value / first[round])
  return { value: median(values), ratio: median(ratios), noise: noise(ratios) }
}

function same (a, b) {
  return Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((element, i) => same(element, b[i]))
    : a === b
}

/**
 * Returns the expected answers: to all inputs, or to a few if that takes too
 * long.
 *
 * @param {Function} run
 * @param {unknown[]} inputs
 */
function answersOf (run, inputs) {
  const few = inputs.slice(0, FEW)
  const begin = now()
  const answers = few.map((input) => run(input))
  const ns = (now() - begin) / few.length
  return ns > SLOWEST_NS ? answers : inputs.map((input) => run(input))
}

/** Returns the number of calls that fill a turn, once the function is warm. */
function callsFor (loop) {
  let calls = 1
  // The minimum of three: the CPU time includes V8's threads, which compile and
  // collect garbage in the meantime.
  const least = () => Math.min(loop(calls), loop(calls), loop(calls))
  while (calls < 2 ** 30 && least() * calls < TURN_NS / 2) calls *= 2
  return Math.max(1, Math.round(TURN_NS / least()))
}

/** Checks a function and warms it up. If it cannot be timed, returns the reason. */
function refuse (run, answers, loop, slowest) {
  const wrong = answers.filter((answer, i) => !same(run(loop.inputs[i]), answer))
  if (wrong.length > 0) return { different: wrong.length, of: answers.length }
  // The least of three, because other threads of V8 count, too: see callsFor().
  let ns = Math.min(loop.time(1), loop.time(1), loop.time(1))
  // Warming up a function this slow gains nothing.
  if (ns < 5 * SLOWEST_NS) ns = Math.min(loop.time(8), loop.time(8))
  return ns > slowest ? { skipped: ns / 1e6 } : undefined
}

/**
 * @param {object} subject
 * @param {Record<string, () => Function>} subject.make functions that make
 *   functions of one input, by name; the others are compared with the first
 * @param {unknown[]} subject.inputs
 * @param {string} [subject.reference] the one whose answers are the expected
 *   ones, if answers are checked
 * @param {string[]} [subject.unchecked] candidates whose answers are not checked
 * @param {number} [subject.slowest] nanoseconds a call
 * @param {number} [subject.rounds]
 * @param {() => void} [subject.before] called before each turn, not timed
 * @param {string[]} [only] the candidates to measure
 * @returns {Promise<Record<string, object>>} results: see index.js
 */
async function compare (subject, only) {
  const {
    make: makers, inputs, reference, unchecked = [], slowest = SLOWEST_NS,
    rounds = ROUNDS, before = () => {}
  } = subject
  // Collecting garbage avoids a fault of V8 12.4 (Node 22): until then, optimised code may
  // find a computed string that has become a property's name unequal to the same literal.
  // Express names its methods so, and app.get(setting) would throw.
  const make = (name) => {
    const run = makers[name]()
    globalThis.gc()
    return run
  }
  const right = reference && make(reference)
  const answers = reference ? answersOf(right, inputs) : []
  const results = {}
  const timed = []
  for (const name of Object.keys(makers)) {
    if (only && !only.includes(name)) continue
    const run = name === reference ? right : make(name)
    const loop = { inputs, time: loopOf(name, run, inputs) }
    const isFree = name === reference || unchecked.includes(name)
    results[name] = refuse(run, isFree ? [] : answers, loop, slowest)
    if (results[name] !== undefined) continue
    timed.push({ name, time: loop.time, calls: callsFor(loop.time), turns: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const one of timed) {
      // Finalisers of the last turn run here, so that this turn does not pay for them.
      await nextTurn()
      before()
      one.turns.push(one.time(one.calls))
    }
  }
  for (const { name, turns } of timed) {
    results[name] = summary(turns, timed[0].turns)
  }
  return results
}

/** @param {string[]} args */
async function measureRow ([topic, row, only]) {
  const subject = require(`./topics/${topic}`).rows[row]()
  if (only) {
    // Candidates that are named are measured even if they are slow.
    subject.slowest = Infinity
    subject.rounds = 15
  }
  const results = await compare(subject, only && JSON.parse(only))
  process.send(results, () => process.exit())
}

module.exports = { compare, summary }

if (require.main === module) measureRow(process.argv.slice(2))
