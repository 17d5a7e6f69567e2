'use strict'

/*
 * Runs over a log, on the engine that the drop-in uses too: the native one, or a
 * separate WebAssembly module.
 *
 * `createLog(config, keys, text, lengths, policy, text, lengths, policy, text,
 * lengths)` makes a run. `config` is a Uint32Array: PA_RUN_… in src/core/logs/log.h,
 * then the lengths of the keys. `keys` is a Uint8Array. The list and the policy of
 * both settings follow, and the list of private addresses. It returns a function, a
 * number if something is invalid, or undefined if memory ran out.
 *
 * The function takes input, output (Uint8Array) and the numbers of BLOCK (a
 * Uint32Array), and handles the input as far as the output has room. It returns
 * undefined for arguments that it cannot read.
 */

const { addon, outOfMemory } = require('../engine')
const { mismatch } = require('../engine/layout')
const { crossing } = require('../trust/compile')

const EXPORTS = ['createLog', 'layout']

/** PA_BLOCK_… */
const BLOCK = {
  FLAGS: 0,
  COLUMN: 1,
  LIMIT: 4,
  CONSUMED: 5,
  WRITTEN: 6,
  LINES: 7,
  UNREADABLE: 8,
  CHANGED: 9,
  FIRST: 10,
  FIRST_LENGTH: 11,
  NEEDED: 12,
  WORDS: 13
}

/** PA_BLOCK_MORE; the other flag is passed on to the next call as it was returned. */
const MORE = 2

/** PA_OUTPUT_… */
const OUTPUTS = { before: 0, after: 1, replace: 2, alone: 3, rsyslog: 4, compare: 5, fields: 6 }

/** In the order of PA_COLUMN_…; there is room for this many. */
const COLUMNS = ['client', 'reason', 'hop', 'protocol']

/** Subnets that nobody has on the internet; a report counts them as `private`. */
const PRIVATE = ['loopback', 'linklocal', 'uniquelocal', '100.64.0.0/10']

/** PA_ERR_MEMORY in src/core/subnet.h. */
const NO_MEMORY = 3
const NO_POLICY = new Uint32Array(0)

/** Opens the WebAssembly module, with the interface above. */
function openWasm () {
  const { WasmMemory } = require('../engine/wasm-memory')
  const memory = new WasmMemory(require('./wasm-binary'))
  const { wasm } = memory
  const registry = new FinalizationRegistry(dispose)

  /** @param {number} at @param {number} length */
  function bytesAt (at, length) {
    return new Uint8Array(memory.memory.buffer, at, length)
  }

  /** @param {Uint8Array} bytes */
  function putBytes (bytes) {
    const at = wasm.allocate(bytes.length)
    if (at !== 0) bytesAt(at, bytes.length).set(bytes)
    return at
  }

  /** @param {number[]} places a run, and its memory */
  function dispose ([log, ...others]) {
    if (!memory.isBroken()) wasm.dispose(log)
    others.forEach((at) => memory.drop(at))
  }

  /** @param {Uint32Array} config @param {Uint8Array} keys @param {any[]} lists */
  function createLog (config, keys, ...lists) {
    const texts = [0, 3, 6].map((i) => {
      const [text, lengths = Uint32Array.of(text.length), policy = NO_POLICY] = lists.slice(i, i + 3)
      const places = [memory.putApart(text), memory.putNumbers(lengths), memory.putNumbers(policy)]
      return { text, lengths, policy, places }
    })
    const [configAt, keysAt] = [memory.putNumbers(config), putBytes(keys)]
    const log = memory.callWith([configAt, keysAt, ...texts.flatMap(({ places }) => places)], () => {
      wasm.describe(configAt, config.length, keysAt, keys.length)
      texts.forEach(({ text, lengths, policy, places: [textAt, lengthsAt, policyAt] }, i) => {
        wasm.list(i, textAt, text.length, lengthsAt, lengths.length)
        if (policy !== NO_POLICY) wasm.policy(i, policyAt, policy.length)
      })
      return wasm.make()
    })
    if (log > 0) return makeFunction(log)
    return log === undefined || log === -NO_MEMORY ? undefined : -log
  }

  /** @param {number} log */
  function makeFunction (log) {
    // Where the run, its numbers, its input and its output are.
    const places = [log, wasm.allocate((BLOCK.WORDS + 1) * Uint32Array.BYTES_PER_ELEMENT), 0, 0]
    const sizes = [0, 0, 0, 0]
    if (places[1] === 0) return dispose(places)

    /** @param {number} i @param {number} size */
    function grow (i, size) {
      if (size <= sizes[i]) return places[i]
      memory.drop(places[i])
      // If allocate() throws, nothing may be dropped again.
      sizes[i] = places[i] = 0
      places[i] = wasm.allocate(size)
      sizes[i] = places[i] === 0 ? 0 : size
      return places[i]
    }

    /** @param {Uint8Array} input @param {Uint8Array} output @param {Uint32Array} numbers */
    function run (input, output, numbers) {
      const from = grow(2, input.length)
      const to = grow(3, output.length)
      if ((from === 0 && input.length > 0) || (to === 0 && output.length > 0)) return undefined
      bytesAt(from, input.length).set(input)
      const shared = memory.numbersAt(places[1], BLOCK.WORDS + 1)
      shared.set(numbers)
      shared[BLOCK.WORDS] = output.length
      wasm.run(log, from, input.length, to, places[1])
      numbers.set(shared.subarray(0, BLOCK.WORDS))
      output.set(bytesAt(to, numbers[BLOCK.WRITTEN]))
      return 0
    }

    registry.register(run, places)
    return run
  }

  return { createLog, layout: (/** @type {unknown} */ numbers) => memory.layout(numbers) }
}

/** @returns {any} */
function load () {
  const engine = addon ?? openWasm()
  const reason = mismatch(engine, EXPORTS)
  if (reason === undefined) return engine
  throw new Error(`logs cannot be read: ${reason}; build or install proxy-addr-native again`)
}

const { createLog } = load()

/** @param {string[]} list */
function crossed (list) {
  if (list.length === 0) return ['', new Uint32Array(0)]
  const { text, lengths } = crossing(list)
  return [text, lengths]
}

/** @param {import('./log').Plan} plan @returns {(input: Uint8Array, output: Uint8Array, numbers: Uint32Array) => unknown} */
function makeRun ({ format, output, columns, settings }) {
  const numbers = columns.map((name) => COLUMNS.indexOf(name))
  const keys = format.paths.flat().map((key) => Buffer.from(key))
  const [first, second = first] = settings
  const config = Uint32Array.from([
    format.kind, OUTPUTS[output], numbers.length, ...COLUMNS.map((_, i) => numbers[i] ?? 0), settings.length,
    first.kind, first.hops, second.kind, second.hops,
    ...format.paths.map((path) => path.length), ...keys.map(({ length }) => length)
  ])
  const run = createLog(config, new Uint8Array(Buffer.concat(keys)),
    ...crossed(first.entries), first.policy, ...crossed(second.entries), second.policy, ...crossed(PRIVATE))
  if (typeof run === 'function') return run
  if (run === undefined) throw outOfMemory()
  throw new Error(`the engine refused a run that was found to be valid (${run})`)
}

module.exports = { BLOCK, COLUMNS, MORE, createLog, makeRun }
