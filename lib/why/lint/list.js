'use strict'

/* Problems of a list: of each entry, and of all of them together. */

const { types: { isStringObject } } = require('node:util')
const { describeEntry } = require('../facts')
const { isLiveList, isLiveTrust, kindOf } = require('../explain/chain')
const { lintCoverage, lintWidth } = require('./coverage')
const { problem } = require('./problem')
const { lintRefused, piecesOf } = require('./refused')
const { lintForms, lintMeaning, lintPortLike } = require('./written')

/** @typedef {import('./problem').Problem} Problem */
/** @typedef {import('../facts').Facts} Facts */

const VERY_WIDE = 'very-wide'

/**
 * @param {string} text
 * @param {Facts} facts
 * @param {import('./refused').Place} place
 * @returns {Problem[]}
 */
function lintEntry (text, facts, place) {
  if (facts.fault !== 'none') return [lintRefused(text, facts, place)]
  const { address, subnets } = facts
  if (address === undefined) return []
  const meaning = lintMeaning(text, facts)
  if (meaning !== undefined) return [meaning]
  const width = lintWidth(subnets[0], address)
  // Nothing else matters about an entry that trusts too many.
  if (width?.code === VERY_WIDE) return [width]
  return [...lintForms(facts), ...lintPortLike(text, facts), ...width ? [width] : []]
}

/**
 * @param {readonly string[]} texts
 * @param {boolean} isText whether the list is a text that was split at its commas
 * @returns {Problem[]}
 */
function lintTexts (texts, isText) {
  /** @type {Problem[]} */
  const problems = []
  /** @type {import('./coverage').Entry[]} */
  const entries = []
  const place = { isText, isWhole: texts.length === 1 }
  /** @param {string} text @param {number} index */
  function add (text, index) {
    const facts = describeEntry(text)
    const found = lintEntry(text, facts, place)
    for (const one of found) problems.push({ ...one, entry: text, index })
    const isWide = found.some(({ code }) => code === VERY_WIDE || code === 'wide')
    if (facts.subnets.length > 0) entries.push({ text, index, subnets: facts.subnets, isWide })
    // Its parts are judged too, so that one report has everything there is to fix.
    if (found[0]?.code === 'several-entries' && Array.isArray(found[0].instead)) piecesOf(text).forEach((piece) => add(piece, index))
  }
  for (const [index, text] of texts.entries()) {
    if (text !== '' || !isText) add(text, index)
  }
  for (const one of lintCoverage(entries)) problems.push(one)
  return problems
}

/**
 * @param {unknown} value
 * @returns {string | undefined} the text, also of a String object
 */
function textOf (value) {
  if (typeof value === 'string') return value
  return isStringObject(value) ? String.prototype.valueOf.call(value) : undefined
}

/**
 * @param {unknown} value not text
 * @returns {string} what is wrong with it
 */
function describeType (value) {
  if (isLiveList(value) || isLiveTrust(value)) {
    return 'Entries must be text, and this one is a live list: give its trust function, edge.trust, as the whole setting, or ' +
      'one function that asks both, as docs/lists.md describes'
  }
  const kind = value === null || value === undefined ? String(value) : kindOf(value)
  const isObject = Object(value) === value && typeof value !== 'function'
  return `Entries must be text, and this one is ${kind}` + (isObject
    ? ': it is refused, or accepted by chance if its own text is that of an entry'
    : `, which is refused${typeof value === 'number' ? ': a number of hops must be the whole setting' : ''}`)
}

/**
 * Only the first element that is not text is reported, and none after it is read:
 * an array may have billions of them.
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
    if (text === undefined) return { texts, problems: [{ ...problem('entry-type', describeType(value)), index }] }
    texts.push(text)
  }
  return { texts, problems: [] }
}

module.exports = { lintTexts, readList }
