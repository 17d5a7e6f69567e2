'use strict'

/*
 * Checks that the published package holds every tracked file of the folders listed
 * here, what is built from them, and nothing else, and that npm runs no script on
 * installation. Exit code 1 if not.
 *
 *   node tools/check/package.js [--all-platforms]
 *
 * The binaries that were built must be in it; with --all-platforms, as for a
 * release, all of them.
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const root = path.join(__dirname, '..', '..')
const { values } = parseArgs({ options: { 'all-platforms': { type: 'boolean' } } })

const BINARIES = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64']
  .map((platform) => `prebuilds/${platform}/proxy_addr_native.node`)

/** Files that packing builds, and that are not tracked. */
const BUILT = ['lib/engine/wasm-binary.js', 'lib/resolver/wasm-binary.js', 'src/binding.gyp']

/** Every tracked file here is packed, so that none is forgotten. */
const TRACKED = [
  'bin', 'docs/*.md', 'docs/charts/*.svg', 'lib', 'src', 'tools/build/from-source.js', 'tools/build/node-gyp.js',
  'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json', 'prebuilds.js'
]

const manifest = require('../../package.json')
assert.equal(manifest.dependencies, undefined, 'there must be no run-time dependency')
assert.equal(manifest.gypfile, false, 'npm would run node-gyp on installation: set gypfile to false')
for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
  assert.equal(manifest.scripts[script], undefined, `${script} would run on installation`)
}

const lock = JSON.stringify(require('../../package-lock.json'))
assert.doesNotMatch(lock, /"resolved":"https?:/, 'the lock file names a registry: remove its "resolved" addresses')

const tracked = execFileSync('git', ['ls-files', '-z', ...TRACKED], { cwd: root, encoding: 'utf8' })
  .split('\0').filter(Boolean)
assert.ok(['lib/index.js', 'src/node/addon.cc', 'LICENSE'].every((file) => tracked.includes(file)))

// The prepack script prints first, then comes the JSON.
const output = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: root, encoding: 'utf8' })
const [{ files, size, unpackedSize }] = JSON.parse(output.slice(output.indexOf('[\n')))
const binaries = BINARIES.filter((file) => values['all-platforms'] || fs.existsSync(path.join(root, file)))
assert.deepEqual(files.map((file) => file.path).sort(), [...tracked, ...BUILT, ...binaries].sort())
const read = (...names) => fs.readFileSync(path.join(root, ...names), 'utf8')
assert.equal(read('src', 'binding.gyp'), read('binding.gyp'), 'the packed gyp file is outdated')
for (const file of files.filter(({ path: name }) => BINARIES.includes(name))) {
  console.log(`${file.path}: ${file.size} bytes`)
}
console.log(`${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked`)
