'use strict'

/*
 * How the client of a request is found, as plain data. The walk is that of
 * proxyaddr(), asking the same questions in the same order; that the answers
 * are the same is tested. Parameters are described in index.d.ts.
 */

const { types: { isPromise, isStringObject } } = require('node:util')
const { describeAddress, describeEntry, findEntry } = require('../facts')
const { crossing } = require('../../trust/compile')
const { kindOf, readChain } = require('./chain')
const { faultOf } = require('./faults')
const { readTrust } = require('./rule')
const { trace } = require('./trace')

/** @typedef {import('./chain').Link} Link */
/** @typedef {import('./rule').Rule} Rule */
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
 * @returns {Hop}
 */
function describe ({ value, ...place }) {
  const text = textOf(value)
  /** @type {Hop} */
  const hop = { ...place, verdict: 'not reached' }
  if (text === undefined) {
    const message = value === undefined || value === null ? 'no address' : `${kindOf(value)}, no text`
    return { ...hop, fault: { kind: 'type', start: 0, end: 0, message } }
  }
  const facts = describeAddress(text)
  hop.text = text
  if (facts.address === undefined) return { ...hop, fault: faultOf(text, facts) }
  hop.canonical = facts.address.text
  if (facts.forms.length > 0) hop.forms = facts.forms
  return hop
}

/**
 * The entry of a list that trusts an address.
 *
 * @param {readonly string[] | undefined} entries
 * @param {string} address
 */
function entryFor (entries, address) {
  if (entries === undefined) return undefined
  const found = findEntry(crossing(entries), address)
  if (found === undefined) return undefined
  const entry = entries[found.index]
  const { name, subnets } = describeEntry(entry)
  const { text, length } = subnets[found.subnet]
  return { entry, index: found.index, ...name && { name }, subnet: `${text}/${length}` }
}

/**
 * Why an address is trusted.
 *
 * @param {Rule} rule
 * @param {any} value the address
 * @param {unknown} answer the trust function's
 * @returns {import('../../index').Explanation.Reason}
 */
function reasonFor (rule, value, answer) {
  switch (rule.kind) {
    case 'list': return { rule: 'list', ...entryFor(rule.entries, String(textOf(value))) }
    case 'hops': return { rule: 'hops', hops: rule.hops }
    case 'all': return { rule: 'all' }
    default: return { rule: 'function', returned: isPromise(answer) ? 'promise' : typeof answer }
  }
}

/**
 * @param {Rule} rule
 * @param {Hop} hop
 * @param {any} value
 * @param {unknown} answer
 */
function judge (rule, hop, value, answer) {
  hop.verdict = answer ? 'trusted' : 'untrusted'
  if (answer) hop.by = reasonFor(rule, value, answer)
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
 * @param {Link[]} chain
 * @param {Hop[]} hops the same, to be judged
 * @param {any} trust
 * @param {Ended} ifAlone
 * @returns {Outcome}
 */
function walk (chain, hops, trust, ifAlone) {
  const { test, rule } = readTrust(trust)
  const last = chain.length - 1
  for (let i = 0; i < last; i++) {
    const { value } = chain[i]
    hops[i].verdict = 'not judged'
    const answer = test(value, i)
    judge(rule, hops[i], value, answer)
    if (!answer) return { address: value, reason: stopReason(rule, hops[i]) }
  }
  const { value } = chain[last]
  // proxyaddr() asks nobody about the last address. A rule knows all the same.
  if (rule.kind === 'function' || typeof value !== 'string') hops[last].verdict = 'not asked'
  else judge(rule, hops[last], value, test(value, last))
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
    for (const link of chain) hops.push(describe(link))
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
