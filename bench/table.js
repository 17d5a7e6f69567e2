'use strict'

/* Results as lines of text. */

const ROW_WIDTH = 50
const CELL_WIDTH = 19

const scales = {
  ns: [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [0, 'ns']],
  ms: [[1e3, 's'], [1, 'ms'], [1e-3, 'µs'], [0, 'ns']],
  bytes: [[1e6, 'MB'], [1e3, 'KB'], [0, 'B']]
}
const smallest = { ns: 1, ms: 1e-6, bytes: 1 }

/** Three digits, whatever their weight. */
function digits (value) {
  if (Math.abs(value) >= 100) return value.toLocaleString('en', { maximumFractionDigits: 0 })
  return String(Number(value.toPrecision(value < 10 ? 2 : 3)))
}

/** A value in a unit that suits it: 1234.5 'ns' is '1.2 µs'. */
function amount (value, unit) {
  const scale = scales[unit]
  if (scale === undefined) return `${digits(value)} ${unit}`
  const [size, name] = scale.find(([size]) => Math.abs(value) >= size)
  return `${digits(value / (size || smallest[unit]))} ${name}`
}

function cell (result, unit, isFirst) {
  if (result === undefined) return '–'
  if (result.different !== undefined) return `${result.different} different`
  if (result.skipped !== undefined) return `skipped: ${digits(result.skipped)} ms`
  const text = amount(result.value, result.unit ?? unit)
  return isFirst || result.ratio === undefined ? text : `${text} (${digits(result.ratio)} ×)`
}

function columns (first, cells) {
  return first.padEnd(ROW_WIDTH) +
    cells.map((text) => ' ' + text.padStart(CELL_WIDTH)).join('')
}

function heading (title, candidates) {
  return `\n${title}\n\n${columns('', candidates)}`
}

function line (row, candidates, results, unit) {
  return columns(row, candidates.map((name, i) =>
    cell(results[name], unit, i === 0)))
}

module.exports = { amount, heading, line }
