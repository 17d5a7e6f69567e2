'use strict'

/*
 * A dry run of the release: from a signed tag in a clone of HEAD to a tarball that is
 * tested and would be published. Runs the steps of the workflows themselves. Then does so
 * again for each planted fault, which must be refused, by the expected step.
 *
 *   node tools/check/chain.js [--only 'part of a title']
 *
 * STEPS lists what differs from the workflows: all of this runs on one Linux machine, so
 * only the binary for that is run. Exit code 1 if the release without a fault is refused,
 * or one with a fault is not.
 */

const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')
const { parse } = require('yaml')

const { ADDON } = require('../build/pack')

const ROOT = path.join(__dirname, '..', '..')
const JOBS = [['release', 'ready'], ['package', 'cross'], ['package', 'pack'], ['package', 'contents'], ['release', 'publish']]

/** The artifact of the job "cross". */
const BUILDS = 'built-cross'

/** How steps of the workflows are replaced here. */
const STEPS = [
  // The step after the next one checks the versions, because of --pinned.
  [/^apt-get update[^]*/, 'true'],
  // The stage `test` runs this command.
  [/^npm ci .*/, `ln -s '${path.join(ROOT, 'node_modules')}' node_modules`],
  // The binaries for macOS, and for Windows on arm64, cannot be built here.
  ['--all-platforms ', ''],
  // The tag exists already.
  [/^git fetch .*/, 'true'],
  ['npm publish --provenance', 'npm publish --dry-run']
]

const BUILD = 'npm run prebuilds -- --pinned'

/**
 * How steps are replaced for a fault in a folder, so that nothing is built that cannot
 * contain it. A package without the binary of this machine would be refused for that
 * reason, as would one whose modules were built from another lib.
 */
const FASTER = {
  'src/node/': [[BUILD, `${BUILD} --target host`]],
  'src/wasm/': [[BUILD, `${BUILD} --target host --target wasm`]],
  // The binaries are those of the release without the fault, which passed.
  'lib/': [[BUILD, `${BUILD} --target wasm`], ['node tools/check/binaries.js', 'true'], ['node test/native/musl/run.js', 'true']]
}

const BINARY = `prebuilds/linux-${process.arch}/${ADDON}`
const ENGINE = 'lib/engine/wasm-binary.js'
const RESOLVER = 'lib/resolver/wasm-binary.js'
const SHIM = 'lib/header.js'
const TYPES = 'lib/index.d.ts'

/** Faults that are committed, tagged, built and packed as if all were well. */
const COMMITTED = [
  ['the addon trusts everybody', 'src/node/addon.cc', 'return Boolean(env, pa_is_trusted(',
    'return Boolean(env, true || pa_is_trusted(', "expected: 'Node-API 8: not trusted"],
  ['the WebAssembly trusts everybody', 'src/wasm/module.c', 'return pa_is_trusted(set, text, length);',
    'return pa_is_trusted(set, text, length) || true;', 'does not pass: rules and comparisons, wasm'],
  ['the shim believes whoever sends one entry', 'lib/index.js', 'set.hasPeer(address) ? loneEntry(header) : 0',
    'set.hasPeer(address) || true ? loneEntry(header) : 0', 'does not pass: rules and comparisons'],
  ['the types name one engine only', TYPES, "engine: 'native' | 'wasm'", "engine: 'native'", 'does not pass: types']
]

/** Faults that change files after they were built, or after the tag, before packing. */
const SWAPPED = [
  ['the addon', BINARY, 'is not what was built'],
  ['the WebAssembly', ENGINE, 'is not what was built'],
  ["the resolver's WebAssembly", RESOLVER, 'is not what was built'],
  // The modules for browsers are built from all of lib.
  ['the shim', SHIM, 'wasm was built from other sources'],
  ['the types', TYPES, 'wasm was built from other sources'],
  ['the command', 'bin/proxy-addr.js', "is not the commit's"]
]

class Refusal extends Error {}

