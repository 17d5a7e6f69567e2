'use strict'

/*
 * Builds the WebAssembly engine, and embeds it as text in lib/engine, so that
 * bundlers and file systems need no knowledge of it. Needs clang and wasm-ld.
 *
 *   node tools/build/wasm.js [--if-possible]
 *
 * With --if-possible nothing is built without clang; then the tests of this
 * engine are skipped, and the package cannot be packed.
 */

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { C11, CORE, ROOT, filesIn, works } = require('./c-compiler')

const BINARY = path.join(ROOT, 'build', 'proxy_addr.wasm')
const MODULE = path.join(ROOT, 'lib', 'engine', 'wasm-binary.js')

/** The most characters that the embedded text may have. */
const LARGEST = 32 * 1024

const ENGINE = path.join('src', 'wasm')

const FLAGS = [
  '--target=wasm32-unknown-unknown', '-Os', ...C11, '-ffreestanding', '-nostdlib', '-nostdlibinc', `-I${ENGINE}`,
  // Node 20 and above has both.
  '-mbulk-memory', '-mmutable-globals', '-fvisibility=hidden',
  // With nothing below the stack, its overflow is a trap.
  '-Wl,--stack-first', '-Wl,-z,stack-size=16384', '-Wl,--max-memory=2147418112',
  '-Wl,--no-entry', '-Wl,--strip-all', '-Wl,--export=__stack_pointer'
]

function build () {
  fs.mkdirSync(path.dirname(BINARY), { recursive: true })
  const sources = [...filesIn(ENGINE, '.c'), ...filesIn(CORE, '.c')]
  execFileSync('clang', [...FLAGS, ...sources, '-o', BINARY], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  const bytes = fs.readFileSync(BINARY)
  const text = `'use strict'\n\nmodule.exports = '${bytes.toString('base64')}'\n`
  if (text.length > LARGEST) throw new Error(`too large: ${text.length} characters of text, at most ${LARGEST} allowed`)
  replaceBy(text)
  return `${path.relative(ROOT, MODULE)}: ${bytes.length} bytes, ${text.length} as text`
}

/** Whoever loads the module meanwhile gets the old one or the new one, whole. */
function replaceBy (text) {
  const file = `${MODULE}.${process.pid}.tmp`
  fs.writeFileSync(file, text)
  fs.renameSync(file, MODULE)
}

function main () {
  if (works(['clang']) && works(['wasm-ld'])) {
    console.log(build())
  } else if (process.argv.includes('--if-possible')) {
    console.log('the WebAssembly engine is not built: clang or wasm-ld (lld) is missing')
  } else {
    console.error('clang or wasm-ld (lld) is missing; install both')
    process.exitCode = 1
  }
}

main()
