'use strict'

/* Texts as they are printed. */

const { escape } = require('../why/explain/quote')

/**
 * Somebody's text within a message: in quotes, and on one line.
 *
 * @param {string} text
 */
function quoted (text) {
  return escape(`'${text}'`)
}

/** @param {readonly string[]} words two or more */
function listed (words) {
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`
}

/**
 * Columns, each as wide as its widest cell; without those that are empty.
 *
 * @param {string[][]} rows
 * @param {readonly number[]} [toTheRight] the columns that are
 * @returns {string[]}
 */
function columns (rows, toTheRight = []) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((cells) => cells[i].length)))
  return rows.map((cells) => cells
    .map((cell, i) => toTheRight.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))
    .filter((_, i) => widths[i] > 0)
    .join('  ')
    .trimEnd())
}

module.exports = { quoted, listed, columns }
