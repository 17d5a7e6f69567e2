'use strict'

/*
 * Builds the WebAssembly engine and the modules of the resolver and of logs, and
 * embeds them as text, so that they need no support from bundlers and file systems. Needs clang
 * and wasm-ld.
 *
 *   node tools/build/wasm.js [--if-possible]
 *
 * With --if-possible, builds nothing if clang is missing; then the tests of this
 * engine are skipped, and the package cannot be packed.
 */

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { C11, CORE, ROOT, filesIn, works } = require('./c-compiler')

/**
 * Each module: its file in src/wasm, the folder of lib that loads it, and the
 * most characters that the embedded text may have.
 */
const MODULES = [
  { source: 'module.c', folder: 'engine', optimise: '-Os', largest: 32 * 1024 },
  { source: 'strict.c', folder: 'resolver', optimise: '-Oz', largest: 40 * 1024 },
  { source: 'logs.c', folder: 'logs', optimise: '-Os', flags: ['-msimd128'], largest: 80 * 1024 }
]

const ENGINE = path.join('src', 'wasm')

const PAGE = 65536
/** The smallest block of allocator.c and the header after it. */
const LEAST_HEAP = 16 + 8

const FLAGS = [
  '--target=wasm32-unknown-unknown', ...C11, '-ffreestanding', '-nostdlib', '-nostdlibinc', `-I${ENGINE}`,
  // Node has both since version 20.
  '-mbulk-memory', '-mmutable-globals', '-fvisibility=hidden',
  // With nothing below the stack, its overflow is a trap.
  '-Wl,--stack-first', '-Wl,-z,stack-size=16384', '-Wl,--max-memory=2147418112',
  '-Wl,--no-entry', '-Wl,--strip-all', '-Wl,--export=__stack_pointer'
]

/**
 * The first page of the heap is the rest of the last page of static data, in
 * which grow() of allocator.c makes a block.
 *
 * @param {string} map
 * @throws {Error} if there is no room for it
 */
function checkHeap (map) {
  const [, address, size] = /^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) [.]bss$/m.exec(fs.readFileSync(map, 'utf8'))
  const end = parseInt(address, 16) + parseInt(size, 16)
  // The linker aligns __heap_base to 16 bytes.
  const room = Math.ceil(end / PAGE) * PAGE - Math.ceil(end / 16) * 16
  if (room >= LEAST_HEAP) return
  throw new Error(`no room for a heap: static data ends ${room} bytes before a page does, ` +
    `at least ${LEAST_HEAP} needed; make it smaller or larger`)
}

function build ({ source, folder, optimise, largest, flags = [] }) {
  const binary = path.join(ROOT, 'build', source.replace('.c', '.wasm'))
  // What the linker put where.
  const map = binary.replace('.wasm', '.map')
  const module = path.join(ROOT, 'lib', folder, 'wasm-binary.js')
  fs.mkdirSync(path.dirname(binary), { recursive: true })
  const sources = [path.join(ENGINE, source), path.join(ENGINE, 'allocator.c'), ...filesIn(CORE, '.c')]
  execFileSync('clang', [...FLAGS, `-Wl,--Map=${map}`, optimise, ...flags, ...sources, '-o', binary], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  checkHeap(map)
  const bytes = fs.readFileSync(binary)
  const text = `'use strict'\n\nmodule.exports = '${bytes.toString('base64')}'\n`
  if (text.length > largest) throw new Error(`${source} is ${text.length} characters as text, the limit is ${largest}`)
  replace(module, text)
  return `${path.relative(ROOT, module)}: ${bytes.length} bytes, ${text.length} as text`
}

/** Replaces the module at once: concurrent loads see the old or the new one, whole. */
function replace (module, text) {
  const file = `${module}.${process.pid}.tmp`
  fs.writeFileSync(file, text)
  fs.renameSync(file, module)
}

function main () {
  if (works(['clang']) && works(['wasm-ld'])) {
    for (const module of MODULES) console.log(build(module))
  } else if (process.argv.includes('--if-possible')) {
    console.log('WebAssembly engine not built: install clang and wasm-ld (lld)')
  } else {
    console.error('cannot build the WebAssembly engine: install clang and wasm-ld (lld)')
    process.exitCode = 1
  }
}

main()
