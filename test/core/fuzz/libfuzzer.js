'use strict'

/* Compiles a target with the core as a libFuzzer program, and runs it. */

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { C11, CORE, ROOT, TESTS, compile, compileAll, filesIn, findCompiler } = require('../../../tools/build/c-compiler')
const { TARGETS, pack, unpack } = require('./corpus')

const FUZZ = path.join(TESTS, 'fuzz')
const OUTPUT = path.join('build', 'fuzz')

const KINDS = {
  sanitize: ['-O1', '-g', '-fno-omit-frame-pointer', '-fno-sanitize-recover=all',
    '-fsanitize=address,undefined'],
  coverage: ['-O1', '-g', '-fprofile-instr-generate', '-fcoverage-mapping']
}

// The definition of membership, and what prints failed checks.
const SUPPORT = ['check.c', 'guard.c', 'lists.c', 'vectors.c']

const LONGEST_INPUT = 4096
const LINES_OF_A_REPORT = 60

/** These read records. The inputs of all others are made of the dictionary's texts. */
const WITHOUT_DICTIONARY = ['set', 'strict']
const DICTIONARY = path.join(FUZZ, 'pieces.dict')

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
    ...filesIn(FUZZ, '.c').filter((file) => path.basename(file) !== 'engine.c')
  ]
  const objects = (await Promise.all([
    compileAll(clang, filesIn(core, '.c'), [...flags, '-fsanitize=fuzzer-no-link'], output),
    compileAll(clang, support, flags, output)
  ])).flat()
  const programs = {}
  for (const target of targets) {
    programs[target] = path.join(output, target)
    await compile(clang, [...flags, `-DFUZZ_TARGET=fuzz_${target}`, '-fsanitize=fuzzer',
      path.join(FUZZ, 'engine.c'), ...objects, '-o', programs[target]])
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
 * Adds to a target's corpus the finds that add to its coverage. Only which
 * branches are taken counts, not how often: that keeps the corpus small.
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

module.exports = { OUTPUT, TARGETS, buildTargets, fuzz, merge, report, runProgram }
