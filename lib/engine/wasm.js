'use strict'

/*
 * The WebAssembly engine: src/wasm/module.c with the interface that index.js
 * describes. Nothing in it calls back into JavaScript, so a call ends before
 * the next one begins; a worker has a module of its own.
 */

const { types: { isUint32Array } } = require('node:util')

const { DESCRIPTION, HOP } = require('./layout')
const { ask, drop, numbersAt, put, putApart, putNumbers, walkHeader, wasm } = require('./wasm-memory')

const descriptionAt = wasm.description()

const asked = new Uint32Array(1)

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
 * Calls the module with what has been put, and drops that.
 *
 * @template T
 * @param {number[]} places
 * @param {() => T} call
 * @returns {T | undefined} undefined if something could not be put
 */
function callWith (places, call) {
  try {
    return places.includes(0) ? undefined : call()
  } finally {
    places.forEach(drop)
  }
}

/**
 * Calls the module with a list.
 *
 * @template T
 * @param {unknown} text
 * @param {unknown} lengths
 * @param {(...list: number[]) => T} call
 * @returns {T | undefined}
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
  return found === 0 ? undefined : found
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
  if (found < 0) return null
  try {
    asked[0] = found
    return resolve(peer, header)
  } finally {
    drop(found)
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
    const at = put(text)
    const fault = callWith([at], () => call(at, text.length))
    if (fault !== undefined) numbers.set(numbersAt(descriptionAt, DESCRIPTION))
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
  const at = putNumbers(numbers)
  return callWith([at], () => {
    const answer = call(at)
    numbers.set(numbersAt(at, numbers.length))
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
  return withList(text, lengths, (...list) => withList(chain, chainLengths, (...hops) => {
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

/** @param {unknown} numbers */
function layout (numbers) {
  if (isUint32Array(numbers)) numbers.set(numbersAt(wasm.layout(), numbers.length))
}

module.exports = {
  compile,
  release: drop,
  asked,
  isTrusted,
  walk,
  resolve,
  resolveOnce,
  describeAddress: describeBy(wasm.describeAddress),
  describeEntry: describeBy(wasm.describeEntry),
  describeChain,
  names,
  layout
}
