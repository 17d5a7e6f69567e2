'use strict'

/* Linux's files, of any machine, by readelf. */

const assert = require('node:assert/strict')

const { EXPORTS, GLIBC, LIBC, LIBRARIES, NODE_API, STACK_PROTECTOR, WEAK } = require('./allowed')
const { read } = require('./tools')

const MACHINES = { x64: 'X86-64', arm64: 'AArch64' }

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

/** Above what may be? Versions of glibc are numbers with one dot or two. */
function isTooNew (version) {
  const [major, minor] = version.split('.').map(Number)
  const [highestMajor, highestMinor] = GLIBC.split('.').map(Number)
  return major > highestMajor || (major === highestMajor && minor > highestMinor)
}

/** @returns {string[]} the versions of glibc that are wanted */
function checkVersions (symbols) {
  const versions = symbols.flatMap(({ version }) => version ?? [])
  const strange = versions.filter((version) => !/^GLIBC_\d+\.\d+(\.\d+)?$/.test(version))
  assert.deepEqual(strange, [], 'versions of something else than glibc')
  const wanted = [...new Set(versions.map((version) => version.slice('GLIBC_'.length)))]
  assert.deepEqual(wanted.filter(isTooNew), [], `versions of glibc above ${GLIBC}`)
  return wanted.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

function symbolsOf (file) {
  return read('readelf', '-W', '--dyn-syms', file)
    .filter((words) => /^\d+:$/.test(words[0]) && words.length > 7 && words[3] !== 'SECTION')
    .map(([, , , , bind, , index, full]) => {
      const [name, version] = full.split(/@+/)
      return { name, version, bind, isDefined: index !== 'UND' }
    })
}

/** @returns {string} what it wants, in a few words */
function checkElf (file, arch) {
  const header = read('readelf', '-h', file).find(([name]) => name === 'Machine:')
  assert.equal(header?.at(-1), MACHINES[arch], 'the machine')
  checkSegments(file)
  checkDynamicSection(file)
  const symbols = symbolsOf(file)
  const namesOf = (condition) => symbols.filter(condition).map(({ name }) => name).sort()
  assert.deepEqual(namesOf(({ isDefined }) => isDefined), EXPORTS, 'exported symbols')
  const wanted = namesOf(({ isDefined, bind }) => !isDefined && bind === 'GLOBAL')
  assert.equal(wanted.includes(STACK_PROTECTOR), arch === 'x64', 'the stack protector')
  assert.deepEqual(wanted.filter((name) => ![...NODE_API, ...LIBC, STACK_PROTECTOR].includes(name)), [],
    'symbols that are not in allowed.js')
  assert.deepEqual(namesOf(({ bind }) => bind === 'WEAK').filter((name) => !WEAK.includes(name)), [], 'weak symbols')
  const versions = checkVersions(symbols)
  return `wants ${wanted.length} symbols of Node-API and libc, glibc ${versions.at(-1)}`
}

module.exports = { checkElf }
