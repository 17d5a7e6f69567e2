'use strict'

/* How much of the core the corpora reach: clang's coverage, by llvm-cov. */

const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { CORE, ROOT } = require('../../../tools/build/c-compiler')
const { unpack } = require('./corpus')
const { OUTPUT, buildTargets, report, runProgram } = require('./libfuzzer')

/** LLVM's tools must be of the same version as clang. */
function llvmTool (name) {
  const version = execFileSync('clang', ['-dumpversion'], { encoding: 'utf8' }).split('.')[0]
  const names = [`${name}-${version}`, name]
  const found = names.find((command) => spawnSync(command, ['--help']).status === 0)
  if (!found) throw new Error(`${names.join(' or ')} is needed`)
  return (args) => execFileSync(found, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
}

function share ({ count, covered }) {
  const percent = count === 0 ? 100 : covered / count * 100
  return `${percent.toFixed(1).padStart(5)} % (${covered} of ${count})`.padEnd(24)
}

/** @param {string[]} targets */
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

module.exports = { coverage }
