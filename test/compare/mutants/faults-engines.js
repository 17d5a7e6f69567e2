'use strict'

/* eslint-disable no-template-curly-in-string */

/*
 * Faults to plant into the engines, what loads them, and logs; see faults-core.js. Each
 * part names the tests that have to notice, because the differential test cannot see
 * these faults, or would have to run for days.
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
const [BLOCK, DERIVE, ESCAPE, JSON_LINE, LINE, WRITE] =
  ['block', 'derive', 'escape', 'json', 'line', 'write'].map((name) => `src/core/logs/${name}.c`)
const FILES = 'lib/logs/files.js'
const JOBS = 'lib/logs/jobs.js'
const READER = 'lib/logs/reader.js'

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
  [['test/logs/formats.test.js'], [
    ['logs: a carriage return is part of the line', [BLOCK, "line.text.at < line.text.end && end[-1] == '\\r'", "line.text.at < line.text.end && end[-1] == '\\f'"]],
    ['logs: an incomplete line is whole', [BLOCK, 'return end < now->rest.end || !now->has_more ? end : NULL;', 'return end;']],
    ['logs: an escape is a byte too short', [ESCAPE, 'read_hex(digits, 2, unit)) return rest.at + 3', 'read_hex(digits, 2, unit)) return rest.at + 2']],
    ['logs: a backslash that is escaped escapes', [LINE, 'return ((at - start) & 1) != 0;', 'return at != start;']],
    ['logs: of keys that come twice the first counts', [JSON_LINE, '    now->out->field[i] = (pa_bytes){NULL, NULL};\n', '']],
    ['logs: a control character is JSON', [JSON_LINE, "if (byte < ' ' || (byte", 'if ((byte']],
    ['logs: a number in an array of texts is left out', [JSON_LINE, '      now->wrong |= UINT32_C(1) << PA_FIELD_HEADER;\n', '']],
    ['logs: the last group of IPv6 is a port', [DERIVE, '    if (colon < length) return (pa_slice){0, length};\n', '']],
    ['logs: another peer of the same length is the same', [DERIVE, 'pa_bytes_equal(raw, peer->raw, peer->raw_length)', 'length == peer->raw_length']],
    ['logs: only the end of a header is read', [DERIVE, 'if (reached_start && header->left_out > 0)', 'if (reached_start && header->left_out > 9999)']],
    ['logs: a strict client keeps its spelling', [DERIVE, 'if (hop->length == 0) return;', 'if (hop->length < 99) return;']],
    ['logs: a line feed ends an element of Forwarded', [DERIVE, "    if (*unit == '\\n') *unit = 0;\n", '']],
    ['logs: no client has quotes in CSV', [WRITE, 'line->derived->has_client &&\n                   line->derived->unit', 'line->derived->unit']],
    ['logs: a thread gets half a line', [JOBS, 'const end = bytes.lastIndexOf(NEWLINE) + 1', 'const end = bytes.length']],
    ['logs: a part goes on to the end', [FILES, 'Math.max(Math.min(to - this.base, this.have), 0)', 'this.have']]
  ]],
  [['test/logs/cli.test.js'], [
    ['logs: both settings have the flags of one', [WRITE, 'flags_of(log, &line->derived[1]) << 1', 'flags_of(log, &line->derived[0]) << 1']],
    ['logs: a comment has no answer', [BLOCK, ': pa_log_write(now->log, line, now->out);', ': now->out;']],
    ['logs: rsyslog\'s blank is part of the line', [BLOCK, "*line->text.at == ' ')\n    line->text.at++;", "*line->text.at == ' ')\n    return;"]],
    ['logs: a closed pipe is an error', [READER, "if (error.code === 'EPIPE')", "if (error.code === 'EPIPE ')"]],
    ['logs: a long line begins again in each block', [BLOCK, 'word[PA_BLOCK_FLAGS] = now.continues ? PA_BLOCK_CONTINUES : 0U;', 'word[PA_BLOCK_FLAGS] = 0U;']]
  ]],
  [['test/native/out-of-memory.test.js'], [
    ['native: a set for which there is no slot is kept', [ADDON, '    pa_trust_set_free(set);\n    return Undefined(env);', '    return Undefined(env);']],
    ['native: a freed set is still reported', [ADDON, '    ReportMemory(env, -static_cast<int64_t>(pa_trust_set_size(set)));\n', '']],
    ['native: no set is reported', [ADDON, '  ReportMemory(env, static_cast<int64_t>(pa_trust_set_size(set)));\n', '']],
    ['native: a list of a single use is kept', [ADDON, '  pa_trust_set_free(compiled.set);\n', '']]
  ]]
]

/** Without a fault, the tests of each part pass. */
const faults = PARTS.flatMap(([tests, some]) => [[`(no fault) ${tests.join(' ')}`], ...some])

/** @param {string} name of a fault @returns {string[] | undefined} the tests that judge it */
function testsOf (name) {
  return PARTS.find(([tests, some]) => name === `(no fault) ${tests.join(' ')}` || some.some(([known]) => known === name))?.[0]
}

module.exports = { faults, testsOf }
