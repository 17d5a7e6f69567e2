'use strict'

const { existsSync, readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')

/**
 * Which proxy-addr a loaded Express really runs on: what the name resolves to
 * from Express's own place, provided that this very file has been loaded.
 */
function loadedProxyAddr (express) {
  const file = createRequire(require.resolve(express)).resolve('proxy-addr')
  const { name, version } = packageOf(file)
  const loaded = require.cache[file]
  return {
    name,
    version,
    file,
    loaded: loaded !== undefined,
    engine: loaded?.exports.engine
  }
}

function packageOf (file) {
  let directory = path.dirname(file)
  while (!existsSync(path.join(directory, 'package.json'))) {
    directory = path.dirname(directory)
  }
  return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'))
}

module.exports = { loadedProxyAddr }
