'use strict'

/* Faults to plant into the WebAssembly engine; see faults-core.js. */

const MODULE = 'src/wasm/module.c'
const ALLOCATOR = 'src/wasm/allocator.c'
const WASM = 'lib/engine/wasm.js'
const MEMORY = 'lib/engine/wasm-memory.js'

module.exports = [
  ['wasm: text loses the high byte of its units',
    [MEMORY, 'units[to] = text.charCodeAt(i)', 'units[to] = text.charCodeAt(i) & 0xff']],
  ['wasm: text is written to memory that was let go',
    [MEMORY, '  if (state.units.length === 0) renew()\n  if (writeByBuiltins', '  if (writeByBuiltins']],
  ['wasm: long text is written where short text goes',
    [MEMORY, 'if (at !== 0) write(at, text)', 'if (at !== 0) write(shortAt, text)']],
  ['wasm: the header of an untrusted peer is believed',
    [WASM, 'return isTrusted(set, peer) ? walk(set, header) : 0', 'return walk(set, header)']],
  ['wasm: an invalid entry is taken for a lack of memory',
    [MODULE, 'error == PA_ERR_MEMORY ? 0', 'error != PA_OK ? 0']],
  ['wasm: a set of several entries is compiled of the first one',
    [MODULE, 'const pa_entries list = {text, text_length, lengths, count};\n  pa_trust_set',
      'const pa_entries list = {text, text_length, lengths, count > 0};\n  pa_trust_set']],
  ['wasm: a set is freed as soon as it is made',
    [WASM, 'return found === 0 ? undefined : found', 'if (found > 0) drop(found)\n  return found']],
  ['wasm: a block reaches into the next one',
    [ALLOCATOR, 'uint32_t size = (requested + HEADER + ALIGNMENT - 1) & ~(ALIGNMENT - 1);',
      'uint32_t size = (requested + ALIGNMENT - 1) & ~(ALIGNMENT - 1);']],
  ['wasm: what grows forgets what it held',
    [ALLOCATOR, '__builtin_memcpy(grown, memory, held < size ? held : size);', '(void)held;']]
]
