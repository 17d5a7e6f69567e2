'use strict'

/*
 * Builds the addon with node-gyp. The headers that lie beside the running
 * Node are used where there are any, so that nothing has to be downloaded.
 */

const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
const prefix = path.join(path.dirname(process.execPath), '..')
// `configure` is cheap beside compiling, which `build` does only for what is new.
const args = [require.resolve('node-gyp/bin/node-gyp.js'), 'configure', 'build']

if (existsSync(path.join(prefix, 'include', 'node', 'node_api.h'))) {
  args.push(`--nodedir=${prefix}`)
}
args.push('--loglevel=warn', ...process.argv.slice(2))

const { status, error } = spawnSync(process.execPath, args, {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit']
})
if (error) throw error
process.exitCode = status
