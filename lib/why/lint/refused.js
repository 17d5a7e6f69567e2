'use strict'

/* Problems of entries that are refused: a setting with one of them throws. */

const { describeEntry } = require('../facts')
const { faultOf } = require('../explain/faults')
const { quote } = require('../explain/quote')
const { nameMeant } = require('./names')
const { problem } = require('./problem')

const BOOLEAN = /^(?:true|false|yes|no|on|off)$/i
const WORD = /^[a-z][a-z\s_-]*[0-9]*$/i
const SEPARATORS = /[,;\s]+/
const RANGE_FAULTS = new Set([
  'lengthEmpty', 'lengthZero', 'lengthLarge', 'lengthText', 'netmask', 'netmaskFamily'
])
const NAME_FAULTS = new Set(['name', 'unknown', 'obfuscated'])

/** @param {string} text */
function isValid (text) {
  return describeEntry(text).fault === 'none'
}

/**
 * @param {string} text
 * @returns {import('./problem').Problem | undefined}
 */
function lintDivided (text) {
  const pieces = text.split(SEPARATORS).filter(Boolean)
  if (pieces.length === 0) return undefined
  const areValid = pieces.every(isValid)
  if (!text.includes(',') && !(areValid && pieces.length > 1)) return undefined
  return problem('several-entries',
    'The elements of an array are not divided, so this is one entry, which is refused',
    areValid ? pieces : undefined)
}

/**
 * @param {string} text
 * @returns {import('./problem').Problem | undefined}
 */
function lintWord (text) {
  const meant = WORD.test(text) ? nameMeant(text) : undefined
  if (meant === undefined) return undefined
  const { name, isCaseOnly } = meant
  return isCaseOnly
    ? problem('wrong-case', 'Names are in lower case; this one is refused', name)
    : problem('misspelt-name', 'There is no such name, so it is refused', name)
}

/**
 * The text without what often stands around an address: quotation marks,
 * blanks, brackets, a port, a slash.
 *
 * @param {string} text
 * @returns {string | undefined} an entry that is right
 */
function repair (text) {
  const bare = text.replace(/["'\s]/g, '')
  const repaired = [
    bare,
    bare.replace(/^\[(.*)\](?::[0-9]+)?$/, '$1'),
    bare.replace(/:[0-9]+$/, ''),
    bare.replace(/\/$/, '')
  ]
  return repaired.find(isValid)
}

/**
 * @param {string} text
 * @param {import('../facts').Facts} facts with a fault
 */
function lintFault (text, facts) {
  const { kind, message } = faultOf(text, facts)
  if (NAME_FAULTS.has(kind)) {
    return problem('host-name', 'Names of hosts are not looked up, so it is refused: ' +
      'only loopback, linklocal, uniquelocal, addresses and subnets can be trusted')
  }
  return RANGE_FAULTS.has(kind)
    ? problem('invalid-range', `It is refused as no subnet: ${message}`, repair(text))
    : problem('invalid-address', `It is refused as no address: ${message}`, repair(text))
}

/**
 * @param {string} text
 * @param {import('../facts').Facts} facts with a fault
 */
function lintRefused (text, facts) {
  if (text === '') return problem('empty-entry', 'An empty entry is refused')
  if (BOOLEAN.test(text)) {
    return problem('boolean-text', `As text, ${quote(text)} is no boolean but an entry, which is ` +
      'refused: fromEnv() reads the text of environment variables',
    /^(?:false|no|off)$/i.test(text) ? false : undefined)
  }
  const trimmed = text.trim()
  if (trimmed !== text && isValid(trimmed)) {
    return problem('blank-around',
      'White space around the elements of an array is not removed, so it is refused', trimmed)
  }
  return lintDivided(text) ?? lintWord(text) ?? lintFault(text, facts)
}

module.exports = lintRefused
