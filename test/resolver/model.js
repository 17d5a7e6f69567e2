'use strict'

/*
 * The resolver's rules, followed in the slowest and plainest way: whole lists, regular
 * expressions, BigInt. It shares nothing with lib/ or src/.
 */

const { isIPv4, isIPv6 } = require('node:net')

const NAMES = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  cgnat: ['100.64.0.0/10']
}
NAMES.private = [...NAMES.loopback, ...NAMES.linklocal, ...NAMES.uniquelocal]

const KINDS = ['untrusted-peer-with-header', 'trusted-peer-without-header', 'invalid-entry', 'chain-too-short',
  'chain-too-long', 'all-trusted', 'other-header-present', 'provider-header-ignored', 'headers-disagree',
  'protocol-ambiguous', 'host-invalid', 'list-stale']

/** The eight groups of an IPv6 address. */
function groupsOf (text) {
  const dotted = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    `${(a * 256 + Number(b)).toString(16)}:${(c * 256 + Number(d)).toString(16)}`)
  const [before, after] = dotted.split('::').map((half) => half === '' ? [] : half.split(':'))
  const all = after === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill('0'), ...after]
  return all.map((group) => parseInt(group, 16))
}

/** RFC 5952: lower case, no leading zeros, "::" for the first longest run of two or more. */
function format (groups) {
  let best = ''
  const text = groups.map((group) => group.toString(16)).join(':')
  for (const run of text.match(/(?<![^:])0(?::0)+(?![^:])/g) ?? []) if (run.length > best.length) best = run
  if (best === '') return text
  const at = text.search(new RegExp(`(?<![^:])${best}(?![^:])`))
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + best.length).replace(/^:/, '')}`
}

/** Reads a strict address without anything beside it; undefined if it is invalid. */
function parse (text) {
  if (/[^0-9a-fA-F:.]/.test(text)) return undefined
  if (isIPv4(text)) {
    const bits = text.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n)
    return { family: 4, bits, width: 32, text }
  }
  if (!isIPv6(text)) return undefined
  const groups = groupsOf(text)
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') {
    return parse([groups[6] >> 8, groups[6] & 255, groups[7] >> 8, groups[7] & 255].join('.'))
  }
  const bits = groups.reduce((sum, group) => sum * 65536n + BigInt(group), 0n)
  return { family: 6, bits, width: 128, text: format(groups) }
}

function portOf (text) {
  if (text === undefined) return { port: undefined }
  return /^(0|[1-9]\d*)$/.test(text) && Number(text) <= 65535 ? { port: Number(text) } : undefined
}

/** Reads an address with what may accompany it. */
function node (text, { port = false, brackets = false, zone = false }) {
  const [, inside, outside, number] = /^(?:\[([^\]]*)\]|([^:]*|[^[]*?:[^[]*?:[^[]*))(?::([^:[\]]*))?$/.exec(text) ?? []
  if (inside === undefined && outside === undefined) return undefined
  if (inside !== undefined) return brackets ? beside(inside, number, { port, zone }, true) : undefined
  // Text with two colons and without brackets is IPv6, and has no port.
  if ((text.match(/:/g) ?? []).length > 1) return beside(text, undefined, { port, zone }, false)
  return beside(outside, number, { port, zone }, false)
}

function beside (text, number, { port, zone }, onlyV6) {
  const written = portOf(number)
  if (written === undefined || (number !== undefined && !port)) return undefined
  const [, bare, name] = /^([^%]*)(%[A-Za-z0-9._~-]+)?$/.exec(text) ?? []
  const address = bare === undefined ? undefined : parse(bare)
  if (address === undefined || (name !== undefined && (!zone || address.family === 4))) return undefined
  if (onlyV6 && !bare.includes(':')) return undefined
  return { ...address, shown: address.text + (name ?? ''), ...written }
}

function has (list, address) {
  return list.flatMap((entry) => NAMES[entry] ?? [entry]).some((entry) => {
    if (entry === 'unix' || address === undefined) return entry === 'unix' && address === undefined
    const [text, length] = entry.split('/')
    const subnet = parse(text)
    if (subnet.family !== address.family) return false
    const mapped = text.includes(':') && subnet.family === 4 ? 96 : 0
    const shift = BigInt(subnet.width - (length === undefined ? subnet.width : Number(length) - mapped))
    return subnet.bits >> shift === address.bits >> shift
  })
}

function trim (text) {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}

/**
 * Returns whether a text begins inside a quoted string: outside of one, it would contain
 * an unclosed quote or a backslash.
 */
function beginsQuoted (text) {
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') {
      if (!quoted) return true
      i++
    } else if (text[i] === '"') {
      quoted = !quoted
    }
  }
  return quoted
}

/** The elements of Forwarded, the rightmost first. */
function elementsOf (lines) {
  const found = []
  for (const line of lines.toReversed()) {
    let end = line.length
    for (let comma = end - 1; comma >= -1; comma--) {
      if (comma >= 0 && (line[comma] !== ',' || beginsQuoted(line.slice(comma + 1, end)))) continue
      found.push(line.slice(comma + 1, end))
      end = comma
    }
  }
  return found.map(trim).filter((element) => element !== '')
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"

const PAIR = new RegExp(`^(${TOKEN})=(?:(${TOKEN})|"((?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*)")`)

/** @returns {Map<string, { raw: string, value: string }> | undefined} undefined if the element is void */
function parameters (element) {
  const found = new Map()
  let rest = element
  while (rest !== '') {
    rest = rest.replace(/^[ \t]+/, '')
    const [all, name, token, quoted] = PAIR.exec(rest) ?? ['']
    if (name !== undefined) {
      if (found.has(name.toLowerCase()) || found.size === 16) return undefined
      const raw = token ?? quoted
      found.set(name.toLowerCase(), { raw, value: token ?? quoted.replace(/\\(.)/gs, '$1') })
    }
    rest = rest.slice(all.length).replace(/^[ \t]+/, '')
    if (rest !== '' && rest[0] !== ';') return undefined
    rest = rest.slice(1)
  }
  return found
}

function forwardedEntry (element) {
  const found = parameters(element)
  const named = found?.get('for')
  if (named === undefined) return undefined
  const value = named.value.replace(/:_[A-Za-z0-9._-]+$/s, '')
  if (/:.*:/s.test(value) && !value.startsWith('[')) return undefined
  const read = node(value, { port: true, brackets: true })
  return read && { ...read, raw: named.raw, proto: found.get('proto')?.value, host: found.get('host')?.value }
}

function listedEntry (text) {
  const read = node(text, { port: true, brackets: true })
  return read && { ...read, raw: text }
}

/** All entries of the chain, the rightmost first. */
function entriesOf ({ chain }, { header, lines }) {
  if (chain === undefined || header === undefined) return []
  if (chain === 'forwarded') return elementsOf(lines ?? [header])
  return header.split(',').map(trim).filter((text) => text !== '').toReversed()
}

function isTrusted (settings, address, hop) {
  const { trust, hops } = settings
  if (hops !== undefined && hop >= hops) return false
  if (trust === undefined) return hops !== undefined
  if (trust === false) return false
  if (typeof trust === 'function') return address !== undefined && trust(address.text, hop)
  if (Array.isArray(trust[0])) return hop < trust.length && has(trust[hop], address)
  return has(trust, address)
}

function peerOf ({ peer, given, unix }) {
  if (peer === undefined || peer === '') return unix ? { unix } : undefined
  const read = node(peer, given ? { port: true, brackets: true, zone: true } : { zone: true })
  return read && { ...read, raw: peer }
}

/** Walks along the chain, rule by rule. */
function walk (settings, request) {
  const peer = peerOf(request)
  const entries = entriesOf(settings, request)
  const alone = settings.trust === undefined && settings.hops !== undefined
  const outcome = (reason, client, trusted, extra) => ({ reason, client, trusted, peer, entries, ...extra })
  if (peer === undefined) return outcome('no-peer', undefined, [])
  if (!isTrusted(settings, peer.unix ? undefined : peer, 0)) {
    return peer.unix ? outcome('no-peer', undefined, []) : outcome('direct', { ...peer, hop: 0 }, [])
  }
  const trusted = [peer]
  for (const [i, text] of entries.entries()) {
    if (i === settings.maxEntries) return outcome('chain-too-long', undefined, trusted)
    const entry = settings.chain === 'forwarded' ? forwardedEntry(text) : listedEntry(text)
    if (entry === undefined) return outcome('invalid-entry', undefined, trusted)
    const hop = i + 1
    if (!isTrusted(settings, entry, hop)) return outcome('forwarded', { ...entry, hop }, trusted)
    trusted.push({ ...entry, hop })
  }
  if (alone) return outcome('chain-too-short', undefined, trusted)
  if (entries.length > 0) return outcome('all-trusted', trusted.at(-1), trusted)
  return outcome('no-header', peer.unix ? undefined : { ...peer, hop: 0 }, trusted)
}

const CHAIN_ANOMALIES = {
  'invalid-entry': 'invalid-entry',
  'chain-too-short': 'chain-too-short',
  'chain-too-long': 'chain-too-long',
  'all-trusted': 'all-trusted',
  'no-header': 'trusted-peer-without-header'
}

/** Returns the hop that vouches for a `from` header. */
function vouching (settings, walked) {
  const { peer, trusted, reason } = walked
  const hasRule = settings.trust !== undefined || settings.hops !== undefined
  if (settings.chain === undefined || !hasRule) return peer
  return reason === 'chain-too-short' ? undefined : trusted.at(-1)
}

function provide (settings, request, walked, anomalies) {
  const voucher = vouching(settings, walked)
  const state = { unusable: false, absent: false }
  for (const { name, from } of settings.from) {
    const text = request.from[name]
    const isVouched = voucher !== undefined && has(from, voucher.unix ? undefined : voucher)
    if (text === undefined) {
      state.absent ||= isVouched
      continue
    }
    const address = isVouched ? node(trim(text), { brackets: true }) : undefined
    if (address === undefined) {
      anomalies.add('provider-header-ignored')
      state.unusable ||= isVouched
      continue
    }
    const trusted = walked.trusted.length > 0 ? walked.trusted : [voucher]
    if (walked.reason === 'forwarded' && walked.client.text !== address.text) anomalies.add('headers-disagree')
    return { ...walked, reason: 'provider', trusted, header: name, client: { ...address, raw: trim(text), hop: trusted.length } }
  }
  if (settings.chain !== undefined) return walked
  const trusted = walked.trusted.length > 0 ? walked.trusted : [walked.peer]
  if (state.unusable) return { ...walked, reason: 'invalid-entry', client: undefined, trusted }
  if (state.absent) {
    return { ...walked, reason: 'no-header', client: walked.peer.unix ? undefined : { ...walked.peer, hop: 0 }, trusted }
  }
  return walked
}

/**
 * Returns what the resolver must answer.
 *
 * @param {object} settings trust (a list, lists, a function, false), hops,
 *   chain, from, maxEntries
 * @param {object} request peer, given, unix, header (and its lines), from, other
 */
function model (settings, request) {
  const anomalies = new Set()
  const walked = walk(settings, request)
  if (settings.chain !== undefined) anomalies.add(CHAIN_ANOMALIES[walked.reason])
  if (walked.reason === 'direct' && settings.chain !== undefined && request.header) anomalies.add('untrusted-peer-with-header')
  if (settings.chain !== undefined && request.other !== undefined) anomalies.add('other-header-present')
  const answer = provide(settings, request, walked, anomalies)
  if (settings.chain === undefined && answer.reason !== 'provider') anomalies.add(CHAIN_ANOMALIES[answer.reason])
  const { client, trusted, reason, peer } = answer
  const proxies = trusted.filter(({ unix }) => !unix).map(({ shown }) => shown)
  const isChain = reason === 'forwarded' || reason === 'all-trusted'
  return {
    address: client?.shown,
    port: client?.port,
    family: client?.family,
    text: client?.raw,
    hop: client?.hop,
    reason,
    lastProxy: proxies.at(-1),
    proxies,
    peer: peer?.shown,
    header: reason === 'provider' ? answer.header : isChain ? settings.chain : undefined,
    proto: isChain ? client.proto : undefined,
    forwardedHost: isChain ? client.host : undefined,
    anomalies: KINDS.filter((kind) => anomalies.has(kind))
  }
}

module.exports = { elementsOf, model, node, parse }
