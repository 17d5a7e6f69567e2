'use strict'

/* Problems of entries that are refused: a setting with one of them throws. */

const { faultOf, quote } = require('../explain/faults')
const { EVERYBODY, asPlain, isValid, lintKeyword, lintKind } = require('./kinds')
const { problem } = require('./problem')
const { lintSpan } = require('./spans')
const { lintWrapping } = require('./whole')

/** @typedef {import('./problem').Problem} Problem */

/**
 * Where an entry stands.
 *
 * @typedef {object} Place
 * @property {boolean} isText whether the list is a text, and not an array
 * @property {boolean} isWhole whether there is no other entry
 */

/** No kind of longer text has a remedy, except for lists of entries. */
const LONGEST = 256

const BOOLEAN = /^(?:true|false|yes|no|on|off)$/i
const NO = /^(?:false|no|off)$/i
const COMMENT = /#[^\n]*/g
/** As YAML lists, and people, mark the items of a list. */
const BULLET = /^[ \t]*[-*\u2022][ \t]+/gm
/** An address or a subnet with something else around it. */
const WITHIN = /^(?:[(<]|[a-z]\w*[:@])?([0-9a-f.:]+(?:\/[0-9]+)?)(?:[)>]|\s+\([^()]*\))?$/i
const SEPARATOR = /[,;|&+\s\uff0c\uff1b\u3001]|\\n/
const SEPARATORS = /(?:[,;|&+\s\uff0c\uff1b\u3001]|\\n|(?<=[\s,;|])(?:and|or)(?=[\s,;|]))+/i
const RANGE_FAULTS = new Set([
  'lengthEmpty', 'lengthZero', 'lengthLarge', 'lengthText', 'netmask', 'netmaskFamily'
])

/** @type {Record<string, string>} */
const SEPARATOR_NAMES = {
  ' ': 'blanks', '\t': 'tabs', '\n': 'line breaks', '\r': 'line breaks', '\\n': 'line breaks', ';': 'semicolons', '|': 'vertical bars'
}

/**
 * Returns the entries of a text that are separated by something other than commas.
 *
 * @param {string} text
 */
function piecesOf (text) {
  const bare = text.replace(COMMENT, ' ').replace(BULLET, '')
  const pieces = [...new Set(bare.split(SEPARATORS).map(entryOf))].filter(Boolean)
  if (pieces.length > 1 || !/^[^:]*(?::[^:]+)+$/.test(bare)) return pieces
  // Entries separated by colons, as in PATH, so none of them is IPv6.
  const divided = bare.split(':')
  return divided.every((piece) => isValid(piece) && !/^[0-9]+$/.test(piece)) ? divided : pieces
}

/** @param {string} piece */
function entryOf (piece) {
  const plain = asPlain(piece)
  return isValid(plain.toLowerCase()) ? plain.toLowerCase() : plain
}

/** @param {string} text */
function separatorOf (text) {
  const [found] = SEPARATOR.exec(text) ?? [':']
  return SEPARATOR_NAMES[found] ?? quote(found)
}

/**
 * @param {string} text
 * @param {Place} place
 * @returns {Problem | undefined}
 */
function lintDivided (text, { isText, isWhole }) {
  const pieces = piecesOf(text)
  const areValid = pieces.every(isValid)
  if (pieces.length === 1 && areValid && (isText || !text.includes(','))) {
    const [piece] = pieces
    if (text.startsWith('+') || text.search(SEPARATOR) === -1) return undefined
    return problem('several-entries', 'A separator, a bullet or a comment is part of it: write the entry alone',
      !/^[0-9]{1,2}$/.test(piece) ? piece : isWhole && isText ? Number(piece) : undefined)
  }
  const isDivided = pieces.length > 1 && areValid
  if (isText ? !isDivided : !isDivided && !(text.includes(',') && pieces.length > 0)) return undefined
  const instead = areValid ? pieces : undefined
  return problem('several-entries', isText
    ? `Entries are separated by commas, not by ${separatorOf(text)}`
    : 'The elements of an array are not divided, so this is one entry, which is refused', instead)
}

/**
 * @param {string} text
 * @param {Place} place
 */
function lintBoolean (text, { isWhole }) {
  if (!BOOLEAN.test(text)) return undefined
  if (!isWhole) return problem('boolean-text', `${quote(text)} must be the whole setting: as an entry of a list it is refused`)
  return problem('boolean-text', `As text, ${quote(text)} is not a boolean but an entry, which is ` +
    'refused: fromEnv() reads the text of environment variables', NO.test(text) ? false : undefined)
}

/** @param {string} text */
function lintBlanks (text) {
  const trimmed = text.trim()
  return trimmed === text || !isValid(trimmed)
    ? undefined
    : problem('blank-around', 'White space around the elements of an array is not removed, so it is refused', trimmed)
}

/**
 * If the text is of no known kind, names the character that is wrong.
 *
 * @param {string} text
 * @param {import('../facts').Facts} facts with a fault
 */
function lintFault (text, facts) {
  const { kind, message } = faultOf(text, facts)
  if (kind === 'lengthZero') return problem('invalid-range', `A length of 0 means everybody, and is refused; ${EVERYBODY}`)
  const [bare] = [text.replace(/\s/g, ''), WITHIN.exec(text)?.[1] ?? ''].filter((part) => /[.:]/.test(part) && isValid(part))
  if (kind === 'name') return problem('host-name', 'Names are not looked up, so it is refused: give an address or a subnet', bare)
  return problem(RANGE_FAULTS.has(kind) ? 'invalid-range' : 'invalid-address',
    `It is refused as ${RANGE_FAULTS.has(kind) ? 'a subnet' : 'an address'}: ${message}`,
    bare)
}

/**
 * @param {string} text
 * @param {import('../facts').Facts} facts with a fault
 * @param {Place} place
 * @returns {Problem}
 */
function lintRefused (text, facts, place) {
  if (text === '') return problem('empty-entry', 'An empty entry is refused: leave it out')
  const isShort = text.length <= LONGEST
  return lintBoolean(text, place) ?? lintBlanks(text) ??
    (place.isText ? undefined : lintWrapping(text)) ??
    (isShort ? lintKeyword(text, place.isWhole) ?? lintSpan(text) : undefined) ??
    lintDivided(text, place) ??
    (isShort ? lintKind(text.trim(), place.isWhole) : undefined) ?? lintFault(text, facts)
}

module.exports = { lintRefused, piecesOf }
