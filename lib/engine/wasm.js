'use strict'

/*
 * The WebAssembly door: src/wasm/module.c behind the interface that index.js
 * describes. Nothing in it calls back into JavaScript, so a call is over before
 * the next begins; a worker has a module of its own.
 */

const { types: { isUint32Array } } = require('node:util')

const { NO_UNITS, drop, put, putApart, putNumbers, state, wasm } = require('./wasm-memory')

const { isTrusted, walk, memory } = wasm

/** Every number of a description; PA_DESCRIPTION_WORDS in src/core/why/describe.h. */
const FACTS = 237

const descriptionAt = wasm.description()

/** Sets whose function was collected are freed, and their memory is used again. */
const registry = new FinalizationRegistry(drop)

/*
 * The two hot calls. They are alike, but a function that was given the one to
 * make could not have it compiled into it. An exception is noted without a
 * call: see wasm-memory.js.
 */

/**
 * @param {number} set
 * @param {unknown} address
 * @returns {boolean | undefined}
 */
function ask (set, address) {
  if (typeof address !== 'string') return undefined
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
 * @param {number} set
 * @param {unknown} header
 * @returns {number | undefined}
 */
function walkBehind (set, header) {
  if (typeof header !== 'string') return undefined
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

/**
 * @param {number} set
 * @param {unknown} peer
 * @param {unknown} header
 */
function resolve (set, peer, header) {
  const trusted = ask(set, peer)
  if (trusted === undefined) return undefined
  // Behind an untrusted peer the header need not even be read.
  return trusted ? walkBehind(set, header) : 0
}

/** @param {number} set */
function makeFunction (set) {
  /** @param {any[]} args */
  function trustSet (...args) {
    if (args.length > 2) return walkBehind(set, args[1])
    if (args.length > 1) return resolve(set, args[0], args[1])
    const trusted = ask(set, args[0])
    // eslint-disable-next-line no-throw-literal
    if (trusted === undefined) throw undefined
    return trusted
  }
  registry.register(trustSet, set)
  return trustSet
}

/**
 * Calls the module with what has been put, and drops that.
 *
 * @param {number[]} places
 * @param {() => number | undefined} call
 * @returns {number | undefined} undefined if something could not be put
 */
function callWith (places, call) {
  try {
    return places.includes(0) ? undefined : call()
  } catch (error) {
    state.units = NO_UNITS
    state.failure = error
    throw error
  } finally {
    places.forEach(drop)
  }
}

/**
 * Calls the module with a list.
 *
 * @param {unknown} text
 * @param {unknown} lengths
 * @param {(...list: number[]) => number | undefined} call
 * @returns {number | undefined}
 */
function withList (text, lengths, call) {
  if (typeof text !== 'string') return undefined
  if (lengths !== undefined && !isUint32Array(lengths)) return undefined
  const numbers = lengths ?? Uint32Array.of(text.length)
  const textAt = putApart(text)
  const lengthsAt = textAt && putNumbers(numbers)
  return callWith([textAt, lengthsAt], () => call(textAt, text.length, lengthsAt, numbers.length))
}

/**
 * @param {unknown} text
 * @param {unknown} lengths
 */
function compile (text, lengths) {
  const found = withList(text, lengths, wasm.compile)
  if (found === undefined || found === 0) return undefined
  return found < 0 ? makeFunction(-found) : found
}

/**
 * @param {unknown} text
 * @param {unknown} lengths
 * @param {unknown} peer
 * @param {unknown} header
 */
function resolveOnce (text, lengths, peer, header) {
  const found = withList(text, lengths, wasm.compile)
  if (found === undefined || found === 0) return undefined
  if (found > 0) return null
  try {
    return resolve(-found, peer, header)
  } finally {
    drop(-found)
  }
}

/** @param {(at: number, length: number) => number} call */
function describeBy (call) {
  /**
   * @param {unknown} text
   * @param {unknown} facts
   */
  return (text, facts) => {
    if (typeof text !== 'string' || !isUint32Array(facts) || facts.length < FACTS) return undefined
    const at = put(text)
    const fault = callWith([at], () => call(at, text.length))
    if (fault !== undefined) facts.set(new Uint32Array(memory.buffer, descriptionAt, FACTS))
    return fault
  }
}

/**
 * @param {unknown} text
 * @param {unknown} lengths
 * @param {unknown} address
 */
function findEntry (text, lengths, address) {
  if (typeof address !== 'string') return undefined
  return withList(text, lengths, (...list) => {
    const at = put(address)
    return callWith([at], () => wasm.findEntry(...list, at, address.length))
  })
}

module.exports = {
  compile,
  resolveOnce,
  describeAddress: describeBy(wasm.describeAddress),
  describeEntry: describeBy(wasm.describeEntry),
  findEntry
}
