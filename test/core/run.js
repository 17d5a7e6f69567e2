'use strict'

/*
 * Compiles the core with its tests in C, and runs them.
 *
 *   node test/core/run.js [options]
 *
 *   --cc <command>   the compiler; otherwise $CC, or the first of cc, gcc, clang
 *   --sanitize       with AddressSanitizer and UndefinedBehaviorSanitizer
 *   --msan           with MemorySanitizer (clang only)
 *   --scalar         without the processor's vector registers: see words.h
 *   --coverage       with gcc's counters of lines and branches (gcc only)
 *   --mcdc           with clang's counters of conditions (clang 18 and later)
 *   --valgrind       under valgrind, with fewer repetitions
 *   --seed <number>  the seed of random input
 *   --target <name>  for another machine (s390x, powerpc, armhf, i386, aarch64)
 *                    by a cross compiler, under qemu-user, with fewer
 *                    repetitions; "all" for all of them
 *   --lint           checks the format of all C and C++ by clang-format 14,
 *                    compiles each file and each header on its own, with gcc
 *                    and with clang, and checks which functions the core calls;
 *                    runs nothing
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const {
  C11, CORE, ROOT, TESTS, WARNINGS, compile, compileAll, filesIn, findCompiler, works
} = require('../../tools/build/toolchain')
const { TARGETS, unpack } = require('./fuzz/corpus')

const FUZZ = path.join(TESTS, 'fuzz')
const OUTPUT = path.join('build', 'core-tests')

// The core's allocations go through the tests' counting allocator.
const COUNTED = ['malloc', 'calloc', 'realloc', 'free'].map((name) => `-D${name}=counted_${name}`)

const BUILDS = {
  plain: ['-O2', '-g'],
  scalar: ['-O2', '-g', '-DPA_NO_SIMD'],
  sanitize: ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all'],
  msan: ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=memory',
    '-fsanitize-memory-track-origins', '-fno-sanitize-recover=all'],
  coverage: ['-O0', '-g', '--coverage'],
  mcdc: ['-O0', '-g', '-fprofile-instr-generate', '-fcoverage-mapping', '-fcoverage-mcdc']
}

// Big-endian with 64 and 32 bits, little-endian with 32, 32 and 64 bits.
const MACHINES = {
  s390x: { cc: 's390x-linux-gnu-gcc', qemu: 'qemu-s390x' },
  powerpc: { cc: 'powerpc-linux-gnu-gcc', qemu: 'qemu-ppc' },
  armhf: { cc: 'arm-linux-gnueabihf-gcc', qemu: 'qemu-arm' },
  i386: { cc: 'i686-linux-gnu-gcc', qemu: 'qemu-i386' },
  aarch64: { cc: 'aarch64-linux-gnu-gcc', qemu: 'qemu-aarch64' }
}
// Kinds of builds that only one compiler can make.
const COMPILERS = { msan: 'clang', coverage: 'gcc', mcdc: 'clang-19' }

// The core may copy and compare memory and, in one file, allocate. Compilers add
// the last two.
const CALLS = /^(mem(cpy|move|set|cmp|chr)|pa_\w+|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_)$/
const ALLOCATOR = /^(malloc|calloc|realloc|free)$/
const ALLOCATING_FILE = 'trust_set.c'

/**
 * @param {string[]} compiler
 * @param {string[]} options how to compile and link
 * @param {string} name of the folder that takes the build
 * @returns {Promise<string>} the program
 */
async function build (compiler, options, name) {
  const folder = path.join(OUTPUT, name)
  const flags = [...C11, ...options]
  // Otherwise this run would add to the counters of an earlier build.
  if (name === 'coverage') fs.rmSync(path.join(ROOT, folder), { recursive: true, force: true })
  const tests = filesIn(TESTS, '.c')
  const objects = await Promise.all([
    compileAll(compiler, filesIn(CORE, '.c'), [...flags, ...COUNTED], folder),
    compileAll(compiler, tests,
      [...flags, '-I', CORE, '-I', TESTS, '-I', FUZZ], folder)
  ])
  const program = path.join(folder, 'core-tests')
  await compile(compiler, [...options, ...objects.flat(), '-o', program])
  return program
}

