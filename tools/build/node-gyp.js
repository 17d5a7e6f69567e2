'use strict'

/* Runs node-gyp. Published, because from-source.js needs it. */

const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const path = require('node:path')

/**
 * Runs node-gyp with the headers of the running Node, if they are installed beside
 * it, so that nothing has to be downloaded.
 *
 * @param {string} script the path of node-gyp
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 * @returns {import('node:child_process').SpawnSyncReturns<string | Buffer>}
 */
function nodeGyp (script, args, options) {
  const prefix = path.join(path.dirname(process.execPath), '..')
  const headers = existsSync(path.join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : []
  const result = spawnSync(process.execPath, [script, '--loglevel=warn', ...headers, ...args], options)
  if (result.error) throw result.error
  return result
}

module.exports = { nodeGyp }
