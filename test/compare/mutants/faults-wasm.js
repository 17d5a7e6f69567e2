'use strict'

/* Faults to plant into the WebAssembly door; see faults-core.js. */

const DOOR = 'src/wasm/module.c'
const ALLOCATOR = 'src/wasm/allocator.c'
const WASM = 'lib/engine/wasm.js'
const MEMORY = 'lib/engine/wasm-memory.js'

module.exports = [
  ['wasm: text loses the high byte of its units',
    [MEMORY, 'units[to] = text.charCodeAt(i)', 'units[to] = text.charCodeAt(i) & 0xff']],
  ['wasm: text is written to memory that was let go',
    [MEMORY, '  if (state.units.length === 0) renew()\n  const { units } = state', '  const { units } = state']],
  ['wasm: long text is written where short text goes',
    [MEMORY, 'if (at !== 0) write(at, text)', 'if (at !== 0) write(shortAt, text)']],
  ['wasm: the header of an untrusted peer is believed',
    [WASM, 'return trusted ? walkBehind(set, header) : 0', 'return walkBehind(set, header)']],
  ['wasm: only the first entry of a list is compiled',
    [DOOR, 'error == PA_OK && entry < count', 'error == PA_OK && entry < (count > 0)']],
  ['wasm: an entry is read on to the end of the list',
    [DOOR, 'lengths[entry] < rest ?', 'lengths[entry] < rest && count < 2 ?']],
  ['wasm: a long answer does not say so',
    [DOOR, 'if (entry > LENGTH_VALUES - 1) entry = LENGTH_VALUES - 1;', 'entry &= LENGTH_VALUES - 1;']],
  ['wasm: the left end of a text is no news',
    [DOOR, 'client.reached_start ? -1 - packed : packed', 'packed']],
  ['wasm: a set is freed as soon as it is made',
    [WASM, 'registry.register(trustSet, set)', 'drop(set)']],
  ['wasm: a block reaches into the next one',
    [ALLOCATOR, 'uint32_t size = (wanted + HEADER + ALIGNMENT - 1) & ~(ALIGNMENT - 1);',
      'uint32_t size = (wanted + ALIGNMENT - 1) & ~(ALIGNMENT - 1);']],
  ['wasm: what grows forgets what it held',
    [ALLOCATOR, '__builtin_memcpy(grown, memory, held < size ? held : size);', '(void)held;']]
]
