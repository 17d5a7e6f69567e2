'use strict'

/*
 * Builds the WebAssembly engine and the modules of the resolver and of logs, and embeds
 * them as text, so that bundlers and file systems need no support for them. Needs clang
 * and wasm-ld.
 *
 *   node tools/build/wasm.js [--if-needed] [engine] [resolver] [logs]
 *
 * Without names, builds all three. With --if-needed, builds only what is older than its
 * sources. If clang or wasm-ld is missing, --if-needed builds nothing; then the tests of
 * this engine are skipped, and the package cannot be packed.
 */

const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { C11, CORE, ROOT, compile, filesIn, replace, works } = require('./toolchain')

/**
 * The modules: the file of each in src/wasm, the folder of lib that loads it, and the
 * maximal number of characters of the embedded text.
 */
const MODULES = [
  { source: 'module.c', folder: 'engine', optimise: '-Os', largest: 32 * 1024 },
  { source: 'strict.c', folder: 'resolver', optimise: '-Oz', largest: 40 * 1024 },
  { source: 'logs.c', folder: 'logs', optimise: '-Os', flags: ['-msimd128'], largest: 80 * 1024 }
]

const ENGINE = path.join('src', 'wasm')

const PAGE = 65536
/** The smallest block of allocator.c, and the header after it. */
const LEAST_HEAP = 16 + 8

const FLAGS = [
  '--target=wasm32-unknown-unknown', ...C11, '-ffreestanding', '-nostdlib', '-nostdlibinc', `-I${ENGINE}`,
  // Supported by Node 20 and later.
  '-mbulk-memory', '-mmutable-globals', '-fvisibility=hidden',
  // The stack is at the bottom of memory, so that its overflow is a trap.
  '-Wl,--stack-first', '-Wl,-z,stack-size=16384', '-Wl,--max-memory=2147418112',
  '-Wl,--no-entry', '-Wl,--strip-all', '-Wl,--export=__stack_pointer'
]

/**
 * Checks that a block fits into the rest of the last page of static data, where the
 * heap starts: see grow() in allocator.c.
 *
 * @param {string} map
 * @throws {Error} if no block fits
 */
function checkHeap (map) {
  const [, address, size] = /^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) [.]bss$/m.exec(fs.readFileSync(map, 'utf8'))
  const end = parseInt(address, 16) + parseInt(size, 16)
  // The linker aligns __heap_base to 16 bytes.
  const room = Math.ceil(end / PAGE) * PAGE - Math.ceil(end / 16) * 16
  if (room >= LEAST_HEAP) return
  throw new Error(`no room for a heap: static data ends ${room} bytes before the end of its page, ` +
    `at least ${LEAST_HEAP} are needed: make static data smaller or larger`)
}

/** Returns the path of the JavaScript module that holds a binary as text. */
function moduleIn (folder) {
  return path.join(ROOT, 'lib', folder, 'wasm-binary.js')
}

/** Returns the time in milliseconds at which a file was last written; 0 if it is missing. */
function writtenAt (file) {
  return fs.statSync(path.resolve(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Returns the modules that are older than their own source, or any that all of them have. */
function outdated (modules) {
  const own = MODULES.map(({ source }) => path.join(ENGINE, source))
  const sources = [...filesIn('src', '.c'), ...filesIn('src', '.h'), ...filesIn(path.relative(ROOT, __dirname), '.js')]
  const newest = Math.max(...sources.filter((file) => !own.includes(file)).map(writtenAt))
  return modules.filter(({ source, folder }) =>
    writtenAt(moduleIn(folder)) <= Math.max(newest, writtenAt(path.join(ENGINE, source))))
}

async function build ({ source, folder, optimise, largest, flags = [] }) {
  const binary = path.join(ROOT, 'build', source.replace('.c', '.wasm'))
  // The linker writes into this file where it puts each section.
  const map = binary.replace('.wasm', '.map')
  const module = moduleIn(folder)
  fs.mkdirSync(path.dirname(binary), { recursive: true })
  const sources = [path.join(ENGINE, source), path.join(ENGINE, 'allocator.c'), ...filesIn(CORE, '.c')]
  process.stdout.write(await compile(['clang'], [...FLAGS, `-Wl,--Map=${map}`, optimise, ...flags, ...sources, '-o', binary]))
  checkHeap(map)
  const bytes = fs.readFileSync(binary)
  const text = `'use strict'\n\nmodule.exports = '${bytes.toString('base64')}'\n`
  if (text.length > largest) throw new Error(`${source} is ${text.length} characters as text, the limit is ${largest}`)
  replace(module, text)
  console.log(`${path.relative(ROOT, module)}: ${bytes.length} bytes, ${text.length} as text`)
}

async function main () {
  const { values, positionals: names } =
    parseArgs({ options: { 'if-needed': { type: 'boolean' } }, allowPositionals: true })
  const unknown = names.find((name) => !MODULES.some(({ folder }) => folder === name))
  if (unknown !== undefined) {
    throw new Error(`unknown module '${unknown}' (expected ${MODULES.map(({ folder }) => folder).join(', ')})`)
  }
  const ifNeeded = values['if-needed']
  if (works(['clang']) && works(['wasm-ld'])) {
    const wanted = MODULES.filter(({ folder }) => names.length === 0 || names.includes(folder))
    await Promise.all((ifNeeded ? outdated(wanted) : wanted).map(build))
  } else if (ifNeeded) {
    console.log('WebAssembly engine not built: install clang and wasm-ld (lld)')
  } else {
    console.error('cannot build the WebAssembly engine: install clang and wasm-ld (lld)')
    process.exitCode = 1
  }
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
