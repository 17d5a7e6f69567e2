'use strict'

/*
 * Times several functions on the same inputs, in turns, so that other work of
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
/** Slower functions are not timed, or a row would take minutes. */
const SLOWEST_NS = 1e6
/** The number of answers that are checked where the reference is slow. */
const FEW = 64

/** Keeps the last answer, so that V8 cannot drop a call as unused. */
const sink = { answer: undefined }

/**
 * Nanoseconds of CPU time, garbage collection included: other work of the
 * machine doesn't count. Windows counts it in steps longer than a turn.
 */
function now () {
  if (process.platform === 'win32') return Number(process.hrtime.bigint())
  const { user, system } = process.cpuUsage()
  return (user + system) * 1e3
}

/**
 * Makes a loop for one function only. In a shared loop V8 would see many
 * functions called at one place, and could not specialise the call as it does
 * in a program that uses one of them.
 *
 * @param {string} name
 * @param {Function} run
 * @param {unknown[]} inputs
 * @returns {(calls: number) => number} nanoseconds a call; each call of the
 *   loop goes on where the last one ended
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
 * Half of the range that the middle half of the values spans.
 *
 * @param {number[]} values
 */
function noise (values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part) => sorted[Math.round((sorted.length - 1) * part)]
  return (at(0.75) - at(0.25)) / 2
}

/**
 * A candidate's result, from its figures of all rounds and the first
 * candidate's.
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
 * Returns the right answers: to all inputs, or to a few if that takes too long.
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
  // The least of three: V8's threads compile and collect garbage in between, and
  // that is CPU time, too.
  const least = () => Math.min(loop(calls), loop(calls), loop(calls))
  while (calls < 2 ** 30 && least() * calls < TURN_NS / 2) calls *= 2
  return Math.max(1, Math.round(TURN_NS / least()))
}

/** Checks a function and warms it up. Returns why it cannot be timed, if so. */
function refuse (run, answers, loop, slowest) {
  const wrong = answers.filter((answer, i) => !same(run(loop.inputs[i]), answer))
  if (wrong.length > 0) return { different: wrong.length, of: answers.length }
  // The least of three, because other threads of V8 count, too: see callsFor().
  let ns = Math.min(loop.time(1), loop.time(1), loop.time(1))
  // A function that takes this long gains nothing from being warm.
  if (ns < 5 * SLOWEST_NS) ns = Math.min(loop.time(8), loop.time(8))
  return ns > slowest ? { skipped: ns / 1e6 } : undefined
}

/**
 * @param {object} subject
 * @param {Record<string, () => Function>} subject.make functions that make
 *   functions of one input, by name; the others are compared with the first
 * @param {unknown[]} subject.inputs
 * @param {string} [subject.reference] the one whose answers are right, if
 *   answers are checked
 * @param {string[]} [subject.unchecked] candidates whose answers are not checked
 * @param {number} [subject.slowest] nanoseconds a call
 * @param {number} [subject.rounds]
 * @param {() => void} [subject.before] called before each turn, not timed
 * @param {string[]} [only] leaves the others out
 * @returns {Promise<Record<string, object>>} results: see index.js
 */
async function compare (subject, only) {
  const {
    make, inputs, reference, unchecked = [], slowest = SLOWEST_NS,
    rounds = ROUNDS, before = () => {}
  } = subject
  const right = reference && make[reference]()
  const answers = reference ? answersOf(right, inputs) : []
  const results = {}
  const timed = []
  for (const name of Object.keys(make)) {
    if (only && !only.includes(name)) continue
    const run = name === reference ? right : make[name]()
    const loop = { inputs, time: loopOf(name, run, inputs) }
    const isFree = name === reference || unchecked.includes(name)
    results[name] = refuse(run, isFree ? [] : answers, loop, slowest)
    if (results[name] !== undefined) continue
    timed.push({ name, time: loop.time, calls: callsFor(loop.time), turns: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const one of timed) {
      // Finalisers of the last turn run here, not in this one's time.
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
    // Candidates that are named are measured however slow they are.
    subject.slowest = Infinity
    subject.rounds = 15
  }
  const results = await compare(subject, only && JSON.parse(only))
  process.send(results, () => process.exit())
}

module.exports = { compare, summary }

if (require.main === module) measureRow(process.argv.slice(2))
