'use strict'

/* Formats texts for printing. */

const { cut, escape } = require('../why/explain/quote')

/** Longer text of others is cut to this many characters. */
const LONGEST = 240

/**
 * Formats text of others for a message: in quotes, and on one line.
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
