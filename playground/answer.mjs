/* Finds what a setting, or the strict resolver, makes of a request, with the public API alone. */

import { all, explain, fromEnv, lint, trustProxy } from 'proxy-addr-native'
import request from '../lib/cli/request.js'
import getters from '../lib/frameworks/getters.js'

/** The strict resolver, which is loaded after the first answer, because that does not need it. @type {any} */
let resolver

export const hasResolver = () => resolver !== undefined

export async function loadResolver () {
  resolver = await import('proxy-addr-native/resolver')
}

/** No server reads a longer header; Node's own limit is 16 KiB for all of them. */
export const LONGEST = 1 << 16

/**
 * Returns the request that the fields describe.
 *
 * @param {{ peer: string, header: string, more: string, secure: boolean }} fields
 * @throws {Error} if a line of `more` is not a header
 */
export function requestOf ({ peer, header, more, secure }) {
  const lines = more.split(/\r?\n/).filter((line) => line.trim() !== '')
  const headers = request.joined(lines, (i) => `line ${i + 1} of the other headers`)
  // Node joins headers of the same name.
  const given = header.includes('\n') ? header.split('\n').map((line) => line.trim()) : [header]
  const texts = [...given, headers[request.NAME] ?? ''].filter((text) => text !== '')
  if (texts.length > 0) headers[request.NAME] = texts.join(', ')
  return { headers, socket: { remoteAddress: peer === '' ? undefined : peer, encrypted: secure } }
}

/**
 * Reads a setting from its text, which is that of an environment variable, or text in
 * code.
 *
 * @param {string} text
 * @param {boolean} isText
 */
export function readSetting (text, isText) {
  if (isText) return { setting: text, problems: lint(text) }
  try {
    const setting = fromEnv('TRUST_PROXY', { TRUST_PROXY: text })
    return { setting, problems: lint(setting) }
  } catch (error) {
    return { setting: text, problems: lint(text), refused: error.message }
  }
}

/** Returns the first value of a header, which is the one that Express takes. */
const first = (text) => text.includes(',') ? text.slice(0, text.indexOf(',')) : text

/**
 * Returns Express's properties of a request. The rule: lib/request.js of Express 5.
 *
 * @param {any} req
 * @param {(address: any, hop: number) => boolean} trust
 */
export function expressOf (req, trust) {
  const { headers, socket: { encrypted, remoteAddress } } = req
  const isTrusted = Boolean(trust(remoteAddress, 0))
  const own = encrypted ? 'https' : 'http'
  const protocol = isTrusted ? first(headers['x-forwarded-proto'] || own).trim() : own
  const given = isTrusted ? headers['x-forwarded-host'] : undefined
  const host = (given ? (given.includes(',') ? first(given).trimEnd() : given) : headers.host) || undefined
  const addresses = all(req, trust).reverse()
  addresses.pop()
  return {
    ip: explain(req, trust).address,
    ips: addresses,
    protocol,
    hostname: host && hostnameOf(host),
    secure: protocol === 'https'
  }
}

/** @param {string} host */
function hostnameOf (host) {
  const colon = host.indexOf(':', host[0] === '[' ? host.indexOf(']') + 1 : 0)
  return colon === -1 ? host : host.slice(0, colon)
}

/**
 * Finds what Express makes of a request with a setting.
 *
 * @param {any} req
 * @param {{ setting: string, isText: boolean }} side
 */
function bySetting (req, { setting: text, isText }) {
  const { setting, problems, refused } = readSetting(text, isText)
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text
  const base = { title: isText ? `text in the code, '${short}'` : `trust proxy ${short}`, setting, problems, refused }
  try {
    if (refused !== undefined) throw new TypeError(refused)
    const trust = trustProxy(setting)
    const explanation = explain(req, trust)
    return { ...base, explanation, trace: String(explanation), express: expressOf(req, trust), find: (other) => explain(other, trust).address }
  } catch (error) {
    return { ...base, error: error.message }
  }
}

/** @param {string} text @returns {any} options, or none if the field is empty */
const ifAny = (text, read) => text.trim() === '' ? {} : read(text)

