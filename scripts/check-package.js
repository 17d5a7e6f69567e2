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
  'lib/explain/chain.js',
  'lib/explain/faults.js',
  'lib/explain/index.js',
  'lib/explain/quote.js',
  'lib/explain/rule.js',
  'lib/explain/trace.js',
  'lib/express.d.ts',
  'lib/express.js',
  'lib/forwarded.js',
  'lib/from-env.js',
  'lib/hop-rule.js',
  'lib/index.d.ts',
  'lib/index.js',
  'lib/lint/coverage.js',
  'lib/lint/hops.js',
  'lib/lint/index.js',
  'lib/lint/list.js',
  'lib/lint/names.js',
  'lib/lint/problem.js',
  'lib/lint/ranges.js',
  'lib/lint/refused.js',
  'lib/lint/width.js',
  'lib/lint/written.js',
  'lib/remembered.js',
  'lib/trust-proxy.js',
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
