'use strict'

/*
 * One strict answer to who the client is, the same in every server. Parameters,
 * results and errors are described in index.d.ts.
 */

const { Anomalies, KIND, REASONS, kindsOf, printable } = require('./anomalies')
const { ANSWER, HOP, NONE, hopAt } = require('./engine')
const { addressOf } = require('./address')
const { CHAINS, readOptions } = require('./options')
const PeerMemory = require('./peers')
const { Policy } = require('./policy')
const { hostOf, protocolOf } = require('./protocol')
const { fromParts, fromRequest, linesOf, peerOf } = require('./request')

const FORWARDED = REASONS.indexOf('forwarded')
const DIRECT = REASONS.indexOf('direct')
const PROVIDER = REASONS.indexOf('provider')

/** PA_HEADER_… in src/core/strict/answer.h. */
const HEADER_CHAIN = 1
const HEADER_FROM = 2

/** How many values the length has in the engine's short answer. */
const LENGTH_VALUES = 64

/** By how many bits clients in one IPv6 network are alike: a customer's, mostly. */
const IPV6_PREFIX = 56

/** @typedef {import('./request').Source} Source */

class Resolver {
  /** @param {any} options */
  constructor (options) {
    this.settings = readOptions(options)
    this.policy = new Policy(this.settings)
    this.anomalies = new Anomalies(this.settings.warn)
    this.peers = new PeerMemory()
    const { chain, from } = this.settings
    /** Whether most requests need no more than one short answer. */
    this.isPlain = this.policy.isFixed && chain !== undefined && from.length === 0
    this.other = chain === undefined ? undefined : CHAINS[1 - CHAINS.indexOf(chain)]
    /** @type {((address: string) => boolean)[] | undefined} */
    this.sets = undefined
  }

  /**
   * The client's address and nothing else.
   *
   * @param {any} req
   * @returns {string | undefined}
   */
  client (req) {
    const { settings: { chain }, other } = this
    if (this.isPlain && chain !== undefined && other !== undefined &&
      Object(req) === req && req.headers && req.headers[other] === undefined) {
      const peer = peerOf(req)
      const header = req.headers[chain]
      if (typeof peer === 'string') {
        const address = this.plainly(req, peer, header)
        if (address !== undefined) return address
      }
    }
    return this.addressOnly(fromRequest(req))
  }

  /**
   * The same where the answer has no anomaly; undefined where it may have one.
   *
   * @param {any} req
   * @param {string} peer
   * @param {unknown} header
   */
  plainly (req, peer, header) {
    const { peers, policy, anomalies } = this
    const place = peers.find(peer)
    if (header === undefined) {
      if (place === -1 || peers.trusted[place]) return undefined
      anomalies.reasons[DIRECT]++
      return peers.canonical[place]
    }
    if (typeof header !== 'string') return undefined
    const text = this.settings.chain === 'forwarded' ? linesOf(req, header) : header
    if (place !== -1 && !peers.trusted[place]) return undefined
    const found = place === -1 ? policy.call(peer, text) : policy.call(text)
    if (!(found >= 0)) return undefined
    if (place === -1) peers.remember(peer, true, '')
    anomalies.reasons[FORWARDED]++
    const start = Math.floor(found / LENGTH_VALUES)
    return text.slice(start, start + found % LENGTH_VALUES)
  }

  /** @param {Source} source */
  addressOnly (source) {
    const walked = this.walk(source, false)
    const { words } = this.policy
    const client = words[ANSWER.CLIENT]
    const address = client === NONE ? undefined : this.policy.address(client, this.textFor(walked, client))
    const reason = words[ANSWER.REASON]
    this.count(walked, reason, walked.anomalies)
    if (reason === DIRECT && this.isPlain && address !== undefined && walked.source.peer !== undefined) {
      this.peers.remember(walked.source.peer, false, address)
    }
    return address
  }

  /**
   * Lets the engine walk; the answer is in the policy's words then.
   *
   * @param {Source} source
   * @param {boolean} inFull
   */
  walk (source, inFull) {
    const { chain, from } = this.settings
    const chainText = chain === undefined ? undefined : source.header(chain)
    const fromTexts = from.map(({ name }) => source.header(name))
    this.policy.walk(source.kind, source.peer, chainText, fromTexts, inFull)
    let anomalies = this.policy.words[ANSWER.ANOMALIES]
    if (this.other !== undefined && source.header(this.other) !== undefined) anomalies |= KIND['other-header-present']
    if (this.policy.live.some(({ state }) => state?.stale === true)) anomalies |= KIND['list-stale']
    return { source, chainText, fromTexts, anomalies }
  }

