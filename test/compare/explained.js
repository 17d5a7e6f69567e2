'use strict'

/*
 * explain() in the shape of proxy-addr, so that a Duel can compare its answers. Both
 * sides answer with a list of one, the address, or with the text of an error: an
 * explanation keeps the message of an error.
 */

const { Material } = require('./rounds')
const { ofPackage } = require('./settings')

/** The words that explain() adds to an error about such a header. */
const ADDED = /: X-Forwarded-For is an? \w+, not text$/

function messageOf (thrown) {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'something was thrown that has no text'
  }
}

/** Distinguishes errors from addresses; both sides throw on misuse. */
function answered (lib) {
  return Object.assign((req, trust) => {
    if (!req) return lib(req, trust)
    try {
      return [lib(req, trust)]
    } catch (error) {
      return messageOf(error)
    }
  }, { all: lib.all, compile: lib.compile })
}

/** A socket's address may be a String object whose toString() returns another text. */
function isTrustedByNothing ({ by, verdict, canonical, from }) {
  if (verdict !== 'trusted') return by !== undefined
  if (by === undefined) return true
  return by.rule === 'list' && by.entry === undefined && canonical !== undefined && from !== 'socket'
}

/** The first two will do: it takes a compile. */
function isMisread (lib, { text, canonical }) {
  return canonical !== undefined && !lib.compile(canonical)(text)
}

/**
 * Checks what must be true of every explanation, as well.
 *
 * @param {object} lib the package
 * @param {Function} compile
 */
function explained (lib, compile) {
  return Object.assign((req, trust) => {
    const explanation = lib.explain(req, trust)
    const { error, hops } = explanation
    const header = hops.filter(({ start }) => start !== undefined)
    const clients = hops.filter(({ verdict }) => verdict !== 'trusted' && verdict !== 'not reached')
    if (('address' in explanation) === (error !== undefined)) throw new Error('an explanation must have either an address or an error')
    if (error === undefined && clients.length > 1) throw new Error('the walk continued past the client')
    if (header.some(({ start, end, text }) => end - start !== text.length)) throw new Error("a hop's start and end do not fit its text")
    if (hops.slice(0, 2).some((hop) => isMisread(lib, hop))) throw new Error("a hop's canonical address differs from what the core reads")
    if (hops.some(isTrustedByNothing)) throw new Error('a hop is trusted by no entry')
    if (String(explanation).split('\n').length < Math.min(hops.length, 8)) throw new Error('the text of the explanation lacks hops')
    if ((explanation.reason === undefined) === (error === undefined)) throw new Error('an explanation must have either a reason or an error')
    return error === undefined ? [explanation.address] : error.replace(ADDED, '')
  }, { all: lib.all, compile })
}

/** Whether a question can be put to explain(). */
function aboutRequests (Kind) {
  return class extends Kind {
    trustQuestion () {
      return this.request('proxyaddr', 'compiled')
    }

    request (op, by, trust) {
      return super.request('proxyaddr', by, trust)
    }
  }
}

/** @param {{ reference: object, subject: object }} sides */
function explainedSides (sides) {
  const { subject } = sides
  return {
    ...sides,
    reference: answered(sides.reference),
    subject: explained(subject, subject.compile),
    material: aboutRequests(Material),
    asked: '--explain'
  }
}

/**
 * Like explainedSides(), for settings.
 *
 * @param {{ reference: object, material: Function }} sides
 * @param {object} lib the package
 */
function explainedSettings (sides, lib) {
  return {
    ...sides,
    reference: answered(sides.reference),
    subject: explained(lib, ofPackage(lib).compile),
    material: aboutRequests(sides.material),
    asked: `${sides.asked} --explain`
  }
}

module.exports = { explainedSettings, explainedSides }
