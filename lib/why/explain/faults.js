'use strict'

/* What is wrong with a text that is not an address, in words. */

const { quote } = require('./quote')

/**
 * By the faults of engine/facts.js; `part` is the part of the text that is
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
  tail: (part) => `IPv4, ${part}, after other than six groups`,
  lengthEmpty: () => 'a length is missing',
  lengthZero: () => 'a length of 0 would be everybody',
  lengthLarge: (part) => `${part} is more bits than there are`,
  lengthText: (part) => `${part} is neither a length nor a netmask`,
  netmask: (part) => `${part} is a netmask with holes`,
  netmaskFamily: (part) => `${part}: IPv6 has no netmasks`
}

/**
 * @param {string} text
 * @param {{ fault: string, start: number, end: number }} facts what the engine
 *   says of the text
 * @returns {{ kind: string, start: number, end: number, message: string }}
 */
function faultOf (text, { fault, start, end }) {
  const message = SENTENCES[fault](quote(text.slice(start, end)))
  return { kind: fault, start, end, message }
}

module.exports = { SENTENCES, faultOf }
