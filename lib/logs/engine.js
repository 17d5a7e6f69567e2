'use strict'

/*
 * Runs over a log, by the engine that the drop-in uses too: native, or a module
 * of WebAssembly of its own.
 *
 * `createLog(config, keys, text, lengths, policy, text, lengths, policy, text,
 * lengths)` makes a run of what CONFIG describes: a Uint32Array of PA_RUN_… in
 * src/core/logs/log.h and the lengths of keys; a Uint8Array of the keys; list and
 * policy of both settings, and the list of private addresses. It returns a
 * function, a number if something is invalid, or undefined if memory ran out.
 *
 * The function takes input, output (Uint8Array) and the numbers of BLOCK (a
 * Uint32Array), and handles the input as far as the output has room. It returns
 * undefined for what it could not read.
 */

const { Buffer } = require('node:buffer')
const { addon, name } = require('../engine')

/** PA_LOG_INTERFACE */
const INTERFACE = 1

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

/** PA_BLOCK_MORE; the other flag is handed on as it is answered. */
const MORE = 2

const WORD = Uint32Array.BYTES_PER_ELEMENT
/** PA_ERR_MEMORY in src/core/subnet.h. */
const NO_MEMORY = 3

/** Thrown where there is no memory, and answered by undefined. */
const noMemory = new RangeError('out of memory')

/** The module of WebAssembly; after a trap, nobody knows what is in its memory. */
class Module {
  /** @type {unknown} */
  #failure

  constructor () {
    const bytes = Buffer.from(require('./wasm-binary'), 'base64')
    this.exports = /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports)
    this.stackTop = this.exports.__stack_pointer.value
    this.registry = new FinalizationRegistry((/** @type {number[]} */ places) => this.#free(places))
    if (this.exports.logInterface() !== INTERFACE) throw mismatch()
  }

  /** @param {number} size in bytes */
  allocate (size) {
    const at = this.exports.allocate(Math.max(size, WORD))
    if (at === 0) throw noMemory
    return at
  }

  /** @param {number} at @param {number} length */
  bytes (at, length) {
    return new Uint8Array(this.exports.memory.buffer, at, length)
  }

  /** @param {Uint8Array | Uint16Array | Uint32Array} numbers @returns {number} where they are */
  put (numbers) {
    const at = this.allocate(numbers.byteLength)
    this.bytes(at, numbers.byteLength).set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    return at
  }

  /** @template T @param {() => T} run @returns {T | undefined} */
  call (run) {
    if (this.#failure instanceof WebAssembly.RuntimeError) throw this.#failure
    // JavaScript's stack may have overflowed within the last call.
    this.exports.__stack_pointer.value = this.stackTop
    try {
      return run()
    } catch (error) {
      if (error === noMemory) return undefined
      this.#failure = error
      throw error
    }
  }

  /** @param {number[]} places a run, and its memory */
  #free ([log, ...others]) {
    if (this.#failure instanceof WebAssembly.RuntimeError) return
    this.exports.dispose(log)
    for (const at of others.filter(Boolean)) this.exports.release(at)
  }

  /** @param {any[]} args */
  create ([config, keys, ...others]) {
    return this.call(() => {
      const held = [this.put(config), this.put(keys)]
      const { exports } = this
      exports.describe(held[0], config.length, held[1], keys.length)
      for (let i = 0; i < 3; i++) {
        const [text, lengths = Uint32Array.of(text.length), policy] = others.slice(3 * i)
        const units = Uint16Array.from(text, (/** @type {string} */ unit) => unit.charCodeAt(0))
        const at = [this.put(units), this.put(lengths)]
        held.push(...at)
        exports.list(i, at[0], units.length, at[1], lengths.length)
        if (i === 2 || policy === undefined) continue
        held.push(this.put(policy))
        exports.policy(i, held.at(-1), policy.length)
      }
      const log = exports.make()
      for (const at of held) exports.release(at)
      if (log > 0) return this.makeFunction(log)
      return log === -NO_MEMORY ? undefined : -log
    })
  }

  /** @param {number} log */
  makeFunction (log) {
    const numbersAt = this.allocate((BLOCK.WORDS + 1) * WORD)
    const places = [log, numbersAt, 0, 0]
    const sizes = [0, 0, 0, 0]
    const grow = (/** @type {number} */ i, /** @type {number} */ size) => {
      if (size <= sizes[i]) return places[i]
      if (places[i] !== 0) this.exports.release(places[i])
      sizes[i] = places[i] = 0
      places[i] = this.allocate(size)
      sizes[i] = size
      return places[i]
    }
    /** @param {Uint8Array} input @param {Uint8Array} output @param {Uint32Array} numbers */
    const run = (input, output, numbers) => this.call(() => {
      const from = grow(2, input.length)
      const to = grow(3, output.length)
      this.bytes(from, input.length).set(input)
      const shared = new Uint32Array(this.exports.memory.buffer, numbersAt, BLOCK.WORDS + 1)
      shared.set(numbers)
      shared[BLOCK.WORDS] = output.length
      this.exports.run(log, from, input.length, to, numbersAt)
      numbers.set(shared.subarray(0, BLOCK.WORDS))
      output.set(this.bytes(to, numbers[BLOCK.WRITTEN]))
      return 0
    })
    this.registry.register(run, places)
    return run
  }
}

function mismatch () {
  return new Error('the engine has another interface for logs: a different or outdated build; build or install it again')
}

/** @returns {(...args: any[]) => any} */
function load () {
  if (name !== 'native') {
    const module = new Module()
    return (...args) => module.create(args)
  }
  if (typeof addon?.createLog !== 'function' || addon.logInterface !== INTERFACE) throw mismatch()
  return addon.createLog
}

module.exports = { BLOCK, INTERFACE, MORE, createLog: load() }
