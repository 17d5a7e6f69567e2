'use strict'

/* Results as the points of charts. */

const { amount } = require('../table')

const NS = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }

/**
 * The time that a result tells, in nanoseconds. A candidate that was too slow
 * to be timed properly has been called a few times, which tells enough.
 *
 * @returns {number | undefined}
 */
function nanoseconds (result, unit) {
  if (result?.skipped !== undefined) return result.skipped * NS.ms
  return result?.value * NS[result?.unit ?? unit] || undefined
}

/**
 * @param {object} topic
 * @param {string[]} [rows] those that are wanted; otherwise all
 */
function times (topic, rows = Object.keys(topic.rows)) {
  return rows.flatMap((row) => topic.candidates.flatMap((candidate) => {
    const result = topic.rows[row][candidate]
    const ns = nanoseconds(result, topic.unit)
    if (ns === undefined) return []
    return [{ row, candidate, ns, label: amount(ns, 'ns') }]
  }))
}

/** The number of subnets that a row's name tells, and the name without it. */
function bySize (point) {
  const found = /,? ?\b([\d,]*\d) subnets?\b/.exec(point.row)
  if (!found) return []
  const kind = point.row.replace(found[0], '').replace(/^, /, '')
  return [{ ...point, kind, subnets: Number(found[1].replaceAll(',', '')) }]
}

/** Candidates that have a point, in their order. */
function present (topic, points) {
  return topic.candidates.filter((name) => points.some(({ candidate }) => candidate === name))
}

module.exports = { bySize, present, times }
