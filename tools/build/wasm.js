'use strict'

/*
 * Builds the WebAssembly door, and embeds it as text in lib/engine, where
 * bundlers and file systems need know nothing of it. Wants clang and wasm-ld.
 *
 *   npm run build:wasm [-- --if-possible]
 *
 * With --if-possible nothing is built where there is no clang; tests of that
 * door are left out then, and the package cannot be packed.
 */

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { C11, CORE, ROOT, filesIn, works } = require('./c-compiler')

const BINARY = path.join(ROOT, 'build', 'proxy_addr.wasm')
const MODULE = path.join(ROOT, 'lib', 'engine', 'wasm-binary.js')

/** What the issue of size is settled by: the text that is embedded. */
const LARGEST = 32 * 1024

const DOOR = path.join('src', 'wasm')

const FLAGS = [
  '--target=wasm32-unknown-unknown', '-Os', ...C11, '-ffreestanding', '-nostdlib', '-nostdlibinc', `-I${DOOR}`,
  // All of Node 20 and above have both.
  '-mbulk-memory', '-mmutable-globals', '-fvisibility=hidden',
  // Below the stack there is nothing, so that its end is a trap.
  '-Wl,--stack-first', '-Wl,-z,stack-size=16384', '-Wl,--max-memory=2147418112',
  '-Wl,--no-entry', '-Wl,--strip-all', '-Wl,--export=__stack_pointer'
]

function build () {
  fs.mkdirSync(path.dirname(BINARY), { recursive: true })
  const sources = [...filesIn(DOOR, '.c'), ...filesIn(CORE, '.c')]
  execFileSync('clang', [...FLAGS, ...sources, '-o', BINARY], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  const bytes = fs.readFileSync(BINARY)
  const text = `'use strict'\n\nmodule.exports = '${bytes.toString('base64')}'\n`
  if (text.length > LARGEST) throw new Error(`${text.length} bytes are more than ${LARGEST}`)
  fs.writeFileSync(MODULE, text)
  return `${path.relative(ROOT, MODULE)}: ${bytes.length} bytes, ${text.length} as text`
}

function main () {
  if (works(['clang']) && works(['wasm-ld'])) {
    console.log(build())
  } else if (process.argv.includes('--if-possible')) {
    console.log('no WebAssembly door is built: that wants clang and wasm-ld (lld)')
  } else {
    console.error('clang and wasm-ld (lld) are wanted')
    process.exitCode = 1
  }
}

main()
