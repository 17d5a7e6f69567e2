'use strict'

/*
 * Explains how the client of a request is found, as plain data. The walk is that
 * of proxyaddr(), with the same calls in the same order; tests check that the
 * answers are the same. Parameters are described in index.d.ts.
 */

const { types: { isPromise, isStringObject } } = require('node:util')
const { LENGTH_VALUES } = require('../../engine/layout')
const { describeChain } = require('../facts')
const { Kept, kindOf, readChain, readMost, readTrust } = require('./chain')
const { faultOf } = require('./faults')
const { remarksOn } = require('./remarks')
const { trace } = require('./trace')

/** @typedef {import('./chain').Chain} Chain */
/** @typedef {import('./chain').Link} Link */
/** @typedef {import('./chain').Rule} Rule */
/** @typedef {import('../facts').HopFacts} HopFacts */
/** @typedef {import('../facts').Match} Match */
/** @typedef {import('../../index').Explanation} Explanation */
/** @typedef {import('../../index').Explanation.Hop} Hop */
/** @typedef {NonNullable<Explanation['reason']>} Ended */

/**
 * Returns the text of an address, if it has one: a String object counts as its
 * text. This runs no code of the user's.
 *
 * @param {any} value
 * @returns {string | undefined}
 */
function textOf (value) {
  if (typeof value === 'string') return value
  return isStringObject(value) ? String.prototype.valueOf.call(value) : undefined
}

/**
 * Describes a link, as far as that needs no trust argument.
 *
 * @param {Link} link
 * @param {HopFacts} facts
 * @param {Hop['verdict']} verdict
 * @returns {Hop}
 */
function describe ({ value, answer, ...place }, facts, verdict) {
  const text = textOf(value)
  /** @type {Hop} */
  const hop = { ...place, verdict }
  if (text === undefined) {
    const message = value === undefined || value === null ? 'no address' : `${kindOf(value)}, not text`
    return { ...hop, fault: { kind: 'type', start: 0, end: 0, message } }
  }
  hop.text = text
  if (facts.text === undefined) return { ...hop, fault: faultOf(text, facts) }
  hop.canonical = facts.text
  if (facts.forms.length > 0) hop.forms = facts.forms
  return hop
}

/**
 * Returns the entry of a list that trusts an address.
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
 * Returns the name of a rule's live list, and its age in seconds.
 *
 * @param {{ list?: import('../../trust/brand').LiveList }} rule
 */
function liveList ({ list }) {
  if (list === undefined) return undefined
  const { name, state: { age } } = list
  return { list: name, ...age !== undefined && { age } }
}

/**
 * Describes a hop that is trusted, and why it is.
 *
 * @param {Rule} rule
 * @param {Link} link
 * @param {HopFacts} facts
 * @returns {Hop}
 */
function describeTrusted (rule, link, facts) {
  const hop = describe(link, facts, 'trusted')
  switch (rule.kind) {
    case 'list': hop.by = { rule: 'list', ...entryFor(rule.entries, facts.match), ...liveList(rule) }; break
    case 'hops': hop.by = { rule: 'hops', hops: rule.hops }; break
    case 'all': hop.by = { rule: 'all' }; break
    default: hop.by = { rule: 'function', returned: isPromise(link.answer) ? 'promise' : typeof link.answer }
  }
  return hop
}

/**
 * Returns a function that judges links. A set finds the client at once; a user's
 * function is called for each hop, and so is any function if the peer is an object.
 *
 * @param {{ test: any, set: import('./chain').Set | undefined }} trust
 * @param {Chain} chain
 * @returns {{ isTrusted: (link: Link, i: number) => unknown, last?: number }} and where
 *   in the header the last entry that is reached begins, if that is known
 */
function judgeOf ({ test, set }, { peer, header }) {
  if (set === undefined || typeof header !== 'string' || Object(peer) === peer) {
    return { isTrusted: (link, i) => test(link.value, i) }
  }
  const found = set.find(typeof peer === 'string' ? peer : '', header)
  if (found === 0) return { isTrusted: () => false }
  // Below 0, the last one is trusted, too: see engine/index.js.
  const last = Math.floor((found < 0 ? -1 - found : found) / LENGTH_VALUES)
  return { isTrusted: (link, i) => i === 0 || found < 0 || link.start !== last, last }
}

/**
 * Describes the end of the chain. proxyaddr() never passes it to a trust function,
 * but a rule has a verdict on it.
 *
 * @param {{ test: any, rule: Rule }} trust
 * @param {Link} link
 * @param {HopFacts} facts
 * @param {number} i
 * @returns {Hop}
 */
function describeEnd ({ test, rule }, link, facts, i) {
  if (rule.kind === 'function' || typeof link.value !== 'string') return describe(link, facts, 'not asked')
  return test(link.value, i) ? describeTrusted(rule, link, facts) : describe(link, facts, 'untrusted')
}

/**
 * Returns why the walk ended at the client.
 *
 * @param {Hop} hop
 * @param {boolean} isEnd of the chain
 * @returns {Ended}
 */
