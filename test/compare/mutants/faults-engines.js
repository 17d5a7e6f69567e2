'use strict'

/* eslint-disable no-template-curly-in-string */

/*
 * Faults to plant into the engines and what loads them; see faults-core.js. By
 * the tests that have to notice, because the differential test cannot see them,
 * or would have to run for days.
 */

const MEMORY = 'lib/engine/wasm-memory.js'
const WASM = 'lib/engine/wasm.js'
const LOAD = 'lib/engine/load.js'
const NATIVE = 'lib/engine/native.js'
const LAYOUT = 'lib/engine/layout.js'
const SET = 'lib/trust/trust-set.js'
const COMPILE = 'lib/trust/compile.js'
const NON_STRINGS = 'lib/trust/non-strings.js'
const BRAND = 'lib/trust/brand.js'
const ADDON = 'src/node/addon.cc'
const HANDLES = 'src/node/handles.h'
const VALUES = 'src/node/values.h'
const ALLOCATOR = 'src/wasm/allocator.c'
const MODULE = 'src/wasm/module.c'
const CORE = 'src/core/proxy_addr.c'

const extras = (name) => `test/extras/${name}.test.js`
const spec = (name) => `test/spec/${name}.test.js`

const PARTS = [
  [[extras('wasm-memory')], [
    ['wasm: its stack is not emptied after an overflow', [MEMORY, '    this.stack.value = this.stackTop\n', '']],
    ['wasm: a trap of a cold call is not noted',
      [MEMORY, 'return raw(...args)\n      } catch (error) {\n        this.units = NO_UNITS\n        this.failure = error', 'return raw(...args)\n      } catch (error) {']],
    ['wasm: a cold call does not ask whether the module is broken',
      [MEMORY, '      if (this.units.length === 0) this.renew()\n      try {', '      try {']],
    ['wasm: a trap of a walk is forgotten', [WASM, 'memory.failure = error\n    throw error\n  } finally {\n    memory.drop(at)\n  }\n}\n\n/** @param {unknown} header', 'throw error\n  } finally {\n    memory.drop(at)\n  }\n}\n\n/** @param {unknown} header']],
    ['wasm: a trap counts as an overflow of the stack', [MEMORY, '!(this.failure instanceof RangeError)', '!(this.failure instanceof Error)']],
    ['wasm: an overflow of the stack counts as a trap', [MEMORY, ' && !(this.failure instanceof RangeError)', '']],
    ['wasm: a broken module is asked to free', [MEMORY, 'at !== this.shortAt && !this.isBroken()', 'at !== this.shortAt']],
    ['wasm: the heap grows by a page less', [ALLOCATOR, '(size + PAGE - 1) / PAGE', '(size + PAGE - 9) / PAGE']],
    ['wasm: a freed block is not merged with the next one', [ALLOCATOR, 'if (!is_used(next)) {', 'if (!is_used(next) && size == 0) {']],
    ['wasm: the next block does not learn of a merged one', [ALLOCATOR, '  following(one)->before = size;\n  put(one);', '  put(one);']],
    ['wasm: all of a free block is given away', [ALLOCATOR, 'if (rest >= SMALLEST) {', 'if (rest >= LARGEST) {']],
    ['wasm: what is larger than any block is not refused', [ALLOCATOR, 'if (requested > LARGEST) return NULL;', '']],
    ['wasm: what was put is not dropped', [MEMORY, 'places.forEach((at) => this.drop(at))', '']],
    ['no set is ever freed', [SET, 'const registry = new FinalizationRegistry(release)', 'const registry = new FinalizationRegistry(() => {})']],
    ['wasm: a lack of memory is not noticed', [MEMORY, 'places.includes(0) ? undefined : call()', 'call()']]
  ]],
  [[extras('engines')], [
    ['wasm: a description is written where there is no room', [WASM, ' || numbers.length < DESCRIPTION', '']],
    ['wasm: hops are written where there is no room', [WASM, 'if (numbers.length < size) return undefined', '']],
    ['wasm: the lengths of another kind of array are read', [MEMORY, 'if (lengths !== undefined && !isUint32Array(lengths)) return undefined', '']],
    ['wasm: an address that is not a string is false', [WASM, 'if (trusted === undefined) throw undefined', 'if (trusted === undefined) return false']],
    ['wasm: an invalid list is a lack of memory for a single use', [WASM, 'if (found < 0) return null', 'if (found < 0) return undefined']],
    ['wasm: a set is kept in memory that is given away', [MODULE, 'return (double)(uintptr_t)set;', 'free(set);\n  if (error == PA_OK) return (double)(uintptr_t)set;']],
    ['native: an array of another kind is read as lengths', [VALUES, '&list_.length, &list_.count);', '&list_.length, &list_.count) || true;']],
    ['native: an array of another kind receives numbers', [VALUES, 'return ReadArray(env, value, napi_uint32_array, &data, &size) &&\n           size >= room;', '(void)ReadArray(env, value, napi_uint32_array, &data, &size);\n    return size >= room;']],
    ['native: hops are written where there is no room', [ADDON, '          chain.list()->count)\n    return env.Undefined();', '          chain.list()->count && numbers.size == 0)\n    return env.Undefined();']],
    ['native: a released set can still be asked', [HANDLES, 'slot_[i] = {nullptr, free_};\n    free_ = i;\n    return object;', 'free_ = i;\n    return object;']],
    ['native: a handle beyond all sets is looked up', [HANDLES, 'return handle < size_ ?', 'return handle < size_ * 4096 ?']],
    ['native: an address that is not a string is undefined', [ADDON, 'text.Read(env, arguments.value[0]))\n    return ThrowUndefined(env);', 'text.Read(env, arguments.value[0]))\n    return Undefined(env);']],
    ['native: an invalid list for a single use is a lack of memory', [ADDON, 'return env.Null();', 'return env.Undefined();']],
    ['the names are written beyond their room', [CORE, 'if (out->length < out->room) out->at', 'out->at']]
  ]],
  [[extras('handshake')], [
    ['a number of an engine is not compared', [LAYOUT, 'numbers[i] !== number', 'numbers[i] === undefined']],
    ['an engine whose layout() throws ends the process', [LAYOUT, '  } catch (/** @type {any} */ error) {\n    return `a different or outdated build: ${error?.message}`\n  }', '  } finally {}']],
    ['a build is looked for outside the package', [NATIVE, 'if (!isInPackage()) return', 'if (isInPackage() === undefined) return']],
    ['a build is looked for in a package of another version', [NATIVE, ' && version === VERSION', '']],
    ['a build is looked for around a bundle that lies beside a package', [NATIVE, "if (__filename !== path.join(folder, 'lib', 'engine', 'native.js')) return false", '']]
  ]],
  [[extras('loading')], [
    ['an unknown engine is any', [LOAD, 'if (engines.length > 0) return { forced, engines }', 'if (engines.length > 0) return { forced, engines }\n  if (forced) return { forced, engines: ENGINES }']],
    ['an empty variable names an engine', [LOAD, 'process.env[VARIABLE] || undefined', 'process.env[VARIABLE]']],
    ['WebAssembly comes first', [LOAD, "  { name: 'native', open: native.load },\n  { name: 'wasm', open: loadWasm }", "  { name: 'wasm', open: loadWasm },\n  { name: 'native', open: native.load }"]],
    ['a big-endian machine is not noticed', [LOAD, "!== 'LE'", "=== ''"]],
    ['a missing part of an engine is not noticed', [LAYOUT, 'if (absent !== undefined) return', 'if (absent === undefined && absent) return']],
    ['only one attempt is named', [NATIVE, 'reasons.push(`the binary in ${place}: ${reason}`)', 'reasons[0] = `the binary in ${place}: ${reason}`']],
    ['a limit of address space is not explained', [LOAD, '/allocate Wasm memory/.test(message)', '!message']]
  ]],
  [[extras('peers')], [
    ['a peer of any length is kept', [SET, '} else if (peer.length <= LONGEST) {', '} else {']],
    ['any answer of an engine is trust', [SET, 'isTrusted(address) === true', 'isTrusted(address)']],
    ['any answer of an engine is a place', [SET, 'if (!Number.isInteger(found))', 'if (found === undefined)']],
    ['an exception of an engine is an answer', [SET, 'if (error !== undefined) throw error', '']],
    ['a lack of memory is no trust', [SET, "if (typeof address === 'string') throw engine.outOfMemory()", "if (typeof address === 'string') return false"]]
  ]],
  [[extras('native')], [
    ['a single use trusts a peer for any answer', [COMPILE, "find(peer, '') === -1", "find(peer, '') !== 0"], [COMPILE, '    if (!Number.isInteger(found)) throw engine.unusable(found)\n    return found', '    return found']],
    ['any answer makes an entry valid', [NON_STRINGS, 'if (!Number.isInteger(found)) throw engine.unusable(found)', '']],
    ['any answer is a compiled set', [COMPILE, 'if (!Number.isInteger(set)) throw engine.unusable(set)', '']]
  ]],
  [[spec('compile-errors')], [
    ['a list that sees its elements read is read again', [COMPILE, 'ordinary && holdsStringsOnly(list)', 'holdsStringsOnly(list)']],
    ['an element is read twice for its name', [NON_STRINGS, 'const subnets = names[val]', 'const subnets = names[list[i]]']],
    ['a proxy passes for an array', [COMPILE, '!isProxy(val) && ', '']]
  ]],
  [[spec('wrappers'), spec('trust-functions')], [
    ['a mark is inherited', [BRAND, 'return #set in trust ? trust.#set : undefined', 'for (let one = trust; one; one = Object.getPrototypeOf(one)) if (#set in one) return one.#set']]
  ]],
  [[extras('native')], [
    ['native: no set is ever freed', [ADDON, '    pa_trust_set_free(set);\n  }\n  return env.Undefined();', '  }\n  return env.Undefined();']]
  ]],
  [['test/native/out-of-memory.test.js'], [
    ['native: a set for which there is no slot is kept', [ADDON, '    pa_trust_set_free(set);\n    return Undefined(env);', '    return Undefined(env);']],
    ['native: a freed set is still reported', [ADDON, '    ReportMemory(env, -static_cast<int64_t>(pa_trust_set_size(set)));\n', '']],
    ['native: no set is reported', [ADDON, '  ReportMemory(env, static_cast<int64_t>(pa_trust_set_size(set)));\n', '']],
    ['native: a list of a single use is kept', [ADDON, '  pa_trust_set_free(compiled.set);\n', '']]
  ]]
]

/** Without any fault, each part's tests pass. */
const faults = PARTS.flatMap(([tests, some]) => [[`(no fault) ${tests.join(' ')}`], ...some])

/** @param {string} name of a fault @returns {string[] | undefined} the tests that judge it */
function testsOf (name) {
  return PARTS.find(([tests, some]) => name === `(no fault) ${tests.join(' ')}` || some.some(([known]) => known === name))?.[0]
}

module.exports = { faults, testsOf }
