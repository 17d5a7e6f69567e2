'use strict'

/**
 * The implementation under test. The rules are proxy-addr's, so the suite can run on
 * the original to prove its expectations, and on the model (test/compare/model) to
 * check that too:
 *
 *     IMPLEMENTATION=reference npx mocha 'test/spec/*.test.js'
 */
const places = { native: '../../lib', reference: 'proxy-addr', model: '../compare/model' }
const name = process.env.IMPLEMENTATION || 'native'

if (!Object.hasOwn(places, name)) {
  throw new Error(`unknown IMPLEMENTATION ${JSON.stringify(name)} ` +
    `(expected ${Object.keys(places).join(', ')})`)
}

module.exports = require(places[name])
