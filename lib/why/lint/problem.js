'use strict'

/* What a linter reports, and how bad each of it is. */

/** @typedef {import('../../index').Problem} Problem */

/**
 * All codes. Danger: somebody chooses their address, the setting is refused,
 * or it is certain not to mean what it says. Warning: probably a mistake, or
 * right only where something holds that the setting does not show. Hint: it
 * could be simpler.
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

  'one-part': 'danger',
  octal: 'danger',
  'unread-digits': 'danger',
  hex: 'warning',
  'mapped-too-short': 'danger',
  mapped: 'hint',
  zone: 'warning',
  'host-bits': 'warning',
  spelling: 'hint',

  'very-wide': 'danger',
  wide: 'warning',
  'documentation-range': 'warning',
  'multicast-range': 'warning',
  'reserved-range': 'warning',

  'covers-everything': 'danger',
  'very-wide-together': 'danger',
  'wide-together': 'warning',
  duplicate: 'hint',
  redundant: 'hint'
})

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
 * The worst first; otherwise as they come.
 *
 * @param {Problem[]} problems changed
 */
function sort (problems) {
  return problems.sort((a, b) => ORDER[a.level] - ORDER[b.level])
}

module.exports = { LEVELS, problem, sort }
