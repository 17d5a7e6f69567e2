'use strict'

/*
 * One strict answer to who the client is, the same in every server. Parameters,
 * results and errors are described in index.d.ts.
 */

const { Anomalies, KIND, REASONS } = require('./anomalies')
const { ANSWER, NONE, findStrict } = require('./engine')
const Memory = require('./memory')
const { readOptions } = require('./options')
const { Policy, addressOf } = require('./policy')
const { fromParts, fromRequest, linesOf, peerOf } = require('./request')
const { describe, resultOf } = require('./result')

const FORWARDED = REASONS.indexOf('forwarded')
const DIRECT = REASONS.indexOf('direct')

/** PA_HEADER_… in src/core/strict/answer.h. */
const HEADER_CHAIN = 1
const HEADER_FROM = 2

/** How many values the length has in the engine's short answer; a power of two. */
const LENGTH_VALUES = 64
const LENGTH_BITS = Math.log2(LENGTH_VALUES)
const INT32_MAX = 0x7fffffff

/** Longer headers take the general path at once, so that they are walked only once. */
const LONG_HEADER = 512

/** How many peers and how many headers of one entry are remembered. */
const PEERS = 64
const CLIENTS = 256

/** The prefix length of an IPv6 network that counts as one client: mostly one customer's. */
const IPV6_PREFIX = 56

/** @type {(string | undefined)[]} */
const NO_TEXTS = []

/** @typedef {import('./request').Source} Source */
/** @typedef {ReturnType<Resolver['walk']>} Walked */

class Resolver {
  /** @param {any} options */
  constructor (options) {
    this.settings = readOptions(options)
    this.policy = new Policy(this.settings)
    this.anomalies = new Anomalies(this.settings.warn)
    const { chain, from, hasTrust, hops } = this.settings
    this.isForwarded = chain === 'forwarded'
    this.fromNames = from.map(({ name }) => name)
    /** Whether anybody but the peers in `from` can be trusted. */
    this.trustsByRule = hasTrust || hops !== undefined
    /** Whether most requests need no more than one short answer. */
    this.isPlain = this.policy.isFixed && chain !== undefined && from.length === 0
    /** The last peers: '' for one that is trusted, else its own address. @type {Memory<string>} */
    this.peers = new Memory(PEERS)
    /** The addresses of the last headers of one entry, from trusted peers. @type {Memory<string>} */
    this.clients = new Memory(CLIENTS)
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
    const address = this.isPlain ? this.plainly(req) : undefined
    return address ?? this.addressOnly(fromRequest(req, this.fromNames))
  }

  /**
   * The same if the answer has no anomaly; undefined if it may have one.
   *
   * @param {any} req
   */
  plainly (req) {
    const headers = req?.headers
    if (typeof headers !== 'object' || headers === null) return undefined
    const list = headers['x-forwarded-for']
    const { forwarded } = headers
    const header = this.isForwarded ? forwarded : list
    if ((this.isForwarded ? list : forwarded) !== undefined) return undefined
    const peer = peerOf(req)
    if (typeof peer !== 'string') return undefined
    if (typeof header === 'string') return header.length > LONG_HEADER ? undefined : this.plainClient(req, peer, header)
    return header === undefined && typeof headers.get !== 'function' ? this.plainPeer(peer) : undefined
  }

  /**
   * The address of a peer that was not trusted before, and sends no header.
   *
   * @param {string} peer
   */
  plainPeer (peer) {
    const own = this.peers.find(peer)
    if (own === undefined || own === '') return undefined
    this.anomalies.reasons[DIRECT]++
    return own
  }

