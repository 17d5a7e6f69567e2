'use strict'

/* The problems that the linter reports, and how severe each is. */

const { escape, quote } = require('../explain/faults')

/** @typedef {import('../../index').Problem} Problem */

/**
 * All codes. Danger: somebody can choose their address, the setting is refused,
 * or it certainly does not mean what it says. Warning: probably a mistake, or
 * right only under a condition that the setting does not show. Hint: it could be
 * simpler.
 *
 * @type {Readonly<Record<string, Problem['level']>>}
 */
const LEVELS = Object.freeze({
  'trusts-everybody': 'danger',
  'hops-many': 'danger',
  hops: 'warning',
  'hops-fraction': 'warning',
  'hops-negative': 'danger',
  'hops-nan': 'danger',
  'numeric-text': 'danger',
  'boolean-text': 'danger',
  'promise-function': 'danger',
  'resolver-setting': 'danger',
  'unsupported-setting': 'danger',

  'entry-type': 'danger',
  'empty-entry': 'danger',
  'blank-around': 'danger',
  'several-entries': 'danger',
  'wrong-case': 'danger',
  'misspelt-name': 'danger',
  'host-name': 'danger',
  'invalid-address': 'danger',
  'invalid-range': 'danger',
  keyword: 'danger',
  'json-text': 'danger',
  'quoted-text': 'danger',
  'assignment-text': 'danger',

  'one-part': 'danger',
  octal: 'danger',
  'unread-digits': 'danger',
  hex: 'warning',
  'mapped-too-short': 'danger',
  mapped: 'hint',
  zone: 'warning',
  'port-like': 'warning',
  'host-bits': 'warning',
  spelling: 'hint',

  'very-wide': 'danger',
  wide: 'warning',
  'documentation-range': 'warning',
  'multicast-range': 'warning',
  'reserved-range': 'warning',
  'outdated-range': 'warning',

  'covers-everything': 'danger',
  'very-wide-together': 'danger',
  'wide-together': 'warning',
  rentable: 'warning',
  'viewer-facing': 'hint',
  'one-loopback': 'hint',
  duplicate: 'hint',
  redundant: 'hint'
})

/**
 * Problems that only the calls and requests of an app show: proxy-addr-native/express
 * warns about these.
 *
 * @type {Readonly<Record<string, Problem['level']>>}
 */
const AT_RUN_TIME = Object.freeze({ 'extra-argument': 'warning', 'unread-header': 'warning' })

/** @type {Record<Problem['level'], number>} */
const ORDER = { danger: 0, warning: 1, hint: 2 }

/**
 * @param {string} code one of LEVELS
 * @param {string} reason
 * @param {any} [instead]
 * @returns {Problem}
 */
function problem (code, reason, instead) {
  return { code, level: LEVELS[code], reason, ...instead !== undefined && { instead } }
}

/**
 * Says what to write instead. A number must not be written as text.
 *
 * @param {NonNullable<Problem['instead']>} instead
 */
function showInstead (instead) {
  if (typeof instead === 'number') return `the number ${instead}, without quotation marks`
  if (typeof instead === 'boolean') return `${instead}, without quotation marks`
  return escape(Array.isArray(instead) ? instead.join(',') : String(instead))
}

/**
 * The worst first; otherwise as they come.
 *
 * @param {Problem[]} problems changed
 */
function sort (problems) {
  return problems.sort((a, b) => ORDER[a.level] - ORDER[b.level])
}

/**
 * Checks and returns the codes to ignore.
 *
 * @param {any} ignore
 * @returns {Set<string>}
 * @throws {TypeError} if one of them is unknown
 */
function readIgnored (ignore) {
  if (ignore === undefined) return new Set()
  const known = Object.keys({ ...LEVELS, ...AT_RUN_TIME })
  if (!Array.isArray(ignore)) throw new TypeError("ignore must be an array of codes, such as ['hops']")
  const unknown = ignore.find((code) => typeof code !== 'string' || !known.includes(code))
  if (unknown === undefined && !ignore.includes(undefined)) return new Set(ignore)
  const shown = typeof unknown === 'string' ? quote(unknown) : `of type ${typeof unknown}`
  throw new TypeError(`unknown code ${shown}: give one of ${known.join(', ')}`)
}

module.exports = { AT_RUN_TIME, LEVELS, problem, readIgnored, showInstead, sort }
