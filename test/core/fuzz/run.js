'use strict'

/*
 * Fuzzes the core with libFuzzer, under ASan and UBSan. Wants clang.
 *
 *   node test/core/fuzz/run.js [target ...] [options]
 *
 *   target           address, subnet, describe, set, hops, resolve or strict; otherwise all
 *   --seconds <n>    for each target; 60
 *   --jobs <n>       so many targets at a time; one for each processor
 *   --coverage       prints how much of the core the corpora reach, and what
 *                    was found here before
 *   --merge          adds to the tables of test/core/fuzz/corpus what was found
 *                    and reaches more
 *
 * New inputs go to build/fuzz/corpus, from where the next run takes them; an
 * input that breaks something goes to build/fuzz/crashes. Exit code 1 then.
 */

const os = require('node:os')
const { parseArgs } = require('node:util')

const { coverage } = require('./coverage')
const { OUTPUT, TARGETS, buildTargets, fuzz, merge } = require('./libfuzzer')

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
  // libFuzzer takes 0 seconds for no limit.
  if (!(seconds >= 1 && jobs >= 1)) throw new Error('--seconds and --jobs are numbers from 1 on')
  for (const target of positionals) {
    if (!TARGETS.includes(target)) throw new Error(`no target ${target}: ${TARGETS.join(', ')}`)
  }
  const targets = positionals.length > 0 ? positionals : TARGETS
  return { ...values, seconds, jobs, targets }
}

function show ({ target, passed, executions, perSecond, report, crash }, program) {
  const count = (number) => number.toLocaleString('en-US')
  if (passed) {
    console.log(`${target}: ${count(executions)} executions, ${count(perSecond)} a second, no fault`)
    return
  }
  console.log(`${target}: FAULT\n${report}`)
  if (crash) console.log(`\nto see it again: ${program} ${crash}`)
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
