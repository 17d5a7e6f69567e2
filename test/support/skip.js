'use strict'

/**
 * Leaves a test out where the machine lacks what it needs, and says so.
 *
 * @param {Mocha.Context} test the test's `this`
 * @param {boolean} possible whether the machine has it
 * @param {string} reason what it lacks otherwise
 */
function needs (test, possible, reason) {
  if (possible) return
  console.log(`      skipped, ${reason}: ${test.test.fullTitle()}`)
  test.skip()
}

module.exports = { needs }