  /**
   * The text that a hop stands in.
   *
   * @param {ReturnType<Resolver['walk']>} walked
   * @param {number} hop
   */
  textFor ({ source, chainText, fromTexts }, hop) {
    if (hop === 0) return source.peer
    const header = this.policy.words[ANSWER.HEADER]
    return header >= HEADER_FROM && hop === this.policy.words[ANSWER.CLIENT] ? fromTexts[header - HEADER_FROM] : chainText
  }

  /**
   * @param {ReturnType<Resolver['walk']>} walked
   * @param {number} reason
   * @param {number} bits
   */
  count ({ source, chainText }, reason, bits) {
    this.anomalies.reasons[reason]++
    if (bits !== 0) {
      this.anomalies.report(bits, () => ({ peer: source.peer, reason: REASONS[reason], header: chainText }))
    }
  }

  /** @param {number} header */
  headerName (header) {
    if (header === HEADER_CHAIN) return this.settings.chain
    return header >= HEADER_FROM ? this.settings.from[header - HEADER_FROM].name : undefined
  }

  /**
   * What is known of the client itself.
   *
   * @param {ReturnType<Resolver['walk']>} walked
   */
  clientOf (walked) {
    const { words } = this.policy
    const client = words[ANSWER.CLIENT]
    const text = client === NONE ? undefined : this.textFor(walked, client)
    const address = client === NONE ? undefined : this.policy.address(client, text)
    if (address === undefined) return { address, port: undefined, family: undefined, text: undefined, hop: undefined }
    const at = hopAt(client)
    return {
      address,
      port: words[at + HOP.PORT] === NONE ? undefined : words[at + HOP.PORT],
      family: words[at + HOP.FAMILY],
      text: text?.slice(words[at + HOP.START], words[at + HOP.END]),
      hop: client
    }
  }

  /** @param {ReturnType<Resolver['walk']>} walked */
  proxiesOf (walked) {
    /** @type {string[]} */
    const proxies = []
    for (let hop = 0; hop < this.policy.words[ANSWER.TRUSTED]; hop++) {
      const address = this.policy.address(hop, hop === 0 ? walked.source.peer : walked.chainText)
      if (address !== undefined) proxies.push(address)
    }
    return proxies
  }

  /**
   * A value of RFC 7239, without its quoted pairs.
   *
   * @param {string | undefined} text
   * @param {number} start
   * @param {number} end
   */
  valueAt (text, start, end) {
    const { words } = this.policy
    return words[start] === NONE ? undefined : text?.slice(words[start], words[end]).replace(/\\(.)/gs, '$1')
  }

  /**
   * Everything that is known.
   *
   * @param {Source} source
   */
  resolve (source) {
    const walked = this.walk(source, true)
    const { words } = this.policy
    const reason = words[ANSWER.REASON]
    const client = this.clientOf(walked)
    const asked = {
      source,
      settings: this.settings,
      isBelieved: words[ANSWER.TRUSTED] > 0 && client.address !== undefined && reason !== PROVIDER && this.trustsByRule(),
      hop: client.hop ?? 0,
      chainText: walked.chainText,
      proto: this.valueAt(walked.chainText, ANSWER.PROTO_START, ANSWER.PROTO_END),
      host: this.valueAt(walked.chainText, ANSWER.HOST_START, ANSWER.HOST_END),
      anomalies: walked.anomalies
    }
    const header = client.address === undefined ? undefined : this.headerName(words[ANSWER.HEADER])
    const proxies = this.proxiesOf(walked)
    const peer = words[ANSWER.HOPS] > 0 ? this.policy.address(0, source.peer) : undefined
    const protocol = protocolOf(asked)
    const host = hostOf(asked)
    this.count(walked, reason, asked.anomalies)
    // Written out: V8 takes 50 µs to spread an object among so many properties.
    return {
      address: client.address,
      port: client.port,
      family: client.family,
      text: client.text,
      hop: client.hop,
      reason: REASONS[reason],
      lastProxy: proxies.at(-1),
      proxies,
      peer,
      header,
      protocol,
      host,
      secure: protocol === 'https' || protocol === 'wss',
      anomalies: kindsOf(asked.anomalies)
    }
  }

