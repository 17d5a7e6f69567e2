'use strict'

/* The headers of a request, from text as it was captured. */

const fs = require('node:fs')
const { cut } = require('../why/explain/faults')
const { Refusal, quoted, whyNot } = require('./output')

/** More than any server reads of a request's headers. */
const LONGEST = 1 << 20

const NAME = 'x-forwarded-for'
const START_LINE = /^(?:[A-Z]+ \S+ HTTP\/\d|HTTP\/\d)/
/** Of HTTP/2, as `:method: GET`. */
const PSEUDO_HEADER = /^:[a-z]+: /
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~\w]+$/
const PROXY_LINE = /^PROXY (?:TCP[46]|UNKNOWN)\b/
const PROXY_BYTES = '\r\n\r\n\0\r\nQUIT\n'
/** An access log, in the form that all servers have in common. */
const LOG_LINE = /^\S+ \S+ \S+ \[[^\]]*\] "/
const LOG_ADDRESSES = /"([0-9a-f.:]+(?:, *[0-9a-f.:]+)*)"$/i
const LOG_FIELD = /\bx[-_]?f(?:orwarded[-_]?for|f)["']?\s?[=:]\s?["']?([0-9a-f.:, ]+)/i

/** What a text shows, if it is not what the app received. */
const VIEWS = {
  curl: 'This is what curl sent, not what your app got: each proxy on the way adds an address to X-Forwarded-For. Print ' +
    'req.headers and req.socket.remoteAddress in the app',
  log: 'This is what the server that wrote the log got. For an app behind it, that server is the peer, and the address that ' +
    'the server saw is the last entry of X-Forwarded-For'
}

const EXAMPLE = "write it as 'X-Forwarded-For: 203.0.113.9'"

/** @typedef {Record<string, string>} Headers values by names, in lower case */

/**
 * Returns the name and the value of a line. It uses no regular expression, since
 * there may be a million blanks between them.
 *
 * @param {string} line
 * @returns {[string, string] | undefined}
 */
function divide (line) {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  return FIELD_NAME.test(name) ? [name, trimBlanks(line.slice(colon + 1))] : undefined
}

/** @param {string} text */
function trimBlanks (text) {
  let [start, end] = [0, text.length]
  while (start < end && (text[start] === ' ' || text[start] === '\t')) start++
  while (start < end && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  return text.slice(start, end)
}

/**
 * @param {Headers} headers
 * @param {string} name
 * @param {string} value joined to what is there, as Node joins headers
 */
function add (headers, name, value) {
  const key = name.toLowerCase()
  headers[key] = Object.hasOwn(headers, key) ? `${headers[key]}, ${value}` : value
}

/**
 * @param {string[]} lines
 * @param {(line: number) => string} place what to call a line in an error
 * @returns {Headers}
 */
function joined (lines, place) {
  /** @type {Headers} */
  const headers = Object.create(null)
  for (const [i, line] of lines.entries()) {
    if (PSEUDO_HEADER.test(line)) continue
    const field = divide(line)
    if (field === undefined) throw new Refusal(`${place(i)} is not a header, ${quoted(cut(line))}: ${EXAMPLE}`)
    add(headers, ...field)
  }
  return headers
}

/**
 * The beginning of a file, with all its headers if they are not too long.
 *
 * @param {string} file - for standard input
 */
async function beginning (file) {
  // As Node's HTTP parser does: a byte is a character.
  const stream = file === '-' ? process.stdin : fs.createReadStream(file)
  stream.setEncoding('latin1')
  let text = ''
  for await (const part of stream) {
    text += part
    if (text.length > LONGEST) break
  }
  return text
}

/**
 * The lines up to the empty one that ends the headers.
 *
 * @param {string} text
 * @param {string} what to call it in an error
 */
function linesOf (text, what) {
  const lines = []
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start)
    const line = text.slice(start, end === -1 ? text.length : end).replace(/\r$/, '')
    start = end === -1 ? text.length : end + 1
    if (line === '' && lines.length > 0) return lines
    lines.push(line)
  }
  if (text.length > LONGEST) {
    throw new Refusal(`the headers in ${what} are longer than 1 MiB: leave out what is not a header`)
  }
  return lines
}

