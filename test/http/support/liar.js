'use strict'

// Loaded with `node --require`: makes this package answer wrongly, so that the
// demonstration has something to find.

const root = require.resolve('../../..')
const honest = require(root)

const liar = () => '192.0.2.99'
require.cache[root].exports = Object.assign(liar, honest)
