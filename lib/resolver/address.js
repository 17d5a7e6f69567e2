'use strict'

/* A text -> its canonical address, by the engine's strict grammar. */

const { ANSWER } = require('./engine')
const { PEER, Policy } = require('./policy')

/** Trusts nobody, so that the peer is the answer. */
const nobody = new Policy({
  lists: undefined,
  perHop: false,
  hasTrust: true,
  ask: undefined,
  hops: undefined,
  chain: 'x-forwarded-for',
  from: [],
  maxEntries: 1,
  protocol: false,
  host: false,
  warn: false
})

/** PA_REASON_DIRECT in src/core/strict/answer.h. */
const DIRECT = 1

/**
 * @param {string} text an address
 * @param {boolean} [withZone] whether an IPv6 address may have a zone
 * @returns {string | undefined} in canonical form and without its zone;
 *   undefined if it is none
 */
function addressOf (text, withZone = false) {
  if (!withZone && text.includes('%')) return undefined
  nobody.walk(PEER.SOCKET, text, undefined, [], false)
  return nobody.words[ANSWER.REASON] === DIRECT ? nobody.bare(0, text) : undefined
}

module.exports = { addressOf }