/**
 * What `curl -v` sent: its lines begin with "> "; those of the answer, and its own
 * remarks, with "< " and "* ".
 *
 * @param {string[]} lines
 */
function withoutCurl (lines) {
  const sent = lines.filter((line) => line.startsWith('> ')).map((line) => line.slice(2))
  return sent.length > 0 && lines.every((line) => /^(?:[<>*{}]|\s*\d|\s*%|$)/.test(line)) ? sent : lines
}

/**
 * The object of headers within JSON, however deep: that which has the header, or
 * else one that is called "headers".
 *
 * @param {any} value
 * @returns {any}
 */
function headersIn (value) {
  if (Object(value) !== value) return undefined
  if (Object.keys(value).some((key) => key.toLowerCase() === NAME)) return value
  const inner = Object.values(value).map(headersIn).find((found) => found !== undefined)
  return inner ?? (Object(value.headers) === value.headers ? value.headers : undefined)
}

/**
 * @param {string} text
 * @param {string} what
 * @returns {Headers | undefined} undefined if it is not JSON
 */
function fromJson (text, what) {
  let value
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const found = headersIn(value)
  if (found === undefined) {
    throw new Refusal(`the JSON in ${what} has no headers: give an object such as { "${NAME}": "203.0.113.9" }`)
  }
  /** @type {Headers} */
  const headers = Object.create(null)
  for (const [name, values] of Object.entries(found)) {
    for (const one of [values].flat()) add(headers, name, String(one))
  }
  return headers
}

/**
 * @param {string} line
 * @param {string} what
 * @returns {Headers | undefined} undefined if it is not of a log
 */
function fromLog (line, what) {
  const isLog = LOG_LINE.test(line)
  const [, value] = (isLog ? LOG_ADDRESSES.exec(line) : undefined) ?? LOG_FIELD.exec(line) ?? []
  if (value !== undefined && divide(line)?.[0].toLowerCase() !== NAME) return { [NAME]: value.trim() }
  if (!isLog) return undefined
  throw new Refusal(`${what} has a line of an access log, but X-Forwarded-For is not in it: give its value with --xff`)
}

/**
 * @param {string} text
 * @param {string} what
 */
function refuseProxyProtocol (text, what) {
  if (!PROXY_LINE.test(text) && !text.startsWith(PROXY_BYTES)) return
  throw new Refusal(`${what} begins with a line of the PROXY protocol, which Node does not read: switch it off in ` +
    'the proxy that calls Node, or have something in between remove it, and give the headers that follow it')
}

/**
 * @param {string} text
 * @param {string} what to call it in an error
 * @returns {{ headers: Headers, view?: string }} with whose view it is, if not the app's
 */
function readRequest (text, what) {
  refuseProxyProtocol(text, what)
  const json = /^\s*[[{]/.test(text) ? fromJson(text.length > LONGEST ? '' : text, what) : undefined
  if (json !== undefined) return { headers: json }
  const lines = linesOf(text, what)
  const logged = lines.length === 1 && lines[0].length < 1 << 16 ? fromLog(lines[0], what) : undefined
  if (logged !== undefined) return { headers: logged, view: VIEWS.log }
  const sent = withoutCurl(lines)
  const skipped = START_LINE.test(sent[0]) ? 1 : 0
  const headers = joined(sent.slice(skipped).filter((line) => line !== ''), (i) => `line ${i + skipped + 1} of ${what}`)
  return { headers, ...sent !== lines && { view: VIEWS.curl } }
}

/** @param {string} file */
async function fromFile (file) {
  const what = file === '-' ? 'standard input' : quoted(file)
  const text = await beginning(file).catch((error) => {
    throw new Refusal(`cannot read ${what}: ${whyNot(error)}; --request takes a file with the ` +
      'headers of a request, or - for standard input')
  })
  if (text.trim() === '') {
    throw new Refusal(`${what} is empty: --request takes the headers of a request`)
  }
  return readRequest(text, what)
}

module.exports = { NAME, VIEWS, beginning, fromFile, joined, readRequest }
