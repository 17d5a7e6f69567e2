'use strict'

/* Counts and publishes what a sound deployment never shows, and prints it on request. */

const diagnostics = require('node:diagnostics_channel')
const process = require('node:process')

/** In the order of the bits; the core's own are PA_ANOMALY_…. */
const KINDS = [
  'untrusted-peer-with-header', 'trusted-peer-without-header', 'invalid-entry', 'chain-too-short', 'chain-too-long',
  'all-trusted', 'other-header-present', 'provider-header-ignored', 'headers-disagree', 'protocol-ambiguous',
  'host-invalid', 'list-stale'
]

/** @type {Record<string, number>} a bit for each */
const KIND = Object.fromEntries(KINDS.map((kind, i) => [kind, 1 << i]))

/** In the order of pa_reason in src/core/strict/answer.h. */
const REASONS = [
  'no-peer', 'direct', 'forwarded', 'all-trusted', 'no-header', 'provider', 'invalid-entry', 'chain-too-short',
  'chain-too-long'
]

const channel = diagnostics.channel('proxy-addr-native:anomaly')

const QUIET_MS = 15 * 60 * 1000
const MOST_PEERS = 1024
const LONGEST = 256

/**
 * Text that others wrote, as text that is safe to print: escaped, and cut.
 *
 * @param {string | undefined} text
 */
function printable (text) {
  if (text === undefined) return undefined
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  return cut.replace(/[^\x20-\x5b\x5d-\x7e…]/g, (unit) => unit === '\\'
    ? '\\\\'
    : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** @param {number} bits */
function kindsOf (bits) {
  return bits === 0 ? [] : KINDS.filter((_, i) => bits & 1 << i)
}

class Anomalies {
  /** @param {boolean} warn */
  constructor (warn) {
    this.warn = warn
    this.counts = new Array(KINDS.length).fill(0)
    this.reasons = new Array(REASONS.length).fill(0)
    /** @type {Map<string, number>} when a kind was last printed for a peer */
    this.printed = new Map()
  }

  /**
   * @param {number} bits
   * @param {() => { peer: string | undefined, reason: string, header: string | undefined }} describe
   */
  report (bits, describe) {
    for (let i = 0; i < KINDS.length; i++) if (bits & 1 << i) this.counts[i]++
    if (bits === 0 || !(this.warn || channel.hasSubscribers)) return
    const { peer, reason, header } = describe()
    for (const kind of kindsOf(bits)) {
      const message = {
        kind,
        reason,
        'network.peer.address': printable(peer),
        'http.request.header': printable(header)
      }
      if (channel.hasSubscribers) channel.publish(message)
      if (this.warn) this.print(kind, message['network.peer.address'] ?? 'unknown')
    }
  }

  /** @param {string} kind @param {string} peer */
  print (kind, peer) {
    const key = `${kind} ${peer}`
    const now = performance.now()
    const last = this.printed.get(key)
    if (last !== undefined && now - last < QUIET_MS) return
    // The first key is always the one printed longest ago, which is dropped.
    this.printed.delete(key)
    if (this.printed.size >= MOST_PEERS) this.printed.delete(/** @type {string} */ (this.printed.keys().next().value))
    this.printed.set(key, now)
    process.emitWarning(`${kind}, from the peer ${peer}`, { type: 'ProxyAddressWarning', code: kind })
  }

  /** Counters: how many answers had each reason, and how many anomalies there were. */
  stats () {
    return {
      answers: this.reasons.reduce((sum, count) => sum + count, 0),
      reasons: Object.fromEntries(REASONS.map((reason, i) => [reason, this.reasons[i]])),
      anomalies: Object.fromEntries(KINDS.map((kind, i) => [kind, this.counts[i]]))
    }
  }
}

module.exports = { Anomalies, KIND, REASONS, kindsOf, printable }
