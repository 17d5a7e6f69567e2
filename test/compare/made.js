'use strict'

const vm = require('node:vm')

/** Constructors of another realm, as `vm` and test runners bring them along. */
const foreign = vm.runInNewContext('({ Array, Object, Proxy, String })')

/**
 * A value that cannot be shared by the two sides of a comparison, because it
 * records what is done to it or has a state: each side makes its own.
 *
 * `make` is a function of (text, tools) that refers to nothing else but
 * globals, `util` and `foreign`, so that its source is a reproduction.
 */
class Made {
  constructor (make, text) {
    this.make = make
    this.text = text
  }
}

/** The value itself, or what this side makes of it. */
function materialise (value, tools) {
  return value instanceof Made ? value.make(value.text, tools) : value
}

module.exports = { Made, foreign, materialise }
