'use strict'

/*
 * How the client of a request is found, as plain data. The walk is that of
 * proxyaddr(), asking the same questions in the same order; that the answers
 * are the same is tested. Parameters are described in index.d.ts.
 */

const { types: { isPromise, isStringObject } } = require('node:util')
const { describeChain } = require('../facts')
const { kindOf, readChain } = require('./chain')
const { faultOf } = require('./faults')
const { readTrust } = require('./rule')
const { trace } = require('./trace')

/** @typedef {import('./chain').Link} Link */
/** @typedef {import('./rule').Rule} Rule */
/** @typedef {import('../facts').HopFacts} HopFacts */
/** @typedef {import('../facts').Match} Match */
/** @typedef {import('../../index').Explanation} Explanation */
/** @typedef {import('../../index').Explanation.Hop} Hop */
/** @typedef {NonNullable<Explanation['reason']>} Ended */
/** @typedef {Partial<Pick<Explanation, 'address' | 'reason' | 'error'>>} Outcome */

/**
 * The text of an address, if it has one: a String object counts as its text.
 * No code of the user's is run to get at it.
 *
 * @param {any} value
 * @returns {string | undefined}
 */
function textOf (value) {
  if (typeof value === 'string') return value
  return isStringObject(value) ? String.prototype.valueOf.call(value) : undefined
}

/**
 * What can be said without asking anybody for trust.
 *
 * @param {Link} link
 * @param {HopFacts} facts
 * @returns {Hop}
 */
function describe ({ value, ...place }, facts) {
  const text = textOf(value)
  /** @type {Hop} */
  const hop = { ...place, verdict: 'not reached' }
  if (text === undefined) {
    const message = value === undefined || value === null ? 'no address' : `${kindOf(value)}, no text`
    return { ...hop, fault: { kind: 'type', start: 0, end: 0, message } }
  }
  hop.text = text
  if (facts.text === undefined) return { ...hop, fault: faultOf(text, facts) }
  hop.canonical = facts.text
  if (facts.forms.length > 0) hop.forms = facts.forms
  return hop
}

/**
 * The entry of a list that trusts an address.
 *
 * @param {readonly string[] | undefined} entries
 * @param {Match | undefined} match
 */
function entryFor (entries, match) {
  if (entries === undefined || match === undefined) return undefined
  const { index, isName, subnet } = match
  const entry = entries[index]
  return { entry, index, ...isName && { name: entry }, subnet }
}

/**
 * The live list that a rule is of, and its age in seconds.
 *
 * @param {{ list?: import('../../trust/brand').LiveList }} rule
 */
function liveList ({ list }) {
  if (list === undefined) return undefined
  const { name, state: { age } } = list
  return { list: name, ...age !== undefined && { age } }
}

/**
 * Why an address is trusted.
 *
 * @param {Rule} rule
 * @param {Match | undefined} match the entry that the address matches
 * @param {unknown} answer the trust function's
 * @returns {import('../../index').Explanation.Reason}
 */
function reasonFor (rule, match, answer) {
  switch (rule.kind) {
    case 'list': return { rule: 'list', ...entryFor(rule.entries, match), ...liveList(rule) }
    case 'hops': return { rule: 'hops', hops: rule.hops }
    case 'all': return { rule: 'all' }
    default: return { rule: 'function', returned: isPromise(answer) ? 'promise' : typeof answer }
  }
}

/**
 * @param {Rule} rule
 * @param {Hop} hop
 * @param {Match | undefined} match
 * @param {unknown} answer
 */
function judge (rule, hop, match, answer) {
  hop.verdict = answer ? 'trusted' : 'untrusted'
  if (answer) hop.by = reasonFor(rule, match, answer)
}

/**
 * Why the walk ended before the end of the chain.
 *
 * @param {Rule} rule
 * @param {Hop} hop
 * @returns {Ended}
 */
function stopReason (rule, hop) {
  if (rule.kind !== 'list' || hop.fault === undefined) return 'untrusted'
  return hop.from === 'socket' && !hop.text ? 'no socket address' : 'not an address'
}

/**
 * @param {Rule | undefined} rule
 * @returns {readonly string[]} the entries that are known
 */
function listOf (rule) {
  return rule?.kind === 'list' && rule.entries !== undefined ? rule.entries : []
}

/**
 * Reads the trust argument and describes the chain, even if that throws.
 *
 * @param {Link[]} chain
 * @param {any} trust
 * @param {Hop[]} hops receives the chain
 */
function prepare (chain, trust, hops) {
  /** @type {ReturnType<typeof readTrust> | undefined} */
  let read
  /** @type {HopFacts[]} */
  let facts = []
  try {
    read = readTrust(trust)
  } finally {
    facts = describeChain(listOf(read?.rule), chain.map(({ value }) => textOf(value) ?? ''))
    chain.forEach((link, i) => hops.push(describe(link, facts[i])))
  }
  return { ...read, facts }
}

/**
 * @param {Link[]} chain
 * @param {Hop[]} hops receives the chain, judged
 * @param {any} trust
 * @param {Ended} ifAlone
 * @returns {Outcome}
 */
function walk (chain, hops, trust, ifAlone) {
  const { test, rule, facts } = prepare(chain, trust, hops)
  const last = chain.length - 1
  for (let i = 0; i < last; i++) {
    const { value } = chain[i]
    hops[i].verdict = 'not judged'
    const answer = test(value, i)
    judge(rule, hops[i], facts[i].match, answer)
    if (!answer) return { address: value, reason: stopReason(rule, hops[i]) }
  }
  const { value } = chain[last]
  // proxyaddr() asks nobody about the last address. A rule knows all the same.
  if (rule.kind === 'function' || typeof value !== 'string') hops[last].verdict = 'not asked'
  else judge(rule, hops[last], facts[last].match, test(value, last))
  return { address: value, reason: last === 0 ? ifAlone : 'end of chain' }
}

/** @param {any} thrown */
function messageOf (thrown) {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'something was thrown that has no text'
  }
}

/**
 * @param {any} req
 * @param {any} trust
 * @param {Hop[]} hops receives the chain, as far as it could be read
 * @returns {Outcome}
 */
function find (req, trust, hops) {
  /** @type {Link[]} */
  const chain = []
  try {
    if (!trust) throw new TypeError('trust argument is required')
    const ifAlone = readChain(req, chain)
    return walk(chain, hops, trust, ifAlone)
  } catch (error) {
    for (const hop of hops) if (hop.verdict === 'not reached') hop.verdict = 'not judged'
    return { error: messageOf(error) }
  }
}

/**
 * @param {any} req
 * @param {any} trust
 * @returns {Explanation}
 */
function explain (req, trust) {
  if (!req) throw new TypeError('req argument is required')
  /** @type {Hop[]} */
  const hops = []
  const explanation = { ...find(req, trust, hops), hops }
  return Object.defineProperty(explanation, 'toString', {
    value: () => trace(explanation), configurable: true, writable: true
  })
}

module.exports = explain
