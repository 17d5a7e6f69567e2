'use strict'

/* What was compared, in numbers: a run has to prove that it looked at much. */

function newTally () {
  return {
    comparisons: 0,
    mismatches: 0,
    rounds: 0,
    accepted: 0,
    trustCalls: 0,
    trusted: 0,
    errors: 0,
    // How many walks of a compiled list ended after 0, 1, 2 … trusted hops.
    hops: new Array(12).fill(0),
    // How many went more than 256 units into the header.
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

/** One line about a tally. */
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

module.exports = { add, newTally, summary }
