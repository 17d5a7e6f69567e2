'use strict'

/*
 * Records each build, and as the prepack script prepares what `npm pack` packs.
 *
 * Packing builds nothing. Each build writes build.json beside its binary. A file is
 * packed only if it is unchanged since it was recorded, and was built from the sources
 * that are packed. This script adds
 *
 * - binding.gyp, inside src: at the top of a package, it would make npm build on
 *   installation;
 * - sbom.cdx.json, a bill of materials in CycloneDX;
 * - SHA256SUMS, the sums of all other files.
 */

const { execFileSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const { used } = require('./toolchain')

const ROOT = path.join(__dirname, '..', '..')
const ADDON = 'proxy_addr_native.node'
const SBOM = 'sbom.cdx.json'
const SUMS = 'SHA256SUMS'

/** The WebAssembly modules, as text. */
const TEXTS = ['lib/engine/wasm-binary.js', 'lib/logs/wasm-binary.js', 'lib/resolver/wasm-binary.js']

/** What web.js builds from lib and playground, with the modules in it. */
const WEB = [
  'build/playground.html', 'lib/web/browser-resolver.mjs', 'lib/web/browser.mjs', 'lib/web/core.mjs', 'lib/web/edge-resolver.mjs',
  'lib/web/edge.mjs', 'lib/web/engine-module.mjs', 'lib/web/engine.wasm', 'lib/web/resolver-module.mjs', 'lib/web/resolver.wasm'
]
const WASM = [...TEXTS, ...WEB]

/** Everything that a build depends on, except the versions that sourcesSum() adds. */
const SOURCES = ['binding.gyp', 'src', 'tools/build/addon.js', 'tools/build/wasm.js', 'tools/build/prebuilds.js', 'tools/build/node-host.c']
const WEB_SOURCES = ['lib', 'playground', 'tools/build/web.js']
const NOT_SOURCES = ['src/binding.gyp', ...WASM]

/** @returns {string} in hexadecimal */
function sha256 (data) {
  return createHash('sha256').update(data).digest('hex')
}

function filesBelow (name) {
  const file = path.join(ROOT, name)
  if (!fs.statSync(file).isDirectory()) return [name]
  return fs.readdirSync(file).flatMap((entry) => filesBelow(`${name}/${entry}`))
}

function versionOf (request) {
  return require(`${request}/package.json`).version
}

/** Returns one sum for sources. It ignores line ends, because git changes them on Windows. */
function sourcesSum (sources = SOURCES) {
  const lines = sources.flatMap(filesBelow).filter((name) => !NOT_SOURCES.includes(name)).sort()
    .map((name) => `${sha256(fs.readFileSync(path.join(ROOT, name), 'utf8').replaceAll('\r\n', '\n'))}  ${name}\n`)
  return sha256([...lines, versionOf('../..'), versionOf('node-addon-api')].join(''))
}

/** Returns the published files of a target. */
function filesOf (target) {
  return target === 'wasm' ? WASM : [`prebuilds/${target}/${ADDON}`]
}

function recordOf (target) {
  return path.join(ROOT, 'prebuilds', target, 'build.json')
}

/** Removes the record, so that a failed build leaves nothing that could be packed. */
function forget (target) {
  fs.rmSync(recordOf(target), { force: true })
}

/** @param {string} target that has just been built */
function record (target) {
  const files = filesOf(target).map((name) => [name, sha256(fs.readFileSync(path.join(ROOT, name)))])
  const content = {
    target,
    files: Object.fromEntries(files),
    sources: sourcesSum(),
    node: process.version,
    'node-addon-api': versionOf('node-addon-api'),
    ...target === 'wasm' && { webSources: sourcesSum(WEB_SOURCES), esbuild: versionOf('esbuild') },
    ...used(target)
  }
  fs.mkdirSync(path.dirname(recordOf(target)), { recursive: true })
  fs.writeFileSync(recordOf(target), JSON.stringify(content, null, 2) + '\n')
}

function targetsHere () {
  const folder = path.join(ROOT, 'prebuilds')
  return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []
}

/** Returns the records of all builds. */
function records () {
  return targetsHere().map(recordOf).filter((file) => fs.existsSync(file))
    .map((file) => JSON.parse(fs.readFileSync(file, 'utf8')))
}

function binaries () {
  return targetsHere().map((target) => `prebuilds/${target}/${ADDON}`)
    .filter((name) => fs.existsSync(path.join(ROOT, name)))
}

function problemOf (name, sum) {
  const file = path.join(ROOT, name)
  if (!fs.existsSync(file)) return `${name} is missing`
  return sha256(fs.readFileSync(file)) === sum ? undefined : `${name} is not what was built`
}

/** |@returns {string[]} a reason for each binary or module that must not be packed */
function problems () {
  const all = records()
  const [sources, webSources] = [sourcesSum(), sourcesSum(WEB_SOURCES)]
  const recorded = new Map(all.flatMap(({ files }) => Object.entries(files)))
  return [
    ...[...WASM, ...binaries()].filter((name) => !recorded.has(name)).map((name) => `${name} has no record of its build`),
    ...Array.from(recorded, ([name, sum]) => problemOf(name, sum)).filter(Boolean),
    ...all.filter((one) => one.sources !== sources || (one.target === 'wasm' && one.webSources !== webSources))
      .map(({ target }) => `${target} was built from other sources`)
  ]
}

function npm (...args) {
  return execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Returns the names of the files that will be packed, without `omitted`. */
function packedFiles (...omitted) {
  const [{ files }] = JSON.parse(npm('pack', '--dry-run', '--json', '--ignore-scripts'))
  return files.map(({ path: name }) => name).filter((name) => !omitted.includes(name)).sort()
}

function sumOf (name) {
  return sha256(fs.readFileSync(path.join(ROOT, name)))
}

function property (name, value) {
  return { name: `proxy-addr-native:${name}`, value }
}

/** Describes a file; for one that was built, with the tools that built it. */
function fileComponent (name, built) {
  const record = built.find(({ files }) => Object.hasOwn(files, name))
  const versions = record ? [...record.versions, `node: ${record.node}`] : []
  return {
    type: 'file',
    name,
    hashes: [{ alg: 'SHA-256', content: sumOf(name) }],
    ...versions.length > 0 && { properties: versions.map((version) => property('built-with', version)) }
  }
}

/** node-addon-api, whose headers are compiled into each binary. */
function headersComponent (built) {
  const version = built.map((record) => record['node-addon-api']).find(Boolean)
  return {
    type: 'library',
    name: 'node-addon-api',
    version,
    purl: `pkg:npm/node-addon-api@${version}`,
    licenses: [{ license: { id: 'MIT' } }]
  }
}

/**
 * Returns npm's bill of materials with the files added, and without what differs between
 * runs.
 */
function sbom (built) {
  const { serialNumber, ...content } = JSON.parse(npm('sbom', '--package-lock-only', '--omit', 'dev',
    '--sbom-format', 'cyclonedx', '--sbom-type', 'library'))
  const { timestamp, component, ...metadata } = content.metadata
  // npm uses the name of the folder.
  const { name } = require('../../package.json')
  const files = packedFiles(SBOM, SUMS).map((file) => fileComponent(file, built))
  return {
    ...content,
    metadata: { ...metadata, component: { ...component, name } },
    components: [...content.components, headersComponent(built), ...files]
  }
}

function main () {
  const found = problems()
  if (found.length > 0) {
    console.error([...found, 'Build what is packed: npm run prebuilds'].join('\n'))
    process.exitCode = 1
    return
  }
  fs.copyFileSync(path.join(ROOT, 'binding.gyp'), path.join(ROOT, 'src', 'binding.gyp'))
  fs.writeFileSync(path.join(ROOT, SBOM), JSON.stringify(sbom(records()), null, 2) + '\n')
  // Sorted by name, so that the list is always the same.
  const lines = packedFiles(SUMS).map((name) => `${sumOf(name)}  ${name}\n`)
  fs.writeFileSync(path.join(ROOT, SUMS), lines.join(''))
}

if (require.main === module) main()

module.exports = { ADDON, ROOT, WASM, forget, record, sha256 }