function reasonOf ({ from, text, fault, verdict, by }, isEnd) {
  if (fault !== undefined && from === 'socket' && !text) return 'no socket address'
  if (fault !== undefined) return 'not an address'
  if (!isEnd) return 'untrusted'
  if (verdict !== 'trusted' || by?.rule === 'all' || by?.hops === Infinity) return 'end of chain'
  return by?.rule === 'hops' ? 'too few hops' : 'itself trusted'
}

/**
 * Walks as far as hops are trusted.
 *
 * @param {Chain} chain
 * @param {{ test: any, rule: Rule, set: import('./chain').Set | undefined }} trust
 * @param {Kept} kept receives what is reached
 * @returns {{ next: Link | undefined, count: number }} the first entry that is not
 *   reached, and how many links are
 */
function walk (chain, trust, kept) {
  const { isTrusted, last } = judgeOf(trust, chain)
  /** @type {Link} */
  let link = { value: chain.peer, from: 'socket' }
  for (let count = 1; ; count++) {
    kept.reach(link)
    count += kept.skip(chain, last)
    const next = chain.next()
    if (next === undefined) return { next, count }
    try {
      link.answer = isTrusted(link, count - 1)
    } catch (error) {
      kept.pass(next, chain)
      throw error
    }
    if (!link.answer) return { next, count }
    link = next
  }
}

/** @param {any} thrown */
function messageOf (thrown) {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'a value without text was thrown'
  }
}

/**
 * Describes all links that are kept, in one call of the engine.
 *
 * @param {Kept} kept
 * @param {Rule | undefined} rule
 */
function factsOf (kept, rule) {
  const list = rule?.kind === 'list' && rule.entries !== undefined ? rule.entries : []
  return describeChain(list, [...kept.reached(), ...kept.unreached].map(({ value }) => textOf(value) ?? ''))
}

/**
 * Describes the hops of a walk that ended.
 *
 * @param {Kept} kept
 * @param {{ test: any, rule: Rule }} trust
 * @param {{ next: Link | undefined, count: number }} ended
 * @returns {Hop[]} first those that were reached
 */
function describeWalk (kept, trust, { next, count }) {
  const facts = factsOf(kept, trust.rule)
  const reached = kept.reached()
  const last = reached.length - 1
  return [
    ...reached.slice(0, -1).map((link, i) => describeTrusted(trust.rule, link, facts[i])),
    next === undefined
      ? describeEnd(trust, reached[last], facts[last], count - 1)
      : describe(reached[last], facts[last], 'untrusted'),
    ...kept.unreached.map((link, i) => describe(link, facts[last + 1 + i], 'not reached'))
  ]
}

/**
 * Describes the hops of a walk that an error ended, or that did not begin.
 *
 * @param {Kept} kept
 * @param {Rule | undefined} rule
 * @returns {Hop[]}
 */
function describeBroken (kept, rule) {
  const facts = factsOf(kept, rule)
  const last = kept.reached().length - 1
  return [...kept.reached(), ...kept.unreached].map((link, i) => i < last
    ? describeTrusted(/** @type {Rule} */ (rule), link, facts[i])
    : describe(link, facts[i], 'not judged'))
}

/**
 * @param {any} req
 * @param {any} trust
 * @param {Kept} kept
 * @returns {Explanation}
 */
function find (req, trust, kept) {
  /** @type {{ headers?: any, chain?: Chain, rule?: Rule }} */
  const seen = {}
  try {
    if (!trust) throw new TypeError('trust argument is required')
    const chain = seen.chain = readChain(req, (headers) => { seen.headers = headers })
    const asked = readTrust(trust)
    seen.rule = asked.rule
    const ended = walk(chain, asked, kept)
    const { value } = kept.reached().at(-1)
    kept.pass(ended.next, chain)
    const hops = describeWalk(kept, asked, ended)
    const client = hops[hops.length - kept.unreached.length - 1]
    const reason = ended.next === undefined && ended.count === 1 ? chain.ifAlone : reasonOf(client, ended.next === undefined)
    return { address: value, ...remarksOn({ req, reason, hops, client, rule: asked.rule, headers: seen.headers }), hops }
  } catch (error) {
    if (seen.chain !== undefined && kept.nearest.length === 0) kept.pass({ value: seen.chain.peer, from: 'socket' }, seen.chain)
    const message = messageOf(error)
    return {
      error: message,
      ...remarksOn({ req, error: message, trust, isRead: seen.chain !== undefined, headers: seen.headers }),
      hops: describeBroken(kept, seen.rule)
    }
  }
}

/**
 * @param {any} req
 * @param {any} trust
 * @param {any} [options]
 * @returns {Explanation}
 */
function explain (req, trust, options) {
  if (!req) throw new TypeError('req argument is required')
  const kept = new Kept(readMost(options))
  const explanation = find(req, trust, kept)
  const omitted = kept.omitted()
  if (omitted !== undefined) explanation.omitted = omitted
  return Object.defineProperty(explanation, 'toString', /** @type {PropertyDescriptor} */ ({
    // Ignores properties that others added to Object.prototype.
    __proto__: null, value: () => trace(explanation), configurable: true, writable: true
  }))
}

module.exports = explain
