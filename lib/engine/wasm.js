'use strict'

/*
 * The WebAssembly engine: src/wasm/module.c with the interface that index.js
 * describes. Nothing in it calls back into JavaScript, so a call ends before
 * the next one begins; a worker has a module of its own.
 */

const { types: { isUint32Array } } = require('node:util')

const { DESCRIPTION, HOP } = require('./layout')
const { NO_UNITS, WasmMemory } = require('./wasm-memory')

const memory = new WasmMemory(require('./wasm-binary'))
const { raw, wasm } = memory

const descriptionAt = wasm.description()
const asked = new Uint32Array(1)

/*
 * The two hot functions note an exception inline: see wasm-memory.js. They are
 * written out, because V8 could not inline a call of a function that was passed
 * in.
 */

/**
 * Returns whether an address is trusted.
 *
 * @param {number} set
 * @param {string} address
 * @returns {boolean | undefined} undefined: out of memory
 */
function ask (set, address) {
  const at = memory.put(address)
  if (at === 0) return undefined
  try {
    return raw.isTrusted(set, at, address.length) === 1
  } catch (error) {
    memory.units = NO_UNITS
    memory.failure = error
    throw error
  } finally {
    memory.drop(at)
  }
}

/**
 * Returns where the client is, given that the peer is trusted.
 *
 * @param {number} set
 * @param {string} header
 * @returns {number | undefined} undefined: out of memory
 */
function walkHeader (set, header) {
  const at = memory.put(header)
  if (at === 0) return undefined
  try {
    return raw.walk(set, at, header.length)
  } catch (error) {
    memory.units = NO_UNITS
    memory.failure = error
    throw error
  } finally {
    memory.drop(at)
  }
}

/** @param {unknown} header */
function walk (header) {
  return typeof header === 'string' ? walkHeader(asked[0], header) : undefined
}

/**
 * @param {unknown} peer
 * @param {unknown} header
 */
function resolve (peer, header) {
  const trusted = typeof peer === 'string' ? ask(asked[0], peer) : undefined
  if (trusted === undefined) return undefined
  // The header of an untrusted peer is not even read.
  return trusted ? walk(header) : 0
}

/** @param {unknown} address */
function isTrusted (address) {
  const trusted = typeof address === 'string' ? ask(asked[0], address) : undefined
  // eslint-disable-next-line no-throw-literal
  if (trusted === undefined) throw undefined
  return trusted
}

/**
 * @param {unknown} text
 * @param {unknown} lengths
 */
function compile (text, lengths) {
  const found = memory.withList(text, lengths, wasm.compile)
  return found === 0 ? undefined : found
}

/**
 * @param {unknown} text
 * @param {unknown} lengths
 * @param {unknown} peer
 * @param {unknown} header
 */
function resolveOnce (text, lengths, peer, header) {
  const found = memory.withList(text, lengths, wasm.compile)
  if (found === undefined || found === 0) return undefined
  if (found < 0) return null
  try {
    asked[0] = found
    return resolve(peer, header)
  } finally {
    memory.drop(found)
  }
}

/** @param {(at: number, length: number) => number} call */
function describeBy (call) {
  /**
   * @param {unknown} text
   * @param {unknown} numbers
   */
  return (text, numbers) => {
    if (typeof text !== 'string' || !isUint32Array(numbers) || numbers.length < DESCRIPTION) return undefined
    const at = memory.put(text)
    const fault = memory.callWith([at], () => call(at, text.length))
    if (fault !== undefined) numbers.set(memory.numbersAt(descriptionAt, DESCRIPTION))
    return fault
  }
}

/**
 * Calls the module with memory for numbers, and copies what it wrote there.
 *
 * @template T
 * @param {Uint32Array} numbers receives what was written
 * @param {(at: number) => T} call
 * @returns {T | undefined}
 */
function withNumbers (numbers, call) {
  const at = memory.putNumbers(numbers)
  return memory.callWith([at], () => {
    const answer = call(at)
    numbers.set(memory.numbersAt(at, numbers.length))
    return answer
  })
}

/**
 * @param {unknown} text
 * @param {unknown} lengths
 * @param {unknown} chain
 * @param {unknown} chainLengths
 * @param {unknown} numbers
 */
function describeChain (text, lengths, chain, chainLengths, numbers) {
  if (!isUint32Array(numbers)) return undefined
  return memory.withList(text, lengths, (...list) => memory.withList(chain, chainLengths, (...hops) => {
    const size = hops[3] * HOP
    if (numbers.length < size) return undefined
    return withNumbers(numbers.subarray(0, size), (at) => {
      wasm.describeChain(...list, ...hops, at)
      return true
    })
  }))
}

/** @param {unknown} numbers */
function names (numbers) {
  return isUint32Array(numbers) ? withNumbers(numbers, (at) => wasm.names(at, numbers.length)) : undefined
}

module.exports = {
  compile,
  release: (/** @type {number} */ set) => memory.drop(set),
  asked,
  isTrusted,
  walk,
  resolve,
  resolveOnce,
  describeAddress: describeBy(wasm.describeAddress),
  describeEntry: describeBy(wasm.describeEntry),
  describeChain,
  names,
  layout: (/** @type {unknown} */ numbers) => memory.layout(numbers),
  memory
}
