'use strict'

/*
 * Compiles the core with its tests in C, and runs them.
 *
 *   node scripts/core-tests.js [options]
 *
 *   --cc <command>   the compiler; otherwise $CC, or the first of cc, gcc, clang
 *   --sanitize       with AddressSanitizer and UndefinedBehaviorSanitizer
 *   --msan           with MemorySanitizer (clang only)
 *   --coverage       with gcc's counters of lines and branches (gcc only)
 *   --valgrind       under valgrind, with fewer repetitions
 *   --seed <number>  where random input starts
 *   --lint           runs nothing, but compiles each file and each header on
 *                    its own, with gcc and with clang, and looks at what the
 *                    core calls
 */

const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const ROOT = path.join(__dirname, '..')
const CORE = path.join('src', 'core')
const TESTS = path.join('test', 'core')
const OUTPUT = path.join('build', 'core-tests')

const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror']
const C11 = ['-std=c11', ...WARNINGS]

// The core's allocations go through the tests' counting allocator.
const COUNTED = ['malloc', 'calloc', 'realloc', 'free'].map((name) => `-D${name}=counted_${name}`)

const BUILDS = {
  plain: ['-O2', '-g'],
  sanitize: ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all'],
  msan: ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=memory',
    '-fsanitize-memory-track-origins', '-fno-sanitize-recover=all'],
  coverage: ['-O0', '-g', '--coverage']
}

// Where only one will do.
const COMPILERS = { msan: 'clang', coverage: 'gcc' }

// What the core may call: copying and comparing memory; and, in one file, the
// allocator. The last two come from compilers.
const CALLS = /^(mem(cpy|move|set|cmp|chr)|pa_\w+|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_)$/
const ALLOCATOR = /^(malloc|calloc|realloc|free)$/
const ALLOCATING_FILE = 'trust_set.c'

/** The files of a folder with an ending, as paths from the root. */
function filesIn (folder, ending) {
  return fs.readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => path.join(folder, name))
}

function works (command) {
  return spawnSync(command[0], [...command.slice(1), '--version'], { stdio: 'ignore' }).status === 0
}

/** @returns {string[]} a compiler: a command and perhaps its first arguments */
function findCompiler (wanted) {
  const commands = wanted ? [wanted] : ['cc', 'gcc', 'clang']
  const found = commands.map((command) => command.trim().split(/\s+/)).find(works)
  if (!found) throw new Error(`no C compiler found (tried ${commands.join(', ')})`)
  return found
}

/** Runs a compiler; rejects with what it printed if it is not content. */
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
  fs.mkdirSync(path.join(ROOT, folder), { recursive: true })
  return Promise.all(files.map(async (file) => {
    const object = path.join(folder, file.replaceAll(path.sep, '-') + '.o')
    await compile(compiler, [...flags, '-c', file, '-o', object])
    return object
  }))
}

/** @returns {Promise<string>} the program */
async function build (compiler, kind) {
  const folder = path.join(OUTPUT, kind)
  const flags = [...C11, ...BUILDS[kind]]
  // The counters of another program would be added to.
  if (kind === 'coverage') fs.rmSync(path.join(ROOT, folder), { recursive: true, force: true })
  const objects = await Promise.all([
    compileAll(compiler, filesIn(CORE, '.c'), [...flags, ...COUNTED], folder),
    compileAll(compiler, filesIn(TESTS, '.c'), [...flags, '-I', CORE], folder)
  ])
  const program = path.join(folder, 'core-tests')
  await compile(compiler, [...BUILDS[kind], ...objects.flat(), '-o', program])
  return program
}

function run (program, { valgrind, seed }) {
  const command = [program]
  if (valgrind) {
    command.unshift('valgrind', '--quiet', '--error-exitcode=9', '--leak-check=full',
      '--show-leak-kinds=all', '--errors-for-leak-kinds=all')
    command.push('--slowly')
  }
  if (seed !== undefined) command.push('--seed', seed)
  command.push(path.join(TESTS, 'vectors'))
  const { status, signal, error } = spawnSync(command[0], command.slice(1), {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ASAN_OPTIONS: 'detect_stack_use_after_return=1',
      UBSAN_OPTIONS: 'print_stacktrace=1',
      ...process.env
    }
  })
  if (error) throw error
  if (signal) throw new Error(`the tests were ended by ${signal}`)
  return status
}