function git (folder, ...args) {
  return execFileSync('git', ['-c', 'user.name=dry run', '-c', 'user.email=dry-run@example.org', ...args],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function edit (file, text, replacement) {
  const before = fs.readFileSync(file, 'utf8')
  const after = before.replace(text, () => replacement)
  if (before === after) throw new Error(`${file} has no ${text}`)
  fs.writeFileSync(file, after)
}

/** @throws {Error} if a fault does not fit the sources, which would otherwise show late */
function checkFaults () {
  for (const [title, file, text] of COMMITTED) {
    if (fs.readFileSync(path.join(ROOT, file), 'utf8').includes(text)) continue
    throw new Error(`${title}: ${file} has no ${text}: the planted fault has to follow the sources`)
  }
}

/** Signs a tag with a new key, and verifies the signature. */
function tag (source, name) {
  const key = path.join(source, '..', 'key')
  if (!fs.existsSync(key)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  const signers = path.join(source, '..', 'signers')
  fs.writeFileSync(signers, `dry-run@example.org ${fs.readFileSync(`${key}.pub`, 'utf8')}`)
  const ssh = ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key}.pub`, '-c', `gpg.ssh.allowedSignersFile=${signers}`]
  git(source, ...ssh, 'tag', '--force', '--sign', '--message', name, name)
  git(source, ...ssh, 'verify-tag', name)
}

/** The commit of all clones, even if something is committed in the meantime. */
const COMMIT = git(ROOT, 'rev-parse', 'HEAD').trim()

/** Clones the project, commits what makes it releasable, and signs a tag for it. */
function prepare (source, fault) {
  git(path.dirname(source), 'clone', '--quiet', ROOT, source)
  git(source, 'reset', '--quiet', '--hard', COMMIT)
  const { version, repository } = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8'))
  if (!repository) edit(path.join(source, 'package.json'), '{', '{\n  "repository": "github:example/example",')
  edit(path.join(source, 'CHANGELOG.md'), new RegExp(`^## \\[${version}\\].*`, 'm'), `## [${version}] - 2026-01-31`)
  if (fault) edit(path.join(source, fault[1]), fault[2], fault[3])
  git(source, 'commit', '--quiet', '--all', '--message', 'Release')
  tag(source, `v${version}`)
  return `v${version}`
}

function upload (clone, store, { name, path: patterns }) {
  const target = path.join(store, name)
  fs.mkdirSync(target, { recursive: true })
  const script = `shopt -s nullglob; cp --recursive --parents ${patterns.trim().split(/\s+/).join(' ')} "$1"`
  execFileSync('bash', ['-c', script, 'cp', target], { cwd: clone })
}

function download (clone, store, { name, pattern }) {
  const wanted = name ? [name] : fs.readdirSync(store).filter((one) => one.startsWith(pattern.replace('*', '')))
  for (const one of wanted) fs.cpSync(path.join(store, one), clone, { recursive: true })
}

/** Runs the script of a step; throws a refusal with its output if it fails. */
function runStep (clone, step, state) {
  const replaced = state.steps.reduce((text, [was, is]) => text.replace(was, () => is), step.run)
  const env = Object.fromEntries(Object.entries(step.env ?? {})
    .map(([name, value]) => [name, value.replace(/\$\{\{ needs\.package\.outputs\.(\w+) \}\}/, (_, output) => state.outputs[output])]))
  const output = path.join(state.folder, 'output')
  fs.writeFileSync(output, '')
  const { status, stdout } = spawnSync('bash', ['-e', '-c', `{ ${replaced}\n} 2>&1`], {
    cwd: clone, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...env, CI: 'true', GITHUB_REF_NAME: state.tag, GITHUB_OUTPUT: output }
  })
  for (const line of fs.readFileSync(output, 'utf8').split('\n').filter(Boolean)) {
    const [name, value] = line.split('=')
    state.outputs[name] = value
  }
  if (status !== 0) throw new Refusal(`${step.run}\n${stdout}`)
}

function runJob ([workflow, name], state) {
  const { jobs: { [name]: job } } = parse(fs.readFileSync(path.join(state.source, '.github', 'workflows', `${workflow}.yml`), 'utf8'))
  const clone = path.join(state.folder, name)
  fs.rmSync(clone, { recursive: true, force: true })
  fs.mkdirSync(clone)
  for (const step of job.steps) {
    const [action] = (step.uses ?? '').split('@')
    if (action === 'actions/checkout') git(state.folder, 'clone', '--quiet', '--branch', state.tag, state.source, clone)
    if (action === 'actions/upload-artifact') upload(clone, state.store, step.with)
    if (action === 'actions/download-artifact') download(clone, state.store, step.with)
    if (name === 'pack' && action === 'actions/download-artifact') state.swap?.(clone)
    if (step.run) runStep(clone, step, state)
  }
}

function runJobs (jobs, state) {
  for (const job of jobs) {
    const started = Date.now()
    runJob(job, state)
    console.log(`  ${job.join('.yml: ').padEnd(24)} ${seconds(started)}`)
  }
}

/**
 * Runs the jobs, beginning with the tag; if a fault is given, it is committed first.
 * `built` holds the builds of a release without the fault.
 */
function release (folder, fault, built) {
  fs.mkdirSync(folder)
  const place = Object.keys(FASTER).find((part) => fault?.[1].startsWith(part))
  const state = {
    folder, source: path.join(folder, 'source'), store: path.join(folder, 'store'), steps: [...STEPS, ...FASTER[place] ?? []], outputs: {}, tag: ''
  }
  state.tag = prepare(state.source, fault)
  if (place === 'lib/') fs.cpSync(path.join(built, BUILDS), path.join(state.store, BUILDS), { recursive: true })
  runJobs(JOBS, state)
  return state
}

/** @throws {Error} unless the release is refused for the expected reason */
function refused (title, expected, attempt) {
  const started = Date.now()
  try {
    attempt()
  } catch (error) {
    if (!(error instanceof Refusal) || !error.message.includes(expected)) throw error
    const line = error.message.split('\n').find((one) => one.includes(expected) && !one.startsWith('in the tarball'))
    console.log(`refused in ${seconds(started)}: ${title}\n  ${line}`)
    return
  }
  throw new Error(`released in spite of a fault: ${title}`)
}

function seconds (started) {
  return `${Math.round((Date.now() - started) / 1000)} s`
}

function main () {
  const started = Date.now()
  const { values: { only = '' } } = parseArgs({ options: { only: { type: 'string' } } })
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'proxy-addr-native-'))
  try {
    checkFaults()
    console.log(`the release of ${git(ROOT, 'log', '-1', '--format=%h %s', COMMIT).trim()}`)
    const clean = release(path.join(folder, 'clean'))
    for (const [title, file, expected] of SWAPPED.filter(([one]) => one.includes(only))) {
      const state = { ...clean, swap: (clone) => fs.appendFileSync(path.join(clone, file), '\n') }
      refused(`${title} changed after it was built`, expected, () => runJobs(JOBS.slice(2), state))
    }
    for (const fault of COMMITTED.filter(([one]) => one.includes(only))) {
      const place = path.join(folder, 'fault')
      refused(fault[0], fault.at(-1), () => release(place, fault, clean.store))
      fs.rmSync(place, { recursive: true, force: true })
    }
    console.log(`released without a fault, and refused with each, in ${seconds(started)}`)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

try {
  main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
