'use strict'

/* From a trust argument to what is known of it. */

const Compiled = require('../compiled')
const { compile } = require('../trust')

/**
 * @typedef {import('../compiled').Rule | { kind: 'function' }} Rule
 */

/**
 * What a trust function goes by. The only place that knows how that is found
 * out; of a user's own function nothing is known.
 *
 * @param {Function} trust
 * @returns {Rule}
 */
function ruleOf (trust) {
  const set = Compiled.setOf(trust)
  return set === undefined ? { kind: 'function' } : set.rule
}

/**
 * A trust argument as the function that is to be asked, and its rule.
 *
 * @param {any} trust
 * @returns {{ test: Function, rule: Rule }}
 */
function readTrust (trust) {
  const test = typeof trust === 'function' ? trust : compile(trust)
  return { test, rule: ruleOf(test) }
}

module.exports = { readTrust, ruleOf }
