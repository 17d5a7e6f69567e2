/* Turns pasted text into the fields of the page, and says what it was taken for. */

import { explain } from 'proxy-addr-native'
import request from '../lib/cli/request.js'

const { NAME, VIEWS, joined, readRequest } = request

/** What the page understands, for readers who pasted something else. */
export const UNDERSTOOD = 'a curl command or its -v output, the headers of a request, a line of an access log ' +
  "(nginx, Apache, HAProxy, CloudFront, JSON, TSV, CSV), TRUST_PROXY=… of .env or Docker Compose, app.set('trust proxy', …), " +
  'a setting, an address, or a list of addresses'

/** Headers that say where a request came from or went. No others are taken: they may contain secrets. */
const TAKEN = /^(?:host|:authority|forwarded|via|x-forwarded-.*|x-real-ip|[\w-]*-(?:client-)?ip)$/

/** @param {string} text */
export function isAddress (text) {
  if (!/^[\da-f.:]+(?:%\w+)?$/i.test(text) || !/\..*\.|:.*:/.test(text)) return false
  return explain({ headers: {}, socket: { remoteAddress: text } }, () => false).hops[0].canonical !== undefined
}

/** Returns an address without its port; undefined if the text is not an address. @param {unknown} text */
function addressIn (text) {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d+)?$/.exec(String(text)) ?? []
  return [String(text), bracketed, plain].find((one) => one !== undefined && isAddress(one))
}

/** @param {string} text */
const isChain = (text) => text.split(',').every((entry) => addressIn(entry.trim()) !== undefined)

/**
 * Returns a command's words, as a shell separates them.
 *
 * @param {string} text
 */
function words (text) {
  const found = text.replace(/\\\r?\n/g, ' ').match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/gs) ?? []
  return found.map((word) => word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
    (_, single, double, escaped) => single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped))
}

/** Returns the values of an option, each after its name or joined to it. */
function optionsOf (all, ...names) {
  return all.flatMap((word, i) => {
    if (names.includes(word)) return [all[i + 1] ?? '']
    const name = names.find((one) => word.startsWith(one.startsWith('--') ? `${one}=` : one))
    return name === undefined || word.startsWith('--') !== name.startsWith('--') ? [] : [word.slice(name.length).replace(/^=/, '')]
  })
}

/** @param {Record<string, string>} headers */
function fromHeaders (headers) {
  const more = Object.entries(headers).filter(([name]) => name !== NAME && TAKEN.test(name))
  return { header: headers[NAME] ?? '', more: more.map(([name, value]) => `${name.replace(/^:authority$/, 'host')}: ${value}`).join('\n') }
}

