'use strict'

/*
 * The formats of logs: turns the value of --format into the places of a line's
 * fields, which src/core/logs/line.h describes.
 */

const { isIP } = require('node:net')

/** PA_LINE_… */
const KINDS = { combined: 0, tsv: 1, cloudfront: 2, csv: 3, haproxy: 4, json: 5 }

/** In the order of PA_FIELD_…, by the names that a format gives them. */
const FIELDS = ['peer', 'xff', 'proto']

/** CloudFront's standard fields in their order. */
const CLOUDFRONT = ('date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) ' +
  'cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes ' +
  'time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status ' +
  'fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len ' +
  'sc-range-start sc-range-end').split(' ')

/** PA_PATH_KEYS and PA_PATH_BYTES */
const MOST_KEYS = 16
const MOST_BYTES = 1024
const MOST_COLUMNS = 10_000

/** The fields that a format with places needs at least. */
const EXAMPLES = { json: 'json:peer=.remote,xff=.headers.xff', tsv: 'tsv:peer=1,xff=3', csv: 'csv:peer=1,xff=3' }

const KNOWN = 'nginx, apache, json:peer=.remote,xff=.headers.xff, cloudfront, haproxy, tsv:peer=1,xff=3 or csv:peer=1,xff=3'

/** A line of Apache's common format, or of the combined one, which has two more fields. */
const BARE = /^(\S+) \S+ [^[]*\[[^\]]*\] "(?:[^"\\]|\\.)*" \d{3} (?:\d+|-)( "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*")?\s*$/

/** Formats to guess, with the places of both fields in JSON logs of well-known servers. */
const GUESSES = [
  'nginx',
  'json:peer=.request.remote_ip,xff=.request.headers.X-Forwarded-For',
  'json:peer=.ClientHost,xff=.request_X-Forwarded-For',
  'json:peer=.req.remoteAddress,xff=.req.headers.x-forwarded-for',
  'json:peer=.downstream_remote_address,xff=.x_forwarded_for',
  'json:peer=.remote,xff=.headers.xff',
  'json:peer=.remote_addr,xff=.http_x_forwarded_for',
  'haproxy',
  'cloudfront'
]

/**
 * @typedef {object} Format
 * @property {string} name as it was given
 * @property {number} kind
 * @property {number[]} columns of FIELDS, counted from 1; 0: there is none
 * @property {string[][]} paths of FIELDS
 * @property {string[] | undefined} names of the columns with FIELDS, if CSV's first
 *   line names its columns
 */

/** @param {string} message */
function refuse (message) {
  return new TypeError(`format: ${message}`)
}

/**
 * @param {string} text ".headers.xff", or ."x-forwarded-for" for odd characters
 * @param {string} what
 */
function readPath (text, what) {
  const keys = []
  let rest = text
  while (rest !== '') {
    const [whole, quoted, plain] = /^\.(?:"((?:[^"\\]|\\.)*)"|([^."\s]+))/.exec(rest) ?? []
    if (whole === undefined) {
      throw refuse(`'${text}' is not a path of ${what}: write it as .headers.xff, and odd keys as ."x-forwarded-for"`)
    }
    try {
      keys.push(quoted === undefined ? plain : JSON.parse(`"${quoted}"`))
    } catch {
      throw refuse(`'${text}' has a key that is not a text of JSON: write it as ."x-forwarded-for"`)
    }
    rest = rest.slice(whole.length)
  }
  if (keys.length === 0 || keys.length > MOST_KEYS) {
    throw refuse(`'${text}' has ${keys.length} keys; a path has 1 to ${MOST_KEYS}`)
  }
  return keys
}

/** @param {string} text @param {string} what */
function readColumn (text, what) {
  const number = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > MOST_COLUMNS) {
    throw refuse(`'${text}' is not the number of a column for ${what}: columns are counted from 1`)
  }
  return number
}

/**
 * Splits at commas outside of quotes.
 *
 * @param {string} text
 */
function divide (text) {
  const parts = ['']
  let isQuoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === ',' && !isQuoted) {
      parts.push('')
      continue
    }
    if (text[i] === '"') isQuoted = !isQuoted
    const count = text[i] === '\\' && isQuoted ? 2 : 1
    parts[parts.length - 1] += text.slice(i, i + count)
    i += count - 1
  }
  return parts
}

/** @param {string} text peer=.a,xff=."b,c" @returns {Map<string, string>} */
function readPlaces (text) {
  const places = new Map()
  for (const part of text === '' ? [] : divide(text)) {
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(at, 0))
    if (!FIELDS.includes(name) || at === part.length - 1) {
      throw refuse(`'${part}' is not accepted (expected ${FIELDS.map((field) => `${field}=<place>`).join(', ')})`)
    }
    if (places.has(name)) throw refuse(`${name} is given twice`)
    places.set(name, part.slice(at + 1))
  }
  return places
}

/** @param {string} name @param {number} kind @returns {Format} */
function plain (name, kind) {
  return { name, kind, columns: [0, 0, 0], paths: [[], [], []], names: undefined }
}

