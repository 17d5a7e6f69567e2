'use strict'

/* Compiles C for every script that builds the core. */

const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..')
const CORE = path.join('src', 'core')
const TESTS = path.join('test', 'core')

const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror']
const C11 = ['-std=c11', ...WARNINGS]

/** Lists the files of a folder that have an ending, as paths from the root. */
function filesIn (folder, ending) {
  return fs.readdirSync(path.resolve(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => path.join(folder, name))
}

function works (command) {
  return spawnSync(command[0], [...command.slice(1), '--version'], { stdio: 'ignore' }).status === 0
}

/** @returns {string[]} a compiler: a command, and its first arguments if it has any */
function findCompiler (wanted) {
  const commands = wanted ? [wanted] : ['cc', 'gcc', 'clang']
  const found = commands.map((command) => command.trim().split(/\s+/)).find(works)
  if (!found) throw new Error(`no C compiler found (tried ${commands.join(', ')}): install one, or name it with --cc`)
  return found
}

/** Runs a compiler; rejects with its output if it fails. */
function compile (compiler, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(compiler[0], [...compiler.slice(1), ...args], { cwd: ROOT })
    let printed = ''
    child.stdout.on('data', (text) => { printed += text })
    child.stderr.on('data', (text) => { printed += text })
    child.on('error', reject)
    child.on('close', (status) => {
      if (status === 0) resolve(printed)
      else reject(new Error(`${[...compiler, ...args].join(' ')}\n${printed}`))
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** @returns {Promise<string[]>} the object files */
function compileAll (compiler, files, flags, folder) {
  fs.mkdirSync(path.resolve(ROOT, folder), { recursive: true })
  return Promise.all(files.map(async (file) => {
    const object = path.join(folder, file.replaceAll(path.sep, '-') + '.o')
    await compile(compiler, [...flags, '-c', file, '-o', object])
    return object
  }))
}

module.exports = {
  C11, CORE, ROOT, TESTS, WARNINGS, compile, compileAll, filesIn, findCompiler, works
}
