'use strict'

/* Builds the addon with node-gyp. */

const path = require('node:path')

const { nodeGyp } = require('./node-gyp')

// `configure` is cheap, and `build` compiles only what changed.
const { status } = nodeGyp(require.resolve('node-gyp/bin/node-gyp.js'), ['configure', 'build', ...process.argv.slice(2)], {
  cwd: path.join(__dirname, '..', '..'),
  stdio: ['ignore', 'inherit', 'inherit']
})
process.exitCode = status
