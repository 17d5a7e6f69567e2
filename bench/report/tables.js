'use strict'

/* Results as tables in Markdown. */

const { amount } = require('../table')

function ratio (value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)))
}

function cell (result, unit, isFirst) {
  if (result === undefined) return '–'
  if (result.different !== undefined) return `different: ${result.different} of ${result.of}`
  if (result.skipped !== undefined) return `skipped: ${amount(result.skipped, 'ms')}`
  const text = amount(result.value, result.unit ?? unit)
  return isFirst || result.ratio === undefined ? text : `${text} (${ratio(result.ratio)} ×)`
}

function line (cells) {
  return `| ${cells.join(' | ')} |`
}

/** @param {object} topic */
function table ({ unit, candidates, rows }) {
  return [
    line(['', ...candidates]),
    line(['---', ...candidates.map(() => '---:')]),
    ...Object.entries(rows).map(([row, results]) =>
      line([row, ...candidates.map((name, i) => cell(results[name], unit, i === 0))]))
  ].join('\n')
}

module.exports = { ratio, table }
