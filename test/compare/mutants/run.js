'use strict'

/*
 * Measures the strength of the differential test: plants one fault at a time into a copy
 * of the sources, which the test must notice. The faults that it cannot judge, such as
 * those in the wording of lint() and explain(), name the mocha tests that judge them.
 *
 *   node test/compare/mutants/run.js [--jobs 2] [--seed 1] [--only text]
 *     [--count n]      comparisons of a first trial; what it does not notice is tried with
 *                      200,000 before it counts as a survivor
 *     [--set name]     plants those of one file: core, shim, engines, why or capabilities
 *     [--seconds n]    plants no more faults after n seconds; --seed, if given,
 *                      draws which come first
 *
 * Exit code 1 if a fault survives, cannot be planted or does not compile, or if the test
 * fails on the copy without a fault.
 */

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { Random, newSeed } = require('../rounds')
const core = require('./faults-core')
const shim = require('./faults-shim')
const engines = require('./faults-engines')
const why = require('./faults-why')
const capabilities = require('./faults-capabilities')
const { build, copyProject, judge, judgeByTests, plant } = require('./workshop')

/** The comparisons after which a fault has survived. */
const THOROUGH = 200000

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: String(os.availableParallelism()) },
    count: { type: 'string', default: String(THOROUGH) },
    seed: { type: 'string' },
    seconds: { type: 'string', default: 'Infinity' },
    set: { type: 'string' },
    only: { type: 'string', default: '' }
  }
})
const bounded = values.seconds !== 'Infinity'
const trial = { count: Number(values.count), seed: Number(values.seed ?? (bounded ? newSeed() : 1)) }

/** The faults of each --set. */
const SETS = { core, shim, engines: engines.faults, why: why.faults, capabilities: capabilities.faults }

/** The sets that mocha tests judge, not the differential test. */
const BY_TESTS = [engines, why, capabilities]

/**
 * Faults that count as caught if the test never ends. For any other fault, that is no
 * verdict.
 */
const ENDLESS = []

/** @returns {string[] | undefined} the tests that judge a fault, or the unchanged copy */
function testsOf (name) {
  return BY_TESTS.map(({ testsOf: find }) => find(name)).find(Boolean)
}

/** Runs the differential test on a copy, and a longer one if it does not notice the fault. */
async function judgeByComparing (directory, engine, faulty) {
  const verdict = await judge(directory, { ...trial, engine })
  if (verdict.caught || !faulty || trial.count >= THOROUGH) return verdict
  return judge(directory, { ...trial, count: THOROUGH, engine })
}

/** @returns {Promise<{ passed: boolean, text: string }>} */
async function check ([name, ...changes], directory) {
  const result = { passed: false, text: '' }
  const tests = testsOf(name)
  const files = changes.map(([file]) => file)
  const isCompiled = files.some((file) => file.startsWith('src/'))
  try {
    fs.mkdirSync(directory)
    copyProject(directory, !isCompiled && tests === undefined)
    for (const change of changes) plant(directory, change)
    const engine = [name, ...files].some((text) => text.includes('wasm')) ? 'wasm' : 'native'
    if (isCompiled) await build(directory, engine)
    const faulty = changes.length > 0
    const verdict = tests === undefined
      ? await judgeByComparing(directory, engine, faulty)
      : await judgeByTests(directory, tests)
    result.passed = verdict.caught === faulty && Boolean(verdict.isEndless) === ENDLESS.includes(name)
    result.text = describe(verdict, faulty)
  } catch (error) {
    result.text = `FAILED: ${error.message}\n${error.stderr ?? ''}`
  } finally {
    fs.rmSync(directory, { recursive: true, force: true })
  }
  return result
}

function describe ({ caught, comparisons, how }, faulty) {
  if (how) return how
  const after = comparisons.toLocaleString('en-US') + ' comparisons'
  if (caught) return `caught after ${after}`
  return faulty ? `SURVIVED ${after}` : `passed ${after}`
}

/** Shuffles the faults by the seed. */
function shuffled (faults) {
  const random = new Random(trial.seed, 0)
  const rest = [...faults]
  return faults.map(() => rest.splice(random.int(rest.length), 1)[0])
}

async function main () {
  const all = values.set === undefined ? Object.values(SETS).flat() : SETS[values.set]
  if (all === undefined) throw new Error(`unknown set ${values.set} (expected ${Object.keys(SETS).join(', ')})`)
  const selected = all.filter(([name]) => name.includes(values.only))
  const withoutFault = new Set(selected.map(([name]) => `(no fault) ${testsOf(name)?.join(' ')}`))
  const faults = all.filter((fault) => selected.includes(fault) || withoutFault.has(fault[0]))
  const waiting = [['(no fault)'], ...bounded ? shuffled(faults) : [['(no fault) wasm'], ...faults]]
  const width = Math.max(...waiting.map(([name]) => name.length))
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'mutants-'))
  const end = performance.now() + Number(values.seconds) * 1000
  let passed = 0
  let next = 0
  const worker = async () => {
    while (next < waiting.length && performance.now() < end) {
      const number = next++
      const result = await check(waiting[number], path.join(scratch, String(number)))
      if (result.passed) passed++
      console.log(`${waiting[number][0].padEnd(width)}  ${result.text}`)
    }
  }
  try {
    await Promise.all(Array.from({ length: Number(values.jobs) }, worker))
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true })
  }
  const left = next < waiting.length ? `, ${waiting.length - next} not planted, time is up` : ''
  console.log(`\n${passed} of ${next} as expected (of ${faults.length} faults, seed ${trial.seed}${left})`)
  if (passed < next) process.exitCode = 1
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
