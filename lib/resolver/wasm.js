'use strict'

/*
 * The strict walk by WebAssembly: src/wasm/strict.c, made what engine.js
 * describes. Nothing in it calls back into JavaScript, so a call is over before
 * the next begins.
 *
 * If JavaScript's stack overflows within a call, the module's own stack has to
 * be emptied. After a trap nobody knows what is in memory, so that all further
 * calls throw what it threw.
 */

const { types: { isUint32Array } } = require('node:util')
const instantiate = require('../engine/instantiate')

const UNIT = Uint16Array.BYTES_PER_ELEMENT
const WORD = Uint32Array.BYTES_PER_ELEMENT

/** PA_OK and PA_ERR_MEMORY in src/core/subnet.h. */
const OK = 0
const NO_MEMORY = 3
/** HOPS and what follows it: src/core/strict/answer.h. */
const HOPS = 14
const FIRST_HOP = 21
const HOP_WORDS = 48

const wasm = instantiate(require('./wasm-binary'))
const { memory, allocate, release, __stack_pointer: stack } = wasm
const stackTop = stack.value

/** @type {unknown} */
let failure
let units = new Uint16Array(memory.buffer)

/** Memory of the call under way. @type {number[]} */
const held = []

/** Thrown where there is no memory, and answered by undefined. */
const noMemory = new RangeError('out of memory')

/** @param {number} size in bytes */
function take (size) {
  // Nothing is at 0, so an empty text is somewhere, too.
  const at = allocate(Math.max(size, WORD))
  if (at === 0) throw noMemory
  if (units.length === 0) units = new Uint16Array(memory.buffer)
  return at
}

/** @param {number} size in bytes @returns {number} where they are, until the call is over */
function hold (size) {
  const at = take(size)
  held.push(at)
  return at
}

/** @param {string} text */
function put (text) {
  const at = hold(text.length * UNIT)
  for (let i = 0, to = at / UNIT; i < text.length; i++, to++) units[to] = text.charCodeAt(i)
  return at
}

/** @param {number} at @param {number} length */
function wordsAt (at, length) {
  return new Uint32Array(memory.buffer, at, length)
}

/** @param {Uint32Array} numbers */
function putNumbers (numbers) {
  const at = hold(numbers.length * WORD)
  wordsAt(at, numbers.length).set(numbers)
  return at
}

/** @template T @param {() => T} run @returns {T | undefined} */
function call (run) {
  if (failure instanceof WebAssembly.RuntimeError) throw failure
  stack.value = stackTop
  try {
    return run()
  } catch (error) {
    if (error === noMemory) return undefined
    failure = error
    throw error
  } finally {
    if (!(failure instanceof WebAssembly.RuntimeError)) held.forEach((at) => release(at))
    held.length = 0
  }
}

/** @param {{ policy: number, words: number }} places */
function dispose ({ policy, words }) {
  if (failure instanceof WebAssembly.RuntimeError) return
  wasm.dispose(policy)
  release(words)
}

/** Policies whose function was collected are freed. */
const registry = new FinalizationRegistry(dispose)

/**
 * @param {{ policy: number, words: number }} places
 * @param {unknown} peer undefined if it is known to be trusted
 * @param {unknown} header
 */
function quickly ({ policy, words }, peer, header) {
  if (typeof header !== 'string' || (peer !== undefined && typeof peer !== 'string')) return undefined
  return call(() => wasm.quickly(policy, words, peer === undefined ? 0 : put(peer), peer?.length ?? 0,
    put(header), header.length))
}

/**
 * @param {{ policy: number, words: number }} places
 * @param {Uint32Array} shared
 * @param {unknown[]} texts the peer, the header, and those of `from`
 */
function inFull ({ policy, words }, shared, [peer, header, ...from]) {
  return call(() => {
    const place = (/** @type {unknown} */ text) => typeof text === 'string' ? [put(text), text.length] : [0, 0]
    const peerAt = place(peer)
    const headerAt = place(header)
    wordsAt(words, FIRST_HOP).set(shared.subarray(0, FIRST_HOP))
    let next = wasm.begin(policy, words, ...peerAt, ...headerAt)
    while (next >= 0) {
      const text = from[next]
      if (typeof text !== 'string') return undefined
      next = wasm.read(...place(text))
    }
    const [hops] = wordsAt(words + HOPS * WORD, 1)
    shared.set(wordsAt(words, FIRST_HOP + hops * HOP_WORDS))
    return 0
  })
}

/**
 * @param {{ policy: number, words: number }} places
 * @param {Uint32Array} shared
 */
function makeFunction (places, shared) {
  /** @param {unknown[]} args */
  function strict (...args) {
    if (args.length > 2) return inFull(places, shared, args)
    return args.length > 1 ? quickly(places, args[0], args[1]) : quickly(places, undefined, args[0])
  }
  registry.register(strict, places)
  return strict
}

/**
 * @param {unknown} config
 * @param {unknown} text
 * @param {unknown} lengths
 * @param {unknown} shared
 */
function createStrict (config, text, lengths, shared) {
  if (!isUint32Array(config) || typeof text !== 'string' || !isUint32Array(lengths) || !isUint32Array(shared)) {
    return undefined
  }
  return call(() => {
    const policy = hold(wasm.policySize())
    const words = hold(shared.length * WORD)
    const error = wasm.compile(putNumbers(config), config.length, put(text), text.length,
      putNumbers(lengths), lengths.length, policy)
    if (error !== OK) return error === NO_MEMORY ? undefined : error
    // Both outlive the call.
    held.splice(0, 2)
    return makeFunction({ policy, words }, shared)
  })
}

/** @param {number} maxEntries */
function strictWords (maxEntries) {
  return wasm.strictWords(maxEntries)
}

module.exports = { createStrict, strictWords }