function curl (text) {
  if (!/^\s*(?:\$\s+)?curl(?:\.exe)?\s/.test(text)) return undefined
  const all = words(text)
  const headers = joined(optionsOf(all, '-H', '--header').filter((line) => line.includes(':')), () => 'an -H of the command')
  const url = all.find((word) => /^https?:\/\//i.test(word))
  const { host, protocol } = url === undefined ? {} : new URL(url)
  return { ...fromHeaders({ ...host && { host }, ...headers }), secure: protocol === 'https:' }
}

function command (text) {
  if (!/^\s*(?:\$\s+)?(?:npx\s+)?proxy-addr(?:-native)?\s+(?:explain|lint|match)\s/.test(text)) return undefined
  const all = words(text)
  const [setting] = optionsOf(all, '--trust')
  const [peer] = optionsOf(all, '--peer')
  const header = optionsOf(all, '--xff').join(', ')
  const headers = joined(optionsOf(all, '-H', '--header'), () => 'an -H of the command')
  return { ...setting !== undefined && { setting }, ...peer !== undefined && { peer }, ...fromHeaders({ ...header && { [NAME]: header }, ...headers }) }
}

function code (text) {
  const [, value] = /(?:\.set\(\s*['"`]trust proxy['"`]\s*,|\btrustProxy\s*[:(=])\s*(\[[^\]]*\]|'[^']*'|"[^"]*"|`[^`]*`|[\w.]+)/.exec(text) ?? []
  if (value === undefined) return undefined
  return { ...settingOf(value), ...raw(text.replace(/^.*\btrust ?proxy\b.*$/im, '')) }
}

/** Returns the setting that a value in code stands for. */
function settingOf (value) {
  if (/^(?:true|false|\d+)$/.test(value)) return { setting: value, isText: false }
  const texts = Array.from(value.matchAll(/'([^']*)'|"([^"]*)"|`([^`]*)`/g), ([, a, b, c]) => a ?? b ?? c)
  if (texts.length === 0) throw new Error(`the setting is ${value.slice(0, 40)}, whose value is not in this text: paste its value`)
  return { setting: texts.join(', '), isText: value[0] !== '[' && /^\s*\d+\s*$|^(?:true|false)$/.test(texts[0]) }
}

function sent (text) {
  if (!/^> \S/m.test(text) || !/^[*<>]/.test(text)) return undefined
  return { ...fromHeaders(readRequest(text.replace(/^(?![<>*{}]).*\n?/gm, ''), 'this text').headers), secure: /^\* (?:SSL|TLS|ALPN)/m.test(text) }
}

function raw (text) {
  const lines = text.trim().split('\n', 2)
  const [name] = lines[0].split(': ', 1)
  const isHeader = name.length < lines[0].length && (/^(?::[a-z]+|host|forwarded|via)$/i.test(name) || (/^[\w-]+$/.test(name) && name.includes('-')))
  if (!isHeader && !/^(?:[A-Z]+ \S+ HTTP\/\d|PROXY )/.test(lines[0])) return undefined
  return fromHeaders(readRequest(text.trim(), 'this text').headers)
}

const VARIABLE = /^[ \t]*(?:(?:export|ENV|ARG|set|-)[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*(?:=|:(?=[ \t]|$))(.*)$/gm

function variable (text) {
  const found = Array.from(text.matchAll(VARIABLE)).find(([, name]) => /trust.*prox|prox.*trust|forwarded_allow/i.test(name))
  if (found === undefined) return undefined
  const value = found[2].split(/\s#/, 1)[0].trim().replace(/^(["'])(.*)\1$/, '$2').replace(/["']$/, '')
  const [, fallback] = /^\$\{\w+:?-(.*)\}$/.exec(value) ?? []
  if (fallback === undefined && /^\$/.test(value)) throw new Error(`the value of ${found[1]} is another variable, ${value}: paste that one's line`)
  return { setting: fallback ?? value, isText: false }
}

function network (text) {
  const [, subnet] = /^[ \t-]*["']?subnet["']?:[ \t]*["']?([\d.a-f:]+\/\d+)/im.exec(text) ?? []
  return subnet && { setting: subnet, isText: false }
}

/** A log's text for "nothing" is a hyphen; some write quotes as \x22. */
function fromLog (peer, header = '') {
  const text = header.replace(/\\x([\da-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replace(/\\"/g, '"')
  return { peer: addressIn(peer) ?? peer, header: text === '-' ? '' : text }
}

function combined (line) {
  const [, peer, rest] = /^(?:[\w.:-]+ )??([\da-f.:]+) \S+ \S+ \[[^\]]*\] (".*)$/i.exec(line) ?? []
  if (peer === undefined) return undefined
  const quoted = Array.from(rest.matchAll(/"((?:\\.|[^"\\])*)"/g), ([, text]) => text)
  if (quoted.length < 4) throw new Error(`the log has no field with X-Forwarded-For; the address in it, ${peer}, may be the proxy's or the client's`)
  return fromLog(peer, quoted.at(-1))
}

function haproxy (line) {
  const [, peer, braces] = /(\S{2,60}):\d{1,5} \[\d\d\/\w{3}\/\d{4}:[^\]]*\] \S+ [^\s/]+\/\S+ (?:[^{"]*\{([^}]*)\})?/.exec(line) ?? []
  return peer === undefined ? undefined : fromLog(peer, braces?.split('|')[0])
}

/** The places in CloudFront's standard log, for a line pasted without the names of fields. */
const CLOUDFRONT = { peer: 4, header: 19 }

function cloudfront (line, all) {
  const cells = line.split('\t')
  if (!/^\d{4}-\d\d-\d\d$/.test(cells[0]) || cells.length < 20) return undefined
  const names = /^#Fields:(.*)$/m.exec(all)?.[1].trim().split(/\s+/)
  const cell = (name, place) => cells[names?.includes(name) ? names.indexOf(name) : place]
  return fromLog(cell('c-ip', CLOUDFRONT.peer), decodeURIComponent(cell('x-forwarded-for', CLOUDFRONT.header).replace(/%(?![\da-f]{2})/gi, '%25')))
}

function alb (line) {
  if (/^(?:https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT\S+ app\//.test(line)) throw new Error('the logs of an ALB have no X-Forwarded-For: log the header in the server')
}

const PEER_KEYS = ['realip_remote_addr', 'remote_addr', 'remoteaddr', 'remoteaddress', 'remote_ip', 'clientaddr', 'clienthost', 'downstream_remote_address', 'client_ip', 'peer', 'remote']

/** Returns everything in an object, however deep: pairs of a key in lower case and a value. */
function leaves (value) {
  return Object.entries(value).flatMap(([key, one]) => Object(one) === one && !Array.isArray(one)
    ? leaves(one)
    : [[key.toLowerCase(), [one].flat().join(', ')]])
}

function json (text) {
  if (!/^\s*\{/.test(text)) return undefined
  const all = leaves(JSON.parse(text))
  const header = all.find(([key]) => /(?:^|_)x[-_]forwarded[-_]for$|^xff$/.test(key))
  const peer = PEER_KEYS.map((name) => all.find(([key, value]) => key === name && addressIn(value))).find(Boolean)
  const more = Object.fromEntries(all.filter(([key]) => TAKEN.test(key)))
  if (header === undefined && peer === undefined) throw new Error('the JSON has neither an address nor X-Forwarded-For')
  return { ...fromHeaders({ ...more, [NAME]: header?.[1] ?? '' }), ...peer && { peer: addressIn(peer[1]) } }
}

/** Returns the cells of a line of CSV. A comma within quotation marks does not separate cells. */
function divideCsv (line) {
  const cells = []
  let isOpen = false
  for (const part of line.split(',')) {
    cells.push(isOpen ? `${cells.pop()},${part}` : part)
    if (part.split('"').length % 2 === 0) isOpen = !isOpen
  }
  return cells.map((cell) => cell.replace(/^"|"$/g, '').replaceAll('""', '"'))
}

function columns (line) {
  const cells = line.includes('\t') ? line.split('\t') : divideCsv(line)
  const peer = cells.findIndex((cell) => addressIn(cell.trim()) !== undefined)
  const header = cells.findIndex((cell, i) => i > peer && (isChain(cell) || /^(?:"?-"?)$/.test(cell)))
  if (peer === -1 || header === -1 || cells.every((cell) => cell === '' || isChain(cell))) return undefined
  return fromLog(cells[peer].trim(), cells[header])
}

const LABELS = { setting: 'setting', trust: 'setting', 'trust proxy': 'setting', peer: 'peer', socket: 'peer', remoteaddress: 'peer', header: 'header', xff: 'header', 'x-forwarded-for': 'header' }

function fields (text) {
  const lines = text.trim().split(/\r?\n/)
  const pairs = lines.slice(0, 4).map((line) => [LABELS[line.split(/[:=]/, 1)[0].trim().toLowerCase()], line.slice(line.search(/[:=]/) + 1).trim()])
  if (lines.length < 4 && pairs.every(([name]) => name !== undefined)) return Object.fromEntries(pairs)
  if (lines.length === 3 && isAddress(lines[1].trim()) && isChain(lines[2])) return { setting: lines[0].trim(), peer: lines[1].trim(), header: lines[2].trim() }
}

const ENTRY = /^(?:loopback|linklocal|uniquelocal|[\da-f.:]+\/[\d.]+)$/i

function bare (text) {
  const line = text.trim()
  const entries = line.split(',').map((entry) => entry.trim())
  if (/^(?:true|false|\d{1,2})$/i.test(line)) return { setting: line, isText: false }
  if (entries.every((entry) => ENTRY.test(entry) || isAddress(entry)) && entries.some((entry) => ENTRY.test(entry))) return { setting: line, isText: false }
  if (addressIn(line)) return { peer: addressIn(line) }
  return isChain(line) ? { header: line } : undefined
}

/** Texts that are not read, and what to say about them. */
const REFUSED = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY/, 'a private key: nothing was read from it. It has not left this page; still, clear the field'],
  [/^\s*<(?:!doctype|\?xml|[a-z][a-z\d]*[\s/>])/i, 'HTML or XML'],
  // eslint-disable-next-line no-control-regex
  [/[\x00-\x08\x0e-\x1a\x1c-\x1f]|\ufffd/, 'binary data']
]

/** Forms of a whole text, then forms of a log's line; and what it shows, if that is not what the app received. */
const WHOLE = [
  ['a curl command', curl, VIEWS.curl], ['a command of this package', command], ['code', code], ["curl's -v output", sent, VIEWS.curl],
  ['the headers of a request', raw], ['a variable of the environment', variable], ['a network of Docker Compose', network]
]
const LINES = [
  ["a line of an ALB's log", alb], ["a line of CloudFront's log", cloudfront], ['a line of nginx or Apache', combined, VIEWS.log], ['a line of HAProxy', haproxy, VIEWS.log],
  ['a line of JSON', json], ['a line of columns', columns]
]
const LAST = [['a request in JSON', json], ['fields', fields], ['a setting, or addresses', bare]]

/**
 * @param {[string, (text: string, all: string) => any, string?][]} forms
 * @param {string} text
 * @param {string} all that was pasted
 * @returns {{ kind: string, fields?: any, view?: string, problem?: string } | undefined}
 */
function tryForms (forms, text, all) {
  for (const [kind, read, view] of forms) {
    try {
      const found = read(text, all)
      if (found) return { kind, fields: found, view }
    } catch (error) {
      if (!(error instanceof SyntaxError)) return { kind, problem: error.message }
    }
  }
}

/**
 * Says what a text is, and reads its fields. `isLines` is for a slice of a longer
 * text, in which only lines of a log are recognised.
 *
 * @param {string} text
 * @param {boolean} [isLines]
 * @returns {{ kind: string, fields?: any, view?: string, problem?: string } | undefined}
 */
export function recognise (text, isLines = false) {
  const refused = REFUSED.find(([pattern]) => pattern.test(text))
  if (refused !== undefined && !isLines) return { kind: refused[1], problem: '' }
  const whole = isLines ? undefined : tryForms(WHOLE, text, text)
  if (whole !== undefined) return whole
  let problem
  for (const line of text.split(/\r?\n/)) {
    const found = line === '' || line.length > 1 << 14 ? undefined : tryForms(LINES, line, text)
    if (found?.fields !== undefined) return found
    problem ??= found
  }
  return problem ?? (isLines ? undefined : tryForms(LAST, text, text))
}