/** Headers without `extern "C"` are private to the core, which is C. */
async function lintHeaders (compilers, language, flags) {
  const headers = filesIn(CORE, '.h').filter((file) => language === 'c' ||
    fs.readFileSync(path.join(ROOT, file), 'utf8').includes('extern "C"'))
  const stub = (file) => `#include "${path.basename(file)}"\n#include "${path.basename(file)}"\n`
  const args = ['-I', CORE, '-x', language, ...flags, '-fsyntax-only', '-']
  await Promise.all(compilers.flatMap((compiler) =>
    headers.map((file) => compile(compiler, args, stub(file)))))
  return headers.length
}

/** Names what an object file calls and should not. */
async function foreignCalls (nm, source, object) {
  const symbols = await compile(nm, ['-u', object])
  const names = symbols.split('\n').map((line) => line.trim().split(/\s+/).at(-1)).filter(Boolean)
  return names
    .map((name) => process.platform === 'darwin' ? name.replace(/^_/, '') : name)
    .filter((name) => !CALLS.test(name))
    .filter((name) => !(path.basename(source) === ALLOCATING_FILE && ALLOCATOR.test(name)))
    .map((name) => `${source} calls ${name}`)
}

async function lintCalls (compiler) {
  const sources = filesIn(CORE, '.c')
  const objects = await compileAll(compiler, sources, [...C11, '-O2'], path.join(OUTPUT, 'lint'))
  const found = await Promise.all(sources.map((source, i) => foreignCalls(['nm'], source, objects[i])))
  if (found.flat().length > 0) throw new Error(found.flat().join('\n'))
}

async function lint () {
  const present = (names) => names.map((name) => [name]).filter(works)
  const cCompilers = present(['gcc', 'clang'])
  const cxxCompilers = present(['g++', 'clang++'])
  const sources = filesIn(CORE, '.c')
  for (const compiler of cCompilers) {
    const folder = path.join(OUTPUT, 'lint-' + compiler[0])
    await compileAll(compiler, sources, [...C11, '-O2'], folder)
  }
  const headers = await lintHeaders(cCompilers, 'c', C11)
  const publicHeaders = await lintHeaders(cxxCompilers, 'c++', ['-std=c++17', ...WARNINGS])
  const hasSymbols = cCompilers.length > 0 && works(['nm'])
  if (hasSymbols) await lintCalls(cCompilers[0])
  const list = (compilers) => compilers.flat().join(' and ') || 'no compiler'
  console.log(`${sources.length} files and ${headers} headers, each alone: ${list(cCompilers)}`)
  console.log(`${publicHeaders} headers as C++: ${list(cxxCompilers)}`)
  console.log(hasSymbols ? 'only trust_set.c allocates' : 'no nm: calls were not looked at')
}

async function main () {
  const { values } = parseArgs({
    options: {
      cc: { type: 'string' },
      sanitize: { type: 'boolean' },
      msan: { type: 'boolean' },
      coverage: { type: 'boolean' },
      valgrind: { type: 'boolean' },
      seed: { type: 'string' },
      lint: { type: 'boolean' }
    }
  })
  if (values.lint) return lint()
  if (process.platform === 'win32') {
    console.log('The tests of the core need mmap and are not run on Windows.')
    return
  }
  const [kind = 'plain', ...others] = Object.keys(BUILDS).filter((name) => values[name])
  if (others.length > 0) throw new Error(`--${kind} and --${others[0]} exclude each other`)
  if (values.valgrind && kind !== 'plain') throw new Error('valgrind goes with no sanitizer')
  const compiler = findCompiler(values.cc ?? COMPILERS[kind] ?? process.env.CC)
  process.exitCode = run(await build(compiler, kind), values)
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
