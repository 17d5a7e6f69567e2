'use strict'

/*
 * A slow reader of logs, written from docs/logs.md. Regular expressions and JSON.parse
 * divide lines; the real proxy-addr, or the model of the resolver, finds the client. Text
 * is Latin-1, so that a unit is a byte.
 */

const { createRequire } = require('node:module')
const net = require('node:net')
const proxyaddr = require('proxy-addr')

const { model } = require('../resolver/model')

const ipaddr = createRequire(require.resolve('proxy-addr'))('ipaddr.js')

const LONGEST = 1 << 20

const ESCAPES = {
  none: /[^]/g,
  backslash: /\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^]|[^]/g,
  percent: /%[0-9a-fA-F]{2}|[^]/g,
  hash: /#[0-9a-fA-F]{2}|[^]/g,
  doubled: /""|[^]/g
}
const NAMED = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Splits raw text into units, each with its spelling. */
function spelled (raw, escape) {
  return (raw.match(ESCAPES[escape]) ?? []).map((token) => {
    if (token.length === 1) return { unit: token, token }
    if (token === '""') return { unit: '"', token }
    if (token.length > 2) return { unit: String.fromCharCode(parseInt(token.replace(/^\\?[xu%#]/, ''), 16)), token }
    return { unit: NAMED[token[1]] ?? token[1], token }
  })
}

const textOf = (units) => units.map(({ unit }) => unit).join('')

/** The peer without brackets and port; undefined if it is not an address. */
function peerOf (text) {
  const [, address] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? /^([^:]*):\d+$/.exec(text) ?? [undefined, text]
  const port = /:(\d+)$/.exec(text)
  if (address !== text && port && !/^(?:0|[1-9]\d{0,4})$/.test(port[1])) return undefined
  if (address !== text && port && Number(port[1]) > 65535) return undefined
  if (text.startsWith('[') && !net.isIPv6(address.replace(/%.*/, ''))) return undefined
  if (!text.startsWith('[') && address !== text && !net.isIPv4(address)) return undefined
  return net.isIP(address) && text.length <= 64 ? address : undefined
}

function combined (line) {
  const peer = /^[^ ]*/.exec(line)[0]
  let rest = line.slice(peer.length)
  let value
  for (let i = 0; i < 4; i++) {
    const found = /^((?:[^"\\]|\\[^])*)"((?:[^"\\]|\\[^])*)"/.exec(rest)
    if (!found) return undefined
    value = found[2]
    rest = rest.slice(found[0].length)
  }
  return { peer: textOf(spelled(peer, 'backslash')), header: value === '-' || value === '' ? [] : spelled(value, 'backslash') }
}

function tsv ([peer, xff], escape) {
  return (line) => {
    const fields = line.split('\t')
    if (fields[peer - 1] === undefined || fields[xff - 1] === undefined) return undefined
    const value = fields[xff - 1]
    const isNone = value === '' || value === '-' || (value === '\\N' && escape === 'none')
    return { peer: textOf(spelled(fields[peer - 1], escape)), header: isNone ? [] : spelled(value, escape) }
  }
}

function csv ([peer, xff]) {
  return (line) => {
    const fields = []
    let rest = ',' + line
    while (rest !== '') {
      const found = /^,(?:"((?:[^"]|"")*)"(?=,|$)|([^",]*)(?=,|$))/.exec(rest)
      if (!found) return undefined
      fields.push({ value: found[1] ?? found[2], isQuoted: found[1] !== undefined })
      rest = rest.slice(found[0].length)
    }
    if (fields[peer - 1] === undefined || fields[xff - 1] === undefined) return undefined
    const { value, isQuoted } = fields[xff - 1]
    return { peer: fields[peer - 1].value, header: value === '' || value === '-' ? [] : spelled(value, 'doubled'), isQuoted }
  }
}

function haproxy (line) {
  const found = /^.*?(?:^|[^ ]*) \[/.exec(line)
  const date = line.indexOf(' [')
  if (!found || date === -1) return undefined
  const peer = line.slice(0, date).split(' ').at(-1)
  const captured = /\{([^}]*)\}/.exec(line.slice(date + 2))
  if (!captured) return undefined
  return { peer, header: spelled(captured[1].split('|')[0], 'hash') }
}

const JSON_STRING = /"(?:[^"\\]|\\.)*"/g

/** JSON.parse() loses the spelling of a header, so it is searched for by the decoded text. */
function json ([peerPath, xffPath]) {
  const follow = (value, path) => path.reduce((one, key) =>
    one !== null && typeof one === 'object' && !Array.isArray(one) && Object.hasOwn(one, key) ? one[key] : undefined, value)
  return (line) => {
    let value
    try {
      value = JSON.parse(line)
    } catch {
      return undefined
    }
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
    const peer = follow(value, peerPath)
    const header = follow(value, xffPath) ?? []
    if (typeof peer !== 'string') return undefined
    if (typeof header !== 'string' && !(Array.isArray(header) && header.every((one) => typeof one === 'string'))) return undefined
    // The search begins after the header's key if that is written with blanks; otherwise,
    // or if it fails, it covers the whole line.
    const own = line.lastIndexOf('"xff" : ')
    const texts = Array.from(line.matchAll(JSON_STRING), ({ 0: raw, index }) => ({ raw: raw.slice(1, -1), text: JSON.parse(raw), index }))
    let from = own
    const rawOf = (text) => {
      const found = texts.find((one) => one.index > from && one.text === text) ?? texts.find((one) => one.text === text)
      from = Math.max(from, found.index)
      return found.raw
    }
    const units = [header].flat().map((text) => spelled(rawOf(text), 'backslash'))
    return { peer, header: units.flatMap((one, i) => i === 0 ? one : [{ unit: ',', token: '' }, ...one]) }
  }
}

const READERS = { nginx: combined, apache: combined, haproxy, cloudfront: tsv([5, 20], 'percent'), tsv: tsv([1, 3], 'none'), csv: csv([1, 3]), json: json([['remote'], ['headers', 'xff']]) }

/** Returns the units of an entry, counted from the right; hop 0 is the peer. */
function entryOf (units, hop) {
  const entries = []
  let entry = []
  for (const one of [...units, { unit: ',', token: '' }]) {
    if (one.unit !== ',') {
      entry.push(one)
      continue
    }
    while (entry.at(-1)?.unit === ' ') entry.pop()
    while (entry[0]?.unit === ' ') entry.shift()
    if (entry.length > 0) entries.push(entry)
    entry = []
  }
  return entries.at(-hop)
}

/** Converts a setting: one of Express, or { strict: the resolver's options }. */
function trustOf (setting) {
  if (setting.strict !== undefined) {
    const { header = 'x-forwarded-for', ...rest } = setting.strict
    return { from: [], maxEntries: 20, chain: header, ...rest }
  }
  if (setting === true) return () => true
  return typeof setting === 'number' ? (address, i) => i < setting : proxyaddr.compile(setting)
}

/** Reads a line by the model of the resolver. No server passes on a line feed in a header. */
function readStrictly ({ header }, peer, settings) {
  const text = header.length === 0 ? undefined : textOf(header).replaceAll('\n', '\0')
  const { address, hop } = model(settings, { peer, header: text, from: {} })
  // If the client is the peer, its address may be written in another form.
  return { peer: hop === 0 ? address : peer, client: address, hop, isAddress: true, trusted: false }
}

/**
 * Returns the facts about a line.
 *
 * @returns {{ peer: string, client: string | undefined, hop: number | undefined, isAddress: boolean, trusted: boolean } | undefined}
 */
function readLine (line, kind, trust) {
  const read = line.length > LONGEST ? undefined : READERS[kind](line)
  const peer = read && peerOf(read.peer)
  if (peer === undefined) return undefined
  if (typeof trust !== 'function') return readStrictly(read, peer, trust)
  const header = textOf(read.header)
  const req = { headers: { 'x-forwarded-for': header }, connection: { remoteAddress: peer } }
  const hop = proxyaddr.all(req, trust).length - 1
  const client = proxyaddr(req, trust)
  const isAddress = hop === 0 || ipaddr.isValid(client)
  const trusted = trust(client, hop)
  if (isAddress) return { peer, client, hop, isAddress, trusted }
  const raw = entryOf(read.header, hop).map(({ token }) => token).join('')
  return { peer, client: read.isQuoted ? `"${raw}"` : raw, hop, isAddress, trusted }
}

const SEPARATORS = { nginx: ' ', apache: ' ', haproxy: ' ', cloudfront: '\t', tsv: '\t', csv: ',', json: '' }

/**
 * Returns the records of a text, including their line ends. Only a record of CSV can span
 * several lines.
 */
function recordsOf (text, kind) {
  if (kind !== 'csv') return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const records = []
  let rest = text
  while (rest !== '') {
    const field = '(?:"(?:[^"]|"")*"|[^",\\n]*)'
    const found = new RegExp(`^${field}(?:,${field})*\\r?(?:\\n|$)`).exec(rest)
    const record = found && found[0].length <= LONGEST ? found[0] : /^[^\n]*(?:\n|$)/.exec(rest)[0]
    records.push(record)
    rest = rest.slice(record.length)
  }
  return records
}

/** Returns the output for a text: clients before their lines, or in JSON as the last key. */
function derive (text, kind, setting) {
  const trust = trustOf(setting)
  const counters = { lines: 0, unreadable: 0, changed: 0 }
  const output = recordsOf(text, kind).map((record) => {
    const [, line, end] = /^([^]*?)(\r?\n?)$/.exec(record)
    if (line.startsWith('#')) return record
    counters.lines++
    const read = readLine(line, kind, trust)
    if (read === undefined) {
      counters.unreadable++
      return kind === 'json' ? record : SEPARATORS[kind] + record
    }
    if (read.client !== read.peer) counters.changed++
    if (kind === 'json') {
      const value = read.client === undefined ? 'null' : `"${read.client}"`
      return line.replace(/\}([\s]*)$/, (_, blanks) => `,"client":${value}}${blanks}`) + end
    }
    return (read.client ?? '') + SEPARATORS[kind] + record
  }).join('')
  return { output, counters }
}

module.exports = { derive, readLine, recordsOf, trustOf }
