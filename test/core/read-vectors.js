'use strict'

const fs = require('node:fs')
const path = require('node:path')

const FOLDER = path.join(__dirname, 'vectors')

const HEAD = /^\[(\w+)\]$/
const QUOTED = /"((?:[^"\\]|\\.)*)"/g
const ESCAPE = /\\(?:(["\\])|x([0-9a-f]{2})|\{(.)\*(\d+)\})/g

/**
 * Decodes the escapes of vectors.h. A byte becomes the character with that number.
 *
 * @param {string} text the text between two quotes
 * @returns {string}
 */
function decode (text) {
  return text.replace(ESCAPE, (whole, itself, hex, repeated, times) => {
    if (itself !== undefined) return itself
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16))
    return repeated.repeat(Number(times))
  })
}

/**
 * The reverse of `decode`, as the C tests write it.
 *
 * @param {string} text
 * @returns {string} the text in quotes
 */
function quote (text) {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replace(/[^ -~]/g, (character) =>
      '\\x' + character.charCodeAt(0).toString(16).padStart(2, '0'))
  return '"' + escaped + '"'
}

/**
 * @typedef {object} Vector
 * @property {string} line the line in the table
 * @property {string[]} inputs the texts in quotes before the "=>"
 * @property {string} expected what follows the "=>"
 */

/**
 * @param {string} line
 * @returns {Vector}
 */
function readVector (line) {
  const arrow = line.lastIndexOf('=>')
  const inputs = Array.from(line.slice(0, arrow).matchAll(QUOTED), ([, text]) => decode(text))
  if (arrow === -1 || inputs.length === 0) throw new Error('invalid vector, expected inputs in quotes and "=>": ' + line)
  return { line: line.trim(), inputs, expected: line.slice(arrow + 2).trim() }
}

/**
 * Reads the tables of vectors.
 *
 * @param {string[]} names files in vectors/, without ".txt"
 * @returns {Record<string, { sentence: string, vectors: Vector[] }[]>} by the tables' names
 */
function readVectors (...names) {
  const tables = {}
  let tests
  for (const line of names.flatMap((name) => fs.readFileSync(path.join(FOLDER, name + '.txt'), 'utf8').split('\n'))) {
    const [, table] = line.match(HEAD) ?? []
    if (table) tables[table] = tests = []
    else if (line.startsWith(' ')) tests.at(-1).vectors.push(readVector(line))
    else if (line !== '' && !line.startsWith('#')) tests.push({ sentence: line, vectors: [] })
  }
  return tables
}

module.exports = { quote, readVectors }