/**
 * @param {string[]} command the program, perhaps after an emulator
 * @param {string[]} options
 * @returns {number} its exit code
 */
function run (command, options) {
  const args = [...command.slice(1), ...options, path.join(TESTS, 'vectors')]
  for (const target of TARGETS) unpack(target)
  const { status, signal, error } = spawnSync(command[0], args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ASAN_OPTIONS: 'detect_stack_use_after_return=1',
      UBSAN_OPTIONS: 'print_stacktrace=1',
      ...process.env
    }
  })
  if (error) throw error
  if (signal) throw new Error(`the tests crashed (${signal})`)
  return status
}

async function runHere (values) {
  const { cc, valgrind, seed } = values
  const [kind = 'plain', ...others] = Object.keys(BUILDS).filter((name) => values[name])
  if (others.length > 0) throw new Error(`--${kind} and --${others[0]} cannot be combined: choose one`)
  if (valgrind && kind !== 'plain') throw new Error('--valgrind cannot be combined with another build')
  const compiler = findCompiler(cc ?? COMPILERS[kind] ?? process.env.CC)
  const program = await build(compiler, BUILDS[kind], kind)
  const options = seed === undefined ? [] : ['--seed', seed]
  if (!valgrind) return run([program], options)
  return run(['valgrind', '--quiet', '--error-exitcode=9', '--leak-check=full',
    '--show-leak-kinds=all', '--errors-for-leak-kinds=all', program], ['--slowly', ...options])
}

async function runElsewhere ({ target, seed }) {
  const names = target === 'all' ? Object.keys(MACHINES) : [target]
  let failed = 0
  for (const name of names) {
    if (!Object.hasOwn(MACHINES, name)) {
      throw new Error(`unknown target ${name} (expected ${Object.keys(MACHINES).join(', ')} or all)`)
    }
    const { cc, qemu } = MACHINES[name]
    // Static, because only the compiler for that machine is installed.
    const program = await build(findCompiler(cc), [...BUILDS.plain, '-static'], name)
    process.stdout.write(`${name}: `)
    failed |= run([qemu, program], ['--slowly', ...seed === undefined ? [] : ['--seed', seed]])
  }
  return failed
}

/**
 * Compiles each header on its own; as C++ only those with `extern "C"`, because the others
 * are private to the core, which is C.
 *
 * @returns {Promise<number>} the number of headers
 */
async function lintHeaders (compilers, language, flags) {
  const headers = filesIn(CORE, '.h').filter((file) => language === 'c' ||
    fs.readFileSync(path.join(ROOT, file), 'utf8').includes('extern "C"'))
  const stub = (file) => `#include "${path.relative(CORE, file)}"\n`.repeat(2)
  const args = ['-I', CORE, '-x', language, ...flags, '-fsyntax-only', '-']
  await Promise.all(compilers.flatMap((compiler) =>
    headers.map((file) => compile(compiler, args, stub(file)))))
  return headers.length
}

/** Lists the functions that an object file calls but must not. */
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

function lintFormat () {
  const read = (command, args) => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' })
    if (error || status !== 0) throw error ?? new Error(stderr)
    return stdout
  }
  const files = read('git', ['ls-files', '-co', '--exclude-standard', '*.c', '*.h', '*.cc'])
    .split('\n').filter((file) => file && fs.existsSync(path.join(ROOT, file)))
  read('clang-format', ['--dry-run', '-Werror', ...files])
}

async function lint () {
  lintFormat()
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
  console.log(hasSymbols ? 'only trust_set.c allocates' : 'skipped: nm is missing, so calls were not checked')
}

async function main () {
  const { values } = parseArgs({
    options: {
      cc: { type: 'string' },
      sanitize: { type: 'boolean' },
      msan: { type: 'boolean' },
      scalar: { type: 'boolean' },
      coverage: { type: 'boolean' },
      mcdc: { type: 'boolean' },
      valgrind: { type: 'boolean' },
      seed: { type: 'string' },
      target: { type: 'string' },
      lint: { type: 'boolean' }
    }
  })
  if (values.lint) return lint()
  if (process.platform === 'win32') {
    console.log('skipped: the tests of the core need mmap, which Windows lacks')
    return
  }
  process.exitCode = await (values.target ? runElsewhere(values) : runHere(values))
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
