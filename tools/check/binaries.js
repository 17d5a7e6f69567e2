'use strict'

/*
 * Checks how the built addon and the binaries in prebuilds/ are hardened, and what they
 * import and export. Reads the files themselves, on Linux, with binutils.
 *
 *   node tools/check/binaries.js [file of linux-x64]
 *
 * Exit code 1 if a check fails.
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..')
const ADDON = 'proxy_addr_native.node'

/*
 * Everything that the binaries may import. Each addition is one more thing that a
 * machine must have to load them.
 */

/** All from version 8 or below, which every Node since 12.22 provides. */
const NODE_API = [
  'napi_add_env_cleanup_hook',
  'napi_add_finalizer',
  'napi_adjust_external_memory',
  'napi_async_destroy',
  'napi_call_function',
  'napi_close_callback_scope',
  'napi_close_escapable_handle_scope',
  'napi_close_handle_scope',
  'napi_create_arraybuffer',
  'napi_create_double',
  'napi_create_error',
  'napi_create_function',
  'napi_create_int32',
  'napi_create_int64',
  'napi_create_object',
  'napi_create_reference',
  'napi_create_string_utf8',
  'napi_create_type_error',
  'napi_create_typedarray',
  'napi_define_properties',
  'napi_delete_reference',
  'napi_escape_handle',
  'napi_fatal_error',
  'napi_get_and_clear_last_exception',
  'napi_get_boolean',
  'napi_get_cb_info',
  'napi_get_last_error_info',
  'napi_get_null',
  'napi_get_property',
  'napi_get_reference_value',
  'napi_get_typedarray_info',
  'napi_get_undefined',
  'napi_get_value_string_utf16',
  'napi_get_value_uint32',
  'napi_has_property',
  'napi_is_exception_pending',
  'napi_open_escapable_handle_scope',
  'napi_open_handle_scope',
  'napi_set_instance_data',
  'napi_set_named_property',
  'napi_throw',
  'napi_typeof'
]

/** Functions that every libc has, musl included. */
const LIBC = ['calloc', 'free', 'malloc', 'memcmp', 'memcpy', 'memmove', 'memset', 'realloc', 'strlen']

/** Only on x64: on arm64, it would add glibc's loader to the libraries. */
const STACK_PROTECTOR = '__stack_chk_fail'

/** From the toolchain, all weak: the binary loads without them. */
const WEAK = ['_ITM_deregisterTMCloneTable', '_ITM_registerTMCloneTable', '__cxa_finalize',
  '__cxa_pure_virtual', '__gmon_start__']

/** The highest permitted version of glibc's symbols: that of Debian 10 and RHEL 8. */
const GLIBC = '2.28'

/** The only library. musl's loader treats this name as its own. */
const LIBRARIES = ['libc.so.6']

/** Libraries that are part of Windows, with the functions that may be imported from each. */
const DLLS = {
  'KERNEL32.dll': ['DeleteCriticalSection', 'EnterCriticalSection', 'FreeLibrary', 'GetLastError',
    'GetModuleHandleW', 'GetProcAddress', 'InitializeCriticalSection', 'LeaveCriticalSection',
    'LoadLibraryA', 'LocalAlloc', 'LocalFree', 'RaiseException', 'Sleep', 'TlsGetValue',
    'VirtualProtect', 'VirtualQuery'],
  // The C library that is part of Windows itself.
  'msvcrt.dll': ['__iob_func', '_amsg_exit', '_initterm', '_lock', '_unlock', 'abort', 'calloc',
    'free', 'fwrite', 'malloc', 'memcmp', 'memcpy', 'memmove', 'memset', 'realloc', 'strlen',
    'strncmp', 'vfprintf']
}

/** Node looks these two up; nothing else may be exported. */
const EXPORTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']

/** @returns {string[][]} the words of each line of the output */
function read (command, ...args) {
  const text = execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  return text.split('\n').map((line) => line.trim().split(/\s+/))
}

const MACHINES = { x64: 'X86-64', arm64: 'AArch64' }

/** Checks the segments, which have flags such as "R E". */
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

/**
 * Returns whether a version of glibc, with one dot or two, is above the highest permitted
 * one.
 */
function isTooNew (version) {
  const [major, minor] = version.split('.').map(Number)
  const [highestMajor, highestMinor] = GLIBC.split('.').map(Number)
  return major > highestMajor || (major === highestMajor && minor > highestMinor)
}

