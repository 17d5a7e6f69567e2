'use strict'

/*
 * The published package holds exactly what is listed here, and has no script
 * that npm would run on installation. Exit code 1 otherwise.
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const path = require('node:path')

const root = path.join(__dirname, '..')
const platform = `${process.platform}-${process.arch}`

const EXPECTED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'lib/cold.js',
  'lib/compiled.js',
  'lib/engine/facts.js',
  'lib/engine/index.js',
  'lib/engine/load.js',
  'lib/engine/native.js',
  'lib/engine/wasm-binary.js',
  'lib/engine/wasm-memory.js',
  'lib/engine/wasm.js',
  'lib/forwarded.js',
  'lib/index.d.ts',
  'lib/index.js',
  'lib/trust-set.js',
  'lib/trust.js',
  'package.json',
  `prebuilds/${platform}/proxy_addr_native.node`
]

const manifest = require('../package.json')
assert.equal(manifest.dependencies, undefined, 'there must be no run-time dependency')
assert.equal(manifest.gypfile, false, 'npm would run node-gyp')
for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
  assert.equal(manifest.scripts[script], undefined, `${script} would run on installation`)
}

const lock = JSON.stringify(require('../package-lock.json'))
assert.doesNotMatch(lock, /"resolved":"https?:/, 'the lock file names a registry')

// Its prepack script prints before the JSON does.
const output = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: root, encoding: 'utf8' })
const [{ files, size, unpackedSize }] = JSON.parse(output.slice(output.indexOf('[\n')))
assert.deepEqual(files.map((file) => file.path).sort(), EXPECTED.sort())
console.log(`${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked`)
