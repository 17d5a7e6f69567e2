'use strict'

/* How this package does against each of the others, row by row. */

/** What no look-up can beat. It is shown, but it is nobody's rival. */
const LIMIT = /floor|no look-up/i

/** Closer than this is a draw: runs differ by as much. */
const DRAW = 1.05

/** @returns {(result: object) => number} how many times faster we are */
function advantage (topic) {
  return (result) => (result.unit ?? topic.unit) === 'requests/s'
    ? 1 / result.ratio
    : result.ratio
}

/**
 * @param {object} topic
 * @returns {{ row: string, candidate: string, times: number }[]} for each rival
 *   that was measured: how many times better than it this package is
 */
function comparisons (topic) {
  const [first, ...others] = topic.candidates
  const rivals = others.filter((name) => !LIMIT.test(name))
  return Object.entries(topic.rows).flatMap(([row, results]) => rivals
    .filter((name) => results[name]?.ratio !== undefined && results[first]?.ratio !== undefined)
    .map((candidate) => ({ row, candidate, times: advantage(topic)(results[candidate]) })))
}

/** The rows in which another one is better, by more than chance. */
function losses (topic) {
  return comparisons(topic).filter(({ times }) => times < 1 / DRAW)
}

module.exports = { comparisons, losses }
