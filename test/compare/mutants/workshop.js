'use strict'

/*
 * Copies of this project in which faults are planted. The work tree is only
 * read. A copy takes the build directory along, so make compiles nothing but
 * what a fault touches.
 */

const { execFile, fork } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { promisify } = require('node:util')

const ROOT = path.join(__dirname, '..', '..', '..')
const PARTS = ['src', 'lib', 'build', 'tools', 'binding.gyp', 'package.json']
const JUDGE_MILLISECONDS = 180_000

const execute = promisify(execFile)

/** Copies the project, built, into a new directory. */
function copyProject (directory) {
  for (const part of PARTS) {
    fs.cpSync(path.join(ROOT, part), path.join(directory, part), {
      recursive: true, preserveTimestamps: true
    })
  }
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'))
}

/**
 * Makes one replacement.
 *
 * @throws {Error} if the text is not there, or there more than once: then it is
 *   the list of faults that has to follow the sources
 */
function plant (directory, [file, text, replacement]) {
  const target = path.join(directory, file)
  const source = fs.readFileSync(target, 'utf8')
  const places = source.split(text).length - 1
  if (places !== 1) throw new Error(`${file} has this ${places} times, not once:\n${text}`)
  fs.writeFileSync(target, source.replace(text, () => replacement))
}

/** Brings what is built of a copy up to date with its sources. */
async function build (directory, engine) {
  if (engine === 'wasm') {
    await execute(process.execPath, [path.join(directory, 'tools', 'build', 'wasm.js')])
    return
  }
  // The makefile itself is not to be made again: that would take node-gyp.
  await execute('make', ['-C', path.join(directory, 'build'), 'BUILDTYPE=Release', '--old-file=Makefile'])
}

/**
 * Lets the differential test judge a copy.
 *
 * @returns {Promise<{ comparisons?: number, caught: boolean, how?: string }>}
 */
function judge (directory, { seed, count, engine }) {
  return new Promise((resolve, reject) => {
    const job = JSON.stringify({ path: path.join(directory, 'lib'), seed, count })
    const child = fork(path.join(__dirname, 'judge.js'), [job], {
      stdio: 'pipe', timeout: JUDGE_MILLISECONDS, env: { ...process.env, PROXY_ADDR_ENGINE: engine }
    })
    let verdict
    child.on('message', (message) => { verdict = message })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      const how = signal === 'SIGTERM' ? 'hung' : signal ? `crashed (${signal})` : `ended with code ${code}`
      resolve(verdict ?? { caught: true, how })
    })
  })
}

/** What the tests of lint(), explain(), the command line and /express read. */
const TESTED = ['bin', 'docs', 'README.md', 'test/extras', 'test/support', 'test/http', 'test/install/support']

/**
 * Lets tests of a copy judge it, with no limit on their time.
 *
 * @param {string} directory
 * @param {string[]} tests paths in the project
 * @returns {Promise<{ caught: boolean, how: string }>}
 */
async function judgeByTests (directory, tests) {
  for (const part of TESTED) fs.cpSync(path.join(ROOT, part), path.join(directory, part), { recursive: true })
  const mocha = path.join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js')
  try {
    await execute(process.execPath, [mocha, '--bail', '--timeout', '0', ...tests], { cwd: directory, maxBuffer: 1 << 26 })
    return { caught: false, how: 'SURVIVED its tests' }
  } catch (/** @type {any} */ error) {
    const [, failed = `ended with code ${error.code}`] = /^ {2}1\) ([^]*?):\n/m.exec(error.stdout) ?? []
    return { caught: true, how: `caught by: ${failed.replace(/\s+/g, ' ')}` }
  }
}

module.exports = { build, copyProject, judge, judgeByTests, plant }
