'use strict'

/*
 * Makes copies of this project, plants faults in them, and runs the differential
 * test on each. The work tree is only read. A copy includes the build directory,
 * so make compiles only what a fault touches.
 */

const { execFile, spawn } = require('node:child_process')
const fs = require('node:fs')
const { wrap } = require('node:module')
const path = require('node:path')
const { promisify } = require('node:util')
const { Script } = require('node:vm')

const { Duel } = require('../duel')
const { KNOWN_ROUNDS } = require('../rounds')
const { run } = require('../run')
const { explainedSides, implementations, ofPackage, settings } = require('../sides')

const ROOT = path.join(__dirname, '..', '..', '..')
const LARGE = ['build', 'src', 'tools']
const PARTS = ['src', 'lib', 'build', 'tools', 'binding.gyp', 'package.json', 'prebuilds.js']

/**
 * A process that takes more seconds of processor time is in an endless loop: a trial
 * without a fault takes a tenth of that. Elapsed time would depend on what else the
 * machine does.
 */
const PROCESSOR_SECONDS = 600

const execute = promisify(execFile)

/** What make needs of the folder build; other tools keep gigabytes there. */
const OF_BUILD = ['Release', 'node_modules']

/** @param {string} file in this project */
function isCopied (file) {
  return path.dirname(file) !== path.join(ROOT, 'build') || OF_BUILD.includes(path.basename(file)) ||
    fs.statSync(file).isFile()
}

/**
 * Copies the built project into a new directory.
 *
 * @param {string} directory
 * @param {boolean} isBuilt whether nothing will be built or written in it, so that links
 *   suffice for large folders
 */
function copyProject (directory, isBuilt) {
  for (const part of PARTS) {
    const [from, to] = [path.join(ROOT, part), path.join(directory, part)]
    if (isBuilt && LARGE.includes(part)) fs.symlinkSync(from, to)
    else fs.cpSync(from, to, { recursive: true, preserveTimestamps: true, filter: isCopied })
  }
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'))
}

/**
 * Makes one replacement.
 *
 * @throws {Error} if the text does not occur exactly once: then the list of faults
 *   must be brought up to date with the sources
 */
function plant (directory, [file, text, replacement]) {
  const target = path.join(directory, file)
  const source = fs.readFileSync(target, 'utf8')
  const places = source.split(text).length - 1
  if (places !== 1) throw new Error(`${file} contains this ${places} times instead of once:\n${text}`)
  const faulty = source.replace(text, () => replacement)
  // A fault that is a syntax error would be caught by anything.
  if (file.endsWith('.js')) assertSyntax(faulty, file)
  fs.writeFileSync(target, faulty)
}

/** @throws {SyntaxError} */
function assertSyntax (source, filename) {
  return new Script(wrap(source.replace(/^#!.*/, '')), { filename })
}

/** Rebuilds what is outdated in a copy. */
async function build (directory, engine) {
  if (engine === 'wasm') {
    await execute(process.execPath, [path.join(directory, 'tools', 'build', 'wasm.js'), '--if-needed'])
    return
  }
  // Without --old-file, make would remake the makefile, which needs node-gyp.
  await execute('make', ['-C', path.join(directory, 'build'), 'BUILDTYPE=Release', '--old-file=Makefile'])
}

/** The arguments of spawn() for a script that is ended after PROCESSOR_SECONDS, by SIGXCPU. */
function limited (script, args) {
  return ['sh', ['-c', `ulimit -c 0; ulimit -S -t ${PROCESSOR_SECONDS}; exec "$0" "$@"`, process.execPath, script, ...args]]
}

/** Describes what a process did that sent no verdict. */
function endOf (code, signal) {
  if (signal === 'SIGXCPU') return { caught: true, isEndless: true, how: `in an endless loop: ${PROCESSOR_SECONDS} s of processor time` }
  return { caught: true, how: signal ? `crashed (${signal})` : `ended with code ${code}` }
}

/**
 * Runs the differential test on a copy.
 *
 * @returns {Promise<{ comparisons?: number, caught: boolean, isEndless?: boolean, how?: string }>}
 */
function judge (directory, { seed, count, engine }) {
  return new Promise((resolve, reject) => {
    const job = JSON.stringify({ path: path.join(directory, 'lib'), seed, count })
    const child = spawn(...limited(__filename, [job]), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: { ...process.env, PROXY_ADDR_ENGINE: engine }
    })
    let verdict
    child.on('message', (message) => { verdict = message })
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(verdict ?? endOf(code, signal)))
  })
}

/** Plays one seed, in a process of its own, because a fault may crash it. */
async function playSeed ({ path: place, seed, count }) {
  const sides = implementations(place)
  const { comparisons, mismatches } = await run({ ...sides, seed, count })
  if (mismatches > 0) return { comparisons, caught: true }
  const duel = new Duel(sides.reference, sides.subject)
  const caught = KNOWN_ROUNDS.some((round) => duel.play(round) !== -1)
  const known = comparisons + duel.comparisons
  if (caught) return { comparisons: known, caught }
  const expressed = { ...settings('express'), subject: ofPackage(sides.subject) }
  const others = await run({ ...expressed, seed, count })
  const more = known + others.comparisons
  if (others.mismatches > 0) return { comparisons: more, caught: true }
  const explained = await run({ ...explainedSides(sides), seed, count })
  return { comparisons: more + explained.comparisons, caught: explained.mismatches > 0 }
}

if (require.main === module) {
  playSeed(JSON.parse(process.argv[2])).then((verdict) => {
    process.send(verdict)
    process.disconnect()
  })
}

/** What the tests need that judge a copy. */
const TESTED = ['bin', 'docs', 'examples/demo', 'README.md', ...['compare', 'extras', 'http', 'install/support', 'lists', 'logs', 'native', 'resolver', 'spec', 'support']
  .map((name) => `test/${name}`)]

/**
 * Lets mocha tests judge a copy, without a limit on their elapsed time.
 *
 * @param {string} directory
 * @param {string[]} tests paths in the project
 * @returns {Promise<{ caught: boolean, isEndless?: boolean, how: string }>}
 */
async function judgeByTests (directory, tests) {
  for (const part of TESTED) fs.cpSync(path.join(ROOT, part), path.join(directory, part), { recursive: true })
  const mocha = path.join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js')
  try {
    await execute(...limited(mocha, ['--bail', '--exit', '--timeout', '0', ...tests]), { cwd: directory, maxBuffer: 1 << 26 })
    return { caught: false, how: `passed ${tests.join(', ')}` }
  } catch (/** @type {any} */ error) {
    const [, failed] = /^ {2}1\) ([^]*?):\n/m.exec(error.stdout) ?? []
    return failed === undefined ? endOf(error.code, error.signal) : { caught: true, how: `caught by: ${failed.replace(/\s+/g, ' ')}` }
  }
}

module.exports = { build, copyProject, judge, judgeByTests, plant }