  /**
   * @param {any} req
   * @param {string} peer
   * @param {string} header
   */
  plainClient (req, peer, header) {
    const { peers, clients, policy: { handle } } = this
    const own = peers.find(peer)
    const isKnown = own === ''
    // Not trusted, so the header is an anomaly.
    if (own !== undefined && !isKnown) return undefined
    if (isKnown) {
      const client = clients.find(header)
      if (client !== undefined) return this.answer(client)
    }
    const text = this.isForwarded ? linesOf(req, header) : header
    const found = isKnown ? findStrict(handle, text) : findStrict(handle, peer, text)
    if (!(found >= 0)) return undefined
    // Dividing in floating point takes longer.
    const start = found <= INT32_MAX ? found >> LENGTH_BITS : Math.floor(found / LENGTH_VALUES)
    const length = found & (LENGTH_VALUES - 1)
    const client = text.slice(start, start + length)
    if (!isKnown) peers.keep(peer, '')
    else if (length === text.length) clients.keep(text, client)
    return this.answer(client)
  }

  /** @param {string} address */
  answer (address) {
    this.anomalies.reasons[FORWARDED]++
    return address
  }

  /** @param {Source} source */
  addressOnly (source) {
    const walked = this.walk(source, false)
    const { words } = this.policy
    const client = words[ANSWER.CLIENT]
    const address = client === NONE ? undefined : this.policy.address(client, this.textFor(walked, client))
    const reason = words[ANSWER.REASON]
    this.count(walked, reason, walked.anomalies)
    if (reason === DIRECT && this.isPlain && address !== undefined && source.peer !== undefined) {
      this.peers.keep(source.peer, address)
    }
    return address
  }

  /**
   * Walks on the engine, which writes the answer into the policy's words.
   *
   * @param {Source} source
   * @param {boolean} inFull
   */
  walk (source, inFull) {
    const { settings: { chain, from }, policy, isForwarded } = this
    const chainText = chain === undefined ? undefined : isForwarded ? source.forwarded() : source.list()
    const fromTexts = from.length === 0 ? NO_TEXTS : from.map(({ name }) => source.header(name))
    policy.walk(source.kind, source.peer, chainText, fromTexts, inFull)
    let anomalies = policy.words[ANSWER.ANOMALIES]
    if (chain !== undefined && (isForwarded ? source.list() : source.forwarded()) !== undefined) {
      anomalies |= KIND['other-header-present']
    }
    if (policy.isStale()) anomalies |= KIND['list-stale']
    return { source, chainText, fromTexts, anomalies }
  }

  /**
   * Returns the text that contains a hop.
   *
   * @param {Walked} walked
   * @param {number} hop
   */
  textFor ({ source, chainText, fromTexts }, hop) {
    if (hop === 0) return source.peer
    const { words } = this.policy
    const header = words[ANSWER.HEADER]
    return header >= HEADER_FROM && hop === words[ANSWER.CLIENT] ? fromTexts[header - HEADER_FROM] : chainText
  }

  /**
   * @param {Walked} walked
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
    return header >= HEADER_FROM ? this.fromNames[header - HEADER_FROM] : undefined
  }

  /**
   * The trust function for Express and Fastify, which walk by themselves.
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
 * Returns a key for counting: a client's address, or its network if that is IPv6.
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
 * Makes a resolver. Parameters and errors are described in index.d.ts.
 *
 * @param {any} options
 */
function createResolver (options) {
  const resolver = new Resolver(options)
  const { settings: { chain }, fromNames } = resolver
  /** @param {any} req */
  const client = (req) => resolver.client(req)
  /** @param {any} req */
  const read = (req) => fromRequest(req, fromNames)
  return Object.assign(client, {
    /** @param {any} req */
    resolve: (req) => resultOf(resolver, read(req)),
    /** @param {any} peer @param {any} headers */
    from: (peer, headers) => resultOf(resolver, fromParts(peer, headers, chain, fromNames)),
    /** @param {any} address @param {any} hop */
    trust: (address, hop) => resolver.trusts(address, hop),
    /** @param {any} req @param {any} [keyOptions] */
    key: (req, keyOptions) => keyOf(resolver.client(req), readPrefix(keyOptions)),
    stats: () => resolver.anomalies.stats(),
    /** @param {any} req */
    describe: (req) => describe(resolver, read(req)),
    /** @param {any} req */
    explain: (req) => require('./explain')(resolver, read(req)),
    lint: () => require('./lint')(options)
  })
}

/** @param {any} options */
function lint (options) {
  return require('./lint')(options)
}

module.exports = { createResolver, lint }
