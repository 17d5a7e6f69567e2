'use strict'

/**
 * The implementation under test. The rules are those of proxy-addr, so the
 * suite can be turned on the original to show that its expectations are true:
 *
 *     IMPLEMENTATION=reference npx mocha 'test/rules/*.test.js'
 */
const places = { native: '../../lib', reference: 'proxy-addr' }
const name = process.env.IMPLEMENTATION || 'native'

if (!Object.hasOwn(places, name)) {
  throw new Error(`IMPLEMENTATION is ${JSON.stringify(name)}; ` +
    `it can be ${Object.keys(places).join(' or ')}`)
}

module.exports = require(places[name])
