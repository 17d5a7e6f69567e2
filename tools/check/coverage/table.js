'use strict'

/** A row: covered and all, lines and branches, and what may be missing. */
function row ({ file, lines, branches }, missing, excluded) {
  const share = (parts, what) => {
    const uncovered = missing.filter((gap) => gap.file === file && gap.what === what).length
    return `${parts.length - uncovered} / ${parts.length}`
  }
  const count = excluded.filter((gap) => gap.file === file).length
  return [file, share(lines, 'line'), share(branches, 'branch'), count === 0 ? '' : String(count)]
}

/** @param {string[][]} rows */
function table (rows) {
  const all = [['file', 'lines', 'branches', 'of them excluded'], ...rows]
  const widths = all[0].map((_, i) => Math.max(...all.map((cells) => cells[i].length)))
  const line = (cells) => cells
    .map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))
    .join('  ')
    .trimEnd()
  return all.map(line).join('\n')
}

module.exports = { row, table }
