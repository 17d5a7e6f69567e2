'use strict'

/*
 * The strict walk, by the engine that the drop-in uses too.
 *
 * `createStrict(config, text, lengths, words)` compiles a policy: `config` is a
 * Uint32Array as `CONFIG` in policy.js has it, `text` and `lengths` the entries
 * of all lists, `words` a Uint32Array that takes a request and receives an
 * answer. It returns a function, or undefined if memory ran out. Called
 *
 * - with a header, or with a peer and a header, the function says where in the
 *   header the client stands: the offset of its canonical address × 64 + its
 *   length; -1 if there is more to say. With a header alone, the peer is known
 *   to be trusted;
 * - with a peer, a header and one more argument for each `from` header, each of
 *   them a string or undefined, and a request in `words`, it writes an answer
 *   into `words` and returns 0.
 *
 * It returns undefined for what it could not read: no string, or no memory.
 */

const { createStrict, name } = require('../engine')

/** Numbers of an answer: src/core/strict/answer.h has the same. */
const REQUEST = { KIND: 0, IN_FULL: 1, GRANTED: 2, REFUSED: 3, PRESENT: 4, FROM_GRANTED: 5, FROM_REFUSED: 6 }
const REQUEST_WORDS = 7

const ANSWER = {
  REASON: 7,
  ANOMALIES: 8,
  CLIENT: 9,
  TRUSTED: 10,
  HEADER: 11,
  ASK: 12,
  ASKED: 13,
  HOPS: 14,
  WRONG_START: 15,
  WRONG_END: 16,
  PROTO_START: 17,
  PROTO_END: 18,
  HOST_START: 19,
  HOST_END: 20
}
const ANSWER_WORDS = 14

const HOP = {
  START: 0, END: 1, BARE_START: 2, BARE_END: 3, ZONE_START: 4, ZONE_END: 5, PORT: 6, FAMILY: 7, LENGTH: 8, UNITS: 9
}
const HOP_WORDS = 48

const NONE = 0xffffffff

/** @param {number} maxEntries */
function wordsFor (maxEntries) {
  return REQUEST_WORDS + ANSWER_WORDS + (maxEntries + 2) * HOP_WORDS
}

/** @param {number} hop */
function hopAt (hop) {
  return REQUEST_WORDS + ANSWER_WORDS + hop * HOP_WORDS
}

/** @returns {Function} */
function load () {
  if (name !== 'native') return require('./wasm').createStrict
  if (typeof createStrict === 'function') return createStrict
  throw new Error('the native binary has no createStrict(): a different or outdated build; build or install it again')
}

module.exports = {
  createStrict: load(),
  ANSWER,
  HOP,
  NONE,
  REQUEST,
  hopAt,
  wordsFor
}
