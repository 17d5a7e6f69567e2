'use strict'

/*
 * Fuzzes the core with libFuzzer, under ASan and UBSan. Needs clang.
 *
 *   node test/core/fuzz/run.js [target ...] [options]
 *
 *   target           address, subnet, describe, set, hops, resolve, strict or
 *                    logs; all by default
 *   --seconds <n>    for each target; 60
 *   --jobs <n>       n targets at a time; one for each processor
 *   --coverage       prints how much of the core is reached by the corpus and
 *                    earlier finds on this machine
 *   --merge          adds finds to corpus.txt that reach more
 *
 * New inputs go to build/fuzz/corpus, where the next run starts. An input that
 * reveals a fault goes to build/fuzz/crashes; the exit code is then 1.
 */

const { execFileSync, spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { C11, CORE, ROOT, TESTS, compile, compileAll, filesIn, findCompiler } = require('../../../tools/build/toolchain')
const { TARGETS, pack, unpack } = require('./corpus')

const FUZZ = path.join(TESTS, 'fuzz')
const OUTPUT = path.join('build', 'fuzz')

const KINDS = {
  sanitize: ['-O1', '-g', '-fno-omit-frame-pointer', '-fno-sanitize-recover=all',
    '-fsanitize=address,undefined'],
  coverage: ['-O1', '-g', '-fprofile-instr-generate', '-fcoverage-mapping']
}

// The definition of membership, and the functions that print failed checks.
const SUPPORT = ['check.c', 'lists.c', 'vectors.c']

const LONGEST_INPUT = 4096
const LINES_OF_A_REPORT = 60

/** These targets read records; the inputs of all others consist of the dictionary's texts. */
const WITHOUT_DICTIONARY = ['set', 'strict']
const DICTIONARY = path.join(FUZZ, 'pieces.dict')

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

/**
 * Builds a program of each target.
 *
 * @param {object} options
 * @param {string[]} [options.targets]
 * @param {'sanitize' | 'coverage'} [options.kind]
 * @param {string} [options.core] the folder of the core's sources
 * @param {string} [options.output]
 * @returns {Promise<Record<string, string>>} the program of each target
 */
async function buildTargets ({ targets = TARGETS, kind = 'sanitize', core = CORE, output = path.join(OUTPUT, kind) }) {
  const clang = findCompiler('clang')
  const flags = [...C11, ...KINDS[kind], '-I', core, '-I', TESTS, '-I', FUZZ]
  const support = [
    ...SUPPORT.map((file) => path.join(TESTS, file)),
    ...filesIn(FUZZ, '.c').filter((file) => path.basename(file) !== 'input.c')
  ]
  const objects = (await Promise.all([
    compileAll(clang, filesIn(core, '.c'), [...flags, '-fsanitize=fuzzer-no-link'], output),
    compileAll(clang, support, flags, output)
  ])).flat()
  const programs = {}
  for (const target of targets) {
    programs[target] = path.join(output, target)
    await compile(clang, [...flags, `-DFUZZ_TARGET=fuzz_${target}`, '-fsanitize=fuzzer',
      path.join(FUZZ, 'input.c'), ...objects, '-o', programs[target]])
  }
  return programs
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {object} [env]
 * @returns {Promise<{ passed: boolean, printed: string }>}
 */
function runProgram (program, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(path.resolve(ROOT, program), args, {
      cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => { printed += text })
    }
    child.on('error', reject)
    child.on('close', (status) => resolve({ passed: status === 0, printed }))
  })
}

/** A number that libFuzzer prints at the end. */
function statistic (printed, name) {
  return Number(printed.match(new RegExp(`^stat::${name}:\\s+(\\d+)`, 'm'))?.[1] ?? NaN)
}

/** The report of a fault, without the progress before it and the bytes after it. */
function report (printed) {
  return printed.split('\n')
    .filter((line) => !/^(#\d|INFO|\s*NEW_FUNC|stat::|Dictionary|0x|\s*$)/.test(line))
    .slice(0, LINES_OF_A_REPORT)
    .join('\n')
}

/**
 * Fuzzes one target.
 *
 * @param {string} target
 * @param {string} program
 * @param {object} options
 * @param {number} options.seconds
 * @param {string} options.finds a folder for new inputs, and for crashes
 * @param {boolean} [options.fresh] start without the committed corpus
 */
async function fuzz (target, program, { seconds, finds, fresh = false }) {
  const corpus = path.join(finds, 'corpus', target)
  const crashes = path.join(finds, 'crashes', target + '-')
  for (const folder of [corpus, path.dirname(crashes)]) {
    fs.mkdirSync(path.resolve(ROOT, folder), { recursive: true })
  }
  const { passed, printed } = await runProgram(program, [
    `-max_total_time=${seconds}`, `-max_len=${LONGEST_INPUT}`, '-timeout=20', '-rss_limit_mb=2048',
    '-print_final_stats=1', `-artifact_prefix=${crashes}`,
    ...WITHOUT_DICTIONARY.includes(target) ? [] : [`-dict=${DICTIONARY}`],
    corpus, ...fresh ? [] : [unpack(target)]
  ])
  return {
    target,
    passed,
    executions: statistic(printed, 'number_of_executed_units'),
    perSecond: statistic(printed, 'average_exec_per_sec'),
    report: passed ? '' : report(printed),
    crash: printed.match(/Test unit written to (\S+)/)?.[1]
  }
}

/**
 * Adds those finds to a target's corpus that add to its coverage. It only counts which
 * branches are taken, not how often, which keeps the corpus small.
 */
async function merge (target, program, finds) {
  const corpus = unpack(target)
  const { passed, printed } = await runProgram(program, [
    '-merge=1', '-use_counters=0', `-max_len=${LONGEST_INPUT}`, corpus, path.join(finds, 'corpus', target)
  ])
  if (!passed) throw new Error(report(printed))
  pack(target, corpus)
  return Number(printed.match(/MERGE-OUTER: (\d+) new files/)?.[1])
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

/** Finds LLVM's tools, which must have the same version as clang. */
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
 * Prints how much of the core the corpora reach, as llvm-cov measures it.
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

if (require.main === module) {
  main().catch((error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}

module.exports = { buildTargets, fuzz }
