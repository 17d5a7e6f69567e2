'use strict'

/*
 * Measures the strength of the fuzzer: plants faults in copies of the core, and runs the
 * target that must find each, without a corpus and then with the committed one. In
 * test/compare/mutants, a generator finds the faults, and proxy-addr judges; here
 * libFuzzer's input finds them, and models in C judge.
 *
 *   node test/core/fuzz/faults.js [--each 60]
 *     [--seconds n]    plants no more faults after n seconds; --seed chooses the
 *                      first one
 *
 * Exit code 1 if a fault is not found or cannot be planted.
 */

const { randomInt } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { CORE, ROOT } = require('../../../tools/build/toolchain')
const coreFaults = require('../../compare/mutants/faults-core')
const { plant } = require('../../compare/mutants/workshop')
const { buildTargets, fuzz } = require('./run')

/** Only a sanitizer notices this fault. */
const READ_TOO_FAR = ['a text is read one unit too far',
  ['src/core/ipv6.c', "body < length && text[body] != '%'", "body <= length && text[body] != '%'"]]

/** Faults of test/compare/mutants/faults-core.js, each after the target that finds it. */
const FAULTS = [
  ['address', READ_TOO_FAR[0]],
  ['address', 'leading zeros do not stop the shortcut'],
  ['subnet', 'a length beyond the last bit is read as the last bit'],
  ['subnet', 'the first slash divides an entry'],
  ['subnet', 'a netmask may have holes'],
  ['set', 'the first address of a range is outside'],
  ['set', 'a window is one boundary too narrow'],
  ['set', 'IPv4 ranges are sorted by their lower half only'],
  ['hops', 'tabs are trimmed'],
  ['hops', 'spaces before a comma are kept, and entries of spaces count'],
  ['resolve', 'a cut header is never read as a whole'],
  ['resolve', 'an invalid entry is skipped']
]

function changesOf (name) {
  const found = [...coreFaults, READ_TOO_FAR].find(([other]) => other === name)
  if (!found) throw new Error(`unknown fault: ${name}`)
  return found.slice(1)
}

/** @returns {Promise<boolean>} whether the fault was found both times */
async function check (target, name, folder, seconds) {
  fs.cpSync(path.join(ROOT, CORE), path.join(folder, CORE), { recursive: true })
  for (const change of changesOf(name)) plant(folder, change)
  const programs = await buildTargets({
    targets: [target], core: path.join(folder, CORE), output: path.join(folder, 'build')
  })
  const outcomes = []
  for (const fresh of [true, false]) {
    const finds = path.join(folder, fresh ? 'fresh' : 'corpus')
    outcomes.push(await fuzz(target, programs[target], { seconds, finds, fresh }))
  }
  const [alone, seeded] = outcomes.map(({ passed, executions }) =>
    passed ? 'NOT FOUND' : `${executions.toLocaleString('en-US')}`)
  console.log(`${target.padEnd(8)} ${name.padEnd(48)} ${alone.padStart(10)} ${seeded.padStart(10)}`)
  return outcomes.every(({ passed }) => !passed)
}

async function main () {
  const { values } = parseArgs({
    options: {
      each: { type: 'string', default: '60' },
      seconds: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) }
    }
  })
  const end = performance.now() + Number(values.seconds) * 1000
  const first = Number(values.seed) % FAULTS.length
  const faults = [...FAULTS.slice(first), ...FAULTS.slice(0, first)]
  let tried = 0
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-faults-'))
  let missed = 0
  console.log('executions until found, without and with the corpus')
  try {
    for (const [number, [target, name]] of faults.entries()) {
      if (performance.now() >= end) break
      tried++
      const folder = path.join(scratch, String(number))
      if (!await check(target, name, folder, Number(values.each))) missed++
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true })
  }
  console.log(`${tried - missed} of ${tried} faults found, of ${FAULTS.length} in all; seed ${values.seed}`)
  if (missed > 0) process.exitCode = 1
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
