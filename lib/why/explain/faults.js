'use strict'

/*
 * Says in words what is wrong with a text that is not an address, and makes text from
 * others safe for a line of a log: no line ends, no control characters, nothing that a
 * terminal would obey, and not too long. Also how far a misspelt word is from another.
 */

const LONGEST = 64
const ORDINARY = /^[!-~]+$/

/**
 * @param {string} text
 * @param {number} [longest]
 */
function cut (text, longest = LONGEST) {
  return text.length > longest ? text.slice(0, longest - 3) + '...' : text
}

/**
 * Replaces everything but printable ASCII with \u escapes.
 *
 * @param {string} text
 */
function escape (text) {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Like escape(), in quotes and cut: a unit may take six characters.
 *
 * @param {string} text
 */
function quote (text) {
  const whole = escape(JSON.stringify(cut(text)))
  if (whole.length <= LONGEST + 2) return whole
  let kept = ''
  for (let i = 0; ; i++) {
    const unit = escape(JSON.stringify(text[i]).slice(1, -1))
    if (kept.length + unit.length > LONGEST - 3) return `"${kept}..."`
    kept += unit
  }
}

/**
 * Like quote(), but without quotes where the text needs none.
 *
 * @param {string} text
 */
function show (text) {
  return ORDINARY.test(text) ? cut(text) : quote(text)
}

/**
 * How many letters must be added, left out, replaced, or exchanged with their
 * neighbour, to get from one word to the other.
 *
 * @param {string} a
 * @param {string} b
 */
function distance (a, b) {
  /** @type {number[]} */
  let before = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = last
    last = row
  }
  return last[b.length]
}

/**
 * The words for each fault of facts.js; `part` is the part of the text that is
 * wrong, in quotes.
 *
 * @type {Record<string, (part: string) => string>}
 */
const SENTENCES = {
  empty: () => 'empty',
  unknown: () => 'a proxy that does not know its caller',
  obfuscated: () => 'a name in place of an address',
  space: (part) => `a blank, ${part}`,
  quote: (part) => `a quotation mark, ${part}`,
  bracket: (part) => `a bracket, ${part}`,
  port: (part) => `a port, ${part}`,
  slash: (part) => `a subnet's length, ${part}`,
  zone: (part) => `an invalid zone, ${part}`,
  name: () => 'a name',
  character: (part) => `${part} cannot be in an address`,
  partEmpty: () => 'a number is missing',
  partLarge: (part) => `${part} is more than 255`,
  partsFew: () => 'fewer than four numbers',
  partsMany: (part) => `${part} follows the fourth number`,
  numberLarge: (part) => `${part} has more than 32 bits`,
  colon: (part) => `${part} is a colon too many`,
  gaps: () => 'a second "::"',
  groupLarge: (part) => `${part} has more than 16 bits`,
  groupsFew: () => 'fewer groups than IPv6 has',
  groupsMany: (part) => `${part} is a group too many`,
  tail: (part) => `IPv4, ${part}, is not after six groups`,
  lengthEmpty: () => 'a length is missing',
  lengthZero: () => 'a length of 0 would trust everybody',
  lengthLarge: (part) => `${part} is more bits than the address has`,
  lengthText: (part) => `${part} is neither a length nor a netmask`,
  netmask: (part) => `${part} is a netmask with holes`,
  netmaskFamily: (part) => `${part}: IPv6 has no netmasks`
}

/**
 * @param {string} text
 * @param {{ fault: string, start: number, end: number }} facts what the engine
 *   found
 * @returns {{ kind: string, start: number, end: number, message: string }}
 */
function faultOf (text, { fault, start, end }) {
  const message = SENTENCES[fault](quote(text.slice(start, end)))
  return { kind: fault, start, end, message }
}

module.exports = { SENTENCES, cut, distance, escape, faultOf, quote, show }
