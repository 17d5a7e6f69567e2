'use strict'

/* Texts as they are printed. */

const { cut, escape } = require('../why/explain/quote')

/** No line of foreign text is longer. */
const LONGEST = 240

/**
 * Somebody's text within a message: in quotes, and on one line.
 *
 * @param {string} text
 */
function quoted (text) {
  return escape(`'${text}'`)
}

/**
 * The same without quotes, and cut.
 *
 * @param {string} text
 */
function plain (text) {
  return escape(cut(text, LONGEST))
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
  const widths = rows.reduce((most, cells) => most.map((width, i) => Math.max(width, cells[i].length)), rows[0].map(() => 0))
  return rows.map((cells) => cells
    .map((cell, i) => toTheRight.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))
    .filter((_, i) => widths[i] > 0)
    .join('  ')
    .trimEnd())
}

module.exports = { columns, listed, plain, quoted }
