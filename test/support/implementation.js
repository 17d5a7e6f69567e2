'use strict'

/**
 * The implementation under test. The rules are those of proxy-addr, so the
 * suite can be turned on the original to show that its expectations are true,
 * and on the model (test/compare/model) to show that it follows them too:
 *
 *     IMPLEMENTATION=reference npx mocha 'test/spec/*.test.js'
 */
const places = { native: '../../lib', reference: 'proxy-addr', model: '../compare/model' }
const name = process.env.IMPLEMENTATION || 'native'

if (!Object.hasOwn(places, name)) {
  throw new Error(`IMPLEMENTATION is ${JSON.stringify(name)}; ` +
    `it can be ${Object.keys(places).join(', ')}`)
}

module.exports = require(places[name])
