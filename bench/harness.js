'use strict'

/*
 * Times several functions on the same inputs, in turns: whatever else the
 * machine does in a moment then meets all of them. (No library that was found
 * takes turns.) Medians are reported, and the medians of each round's ratios.
 */

const { setImmediate: nextTurn } = require('node:timers/promises')
const { compileFunction } = require('node:vm')

const ROUNDS = 21
const TURN_NS = 6e6
/** Slower functions are not timed, or a row would take minutes. */
const SLOWEST_NS = 1e6
/** How many answers are checked where the reference is slow. */
const FEW = 64

/** Where answers go, so that none can be left out as unused. */
const sink = { answer: undefined }

/**
 * A loop for one function only: were it shared, V8 would see many functions
 * called at one place and could specialise the call for none of them, as it
 * does in a program that uses one.
 *
 * @param {string} name
 * @param {Function} run
 * @param {unknown[]} inputs
 * @returns {(calls: number) => number} nanoseconds per call; continues where
 *   it ended the last time
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
    const begin = process.hrtime.bigint()
    at = loop(run, inputs, sink, at, calls)
    return Number(process.hrtime.bigint() - begin) / calls
  }
}

/** @param {number[]} values */
function median (values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2
}

function same (a, b) {
  return Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((element, i) => element === b[i])
    : a === b
}

/**
 * The right answers: to all inputs, or to a few where that takes too long.
 *
 * @param {Function} run
 * @param {unknown[]} inputs
 */
function answersOf (run, inputs) {
  const few = inputs.slice(0, FEW)
  const begin = process.hrtime.bigint()
  const answers = few.map((input) => run(input))
  const ns = Number(process.hrtime.bigint() - begin) / few.length
  return ns > SLOWEST_NS ? answers : inputs.map((input) => run(input))
}

/** How many calls fill a turn, once the function is warm. */
function callsFor (loop) {
  let calls = 1
  while (calls < 2 ** 30 && loop(calls) * calls < TURN_NS / 2) calls *= 2
  return Math.max(1, Math.round(TURN_NS / loop(calls)))
}

/** Checks a function and warms it up; tells why it is not to be timed. */
function refuse (run, answers, loop, slowest) {
  const wrong = answers.filter((answer, i) => !same(run(loop.inputs[i]), answer))
  if (wrong.length > 0) return { different: wrong.length, of: answers.length }
  let ns = loop.time(1)
  // What takes that long is no warmer for being called again.
  if (ns < 5 * SLOWEST_NS) ns = Math.min(loop.time(8), loop.time(8))
  return ns > slowest ? { skipped: ns / 1e6 } : undefined
}

/**
 * @param {object} subject
 * @param {Record<string, () => Function>} subject.make functions that make
 *   functions of one input, by name; the first is the one the others are
 *   compared to
 * @param {unknown[]} subject.inputs
 * @param {string} [subject.reference] the one whose answers are right, if the
 *   answers are to be checked
 * @param {string[]} [subject.unchecked] those which give no answers to check
 * @param {number} [subject.slowest] nanoseconds a call
 * @param {number} [subject.rounds]
 * @param {() => void} [subject.before] done before each turn, not timed
 * @param {string[]} [only] leave the others out
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
      // What the last turn left to be finalised is not to be on this one's bill.
      await nextTurn()
      before()
      one.turns.push(one.time(one.calls))
    }
  }
  for (const { name, turns } of timed) {
    const ratios = turns.map((ns, round) => ns / timed[0].turns[round])
    results[name] = { value: median(turns), ratio: median(ratios) }
  }
  return results
}

module.exports = { FEW, compare, median }
