'use strict'

/*
 * A WebAssembly module, and text in its memory. Each call into it notes the
 * exception that ends it.
 *
 * A call ends with an exception in two cases. If JavaScript's stack overflows,
 * as in a caller's endless recursion, only the module's own stack has to be
 * emptied. Any other exception is a trap, which would be a bug of ours: memory
 * may hold anything, so all further calls throw the same trap. Both are handled
 * before the next call: at the end of the stack not even a function can be
 * called.
 */

const { types: { isUint32Array } } = require('node:util')

const instantiate = require('./instantiate')
const { SHORT_TEXT } = require('./layout')
const { writer } = require('./string-builtins')

const UNIT = Uint16Array.BYTES_PER_ELEMENT

/** What `units` is once memory has grown, or after an exception. */
const NO_UNITS = new Uint16Array(0)

class WasmMemory {
  /** @param {string} binary the module, in base64 */
  constructor (binary) {
    /**
     * What the module exports, for calls that note an exception themselves.
     *
     * @type {Record<string, any>}
     */
    this.raw = instantiate(binary)
    const { memory, __stack_pointer: stack, ...others } = this.raw
    this.memory = memory
    this.stack = stack
    this.stackTop = stack.value
    /** All of memory, or NO_UNITS. */
    this.units = new Uint16Array(memory.buffer)
    /** @type {unknown} */
    this.failure = undefined
    /**
     * The functions that the module exports, made safe to call.
     *
     * @type {Record<string, any>}
     */
    this.wasm = Object.fromEntries(Object.entries(others).map(([name, raw]) => [name, this.guard(raw)]))
    this.shortAt = this.wasm.text()
    this.writeByBuiltins = writer(memory)
  }

  isBroken () {
    return this.failure !== undefined && !(this.failure instanceof RangeError)
  }

  renew () {
    if (this.isBroken()) throw this.failure
    this.failure = undefined
    this.stack.value = this.stackTop
    this.units = new Uint16Array(this.memory.buffer)
  }

  /**
   * Makes an exported function safe to call: once the module is broken, it throws.
   *
   * @param {Function} raw
   */
  guard (raw) {
    /** @param {number[]} args */
    return (...args) => {
      if (this.units.length === 0) this.renew()
      try {
        return raw(...args)
      } catch (error) {
        this.units = NO_UNITS
        this.failure = error
        throw error
      }
    }
  }

  /**
   * @param {number} at
   * @param {string} text
   */
  write (at, text) {
    // A write to a detached array is lost without an error.
    if (this.units.length === 0) this.renew()
    if (this.writeByBuiltins !== undefined) return this.writeByBuiltins(text, at, text.length)
    const { units } = this
    const { length } = text
    for (let i = 0, to = at / UNIT; i < length; i++, to++) units[to] = text.charCodeAt(i)
  }

  /**
   * Puts a text into memory, in place of any short one that was put before.
   *
   * @param {string} text
   * @returns {number} where it is, for drop(); 0: out of memory
   */
  put (text) {
    if (text.length > SHORT_TEXT) return this.putApart(text)
    this.write(this.shortAt, text)
    return this.shortAt
  }

  /**
   * Puts a text where it stays until it is dropped.
   *
   * @param {string} text
   * @returns {number} as put()
   */
  putApart (text) {
    const at = this.wasm.allocate(text.length * UNIT)
    if (at !== 0) this.write(at, text)
    return at
  }

  /**
   * Like putApart(), for numbers.
   *
   * @param {Uint32Array} numbers
   */
  putNumbers (numbers) {
    const at = this.wasm.allocate(numbers.byteLength)
    if (at !== 0) this.numbersAt(at, numbers.length).set(numbers)
    return at
  }

  /**
   * @param {number} at
   * @param {number} count
   */
  numbersAt (at, count) {
    return new Uint32Array(this.memory.buffer, at, count)
  }

  /** @param {number} at where something is, or 0 */
  drop (at) {
    if (at !== this.shortAt && !this.isBroken()) this.wasm.release(at)
  }

  /**
   * Calls the module with what was put into memory, then drops it.
   *
   * @template T
   * @param {number[]} places
   * @param {() => T} call
   * @returns {T | undefined} undefined if something could not be put
   */
  callWith (places, call) {
    try {
      return places.includes(0) ? undefined : call()
    } finally {
      places.forEach((at) => this.drop(at))
    }
  }

  /**
   * Calls the module with a list: see index.js.
   *
   * @template T
   * @param {unknown} text
   * @param {unknown} lengths
   * @param {(...list: number[]) => T} call
   * @returns {T | undefined}
   */
  withList (text, lengths, call) {
    if (typeof text !== 'string') return undefined
    if (lengths !== undefined && !isUint32Array(lengths)) return undefined
    const numbers = lengths ?? Uint32Array.of(text.length)
    const textAt = this.putApart(text)
    const lengthsAt = textAt && this.putNumbers(numbers)
    return this.callWith([textAt, lengthsAt], () => call(textAt, text.length, lengthsAt, numbers.length))
  }

  /** @param {unknown} numbers receives as many of layout.js's as there is room for */
  layout (numbers) {
    if (isUint32Array(numbers)) numbers.set(this.numbersAt(this.wasm.layout(), numbers.length))
  }
}

module.exports = { NO_UNITS, WasmMemory }
