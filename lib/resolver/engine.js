'use strict'

/*
 * The strict walk, on the engine that the drop-in uses too.
 *
 * `compileStrict(config, text, lengths)` compiles a policy: `config` is a
 * Uint32Array as `configOf` in policy.js makes it, `text` and `lengths` are the
 * entries of all lists. Returns a number above 0, the handle of the policy, valid
 * until it is released by `releaseStrict(policy)`; a number below 0 if it is
 * invalid; undefined if memory ran out.
 *
 * `findStrict(policy, header)`, for a peer that is known to be trusted, and
 * `findStrict(policy, peer, header)` return where in the header the client is:
 * the offset of its canonical address × 64 + its length; -1 if that would not be
 * the whole answer.
 *
 * `walkStrict(policy, words, peer, header, from…)` takes a request in `words`, a
 * Uint32Array, and one more text for each `from` header. A value that is not a
 * string counts as absent. It writes an answer into `words` and returns 0.
 *
 * They return undefined if an argument is not a string where it must be one, if
 * `words` is too short, or if memory ran out.
 */

const { addon } = require('../engine')
const { mismatch } = require('../engine/layout')

const EXPORTS = ['compileStrict', 'findStrict', 'walkStrict', 'releaseStrict', 'layout']

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

/** @returns {any} */
function load () {
  const engine = addon ?? require('./wasm')
  const reason = mismatch(engine, EXPORTS)
  if (reason === undefined) return engine
  throw new Error(`the resolver cannot be used: ${reason}; build or install proxy-addr-native again`)
}

const { compileStrict, findStrict, walkStrict, releaseStrict } = load()

module.exports = {
  compileStrict,
  findStrict,
  walkStrict,
  releaseStrict,
  ANSWER,
  HOP,
  NONE,
  REQUEST,
  hopAt,
  wordsFor
}