  /** Whether anybody but the peers in `from` can be trusted. */
  trustsByRule () {
    return this.settings.hasTrust || this.settings.hops !== undefined
  }

  /**
   * As a trust function of Express and Fastify, which walk by themselves.
   *
   * @param {unknown} text
   * @param {number} hop
   * @returns {boolean}
   */
  trusts (text, hop) {
    const { hops = Infinity, hasTrust } = this.settings
    if (typeof text !== 'string' || !(hop >= 0 && hop < hops)) return false
    const address = addressOf(text, hop === 0)
    if (address === undefined) return false
    if (!hasTrust) return hops !== Infinity
    return this.listed(address, hop)
  }

  /** @param {string} address @param {number} hop */
  listed (address, hop) {
    const { lists, perHop } = this.settings
    if (lists !== undefined) {
      this.sets ??= /** @type {any[]} */ (lists.map(({ entries }) => require('../trust/compile').compileEntries(entries)))
      if (this.sets[perHop ? hop : 0]?.(address)) return true
    }
    return this.policy.isTrusted(address, hop)
  }
}

/**
 * A client's address as a key for counting: an IPv6 network for its addresses.
 *
 * @param {string | undefined} address
 * @param {number} prefix
 */
function keyOf (address, prefix) {
  if (address === undefined) return 'unknown'
  if (!address.includes(':')) return address
  const [head, tail = ''] = address.replace(/%.*/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const groups = [...before, ...new Array(8 - before.length - after.length).fill('0'), ...after]
  const kept = groups.map((group, i) => {
    const bits = Math.min(Math.max(prefix - 16 * i, 0), 16)
    return (parseInt(group, 16) & 0xffff << 16 - bits & 0xffff).toString(16)
  })
  return `${addressOf(kept.join(':'))}/${prefix}`
}

/** @param {any} options */
function readPrefix (options) {
  const prefix = options?.prefix ?? IPV6_PREFIX
  if (!Number.isInteger(prefix) || prefix < 1 || prefix > 128) {
    throw new TypeError(`prefix must be an integer from 1 to 128, not ${String(prefix)}`)
  }
  return prefix
}

/**
 * Plain data for an admin page, with nothing in it that a client could harm it by.
 *
 * @param {ReturnType<Resolver['resolve']>} result
 * @param {Source} source
 * @param {string[]} names the headers that are looked at
 */
function describeResult (result, source, names) {
  const headers = names.map((name) => [name, printable(source.header(name))]).filter(([, text]) => text !== undefined)
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
    headers: Object.fromEntries(headers),
    anomalies: result.anomalies
  }
}

/**
 * Makes a resolver. Parameters and errors are described in index.d.ts.
 *
 * @param {any} options
 */
function createResolver (options) {
  const resolver = new Resolver(options)
  const { settings } = resolver
  const names = [settings.chain, ...settings.from.map(({ name }) => name)].filter((name) => name !== undefined)
  /** @param {any} req */
  const client = (req) => resolver.client(req)
  return Object.assign(client, {
    /** @param {any} req */
    resolve: (req) => resolver.resolve(fromRequest(req)),
    /** @param {any} peer @param {any} headers */
    from: (peer, headers) => resolver.resolve(fromParts(peer, headers, settings.chain)),
    /** @param {any} address @param {any} hop */
    trust: (address, hop) => resolver.trusts(address, hop),
    /** @param {any} req @param {any} [keyOptions] */
    key: (req, keyOptions) => keyOf(resolver.client(req), readPrefix(keyOptions)),
    stats: () => resolver.anomalies.stats(),
    /** @param {any} req */
    describe: (req) => {
      const source = fromRequest(req)
      return describeResult(resolver.resolve(source), source, names)
    },
    /** @param {any} req */
    explain: (req) => require('./explain')(resolver, fromRequest(req)),
    lint: () => require('./lint')(options)
  })
}

/** @param {any} options */
function lint (options) {
  return require('./lint')(options)
}

module.exports = { createResolver, lint }
