'use strict'

/*
 * Puts the same questions to two implementations and compares the answers: results,
 * errors, and every access to the arguments.
 *
 * A round is { list, questions, subjectFirst }: a trust list, which is compiled
 * first, and questions about it. It is plain data (and `Made` values), so it can be
 * played again, reduced, and printed.
 *
 * A question is one of
 *   { op: 'trust', addr, style, hop }
 *   { op: 'all' or 'proxyaddr', shape, peer, header, by, trust }
 * where `by` is the source of the trust argument.
 */

const { types } = require('node:util')

const { Made, materialise } = require('./odd-values')
const { usual } = require('./requests')

/** An implementation, with its compiled functions, its answers and its accesses. */
class Side {
  constructor (lib) {
    this.lib = lib
    this.trust = undefined
    this.previous = undefined
    this.peer = undefined
    this.request = undefined
    this.borrowed = undefined
    this.threw = false
    this.value = undefined
    this.trace = []
    // A single array, passed again with other contents.
    this.reused = []
    this.tools = {
      log: (...seen) => { this.trace.push(seen.length, ...seen) }, lib, trust: undefined, req: undefined
    }
  }

  /** Calls `action(this, subject)` and keeps the result or error. */
  perform (action, subject) {
    if (this.trace.length > 0) this.trace = []
    this.peer = undefined
    try {
      this.value = action(this, subject)
      this.threw = false
    } catch (error) {
      this.value = error
      this.threw = true
    }
  }

  build (value) {
    if (!Array.isArray(value)) return materialise(value, this.tools)
    if (!value.some((element) => element instanceof Made)) return value
    return value.map((element) => materialise(element, this.tools))
  }
}

class Duel {
  /**
   * @param {object} reference the module whose answers are right
   * @param {object} subject the module under test
   */
  constructor (reference, subject) {
    this.reference = new Side(reference)
    this.subject = new Side(subject)
    this.subjectFirst = false
    this.comparisons = 0
  }

  /** @returns {boolean} whether both compile it with the same result */
  compile (list) {
    const copy = Array.isArray(list) ? list.slice() : undefined
    for (const side of [this.reference, this.subject]) side.trust = side.tools.trust = undefined
    this.both(compile, list)
    if (copy && !sameElements(list, copy)) return false
    if (!this.agree(sameFunction)) return false
    for (const side of [this.reference, this.subject]) {
      if (!side.threw) side.trust = side.tools.trust = side.previous = side.value
    }
    return true
  }

  /** @returns {boolean} whether both give the same answer */
  ask (question) {
    if (question.op === 'trust') {
      this.both(ACTIONS.trust, question)
    } else {
      this.lend(question)
      this.both(question.op === 'all' ? ACTIONS.all : ACTIONS.proxyaddr, question)
    }
    return this.agree(sameValue)
  }

  /** The arguments that both sides share: a request that nothing changes, a trust function. */
  lend ({ by, shape, peer, header, trust }) {
    const { reference, subject } = this
    const shared = shape === usual && !(peer instanceof Made) && !(header instanceof Made) &&
      !(trust instanceof Made)
    reference.request = subject.request = shared ? usual(peer, header) : undefined
    reference.borrowed = subject.borrowed = by === 'subject' ? subject.trust : reference.trust
  }

  both (action, subject) {
    this.comparisons++
    if (this.subjectFirst) this.subject.perform(action, subject)
    this.reference.perform(action, subject)
    if (!this.subjectFirst) this.subject.perform(action, subject)
  }

  agree (same) {
    const { reference, subject } = this
    if (reference.threw !== subject.threw) return false
    const compare = reference.threw ? sameValue : same
    if (!compare(reference.value, subject.value, reference, subject)) return false
    if (reference.trace.length === 0 && subject.trace.length === 0) return true
    return sameList(reference.trace, subject.trace, reference, subject)
  }

