'use strict'

/*
 * Fuzzes the core with libFuzzer, under ASan and UBSan. Needs clang.
 *
 *   node test/core/fuzz/run.js [target ...] [options]
 *
 *   target           address, subnet, describe, set, hops, resolve or strict; all
 *                    by default
 *   --seconds <n>    for each target; 60
 *   --jobs <n>       n targets at a time; one for each processor
 *   --coverage       prints how much of the core the corpus reaches, together
 *                    with earlier finds on this machine
 *   --merge          adds to corpus.txt the finds that reach more
 *
 * New inputs go to build/fuzz/corpus, where the next run starts. An input that
 * reveals a fault goes to build/fuzz/crashes; the exit code is then 1.
 */

const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { CORE, ROOT } = require('../../../tools/build/c-compiler')
const { unpack } = require('./corpus')
const { OUTPUT, TARGETS, buildTargets, fuzz, merge, report, runProgram } = require('./libfuzzer')

function readArguments () {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      jobs: { type: 'string', default: String(os.availableParallelism()) },
      coverage: { type: 'boolean' },
      merge: { type: 'boolean' }
    }
  })
  const seconds = Number(values.seconds)
  const jobs = Number(values.jobs)
  // libFuzzer reads 0 seconds as no limit.
  if (!(seconds >= 1 && jobs >= 1)) throw new Error('--seconds and --jobs must be at least 1')
  for (const target of positionals) {
    if (!TARGETS.includes(target)) throw new Error(`unknown target ${target} (expected ${TARGETS.join(', ')})`)
  }
  const targets = positionals.length > 0 ? positionals : TARGETS
  return { ...values, seconds, jobs, targets }
}

function show ({ target, passed, executions, perSecond, report: text, crash }, program) {
  const count = (number) => number.toLocaleString('en-US')
  if (passed) {
    console.log(`${target}: ${count(executions)} executions, ${count(perSecond)} a second, no fault`)
    return
  }
  console.log(`${target}: FAULT\n${text}`)
  if (crash) console.log(`\nto reproduce it: ${program} ${crash}`)
}

async function fuzzAll ({ targets, seconds, jobs }) {
  const programs = await buildTargets({ targets })
  const waiting = [...targets]
  let faults = 0
  const worker = async () => {
    while (waiting.length > 0) {
      const target = waiting.shift()
      const result = await fuzz(target, programs[target], { seconds, finds: OUTPUT })
      if (!result.passed) faults++
      show(result, programs[target])
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return faults
}

/** LLVM's tools must have the same version as clang. */
function llvmTool (name) {
  const version = execFileSync('clang', ['-dumpversion'], { encoding: 'utf8' }).split('.')[0]
  const names = [`${name}-${version}`, name]
  const found = names.find((command) => spawnSync(command, ['--help']).status === 0)
  if (!found) throw new Error(`${names[0]} not found: install the llvm package of clang's version`)
  return (args) => execFileSync(found, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
}

function share ({ count, covered }) {
  const percent = count === 0 ? 100 : covered / count * 100
  return `${percent.toFixed(1).padStart(5)} % (${covered} of ${count})`.padEnd(24)
}

/**
 * Prints how much of the core the corpora reach: clang's coverage, by llvm-cov.
 *
 * @param {string[]} targets
 */
async function coverage (targets) {
  const programs = await buildTargets({ targets, kind: 'coverage' })
  const profiles = []
  for (const target of targets) {
    const profile = path.join(OUTPUT, 'coverage', target + '.profraw')
    const found = path.join(OUTPUT, 'corpus', target)
    const folders = [unpack(target), found].filter((folder) => fs.existsSync(path.resolve(ROOT, folder)))
    const { passed, printed } = await runProgram(programs[target], ['-runs=0', ...folders],
      { LLVM_PROFILE_FILE: profile })
    if (!passed) throw new Error(report(printed))
    profiles.push(profile)
  }
  const merged = path.join(OUTPUT, 'coverage', 'all.profdata')
  llvmTool('llvm-profdata')(['merge', '-sparse', ...profiles, '-o', merged])
  const [first, ...others] = Object.values(programs)
  const exported = llvmTool('llvm-cov')(['export', '-summary-only', `-instr-profile=${merged}`,
    first, ...others.flatMap((program) => ['-object', program]), CORE])
  const [{ files, totals }] = JSON.parse(exported).data
  console.log(`\nreached in ${CORE} by ${targets.join(', ')}`)
  for (const { filename, summary } of [...files, { filename: 'all', summary: totals }]) {
    console.log(`  ${path.basename(filename).padEnd(12)} lines ${share(summary.lines)} branches ${share(summary.branches)}`)
  }
}

async function main () {
  const options = readArguments()
  const { targets } = options
  if (options.merge) {
    const programs = await buildTargets({ targets })
    for (const target of targets) {
      console.log(`${target}: ${await merge(target, programs[target], OUTPUT)} new inputs`)
    }
  } else if (await fuzzAll(options) > 0) {
    process.exitCode = 1
  }
  if (options.coverage) await coverage(targets)
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
