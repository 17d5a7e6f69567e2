'use strict'

/*
 * How the built addon is hardened, and what it shows to others and wants from
 * them: read from the file itself. Linux, with binutils.
 *
 *   node scripts/check-binary.js [file]
 *
 * Exit code 1 if something is not as it must be.
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const path = require('node:path')

const BUILT = path.join(__dirname, '..', 'build', 'Release', 'proxy_addr_native.node')

const EXPORTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']

/** Nothing else. musl's loader takes this name for itself. */
const LIBRARIES = ['libc.so.6']

/** Node-API, and what every libc has. */
const WANTED = /^(napi_\w+|(m|re)alloc|free|mem(cpy|move|set|cmp)|strlen)$/

/** From the toolchain, all weak: where they are missing nothing is amiss. */
const WEAK = ['_ITM_deregisterTMCloneTable', '_ITM_registerTMCloneTable', '__cxa_finalize',
  '__cxa_pure_virtual', '__gmon_start__']

/** On arm64 it would bring in glibc's loader as a library. */
const STACK_PROTECTOR = '__stack_chk_fail'

/** @returns {string[][]} the output's lines in words */
function read (command, ...args) {
  const text = execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  return text.split('\n').map((line) => line.trim().split(/\s+/))
}

/** Segments by name: what may be done with each, such as "R E". */
function checkSegments (file) {
  const segments = read('readelf', '-W', '-l', file)
    .filter(([name]) => /^(LOAD|GNU_STACK|GNU_RELRO)$/.test(name))
    .map((words) => ({ name: words[0], flags: words.slice(6, -1).join('') }))
  const flagsOf = (name) => segments.filter((one) => one.name === name).map(({ flags }) => flags)
  assert.deepEqual(flagsOf('GNU_STACK'), ['RW'], 'the stack must not be executable')
  assert.equal(flagsOf('GNU_RELRO').length, 1, 'relocations must become read-only')
  assert.ok(flagsOf('LOAD').length > 0)
  for (const flags of flagsOf('LOAD')) {
    assert.ok(!/W.*E/.test(flags), 'nothing may be writable and executable')
  }
}

function checkDynamicSection (file) {
  const entries = read('readelf', '-W', '-d', file)
  const tags = entries.map(([, tag]) => tag)
  const valuesOf = (name) => entries.filter(([, tag]) => tag === name).map((words) => words.at(-1))
  assert.deepEqual(valuesOf('(FLAGS)'), ['BIND_NOW'], 'all symbols must be bound at once')
  assert.deepEqual(valuesOf('(NEEDED)').map((name) => name.slice(1, -1)), LIBRARIES, 'libraries')
  for (const tag of ['(TEXTREL)', '(RPATH)', '(RUNPATH)']) {
    assert.ok(!tags.includes(tag), `there must be no ${tag}`)
  }
}

/** @returns {number} how many symbols the addon wants */
function checkSymbols (file) {
  const symbols = read('nm', '-D', file)
    .filter((words) => words.length >= 2)
    .map((words) => ({ kind: words.at(-2), name: words.at(-1).split('@')[0] }))
  const named = (kinds) => symbols.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
  const wanted = named('U')
  const defined = symbols.filter(({ kind }) => !'Uwv'.includes(kind)).map(({ name }) => name)
  assert.deepEqual(defined.sort(), EXPORTS, 'exported symbols')
  assert.equal(wanted.includes(STACK_PROTECTOR), process.arch === 'x64', 'the stack protector')
  const strange = wanted.filter((name) => !WANTED.test(name) && name !== STACK_PROTECTOR)
  assert.deepEqual(strange, [], 'symbols that not everyone has')
  assert.deepEqual(named('wv').filter((name) => !WEAK.includes(name)), [], 'weak symbols')
  return wanted.length
}

function main (file = BUILT) {
  if (process.platform !== 'linux') {
    console.log('Only files of Linux are looked at.')
    return
  }
  checkSegments(file)
  checkDynamicSection(file)
  const wanted = checkSymbols(file)
  console.log(`hardened; exports ${EXPORTS.length} symbols, wants ${wanted} of Node-API and libc`)
}

main(...process.argv.slice(2))
