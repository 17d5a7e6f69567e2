'use strict'

/* Problems of a list: of each entry, and of all of them together. */

const { types: { isStringObject } } = require('node:util')
const { describeEntry } = require('../facts')
const lintCoverage = require('./coverage')
const { problem } = require('./problem')
const lintRefused = require('./refused')
const { lintForms, lintMeaning } = require('./written')
const { lintWidth } = require('./width')

/** @typedef {import('./problem').Problem} Problem */
/** @typedef {import('../facts').Facts} Facts */

const VERY_WIDE = 'very-wide'

/**
 * @param {string} text
 * @param {Facts} facts
 * @returns {Problem[]}
 */
function lintEntry (text, facts) {
  if (facts.fault !== 'none') return [lintRefused(text, facts)]
  const { address, subnets } = facts
  if (address === undefined) return []
  const meaning = lintMeaning(text, facts)
  if (meaning !== undefined) return [meaning]
  const width = lintWidth(subnets[0], address)
  // That it says as much is all that matters of one that trusts too many.
  if (width?.code === VERY_WIDE) return [width]
  return [...lintForms(facts), ...width ? [width] : []]
}

/**
 * @param {readonly string[]} texts
 * @returns {Problem[]}
 */
function lintTexts (texts) {
  /** @type {Problem[]} */
  const problems = []
  const entries = []
  for (const [index, text] of texts.entries()) {
    const facts = describeEntry(text)
    const found = lintEntry(text, facts)
    for (const one of found) problems.push({ ...one, entry: text, index })
    const isWide = found.some(({ code }) => code === VERY_WIDE || code === 'wide')
    if (facts.subnets.length > 0) entries.push({ text, index, subnets: facts.subnets, isWide })
  }
  for (const one of lintCoverage(entries)) problems.push(one)
  return problems
}

/**
 * @param {unknown} value
 * @returns {string | undefined} of a text, or of a String object
 */
function textOf (value) {
  if (typeof value === 'string') return value
  return isStringObject(value) ? String.prototype.valueOf.call(value) : undefined
}

/**
 * Only the first element that is no text is reported, and none behind it is
 * looked at: an array may have billions of them.
 *
 * @param {ArrayLike<unknown>} list
 * @returns {{ texts: string[], problems: Problem[] }}
 * @throws whatever reading the list throws
 */
function readList (list) {
  const texts = []
  const { length } = list
  for (let index = 0; index < length; index++) {
    const value = list[index]
    const text = textOf(value)
    if (text === undefined) {
      const reason = 'Entries must be text; this one is refused, or accepted by chance' +
        (typeof value === 'number' ? ': a number of hops must be the whole setting' : '')
      return { texts, problems: [{ ...problem('entry-type', reason), index }] }
    }
    texts.push(text)
  }
  return { texts, problems: [] }
}

module.exports = { lintTexts, readList }
