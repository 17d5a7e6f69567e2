'use strict'

/*
 * Answers values that are not strings as proxy-addr 2.0.8 does. Many of its error
 * messages come from V8 ("note.lastIndexOf is not a function"), so this evaluates
 * the same expressions with the same identifiers: `note` for an entry of a trust
 * list, `header` for X-Forwarded-For. Off the hot path.
 */

const { types: { isStringObject } } = require('node:util')
const engine = require('../engine')

const COMMA = 0x2c
const SPACE = 0x20
const DIGITS = /^[0-9]+$/

/**
 * Returns the text of an address that is not a string. A String object counts as
 * its text. Any other value is converted too, because that can be observed, but
 * counts as the empty text, which is not an address.
 *
 * @param {unknown} address
 */
function objectText (address) {
  try {
    const text = String(address)
    return isStringObject(address) ? text : ''
  } catch {
    return ''
  }
}

/** @param {unknown} value */
function text (value) {
  return typeof value === 'string' ? value : objectText(value)
}

/**
 * Returns whether this is a valid entry of a trust list. It cannot be a name:
 * names were replaced before.
 *
 * @param {string} address the text before the '/'
 * @param {string} range the text after it
 */
function isSubnet (address, range) {
  if (address.includes('/') || range.includes('/')) return false
  const found = engine.resolveOnce(`${address}/${range}`, undefined, '', '')
  if (found === null) return false
  if (!Number.isInteger(found)) throw engine.unusable(found)
  return true
}

/** @param {any} note */
function entry (note) {
  const pos = note.lastIndexOf('/')
  const address = pos !== -1 ? note.substring(0, pos) : note
  const addressText = text(address)
  // A prefix of one bit is valid for any address, so this checks the address alone.
  if (!isSubnet(addressText, '1')) {
    throw new TypeError('invalid IP address: ' + address)
  }
  if (pos === -1) return addressText
  const range = note.substring(pos + 1, note.length)
  const rangeText = DIGITS.test(range) ? String(range) : text(range)
  if (!isSubnet(addressText, rangeText)) {
    throw new TypeError('invalid range on address: ' + note)
  }
  return `${addressText}/${rangeText}`
}

/**
 * Returns, as strings, the entries of a list that holds other values or can
 * observe how it is read. Each element is read once to replace names and once
 * more to validate it, in the original's order. All names are replaced before
 * any entry is validated, which decides the order of errors.
 *
 * @param {any} list a copy of the user's list; changed
 * @returns {string[]} an ordinary array
 * @throws {TypeError} for the first invalid entry
 */
function entries (list) {
  /** @type {Record<string, any>} */
  const names = engine.names()
  for (let i = 0; i < list.length; i++) {
    const val = list[i]
    if (!Object.prototype.hasOwnProperty.call(names, val)) continue
    const subnets = names[val]
    list.splice.apply(list, [i, 1].concat(subnets))
    i += subnets.length - 1
  }
  const notes = new Array(list.length)
  let count = 0
  for (; count < list.length; count++) notes[count] = entry(list[count])
  // If the list became shorter meanwhile, the original throws at this expression.
  const subnet = notes[count]
  if (count < notes.length) subnet[0] // eslint-disable-line no-unused-expressions
  return notes
}

/**
 * Returns the entries of a header that is not a string, nearest hop first.
 *
 * @param {any} header
 * @returns {unknown[]}
 */
function headerEntries (header) {
  const found = []
  let end = header.length
  let start = header.length
  for (let i = header.length - 1; i >= 0; i--) {
    const unit = header.charCodeAt(i)
    const empty = start === end
    if (unit === COMMA && !empty) found.push(header.substring(start, end))
    if (unit === COMMA || (unit === SPACE && empty)) end = start = i
    else if (unit !== SPACE) start = i
  }
  if (start !== end) found.push(header.substring(start, end))
  return found
}

module.exports = { objectText, entries, headerEntries }
