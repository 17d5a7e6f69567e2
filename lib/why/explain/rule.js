'use strict'

/* From a trust argument to what is known of it. */

const Brand = require('../../trust/brand')
const { compileEntries, entriesOf } = require('../../trust/compile')

/**
 * @typedef {import('../../trust/brand').Rule | { kind: 'function' }} Rule
 * @typedef {import('../../trust/brand').Set} Set
 */

/**
 * What a trust function goes by. The only place that knows how that is found
 * out; of a user's own function nothing is known.
 *
 * @param {Function} trust
 * @returns {Rule}
 */
function ruleOf (trust) {
  const set = Brand.setOf(trust)
  return set === undefined ? { kind: 'function' } : set.rule
}

/**
 * A trust argument as the function that is to be asked, its rule, and the set
 * that finds the client without asking.
 *
 * @param {any} trust
 * @returns {{ test: any, rule: Rule, set: Set | undefined }}
 */
function readTrust (trust) {
  if (typeof trust === 'function') return { test: trust, rule: ruleOf(trust), set: Brand.setOf(trust) }
  const entries = entriesOf(trust)
  const test = /** @type {any} */ (compileEntries(entries))
  return { test, rule: { kind: 'list', entries }, set: Brand.setOf(test) }
}

module.exports = { readTrust, ruleOf }
