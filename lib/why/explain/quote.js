'use strict'

/*
 * Somebody else's text, fit for a line of a log: no line ends, no control
 * characters, nothing that a terminal would obey, and not too long.
 */

const LONGEST = 64
const ORDINARY = /^[!-~]+$/

/** @param {string} text */
function cut (text) {
  return text.length > LONGEST ? text.slice(0, LONGEST - 3) + '...' : text
}

/**
 * With \u escapes in place of all but printable ASCII.
 *
 * @param {string} text
 */
function escape (text) {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * The same in quotes.
 *
 * @param {string} text
 */
function quote (text) {
  return escape(JSON.stringify(cut(text)))
}

/**
 * The same without quotes where the text needs none.
 *
 * @param {string} text
 */
function show (text) {
  return ORDINARY.test(text) ? cut(text) : quote(text)
}

module.exports = { cut, escape, quote, show }
