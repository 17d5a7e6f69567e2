'use strict'

/*
 * The published package holds exactly what is listed here, and has no script
 * that npm would run on installation. Exit code 1 otherwise.
 *
 *   node tools/check/package.js [--all-platforms]
 *
 * Of the binaries, those that were built must be in it; with --all-platforms,
 * as for a release, every one.
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

const EXPECTED = [
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'bin/proxy-addr.js',
  'docs/api.md',
  'docs/charts/hostile.svg',
  'docs/charts/http.svg',
  'docs/charts/match.svg',
  'docs/charts/resolve.svg',
  'docs/cli.md',
  'docs/compatibility.md',
  'docs/design.md',
  'docs/frameworks.md',
  'docs/guide.md',
  'docs/matrix.md',
  'docs/performance.md',
  'docs/releasing.md',
  'lib/cli/arguments.js',
  'lib/cli/bench.js',
  'lib/cli/doctor.js',
  'lib/cli/explain.js',
  'lib/cli/help.js',
  'lib/cli/index.js',
  'lib/cli/installed.js',
  'lib/cli/lint.js',
  'lib/cli/match.js',
  'lib/cli/measure.js',
  'lib/cli/output.js',
  'lib/cli/random.js',
  'lib/cli/refusal.js',
  'lib/cli/request.js',
  'lib/cli/switching.js',
  'lib/cli/text.js',
  'lib/cli/trust.js',
  'lib/engine/index.js',
  'lib/engine/layout.js',
  'lib/engine/load.js',
  'lib/engine/native.js',
  'lib/engine/wasm-binary.js',
  'lib/engine/wasm-memory.js',
  'lib/engine/wasm.js',
  'lib/frameworks/express.d.ts',
  'lib/frameworks/express.js',
  'lib/frameworks/fastify.d.ts',
  'lib/frameworks/fastify.js',
  'lib/frameworks/getters.js',
  'lib/frameworks/hono.d.ts',
  'lib/frameworks/hono.js',
  'lib/frameworks/koa.d.ts',
  'lib/frameworks/koa.js',
  'lib/frameworks/opentelemetry.d.ts',
  'lib/frameworks/opentelemetry.js',
  'lib/frameworks/overwrite.d.ts',
  'lib/frameworks/overwrite.js',
  'lib/frameworks/request-cache.js',
  'lib/frameworks/srvx.d.ts',
  'lib/frameworks/srvx.js',
  'lib/header.js',
  'lib/index.d.ts',
  'lib/index.js',
  'lib/resolver/address.js',
  'lib/resolver/anomalies.js',
  'lib/resolver/engine.js',
  'lib/resolver/entries.js',
  'lib/resolver/explain.js',
  'lib/resolver/index.d.ts',
  'lib/resolver/index.js',
  'lib/resolver/lint.js',
  'lib/resolver/options.js',
  'lib/resolver/peers.js',
  'lib/resolver/policy.js',
  'lib/resolver/protocol.js',
  'lib/resolver/request.js',
  'lib/resolver/wasm-binary.js',
  'lib/resolver/wasm.js',
  'lib/trust/brand.js',
  'lib/trust/compile.js',
  'lib/trust/from-env.js',
  'lib/trust/hop-count.js',
  'lib/trust/non-strings.js',
  'lib/trust/setting.js',
  'lib/trust/trust-set.js',
  'lib/why/explain/chain.js',
  'lib/why/explain/faults.js',
  'lib/why/explain/index.js',
  'lib/why/explain/quote.js',
  'lib/why/explain/rule.js',
  'lib/why/explain/trace.js',
  'lib/why/facts.js',
  'lib/why/lint/coverage.js',
  'lib/why/lint/hops.js',
  'lib/why/lint/index.js',
  'lib/why/lint/list.js',
  'lib/why/lint/names.js',
  'lib/why/lint/problem.js',
  'lib/why/lint/ranges.js',
  'lib/why/lint/refused.js',
  'lib/why/lint/width.js',
  'lib/why/lint/written.js',
  'package.json',
  'src/binding.gyp',
  'tools/build/from-source.js',
  'tools/build/node-gyp.js'
]

const manifest = require('../../package.json')
assert.equal(manifest.dependencies, undefined, 'there must be no run-time dependency')
assert.equal(manifest.gypfile, false, 'npm would run node-gyp')
for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
  assert.equal(manifest.scripts[script], undefined, `${script} would run on installation`)
}

const lock = JSON.stringify(require('../../package-lock.json'))
assert.doesNotMatch(lock, /"resolved":"https?:/, 'the lock file names a registry')

// Those who build for themselves get all of it.
const sources = execFileSync('git', ['ls-files', 'src'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
assert.ok(sources.includes('src/node/addon.cc'))

// Its prepack script prints before the JSON does.
const output = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: root, encoding: 'utf8' })
const [{ files, size, unpackedSize }] = JSON.parse(output.slice(output.indexOf('[\n')))
const binaries = BINARIES.filter((file) => values['all-platforms'] || fs.existsSync(path.join(root, file)))
assert.deepEqual(files.map((file) => file.path).sort(), [...EXPECTED, ...sources, ...binaries].sort())
const read = (...names) => fs.readFileSync(path.join(root, ...names), 'utf8')
assert.equal(read('src', 'binding.gyp'), read('binding.gyp'), 'the packed gyp file is an old one')
for (const file of files.filter(({ path: name }) => BINARIES.includes(name))) {
  console.log(`${file.path}: ${file.size} bytes`)
}
console.log(`${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked`)
