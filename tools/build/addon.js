'use strict'

/*
 * Builds the addon with node-gyp. Part of the published package, because
 * from-source.js runs node-gyp as well.
 */

const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const path = require('node:path')

/**
 * Runs node-gyp. If the headers of the running Node are installed beside it, uses these,
 * so that nothing has to be downloaded.
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

if (require.main === module) {
  // `configure` is cheap, and `build` compiles only what changed.
  const { status } = nodeGyp(require.resolve('node-gyp/bin/node-gyp.js'), ['configure', 'build', ...process.argv.slice(2)], {
    cwd: path.join(__dirname, '..', '..'),
    stdio: ['ignore', 'inherit', 'inherit']
  })
  process.exitCode = status ?? 1
}

module.exports = { nodeGyp }
