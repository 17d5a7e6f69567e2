'use strict'

/**
 * Skips a test if the machine lacks what it needs, and prints why.
 *
 * @param {Mocha.Context} test the test's `this`
 * @param {boolean} possible whether the machine has it
 * @param {string} reason what it lacks
 */
function needs (test, possible, reason) {
  if (possible) return
  console.log(`      skipped, ${reason}: ${test.test.fullTitle()}`)
  test.skip()
}

module.exports = { needs }