/**
 * Returns the options that the fields of the resolver describe.
 *
 * @param {{ trust: string, hops: string, chain: string, name: string, from: string, most: string, protocol: boolean, host: boolean }} fields
 */
export function optionsOf ({ trust, hops, chain, name, from, most, protocol, host }) {
  const provider = { name: name.trim(), from }
  return {
    ...ifAny(trust, (text) => ({ trust: text.trim() === 'false' ? false : text })),
    ...ifAny(hops, (text) => ({ hops: Number(text) })),
    ...name.trim() !== '' ? { header: [provider, chain] } : chain !== 'x-forwarded-for' && { header: chain },
    ...ifAny(most, (text) => ({ maxEntries: Number(text) })),
    ...!protocol && { protocol },
    ...host && { host }
  }
}

/** @param {any} req @param {any} side */
function byResolver (req, side) {
  const options = optionsOf(side)
  const base = { title: 'strict resolver', options, problems: resolver.lint(options) }
  try {
    const client = resolver.createResolver(options)
    const express = {}
    getters.defineGetters(express, client, () => req, ['ip', 'ips', 'protocol', 'hostname', 'secure'])
    const explanation = client.explain(req)
    return { ...base, explanation, trace: String(explanation), express: { ...express }, find: client, anomalies: client.resolve(req).anomalies }
  } catch (error) {
    return { ...base, error: error.message }
  }
}

/**
 * @param {any} req
 * @param {any} side
 */
export function answerOf (req, side) {
  return side.kind === 'resolver' ? byResolver(req, side) : bySetting(req, side)
}

/** The attacker's own address, and the one that they pretend to have. */
export const ATTACKER = '203.0.113.66'
export const FORGED = '6.6.6.6'

/** What the attacker writes, given the peer's address. */
const FORGERIES = [
  ['a header of their own', () => FORGED],
  ["the proxy's own address", (peer) => `${FORGED}, ${peer}`],
  ['mapped to IPv6', (peer) => `${FORGED}, ::ffff:${peer.includes('.') ? peer.replace(/^.*:/, '') : '127.0.0.1'}`],
  ['with a zone', (peer) => `${FORGED}, ${peer.includes('.') ? 'fe80::1' : peer}%eth0`],
  ['with a port', (peer) => `${FORGED}, ${peer.includes('.') ? peer : `[${peer}]`}:443`],
  ['30 entries', (peer) => [FORGED, ...new Array(29).fill(peer)].join(', ')]
]

/**
 * Returns the part of the header that proxies wrote: from the client's entry on.
 *
 * @param {any} explanation
 * @param {string} header
 */
function writtenByProxies ({ hops }, header) {
  const { start } = hops.filter(({ verdict }) => verdict !== 'not reached').at(-1) ?? {}
  // In Forwarded, the entry begins with the name of its parameter.
  return start === undefined ? '' : header.slice(header.lastIndexOf(',', start) + 1).trim()
}

/** Writes entries in the form of RFC 7239. @param {string} text */
function inForwarded (text) {
  return text.split(', ').map((entry) => `for="${/^[^[]*:.*:/.test(entry) ? `[${entry}]` : entry}"`).join(', ')
}

/**
 * Tries the standard forgeries, each through the proxies of a request and past them.
 *
 * @param {any} req
 * @param {any} side
 * @param {any} answer of that side to the request
 * @returns {{ name: string, header: string, ways: { honest: unknown, answer: unknown }[] }[]}
 */
export function attack (req, side, { explanation, find }) {
  const chain = side.kind === 'resolver' ? side.chain : request.NAME
  const peer = req.socket.remoteAddress
  const tail = writtenByProxies(explanation, req.headers[chain] ?? '')
  const ask = (remoteAddress, text) => find({ headers: text === '' ? {} : { [chain]: text }, socket: { remoteAddress } })
  const honest = ask(peer, tail)
  return FORGERIES.map(([name, write]) => {
    const header = (chain === request.NAME ? String : inForwarded)(write(peer ?? '127.0.0.1'))
    return {
      name,
      header,
      ways: [
        { honest, answer: ask(peer, tail === '' ? header : `${header}, ${tail}`) },
        { honest: ATTACKER, answer: ask(ATTACKER, header) }
      ]
    }
  })
}
