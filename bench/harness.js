'use strict'

/*
 * Times several functions on the same inputs, in turns: whatever else the
 * machine does in a moment then meets all of them. (No library that was found
 * takes turns.) Medians are reported, and the medians of each round's ratios.
 */

const ROUNDS = 21
const TURN_MS = 8
/** Slower functions are not timed, or a row would take minutes. */
const SLOWEST_NS = 1e6
/** How many answers are checked where the reference is slow. */
const FEW = 64

/** @param {number[]} values */
function median (values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Where answers go, so that none can be left out as unused. */
const sink = { answer: undefined }

/** Nanoseconds per call, over `passes` passes. */
function turn (run, inputs, passes) {
  const begin = process.hrtime.bigint()
  for (let pass = 0; pass < passes; pass++) {
    for (let i = 0; i < inputs.length; i++) sink.answer = run(inputs[i])
  }
  return Number(process.hrtime.bigint() - begin) / passes / inputs.length
}

/** Does the function answer otherwise than the reference, or is it too slow? */
function refuse (run, reference, inputs) {
  const few = inputs.slice(0, FEW)
  const checked = turn(reference, few, 1) > SLOWEST_NS ? few : inputs
  const differ = checked.filter((input) => run(input) !== reference(input))
  if (differ.length > 0) return { different: differ.length, of: checked.length }
  const ns = turn(run, few, 1)
  return ns > SLOWEST_NS ? { skipped: ns / 1e6 } : undefined
}

/** How many passes fill a turn, once the function is warm. */
function passesFor (run, inputs) {
  let passes = 1
  while (turn(run, inputs, passes) * inputs.length * passes < TURN_MS * 1e6) passes *= 2
  return passes
}

/**
 * @param {Record<string, Function>} runs functions of one input, by name; the
 *   first is the one the others are compared to
 * @param {string} reference the name of the one whose answers are right
 * @param {unknown[]} inputs
 * @returns {Record<string, object>} by name: `ns` and `ratio` (to the first),
 *   or `different`, or `skipped` (ms a call)
 */
function compare (runs, reference, inputs) {
  const results = {}
  const timed = []
  for (const [name, run] of Object.entries(runs)) {
    results[name] = refuse(run, runs[reference], inputs)
    if (results[name] === undefined) {
      timed.push({ name, run, passes: passesFor(run, inputs), turns: [] })
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of timed) one.turns.push(turn(one.run, inputs, one.passes))
  }
  for (const { name, turns } of timed) {
    const ratios = turns.map((ns, round) => ns / timed[0].turns[round])
    results[name] = { ns: median(turns), ratio: median(ratios) }
  }
  return results
}

module.exports = { compare }
