'use strict'

/*
 * The WebAssembly module, and text in its memory. Every call into the module is
 * made in this file, and every exception that ends one is noted.
 *
 * A call ends with an exception in two cases. If JavaScript's stack overflows,
 * as in a caller's endless recursion, only the module's own stack has to be
 * emptied. After anything else, a trap, which would be a fault of ours, memory
 * may hold anything, and all further calls throw the same trap. Both are handled
 * before the next call: at the end of the stack not even a function can be
 * called.
 */

const instantiate = require('./instantiate')
const { SHORT_TEXT } = require('./layout')
const { writer } = require('./string-builtins')

const UNIT = Uint16Array.BYTES_PER_ELEMENT

const NO_UNITS = new Uint16Array(0)

const { memory, __stack_pointer: stack, isTrusted, walk, ...others } = instantiate(require('./wasm-binary'))
const stackTop = stack.value

const state = {
  /** All of memory; of length 0 once memory has grown, or after an exception. */
  units: new Uint16Array(memory.buffer),
  /** @type {unknown} */
  failure: undefined
}

function isBroken () {
  return state.failure !== undefined && !(state.failure instanceof RangeError)
}

function renew () {
  if (isBroken()) throw state.failure
  state.failure = undefined
  stack.value = stackTop
  state.units = new Uint16Array(memory.buffer)
}

/*
 * The three places from which the module is called. They note an exception
 * alike, without a call: see the top. The two hot ones are written out, because
 * V8 could not inline a call of a function that was passed in.
 */

/**
 * Makes a function of the module's safe to call: it throws once the module is
 * broken.
 *
 * @param {Function} raw
 */
function guarded (raw) {
  /** @param {number[]} args */
  return (...args) => {
    if (state.units.length === 0) renew()
    try {
      return raw(...args)
    } catch (error) {
      state.units = NO_UNITS
      state.failure = error
      throw error
    }
  }
}

/**
 * All that the module exports, but for the two hot functions.
 *
 * @type {Record<string, any>}
 */
const wasm = {
  memory,
  ...Object.fromEntries(Object.entries(others).map(([name, raw]) => [name, guarded(raw)]))
}

/**
 * Is an address trusted?
 *
 * @param {number} set
 * @param {string} address
 * @returns {boolean | undefined} undefined: out of memory
 */
function ask (set, address) {
  const at = put(address)
  if (at === 0) return undefined
  try {
    return isTrusted(set, at, address.length) === 1
  } catch (error) {
    state.units = NO_UNITS
    state.failure = error
    throw error
  } finally {
    drop(at)
  }
}

/**
 * Where the client is if the peer is trusted.
 *
 * @param {number} set
 * @param {string} header
 * @returns {number | undefined} undefined: out of memory
 */
function walkHeader (set, header) {
  const at = put(header)
  if (at === 0) return undefined
  try {
    return walk(set, at, header.length)
  } catch (error) {
    state.units = NO_UNITS
    state.failure = error
    throw error
  } finally {
    drop(at)
  }
}

const shortAt = wasm.text()
const writeByBuiltins = writer(memory)

/**
 * @param {number} at
 * @param {string} text
 */
function write (at, text) {
  // A write to a detached array is lost without an error.
  if (state.units.length === 0) renew()
  if (writeByBuiltins !== undefined) return writeByBuiltins(text, at, text.length)
  const { units } = state
  const { length } = text
  for (let i = 0, to = at / UNIT; i < length; i++, to++) units[to] = text.charCodeAt(i)
}

/**
 * Puts a text into memory, in place of any short one that was put before.
 *
 * @param {string} text
 * @returns {number} where it is, for drop(); 0: out of memory
 */
function put (text) {
  if (text.length > SHORT_TEXT) return putApart(text)
  write(shortAt, text)
  return shortAt
}

/**
 * Puts a text where it stays until it is dropped.
 *
 * @param {string} text
 * @returns {number} as put()
 */
function putApart (text) {
  const at = wasm.allocate(text.length * UNIT)
  if (at !== 0) write(at, text)
  return at
}

/**
 * The same for numbers.
 *
 * @param {Uint32Array} numbers
 */
function putNumbers (numbers) {
  const at = wasm.allocate(numbers.byteLength)
  if (at !== 0) numbersAt(at, numbers.length).set(numbers)
  return at
}

/**
 * @param {number} at
 * @param {number} count
 */
function numbersAt (at, count) {
  return new Uint32Array(memory.buffer, at, count)
}

/** @param {number} at where something is, or 0 */
function drop (at) {
  if (at !== shortAt && !isBroken()) wasm.release(at)
}

module.exports = { ask, drop, numbersAt, put, putApart, putNumbers, stack, state, walkHeader, wasm }
