'use strict'

/*
 * Somebody else's text, fit for a line of a log: no line ends, no control
 * characters, nothing that a terminal would obey, and not too long.
 */

const LONGEST = 64
const ORDINARY = /^[!-~]+$/

/**
 * @param {string} text
 * @param {number} [longest]
 */
function cut (text, longest = LONGEST) {
  return text.length > longest ? text.slice(0, longest - 3) + '...' : text
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
 * The same in quotes, and cut: a unit may take six characters.
 *
 * @param {string} text
 */
function quote (text) {
  const whole = escape(JSON.stringify(cut(text)))
  if (whole.length <= LONGEST + 2) return whole
  let kept = ''
  for (let i = 0; ; i++) {
    const unit = escape(JSON.stringify(text[i]).slice(1, -1))
    if (kept.length + unit.length > LONGEST - 3) return `"${kept}..."`
    kept += unit
  }
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
