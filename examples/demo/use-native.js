'use strict'

// Loaded with `node --require` before an app: it gives this package to every module
// that requires proxy-addr, Express above all. An installed app uses "overrides" in
// its package.json instead (see ../overrides).

const Module = require('node:module')

const ours = require.resolve('../..')
const resolveFilename = Module._resolveFilename

Module._resolveFilename = function (request, ...rest) {
  return request === 'proxy-addr'
    ? ours
    : resolveFilename.call(this, request, ...rest)
}
