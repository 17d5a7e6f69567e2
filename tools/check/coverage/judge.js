'use strict'

/**
 * What was measured of a file: all its lines and branches, each with where it
 * is, the function it is in, the text of its line, and how often it was run.
 *
 * @typedef {{ line: number, name: string, source: string, count: number }} Part
 * @typedef {{ file: string, lines: Part[], branches: Part[] }} Measured
 */

/**
 * Matches what was never run with what may be missing. An exclusion knows its
 * place by the function and the text of the line, because numbers of lines
 * change, and stands for just as many lines or branches as it says.
 *
 * @param {Measured[]} files
 * @param {{ file: string, name: string, source: string, what: 'line' | 'branch',
 *   count: number, reason: string }[]} exclusions
 */
function judge (files, exclusions) {
  const open = exclusions.map((exclusion) => ({ ...exclusion, left: exclusion.count }))
  const missing = []
  const excluded = []
  for (const gap of files.flatMap(gaps)) {
    const exclusion = open.find((one) => one.left > 0 && matches(one, gap))
    if (exclusion) {
      exclusion.left--
      excluded.push(gap)
    } else {
      missing.push(gap)
    }
  }
  return { missing, excluded, stale: open.filter(({ left }) => left > 0) }
}

/** @param {Measured} measured */
function gaps ({ file, lines, branches }) {
  const never = (parts, what) =>
    parts.filter(({ count }) => count === 0).map((part) => ({ ...part, file, what }))
  return [...never(lines, 'line'), ...never(branches, 'branch')]
}

function matches (exclusion, gap) {
  return ['file', 'name', 'source', 'what'].every((key) => exclusion[key] === gap[key])
}

module.exports = { judge }