/** @param {Map<string, string>} places @param {keyof EXAMPLES} kind */
function demand (places, kind) {
  const missing = ['peer', 'xff'].find((field) => !places.has(field))
  if (missing !== undefined) throw refuse(`${kind} needs ${missing}=<place>, as in ${EXAMPLES[kind]}`)
}

/** @param {Format} format @param {Map<string, string>} places @param {boolean} hasHeader */
function readTable (format, places, hasHeader) {
  const kind = format.kind === KINDS.csv ? 'csv' : 'tsv'
  demand(places, kind)
  if (hasHeader && kind === 'tsv') throw refuse('tsv has columns by number; --header is for csv')
  if (hasHeader) return { ...format, names: FIELDS.map((field) => places.get(field) ?? '') }
  return { ...format, columns: FIELDS.map((field) => places.has(field) ? readColumn(String(places.get(field)), field) : 0) }
}

/** @param {Format} format @param {Map<string, string>} places */
function readJson (format, places) {
  demand(places, 'json')
  const paths = FIELDS.map((field) => places.has(field) ? readPath(String(places.get(field)), field) : [])
  if (Buffer.byteLength(paths.flat().join('')) > MOST_BYTES) throw refuse(`the keys are longer than ${MOST_BYTES} bytes`)
  return { ...format, paths }
}

/**
 * Reads the name of a format.
 *
 * @param {unknown} text
 * @param {boolean} [hasHeader] the first line of CSV has names
 * @returns {Format}
 */
function readFormat (text, hasHeader = false) {
  if (typeof text !== 'string') throw refuse(`${typeof text} is not accepted (expected ${KNOWN})`)
  const [, kind, rest] = /** @type {string[]} */ (/^([^:]*)(?::([^]*))?$/.exec(text))
  const places = readPlaces(rest ?? '')
  if (hasHeader && kind !== 'csv') throw refuse(`${kind} has no line of names; --header is for csv`)
  switch (kind) {
    case 'nginx':
    case 'apache':
    case 'cloudfront':
      if (rest !== undefined) throw refuse(`${kind} has fixed fields: leave ':${rest}' out`)
      return kind === 'cloudfront' ? { ...plain(text, KINDS.cloudfront), columns: columnsOfFields(CLOUDFRONT.join(' ')) } : plain(text, KINDS.combined)
    case 'haproxy':
      if (places.has('peer') || places.has('proto')) throw refuse('for haproxy, only xff can be given, as in haproxy:xff=2')
      return { ...plain(text, KINDS.haproxy), columns: [0, readColumn(places.get('xff') ?? '1', 'xff'), 0] }
    case 'tsv':
    case 'csv': return readTable(plain(text, KINDS[kind]), places, hasHeader)
    case 'json': return readJson(plain(text, KINDS.json), places)
    case 'alb':
      throw refuse("an Application Load Balancer's own log has the address of whoever connected to it, and no " +
        'X-Forwarded-For: use the log of the servers that it forwards to')
    case 'combined':
      throw refuse("unknown format 'combined': say nginx or apache, which is combined and then X-Forwarded-For in quotes")
    default:
      throw refuse(`unknown format '${kind}' (expected ${KNOWN})`)
  }
}

/**
 * Says what a line lacks that cannot be read as nginx or apache.
 *
 * @param {string} line
 * @returns {string | undefined} undefined if it is not a line of the formats that servers
 *   have by default
 */
function whatLacks (line) {
  const [, peer, isCombined] = BARE.exec(line) ?? []
  if (peer === undefined || isIP(peer) === 0) return undefined
  return `${isCombined ? "nginx's and Apache's combined" : "Apache's common"} format, which has no X-Forwarded-For: log the ` +
    'combined format and then "$http_x_forwarded_for" (nginx) or "%{X-Forwarded-For}i" (Apache); docs/logs.md has both in full'
}

/**
 * Returns the columns that CloudFront's line "#Fields: …" names.
 *
 * @param {string} line
 */
function columnsOfFields (line) {
  const names = line.replace(/^#Fields:/, '').trim().split(/\s+/)
  return [names.indexOf('c-ip') + 1, names.indexOf('x-forwarded-for') + 1, 0]
}

/**
 * Returns the fields of one CSV record.
 *
 * @param {string} line
 */
function fieldsOfCsv (line) {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
    ([, quoted, field]) => quoted === undefined ? field : quoted.replaceAll('""', '"'))
}

/**
 * Returns a format's columns, which the first line of CSV names.
 *
 * @param {Format} format
 * @param {string} line
 */
function columnsOfNames (format, line) {
  const fields = fieldsOfCsv(line.replace(/^\ufeff/, ''))
  return /** @type {string[]} */ (format.names).map((name, i) => {
    const column = fields.indexOf(name) + 1
    if (column === 0 && name !== '') {
      throw refuse(`the first line has no column '${name}' for ${FIELDS[i]}; it has ${fields.map((field) => `'${field}'`).join(', ').slice(0, 200)}`)
    }
    return column
  })
}

module.exports = { CLOUDFRONT, FIELDS, GUESSES, KINDS, KNOWN, columnsOfFields, columnsOfNames, fieldsOfCsv, readFormat, whatLacks }
