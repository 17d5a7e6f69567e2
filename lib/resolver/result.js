'use strict'

/* Everything that is known about a request, as plain data. */

const { REASONS, kindsOf, printable } = require('./anomalies')
const { ANSWER, HOP, NONE, hopAt } = require('./engine')
const { hostOf, protocolOf } = require('./protocol')

const PROVIDER = REASONS.indexOf('provider')

/** @typedef {import('./request').Source} Source */

/** A walked request, and what its claims about protocol and host are judged by. */
class Claims {
  /**
   * @param {any} resolver
   * @param {any} walked
   * @param {number} hop the client's place in the chain
   * @param {boolean} isBelieved whether the peer is trusted, and the chain decided
   */
  constructor (resolver, walked, hop, isBelieved) {
    this.settings = resolver.settings
    /** @type {Uint32Array} */
    this.words = resolver.policy.words
    /** @type {Source} */
    this.source = walked.source
    /** @type {string | undefined} */
    this.chainText = walked.chainText
    /** @type {number} those of protocol and host are added */
    this.anomalies = walked.anomalies
    this.hop = hop
    this.isBelieved = isBelieved
  }

  /** The value of RFC 7239's `proto`. */
  proto () {
    return this.value(ANSWER.PROTO_START, ANSWER.PROTO_END)
  }

  /** The value of RFC 7239's `host`. */
  host () {
    return this.value(ANSWER.HOST_START, ANSWER.HOST_END)
  }

  /**
   * A value of RFC 7239, without its quoted pairs.
   *
   * @param {number} start
   * @param {number} end
   */
  value (start, end) {
    const { words } = this
    if (words[start] === NONE) return undefined
    const text = this.chainText?.slice(words[start], words[end])
    return text?.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text
  }
}

/**
 * @param {any} policy
 * @param {any} walked
 * @returns {string[]}
 */
function proxiesOf (policy, { source, chainText }) {
  const proxies = []
  const trusted = policy.words[ANSWER.TRUSTED]
  for (let hop = 0; hop < trusted; hop++) {
    const address = policy.address(hop, hop === 0 ? source.peer : chainText)
    if (address !== undefined) proxies.push(address)
  }
  return proxies
}

/**
 * Returns the peer's address, which is known already if the peer is the client.
 *
 * @param {any} policy
 * @param {Source} source
 * @param {number} client
 * @param {string | undefined} address the client's
 */
function peerAddress (policy, source, client, address) {
  if (policy.words[ANSWER.HOPS] === 0) return undefined
  return client === 0 ? address : policy.address(0, source.peer)
}

/**
 * @param {any} resolver
 * @param {Source} source
 */
function resultOf (resolver, source) {
  const walked = resolver.walk(source, true)
  const { policy } = resolver
  const { words } = policy
  const reason = words[ANSWER.REASON]
  const client = words[ANSWER.CLIENT]
  const at = hopAt(client)
  const text = client === NONE ? undefined : resolver.textFor(walked, client)
  const address = client === NONE ? undefined : policy.address(client, text)
  const isKnown = address !== undefined
  const isBelieved = isKnown && words[ANSWER.TRUSTED] > 0 && reason !== PROVIDER && resolver.trustsByRule
  const claims = new Claims(resolver, walked, isKnown ? client : 0, isBelieved)
  const proxies = proxiesOf(policy, walked)
  const protocol = protocolOf(claims)
  const host = hostOf(claims)
  resolver.count(walked, reason, claims.anomalies)
  // Written out: V8 takes 50 µs to spread an object among this many properties.
  return {
    address,
    port: !isKnown || words[at + HOP.PORT] === NONE ? undefined : words[at + HOP.PORT],
    family: isKnown ? words[at + HOP.FAMILY] : undefined,
    text: isKnown ? text.slice(words[at + HOP.START], words[at + HOP.END]) : undefined,
    hop: isKnown ? client : undefined,
    reason: REASONS[reason],
    lastProxy: proxies.length === 0 ? undefined : proxies[proxies.length - 1],
    proxies,
    peer: peerAddress(policy, source, client, address),
    header: isKnown ? resolver.headerName(words[ANSWER.HEADER]) : undefined,
    protocol,
    host,
    secure: protocol === 'https' || protocol === 'wss',
    anomalies: kindsOf(claims.anomalies)
  }
}

/**
 * Returns plain data for an admin page, escaped so that no client's text can harm it.
 *
 * @param {any} resolver
 * @param {Source} source
 */
function describe (resolver, source) {
  const result = resultOf(resolver, source)
  const { chain, from } = resolver.settings
  const texts = [
    [chain, chain === 'forwarded' ? source.forwarded() : source.list()],
    ...from.map((/** @type {{ name: string }} */ { name }) => [name, source.header(name)])
  ].filter(([name, text]) => name !== undefined && text !== undefined)
  return {
    'client.address': result.address,
    'client.port': result.port,
    'network.peer.address': result.peer,
    'url.scheme': result.protocol,
    'server.address': printable(result.host),
    reason: result.reason,
    hop: result.hop,
    proxies: result.proxies,
    header: result.header,
    headers: Object.fromEntries(texts.map(([name, text]) => [name, printable(text)])),
    anomalies: result.anomalies
  }
}

module.exports = { Claims, describe, resultOf }