  /**
   * Plays a whole round.
   *
   * @returns {number} -1 if all answers agree, 0 if the results of compiling
   *   differ, otherwise the number of the first question whose answers differ, from 1
   */
  play (round) {
    this.subjectFirst = round.subjectFirst
    if (!this.compile(round.list)) return 0
    const accepted = !this.reference.threw
    for (let i = 0; i < round.questions.length; i++) {
      if (!accepted && needsTrust(round.questions[i])) continue
      if (!this.ask(round.questions[i])) return i + 1
    }
    return -1
  }
}

function compile (side, list) {
  return side.lib.compile(side.build(list))
}

const ACTIONS = {
  trust (side, { addr, style, hop }) {
    const value = materialise(addr, side.tools)
    switch (style) {
      case 0: return side.trust(value)
      case 1: return side.trust(value, 0)
      case 2: return side.trust.call(value, value, 3, 'more')
      case 3: return [side.trust(value), side.trust(value)]
      case 5: return side.trust(value, materialise(hop, side.tools))
      default: return side.trust()
    }
  },

  all (side, question) {
    const req = request(side, question)
    if (question.by === 'missing') return side.lib.all(req)
    return side.lib.all(req, trustArgument(side, question))
  },

  proxyaddr (side, question) {
    const req = request(side, question)
    if (question.by === 'missing') return side.lib(req)
    return side.lib(req, trustArgument(side, question))
  }
}

function request (side, { shape, peer, header }) {
  if (side.request !== undefined) return side.request
  if (shape instanceof Made) return materialise(shape, side.tools)
  side.peer = materialise(peer, side.tools)
  side.tools.req = shape(side.peer, materialise(header, side.tools), side.tools)
  return side.tools.req
}

function trustArgument (side, { by, trust }) {
  switch (by) {
    case 'compiled': return side.trust
    case 'reference':
    case 'subject': return side.borrowed
    case 'reused':
      side.reused.length = 0
      side.reused.push(...trust)
      return side.reused
    default: return side.build(trust)
  }
}

/** Returns whether the question makes sense only if the list was accepted. */
function needsTrust ({ op, by, trust }) {
  return op === 'trust' || by === 'compiled' || by === 'reference' || by === 'subject' ||
    by === 'wrapper'
}

function sameElements (list, copy) {
  if (list.length !== copy.length) return false
  for (let i = 0; i < copy.length; i++) {
    if (!Object.is(list[i], copy[i])) return false
  }
  return true
}

/** Returns whether two compiled functions look alike, and are both new or both known. */
function sameFunction (a, b, reference, subject) {
  return typeof b === 'function' && a.name === b.name && a.length === b.length &&
    (a === reference.previous) === (b === subject.previous) &&
    Object.getPrototypeOf(a) === Object.getPrototypeOf(b) &&
    sameElements(Object.getOwnPropertyNames(b), Object.getOwnPropertyNames(a))
}

function sameValue (a, b, reference, subject) {
  if (Object.is(a, b)) return true
  if (typeof a !== typeof b || a === null || b === null) return false
  if (typeof a !== 'object' && typeof a !== 'function') return false
  // A value that a side made itself must come back from that side.
  if (a === reference.peer || b === subject.peer) return a === reference.peer && b === subject.peer
  if (types.isNativeError(a)) return sameError(a, b)
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (!Array.isArray(a)) return Object.prototype.toString.call(a) === Object.prototype.toString.call(b)
  return Array.isArray(b) && Object.isExtensible(b) && sameList(a, b, reference, subject)
}

function sameList (a, b, reference, subject) {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (!sameValue(a[i], b[i], reference, subject)) return false
  }
  return true
}

function sameError (a, b) {
  return types.isNativeError(b) && a.constructor === b.constructor && a.message === b.message &&
    sameElements(Reflect.ownKeys(b).sort(), Reflect.ownKeys(a).sort())
}

module.exports = { Duel, needsTrust }
