'use strict'

const { setImmediate } = require('node:timers/promises')
const { Duel } = require('./duel')
const { Material, Random } = require('./rounds')

const ROUNDS_PER_TURN = 500

/**
 * Compares two implementations, until at least `count` calls were compared and `seconds`
 * have passed.
 *
 * @param {object} options
 * @param {object} options.reference
 * @param {object} options.subject
 * @param {number} options.seed an integer
 * @param {number} [options.count] the minimum of comparisons
 * @param {number} [options.seconds] the minimum of seconds
 * @param {typeof Material} [options.material] the class that makes rounds
 * @param {number} [options.firstRound] the round of the seed's stream to begin with
 * @param {(tally: object) => void} [options.onProgress]
 * @returns {Promise<object>} the tally; its `mismatch` is undefined, or has
 *   the number of the round and the round itself, up to the first difference
 */
async function run (options) {
  const { stackTraceLimit } = Error
  // Stack traces are off: nothing reads them, and they take half of the reference's time.
  Error.stackTraceLimit = 0
  try {
    return await playRounds(options)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

async function playRounds (options) {
  const { reference, subject, seed, count = 1, seconds = 0, material: Kind = Material, firstRound = 0, onProgress } = options
  const duel = new Duel(reference, subject)
  const tally = newTally()
  const end = performance.now() + seconds * 1000
  for (let round = firstRound; tally.comparisons < count || performance.now() < end; round++) {
    const played = playRound(duel, new Kind(new Random(seed, round)), tally)
    if (played) return { ...tally, mismatches: 1, mismatch: { seed, number: round, round: played } }
    if (round % ROUNDS_PER_TURN !== 0) continue
    // Native objects are freed between turns of the event loop only.
    await setImmediate()
    if (onProgress) onProgress(tally)
  }
  return tally
}

/** Makes a round while playing it; returns it if the two sides differ. */
function playRound (duel, material, tally) {
  const { random } = material
  const round = { list: material.list, questions: [], subjectFirst: random.once(2) }
  duel.subjectFirst = round.subjectFirst
  const before = duel.comparisons
  const agreed = duel.compile(round.list) && askAll(duel, material, round, tally)
  tally.comparisons += duel.comparisons - before
  tally.rounds++
  return agreed ? undefined : round
}

function askAll (duel, material, round, tally) {
  const { random } = material
  const accepted = !duel.reference.threw
  if (accepted) tally.accepted++
  else tally.errors++
  const questions = accepted ? 8 + random.int(24) : random.int(3)
  for (let i = 0; i < questions; i++) {
    const question = accepted ? material.question() : material.freeQuestion()
    round.questions.push(question)
    if (!duel.ask(question)) return false
    count(tally, question, duel.reference)
  }
  return true
}

function count (tally, question, { threw, value }) {
  if (threw) {
    tally.errors++
  } else if (question.op === 'trust') {
    tally.trustCalls++
    if (value === true) tally.trusted++
  } else if (question.op === 'all' && question.by === 'compiled') {
    tally.hops[Math.min(value.length - 1, tally.hops.length - 1)]++
    if (value.length > 1 && walkedFar(question.header, value[value.length - 1])) tally.longWalks++
  }
}

/** Returns whether the walk ended more than 256 units from the header's right end. */
function walkedFar (header, client) {
  return typeof header === 'string' && header.length - header.lastIndexOf(client) > 256
}

/* The figures of a run, which show how much it covered. */

function newTally () {
  return {
    comparisons: 0,
    mismatches: 0,
    rounds: 0,
    accepted: 0,
    trustCalls: 0,
    trusted: 0,
    errors: 0,
    // The number of walks of a compiled list that ended after 0, 1, 2 … trusted hops.
    hops: new Array(12).fill(0),
    // The number of walks more than 256 units into the header.
    longWalks: 0
  }
}

function add (a, b) {
  const sum = newTally()
  for (const key of Object.keys(sum)) {
    sum[key] = key === 'hops' ? a.hops.map((n, i) => n + b.hops[i]) : a[key] + b[key]
  }
  return sum
}

/** Summarises a tally in one line. */
function summary (tally, milliseconds) {
  const walks = tally.hops.reduce((a, b) => a + b, 0)
  const rate = Math.round(tally.comparisons / Math.max(1, milliseconds) * 1000)
  return [
    `${grouped(tally.comparisons)} comparisons`,
    `${tally.mismatches} mismatches`,
    `${share(tally.accepted, tally.rounds)} of ${grouped(tally.rounds)} lists accepted`,
    `${share(tally.trusted, tally.trustCalls)} of addresses trusted`,
    `${share(walks - tally.hops[0], walks)} of walks past the peer, ` +
      `${share(walks - tally.hops[0] - tally.hops[1] - tally.hops[2], walks)} three hops or more`,
    `${grouped(tally.longWalks)} past 256 units`,
    `${(milliseconds / 1000).toFixed(1)} s (${grouped(rate)}/s)`
  ].join(', ')
}

function share (part, whole) {
  return whole === 0 ? '-' : Math.round(part / whole * 100) + ' %'
}

function grouped (number) {
  return number.toLocaleString('en-US')
}

/** Compares in this process, in any runtime: the argument is the number of comparisons. */
async function main () {
  const sides = require('./sides').implementations()
  const { comparisons, mismatch } = await run({ ...sides, seed: 1, count: Number(process.argv[2]) })
  console.log(mismatch ? require('./report').report(mismatch, sides) : `${comparisons} comparisons alike`)
  if (mismatch) process.exitCode = 1
}

if (require.main === module) main()

module.exports = { add, newTally, run, summary }
