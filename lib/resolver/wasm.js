'use strict'

/*
 * The strict walk by WebAssembly: src/wasm/strict.c with the interface that
 * engine.js describes. Nothing in it calls back into JavaScript, so a call ends
 * before the next one begins.
 */

const { types: { isUint32Array } } = require('node:util')

const { WasmMemory } = require('../engine/wasm-memory')

const memory = new WasmMemory(require('./wasm-binary'))
const { wasm } = memory

/** Stands for an absent text. */
const NO_TEXT = [0, 0]

/**
 * Puts texts into memory, passes the place and the length of each to `call`, and
 * drops them.
 *
 * @template T
 * @param {unknown[]} texts a value that is not a string counts as absent
 * @param {(...places: number[]) => T} call
 * @returns {T | undefined} undefined: out of memory
 */
function withTexts (texts, call) {
  const places = texts.map((text) => typeof text === 'string' ? [memory.putApart(text), text.length] : NO_TEXT)
  const put = places.filter((place) => place !== NO_TEXT).map(([at]) => at)
  return memory.callWith(put, () => call(...places.flat()))
}

/**
 * @param {unknown} config
 * @param {unknown} text
 * @param {unknown} lengths
 */
function compileStrict (config, text, lengths) {
  if (!isUint32Array(config)) return undefined
  const at = memory.putNumbers(config)
  const found = memory.callWith([at], () =>
    memory.withList(text, lengths, (...list) => wasm.compile(at, config.length, ...list)))
  return found === 0 ? undefined : found
}

/**
 * @param {number} policy
 * @param {unknown} peer the header, if it is the only text
 * @param {unknown} [header]
 */
function findStrict (policy, peer, header) {
  if (typeof peer !== 'string') return undefined
  if (arguments.length < 3) return findClient(policy, peer)
  return typeof header === 'string' ? withTexts([peer, header], (...places) => wasm.find(policy, ...places)) : undefined
}

/**
 * Returns where the client is, given that the peer is trusted.
 *
 * @param {number} policy
 * @param {string} header
 */
function findClient (policy, header) {
  const at = memory.put(header)
  if (at === 0) return undefined
  try {
    return wasm.find(policy, 0, 0, at, header.length)
  } finally {
    memory.drop(at)
  }
}

/**
 * @param {number} policy
 * @param {unknown} words
 * @param {unknown} peer
 * @param {unknown} header
 * @param {unknown[]} from
 */
function walkStrict (policy, words, peer, header, ...from) {
  if (!isUint32Array(words) || words.length < wasm.words(policy)) return undefined
  const at = memory.putNumbers(words)
  return memory.callWith([at], () => withTexts([peer, header], (...places) => {
    let next = wasm.begin(policy, at, ...places)
    while (next >= 0) {
      const text = from[next]
      if (typeof text !== 'string') return undefined
      const read = withTexts([text], (...place) => wasm.read(...place))
      if (read === undefined) return undefined
      next = read
    }
    words.set(memory.numbersAt(at, wasm.used(at)))
    return 0
  }))
}

/** @param {number} policy */
function releaseStrict (policy) {
  if (!memory.isBroken()) wasm.dispose(policy)
}

module.exports = {
  compileStrict,
  findStrict,
  walkStrict,
  releaseStrict,
  layout: (/** @type {unknown} */ numbers) => memory.layout(numbers),
  memory
}
