'use strict'

/* The headers of a request, from text as it goes over the wire. */

const fs = require('node:fs')
const { cut } = require('../why/explain/quote')
const { Refusal, whyNot } = require('./refusal')
const { quoted } = require('./text')

/** More than any server reads of a request's headers. */
const LONGEST = 1 << 20

const REQUEST_LINE = /^[A-Z]+ \S+ HTTP\/\d/
const HEADER = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/
const HEADERS_END = /\r?\n\r?\n/

/**
 * The values of a header, as Node joins them where there are several.
 *
 * @param {string[]} lines
 * @param {string} name in lower case
 * @param {(line: number) => string} place what to call a line in an error
 * @returns {string | undefined}
 */
function joined (lines, name, place) {
  const values = []
  for (const [i, line] of lines.entries()) {
    const match = HEADER.exec(line)
    if (match === null) {
      throw new Refusal(`${place(i)} is no header, ${quoted(cut(line))}: ` +
        "write it as 'X-Forwarded-For: 203.0.113.9'")
    }
    if (match[1].toLowerCase() === name) values.push(match[2])
  }
  return values.length > 0 ? values.join(', ') : undefined
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
 * @param {string} file
 * @param {string} name of the header, in lower case
 */
async function fromFile (file, name) {
  const what = file === '-' ? 'standard input' : quoted(file)
  const text = await beginning(file).catch((error) => {
    throw new Refusal(`cannot read ${what}: ${whyNot(error)}; --request wants a file with the ` +
      'headers of a request, or - for standard input')
  })
  if (text.trim() === '') {
    throw new Refusal(`there is nothing in ${what}: --request wants the headers of a request`)
  }
  const [head] = text.split(HEADERS_END, 1)
  if (head.length > LONGEST) {
    throw new Refusal(`the headers in ${what} are longer than 1 MiB: leave out what is no header`)
  }
  const lines = head.replace(/\r?\n$/, '').split(/\r?\n/)
  const skipped = REQUEST_LINE.test(lines[0]) ? 1 : 0
  return joined(lines.slice(skipped), name, (i) => `line ${i + skipped + 1} of ${what}`)
}

module.exports = { joined, fromFile }
