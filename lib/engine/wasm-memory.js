'use strict'

/*
 * The WebAssembly module, and text in its memory.
 *
 * A call ends with an exception in two cases. If JavaScript's stack overflows,
 * as in a caller's endless recursion, only the module's own stack has to be
 * emptied. After a trap, which would be a fault of ours, memory may hold
 * anything, and all further calls throw the same trap. Both are handled when the
 * next argument is put: at the end of the stack not even a function can be
 * called.
 */

// Contexts of node:vm have no such global.
const { Buffer } = require('node:buffer')
const { SHORT_TEXT } = require('./layout')
const { writer } = require('./string-builtins')

const UNIT = Uint16Array.BYTES_PER_ELEMENT

const NO_UNITS = new Uint16Array(0)

/** @returns {Record<string, any>} */
function instantiate () {
  const bytes = Buffer.from(require('./wasm-binary'), 'base64')
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports
}

const wasm = instantiate()
const { memory, allocate, release, __stack_pointer: stack } = wasm
const stackTop = stack.value
const shortAt = wasm.text()
const writeByBuiltins = writer(memory)

const state = {
  /** All of memory; of length 0 once memory has grown, or after an exception. */
  units: new Uint16Array(memory.buffer),
  /** @type {unknown} */
  failure: undefined
}

function isBroken () {
  return state.failure instanceof WebAssembly.RuntimeError
}

function renew () {
  if (isBroken()) throw state.failure
  state.failure = undefined
  stack.value = stackTop
  state.units = new Uint16Array(memory.buffer)
}

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
  if (state.units.length === 0) renew()
  const at = allocate(text.length * UNIT)
  if (at !== 0) write(at, text)
  return at
}

/**
 * The same for numbers.
 *
 * @param {Uint32Array} numbers
 */
function putNumbers (numbers) {
  if (state.units.length === 0) renew()
  const at = allocate(numbers.byteLength)
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
  if (at !== shortAt && !isBroken()) release(at)
}

module.exports = { NO_UNITS, drop, numbersAt, put, putApart, putNumbers, state, wasm }
