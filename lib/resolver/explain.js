'use strict'

/* Explains how the resolver found the client, hop by hop, in the form of the drop-in's trace. */

const { passEntries } = require('../why/explain/chain')
const { faultOf, quote } = require('../why/explain/faults')
const { trace } = require('../why/explain/trace')
const { describeAddress } = require('../why/facts')
const { REASONS } = require('./anomalies')
const { ANSWER, HOP, NONE, hopAt } = require('./engine')

/** @typedef {import('./index').Hop} Hop */

/** @type {Record<string, string>} */
const SENTENCES = {
  'no-peer': 'the socket has no address',
  direct: 'the peer is not trusted, so it is the client',
  forwarded: 'the nearest entry that is not trusted',
  'all-trusted': 'every hop is trusted, and this is the furthest',
  'no-header': 'the peer is trusted, and there is no entry',
  provider: 'the one address of a header that the furthest trusted hop may set',
  'invalid-entry': 'an entry is not an address',
  'chain-too-short': 'there are fewer entries than hops',
  'chain-too-long': 'more entries are trusted than maxEntries allows'
}

/**
 * @param {import('./index').Reason} reason
 * @param {Uint32Array} words
 * @param {number} hop
 * @returns {Hop['verdict']}
 */
function verdictOf (reason, words, hop) {
  if (hop < words[ANSWER.TRUSTED]) return 'trusted'
  return reason === 'provider' && hop === words[ANSWER.CLIENT] ? 'provider' : 'untrusted'
}

/** An address, and what is removed from a valid entry: brackets around IPv6, and a port. */
const PARTS = /^(?:(\[)([^[\]:]*:[^[\]]*)\]|([^[\]:]+))(:\d*)?$/

/**
 * Returns what is wrong with an entry of X-Forwarded-For.
 *
 * @param {string} text
 * @returns {Pick<Hop, 'fault' | 'forms'>}
 */
function wrongWith (text) {
  const [, bracket = '', within = text, bare = within, port = ''] = PARTS.exec(text) ?? []
  const { fault, forms, start, end } = describeAddress(bare)
  const at = bracket.length
  if (fault !== 'none') return { fault: { ...faultOf(bare, { fault, start, end }), start: start + at, end: end + at } }
  if (forms.length > 0 || bare === text) return { forms }
  return { fault: { kind: 'port', start: text.length - port.length, end: text.length, message: `${quote(port)} is not a port` } }
}

/** At most this many of the hops that were not reached are described. */
const MOST = 32

/**
 * Returns the hops that were not reached.
 *
 * @param {string} text the header, up to the last entry that was reached
 * @param {boolean} isList whether commas alone separate entries
 */
function unreached (text, isList) {
  /** @type {Hop[]} */
  const hops = []
  let end = text.length
  while (end > 0 && hops.length < MOST) {
    const comma = isList ? text.lastIndexOf(',', end - 1) : -1
    const entry = text.slice(comma + 1, end)
    const trimmed = entry.trim()
    const start = comma + 1 + entry.indexOf(trimmed)
    if (trimmed !== '') {
      hops.push({ from: 'header', start, end: start + trimmed.length, text: trimmed, verdict: 'not reached' })
    }
    end = Math.max(comma, 0)
  }
  return { hops, more: passEntries(text, 0, end, Infinity, ' \t').count }
}

/** What separates two elements; and how an element of RFC 7239 begins. */
const DIVIDERS = ' \t\r\n,;'
const LEAD = /for="?$/i
const LONGEST_LEAD = 'for="'.length

/**
 * Returns a text without separators and the beginning of an element at its right
 * end. It is cut from the right, which takes linear time.
 *
 * @param {string} text
 */
function withoutLead (text) {
  let end = text.length
  for (;;) {
    while (end > 0 && DIVIDERS.includes(text[end - 1])) end--
    const lead = LEAD.exec(text.slice(Math.max(end - LONGEST_LEAD, 0), end))
    if (lead === null) return text.slice(0, end)
    end -= lead[0].length
  }
}

/**
 * Returns where the last entry that was reached begins.
 *
 * @param {Uint32Array} words
 * @param {string} text
 */
function leftEnd (words, text) {
  if (REASONS[words[ANSWER.REASON]] === 'invalid-entry') return words[ANSWER.WRONG_START]
  const last = REASONS[words[ANSWER.REASON]] === 'provider' ? words[ANSWER.HOPS] - 2 : words[ANSWER.HOPS] - 1
  return last > 0 ? words[hopAt(last) + HOP.START] : text.length
}

/**
 * @param {any} resolver
 * @param {any} walked
 * @param {import('./index').Reason} reason
 * @returns {Pick<import('./index').Explanation, 'hops' | 'omitted'>}
 */
function hopsOf (resolver, walked, reason) {
  const { policy, settings } = resolver
  const { words } = policy
  /** @type {Hop[]} */
  const hops = []
  for (let hop = 0; hop < words[ANSWER.HOPS]; hop++) {
    const text = resolver.textFor(walked, hop)
    const [start, end] = [words[hopAt(hop) + HOP.START], words[hopAt(hop) + HOP.END]]
    const canonical = policy.address(hop, text)
    hops.push({
      from: hop === 0 ? 'socket' : 'header',
      ...hop > 0 && { start, end },
      ...text !== undefined && { text: text.slice(start, end) },
      ...canonical !== undefined && { canonical },
      verdict: verdictOf(reason, words, hop)
    })
  }
  const header = walked.chainText ?? ''
  if (reason === 'invalid-entry' && words[ANSWER.WRONG_END] > 0) {
    const [start, end] = [words[ANSWER.WRONG_START], words[ANSWER.WRONG_END]]
    const text = header.slice(start, end)
    // An element of RFC 7239 is more than an address, and may be wrong elsewhere.
    const wrong = settings.chain === 'forwarded' ? {} : wrongWith(text)
    hops.push({ from: 'header', start, end, text, verdict: 'not an address', ...wrong })
  }
  if (settings.chain === undefined) return { hops }
  const rest = withoutLead(header.slice(0, leftEnd(words, header)))
  const { hops: others, more } = unreached(rest, settings.chain !== 'forwarded')
  return {
    hops: hops.concat(others),
    ...more > 0 && { omitted: { at: hops.length, trusted: 0, unreached: more } }
  }
}

/**
 * @param {any} resolver
 * @param {import('./request').Source} source
 */
function explain (resolver, source) {
  const walked = resolver.walk(source, true)
  const { words } = resolver.policy
  const reason = /** @type {import('./index').Reason} */ (REASONS[words[ANSWER.REASON]])
  const client = words[ANSWER.CLIENT]
  const address = client === NONE ? undefined : resolver.policy.address(client, resolver.textFor(walked, client))
  const explanation = { address, reason, ...hopsOf(resolver, walked, reason) }
  return Object.defineProperty(explanation, 'toString', {
    value: () => trace(/** @type {any} */ (explanation), SENTENCES), configurable: true, writable: true
  })
}

module.exports = explain
