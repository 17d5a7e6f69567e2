'use strict'

/*
 * Checks that the published package holds every tracked file of the folders listed here,
 * what is built, what packing adds, and nothing else; that the sum of each file is right;
 * and that npm runs no script on installation. Exit code 1 if not.
 *
 *   node tools/check/package.js [--all-platforms] [--commit] [tarball]
 *
 * Without a tarball, packs what was built, and checks that each binary that was built is
 * in the package. A release adds two options: --all-platforms requires the binaries of
 * all platforms; --commit requires that each tracked file is that of HEAD, and that each
 * compiler had the version that tools/build/toolchain.js names.
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { ADDON, ROOT, WASM, sha256 } = require('../build/pack')
const { differences } = require('../build/toolchain')

const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64']

/** Files that are not tracked. Beside each binary is the record of its build. */
const ADDED = [...WASM, 'SHA256SUMS', 'prebuilds/wasm/build.json', 'sbom.cdx.json', 'src/binding.gyp']

/** Every tracked file in these folders is packed, so that none is forgotten. */
const TRACKED = [
  'bin', 'docs/*.md', 'docs/*.webp', 'docs/charts/*.svg', 'lib', 'src', 'tools/build/addon.js', 'tools/build/from-source.js',
  'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json', 'prebuilds.js'
]

const { values, positionals: [given] } = parseArgs({
  options: { 'all-platforms': { type: 'boolean' }, commit: { type: 'boolean' } }, allowPositionals: true
})

function git (...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean)
}

/** Returns the names of all files below a folder, as tar and git write them. */
function filesBelow (folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
}

function checkManifest (read) {
  const manifest = JSON.parse(read('package.json'))
  assert.equal(manifest.dependencies, undefined, 'there must be no run-time dependency')
  assert.equal(manifest.gypfile, false, 'npm would run node-gyp on installation: set gypfile to false')
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
    assert.equal(manifest.scripts[script], undefined, `${script} would run on installation`)
  }
  const lock = fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')
  assert.doesNotMatch(lock, /"resolved": *"https?:/, 'the lock file names a registry: remove its "resolved" addresses')
}

function checkNames (names) {
  const tracked = git('ls-files', '-z', ...TRACKED)
  assert.ok(['lib/index.js', 'src/node/addon.cc', 'LICENSE'].every((file) => tracked.includes(file)))
  const isBuilt = (platform) => given
    ? names.some((name) => name.startsWith(`prebuilds/${platform}/`))
    : fs.existsSync(path.join(ROOT, 'prebuilds', platform, ADDON))
  const built = PLATFORMS.filter((platform) => values['all-platforms'] || isBuilt(platform))
  const binaries = built.flatMap((platform) => [`prebuilds/${platform}/${ADDON}`, `prebuilds/${platform}/build.json`])
  assert.deepEqual(names.toSorted(), [...tracked, ...ADDED, ...binaries].sort())
}

function checkSums (names, read) {
  const sums = names.filter((name) => name !== 'SHA256SUMS').sort().map((name) => `${sha256(read(name))}  ${name}\n`)
  assert.equal(read('SHA256SUMS').toString(), sums.join(''), 'SHA256SUMS does not hold')
  for (const { type, name, hashes } of JSON.parse(read('sbom.cdx.json')).components) {
    if (type === 'file') assert.equal(hashes[0].content, sha256(read(name)), `sbom.cdx.json does not hold for ${name}`)
  }
  assert.deepEqual(read('src/binding.gyp'), fs.readFileSync(path.join(ROOT, 'binding.gyp')), 'the packed gyp file is outdated')
}

/** Checks that every built file matches its record. */
function checkRecords (names, read) {
  const records = names.filter((name) => name.endsWith('/build.json')).map((name) => JSON.parse(read(name)))
  const sums = Object.assign({}, ...records.map(({ files }) => files))
  const built = names.filter((name) => name.endsWith('.node') || WASM.includes(name))
  assert.deepEqual(Object.keys(sums).sort(), built.sort())
  for (const name of built) assert.equal(sha256(read(name)), sums[name], `${name} is not what was built`)
  assert.equal(new Set(records.map(({ sources }) => sources)).size, 1, 'not all was built from the same sources')
  if (!values.commit) return
  assert.deepEqual(records.flatMap(({ target, packages }) => differences(target, packages)), [])
}

/** Checks that each tracked file is that of the commit, even if the work tree was changed. */
function checkCommit (read) {
  for (const line of git('ls-tree', '-r', '-z', 'HEAD')) {
    const [, sum, name] = /^\d+ blob (\w+)\t(.*)$/.exec(line)
    const data = read(name)
    if (!data) continue
    const found = createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex')
    assert.equal(found, sum, `${name} is not the commit's`)
  }
}

/** Packs, unless a tarball was given. */
function tarballIn (folder) {
  if (given) return path.resolve(given)
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  return path.join(folder, fs.readdirSync(folder)[0])
}

function check (folder) {
  const tarball = tarballIn(folder)
  execFileSync('tar', ['-xzf', tarball, '-C', folder])
  const content = path.join(folder, 'package')
  const names = filesBelow(content)
  const read = (name) => names.includes(name) ? fs.readFileSync(path.join(content, name)) : undefined
  checkManifest(read)
  checkNames(names)
  checkRecords(names, read)
  checkSums(names, read)
  if (values.commit) checkCommit(read)
  for (const name of names.filter((one) => one.endsWith('.node'))) console.log(`${name}: ${read(name).length} bytes`)
  const unpacked = names.reduce((sum, name) => sum + read(name).length, 0)
  console.log(`${names.length} files, ${fs.statSync(tarball).size} bytes packed, ${unpacked} unpacked`)
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
try {
  check(folder)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