/** @returns {string[]} the versions of glibc that the symbols require */
function checkVersions (symbols) {
  const versions = symbols.flatMap(({ version }) => version ?? [])
  const strange = versions.filter((version) => !/^GLIBC_\d+\.\d+(\.\d+)?$/.test(version))
  assert.deepEqual(strange, [], 'versions of a library other than glibc')
  const required = [...new Set(versions.map((version) => version.slice('GLIBC_'.length)))]
  assert.deepEqual(required.filter(isTooNew), [], `versions of glibc above ${GLIBC}`)
  return required.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

function symbolsOf (file) {
  return read('readelf', '-W', '--dyn-syms', file)
    .filter((words) => /^\d+:$/.test(words[0]) && words.length > 7 && words[3] !== 'SECTION')
    .map(([, , , , bind, , index, full]) => {
      const [name, version] = full.split(/@+/)
      return { name, version, bind, isDefined: index !== 'UND' }
    })
}

/** @returns {string} a summary of its imports */
function checkElf (file, arch) {
  const header = read('readelf', '-h', file).find(([name]) => name === 'Machine:')
  assert.equal(header?.at(-1), MACHINES[arch], 'the machine')
  checkSegments(file)
  checkDynamicSection(file)
  const symbols = symbolsOf(file)
  const namesOf = (condition) => symbols.filter(condition).map(({ name }) => name).sort()
  assert.deepEqual(namesOf(({ isDefined }) => isDefined), EXPORTS, 'exported symbols')
  const imported = namesOf(({ isDefined, bind }) => !isDefined && bind === 'GLOBAL')
  assert.equal(imported.includes(STACK_PROTECTOR), arch === 'x64', 'the stack protector')
  assert.deepEqual(imported.filter((name) => ![...NODE_API, ...LIBC, STACK_PROTECTOR].includes(name)), [],
    'symbols that are not listed here')
  assert.deepEqual(namesOf(({ bind }) => bind === 'WEAK').filter((name) => !WEAK.includes(name)), [], 'weak symbols')
  const versions = checkVersions(symbols)
  return `imports ${imported.length} symbols of Node-API and libc, glibc ${versions.at(-1)}`
}

/** Flags of the header: addresses are randomised, and data is not executable. */
const HARDENING = ['HIGH_ENTROPY_VA', 'DYNAMIC_BASE', 'NX_COMPAT']

/** @returns {Record<string, string[]>} the imports of each library that are bound when it loads */
function importsOf (lines) {
  const imports = {}
  let names = []
  for (const words of lines) {
    if (words[0] === 'DLL' && words[1] === 'Name:') imports[words[2]] = names = []
    else if (words[0] === 'The' && words[1] === 'Export') break
    else if (/^[0-9a-f]+$/.test(words[0]) && /^\d+$/.test(words[1]) && words.length === 3) names.push(words[2])
  }
  return imports
}

/** The functions that are bound at their first call: their names are text in the file. */
function delayedNames (file) {
  const text = fs.readFileSync(file, 'latin1')
  const names = text.match(/(?<![\w.])(napi|node_api)_\w+(?=\0)/g) ?? []
  return [...new Set(names)].filter((name) => !EXPORTS.includes(name)).sort()
}

/** @returns {string} a summary of its imports */
function checkPe (file) {
  const lines = read('objdump', '-p', file)
  assert.ok(lines.some(([first, , , format]) => first.endsWith('.node:') && format === 'pei-x86-64'), 'the machine')
  for (const flag of HARDENING) {
    assert.ok(lines.some((words) => words.length === 1 && words[0] === flag), `${flag} is not set`)
  }
  const heading = lines.findIndex((words) => words.join(' ') === '[Ordinal/Name Pointer] Table')
  const end = lines.findIndex((words, i) => i > heading && words[0] === '')
  assert.deepEqual(lines.slice(heading + 1, end).map((words) => words.at(-1)), EXPORTS, 'exported symbols')

  // node.exe is not among them: see tools/build/node-host.c.
  const imports = importsOf(lines)
  assert.deepEqual(Object.keys(imports).sort(), Object.keys(DLLS), 'libraries')
  for (const [library, names] of Object.entries(imports)) {
    assert.ok(names.length > 0)
    assert.deepEqual(names.filter((name) => !DLLS[library].includes(name)), [], `imports from ${library}`)
  }
  const delayed = delayedNames(file)
  assert.ok(delayed.length > 0)
  assert.deepEqual(delayed.filter((name) => !NODE_API.includes(name)), [], 'symbols that are not listed here')
  const count = Object.values(imports).flat().length
  return `imports ${delayed.length} symbols of Node-API when called, ${count} of Windows`
}

const CHECKS = {
  'linux-x64': (file) => checkElf(file, 'x64'),
  'linux-arm64': (file) => checkElf(file, 'arm64'),
  'win32-x64': checkPe
}

/** Binaries that CHECKS does not list are built and run on their own systems. */
function filesHere () {
  const built = path.join(ROOT, 'build', 'Release', ADDON)
  const folder = path.join(ROOT, 'prebuilds')
  const platforms = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []
  const binaries = platforms.map((platform) => ({ platform, file: path.join(folder, platform, ADDON) }))
  return [
    { platform: `linux-${process.arch}`, file: built },
    // WebAssembly has a folder, too, which contains only its record.
    ...binaries.filter(({ file }) => fs.existsSync(file))
  ]
}

function main (file) {
  if (process.platform !== 'linux') {
    console.log('skipped: binaries are inspected on Linux only')
    return
  }
  const files = file ? [{ platform: 'linux-x64', file }] : filesHere()
  for (const { platform, file } of files) {
    const check = CHECKS[platform]
    const found = check ? `hardened; exports ${EXPORTS.length} symbols, ${check(file)}` : 'not inspected'
    console.log(`${path.relative(ROOT, file)} (${platform}): ${found}`)
  }
}

if (require.main === module) main(...process.argv.slice(2))

module.exports = { NODE_API }
