'use strict'

// Loaded with `node --require` before an app: whoever asks for proxy-addr,
// Express above all, is given this package. An installed app needs no such
// hook, it says so in the "overrides" of its package.json (see ../express5).

const Module = require('node:module')

const ours = require.resolve('../..')
const resolveFilename = Module._resolveFilename

Module._resolveFilename = function (request, ...rest) {
  return request === 'proxy-addr'
    ? ours
    : resolveFilename.call(this, request, ...rest)
}
