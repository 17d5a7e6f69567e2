'use strict'

/*
 * Texts that may be addresses, and headers of them. Soup combines pieces of the
 * grammars in any order, which yields combinations that nobody thought of. Damage
 * makes a small change to a valid text: parsers differ most on almost valid texts.
 */

const GROUPS = ['0', '1', '1', 'f', 'ffff', 'FFFF', '00000', '10000', 'a0']
const NUMBERS = [
  '0', '1', '127', '10', '255', '256', '00', '08', '010', '0377', '0400', '0x', '0x1', '0xff', '0X1', '0x100', ''
]
const PIECES = [
  ...NUMBERS, ...GROUPS, ':', ':', '::', '.', '.', '%', '%1', '/', '/8', '/32', ' ', ',', '::ffff:', '127.0.0.1'
]
const COLONS = [':', ':', ':', ':', ':', ':', ':', ':', ':', '::', '::', ':::', '']
const DOTS = ['.', '.', '.', '.', '.', '.', '.', '.', '.', '..', '', ':', ',']
const ENDS = ['', '', '', '', ':', '::', '%1', '%', '.', ':%1', '::%z', '/8', '0']

/** Colons and groups, in about the right number, with or without a tail. */
function soupV6 (random) {
  let text = random.pick(['', '', '::', '::', ':', '%'])
  for (let groups = random.once(2) ? 6 + random.int(4) : random.int(9); groups > 0; groups--) {
    text += random.pick(GROUPS) + (groups > 1 ? random.pick(COLONS) : '')
  }
  if (random.once(3)) text += random.pick([':', ':', '::', '']) + soupV4(random)
  return text + random.pick(ENDS)
}

/** Dots and numbers, in about the right number. */
function soupV4 (random) {
  let text = random.pick(NUMBERS)
  const parts = random.once(4) ? random.int(6) : 4
  for (let i = 1; i < parts; i++) text += random.pick(DOTS) + random.pick(NUMBERS)
  return random.once(4) ? text + random.pick(ENDS) : text
}

/** @returns {string} a text that may be an address */
function soup (random) {
  switch (random.int(4)) {
    case 0: return soupV4(random)
    case 1: {
      let text = ''
      for (let pieces = random.int(10); pieces > 0; pieces--) text += random.pick(PIECES)
      return text
    }
    default: return soupV6(random)
  }
}

// Characters with a meaning in the grammars, and similar ones.
const ALPHABET = [
  ...'00112233445566778899abcdefABCDEFxX....::::////%%,,  -+gG[]"=_oz',
  '\t', '\n', '\r', '\0', '\x7f', '\x80', '\xa0', '\xb2', '\xff',
  // Two-byte characters whose low byte is a digit, a dot, a colon, a slash …
  '\u0130', '\u0131', '\u0138', '\u012e', '\u013a', '\u012f', '\u0125',
  '\u012c', '\u0120', '\u3030', '\u3130', '\uff2e', '\u802c', '\u8020', '\u8030', '\u2c00',
  // … digits and letters elsewhere, which case folding or \d may let in …
  '\u0660', '\u06f1', '\uff10', '\uff11', '\uff41', '\u212a', '\u017f',
  // … and half characters (lone surrogates) and non-characters.
  '\u2028', '\ufeff', '\ufffd', '\ud800', '\udc31', '\ud835\udfcf'
]

const REPLACEMENTS = [
  ['.', ':'], [':', '::'], ['::', ':'], ['.', '..'], ['/', '//'], [':', '.'],
  ['x', 'X'], ['0', ''], ['0', '00'], [',', ' '], ['/', '/0'], ['/', '/ '],
  ['.', '.0'], [':', ':0'], ['f', 'F'], ['0', 'o'], ['1', 'l'], [' ', '\t']
]

/** @returns {string} the text with one to three small changes */
function mutate (random, text) {
  let result = text
  do {
    result = mutateOnce(random, result)
  } while (random.once(4))
  return result
}

function mutateOnce (random, text) {
  const at = random.int(text.length + 1)
  switch (random.int(10)) {
    case 0:
    case 1:
      return text.slice(0, at) + random.pick(ALPHABET) + text.slice(at)
    case 2:
    case 3:
      return text.slice(0, at) + text.slice(at + 1)
    case 4:
      return text.slice(0, at) + random.pick(ALPHABET) + text.slice(at + 1)
    case 5:
      return repeat(random, text, at)
    case 6:
      return widen(random, text, at)
    case 7:
      return swap(text, at)
    case 8:
      return random.pick([text + random.pick(ALPHABET), random.pick(ALPHABET) + text])
    default: {
      const [from, to] = random.pick(REPLACEMENTS)
      return text.replace(from, to)
    }
  }
}

function repeat (random, text, at) {
  const length = 1 + random.int(4)
  return text.slice(0, at) + text.slice(at, at + length) + text.slice(at)
}

const BYTES = [1, 2, 0x20, 0x2c, 0x2e, 0x30, 0x3a, 0x7f, 0x80, 0x80, 0x80, 0xd8, 0xff]

/**
 * A two-byte unit, one byte of which is a given character: code that drops the other
 * byte, or overlooks one of its bits, reads that character.
 */
function lookalike (random, unit) {
  const other = random.pick(BYTES)
  return String.fromCharCode(random.once(3) ? unit << 8 | random.pick([other, 0]) : other << 8 | unit)
}

/** Makes one character a look-alike: code that mistakes it reads the original text. */
function widen (random, text, at) {
  if (at === text.length) return text
  return text.slice(0, at) + lookalike(random, text.charCodeAt(at) & 0xff) + text.slice(at + 1)
}

/** Replaces some of the delimiters, or of the digits, by look-alikes. */
function disguise (random, text) {
  const kinds = random.pick([/[, ]/g, /,/g, /[.:]/g, /[0-9a-fx]/gi, /[%/]/g])
  return text.replace(kinds, (character) => random.once(3) ? lookalike(random, character.charCodeAt(0)) : character)
}

function swap (text, at) {
  return text.slice(0, at) + text.slice(at + 1, at + 2) +
    text.slice(at, at + 1) + text.slice(at + 2)
}

const COMMAS = [
  ', ', ', ', ', ', ',', ',', ' ,', ' , ', ',  ', '   ,', ',,', ', ,', ',\t', '\t,',
  ', , , ', ',\xa0', ';', ' ', ',\n', ',\0', '\uff0c', '\u012c', ',,,'
]
const JUNK = [
  'unknown', '_hidden', '"127.0.0.1"', '[::1]', '[::1]:80', '127.0.0.1:80', '-',
  'for=127.0.0.1', '127.0.0.1 127.0.0.1', '\t127.0.0.1', '127.0.0.1\t', '\xa0::1',
  '127.0.0.1\xa0', '127.0.0.1\0', '\0', '\ud800', '\udc00\ud800', '\u0130.2.3.4',
  '12\u0137.0.0.1', '\uff11\uff12\uff17.0.0.1', '%', '/', '127.0.0.1/8', ':', '.',
  'loopback', '', ' ', '.12.1.12', '127.0.0.1\r\n', 'undefined', 'null', '\u2028', '0',
  '127.0.0.1\u802c127.0.0.1', '127.0.0.1\u8020', '\u2c00127.0.0.1', '127.0.0.\u8031'
]
const EDGES = [254, 255, 256, 257, 258, 510, 511, 512, 513, 1023, 1024, 1025]

/** `address(trusted)` makes one address: a trusted one if it can and `trusted` is true. */
function makeHeader (random, address) {
  const kind = random.int(200)
  if (kind < 164) return short(random, address)
  if (kind < 170) return disguise(random, short(random, address))
  if (kind < 180) return mutate(random, short(random, address))
  if (kind < 184) return random.pick(JUNK)
  if (kind < 188) return retyped(random, short(random, address))
  if (kind < 196) return acrossTheCut(random, address)
  if (kind < 199) return long(random, address)
  return random.once(16) ? veryLong(random, address) : crowd(random, address)
}

/** None to six entries. */
function short (random, address) {
  const trustMost = !random.once(3)
  let text = ''
  for (let entries = random.int(7); entries > 0; entries--) {
    if (text !== '') text = comma(random) + text
    text = entry(random, address, trustMost && !random.once(8)) + text
  }
  if (random.once(16)) text = comma(random) + text
  if (random.once(16)) text += comma(random)
  return text
}

function comma (random) {
  if (random.once(64)) return random.pick([',', ' ', '']) + lookalike(random, random.pick([0x2c, 0x20])) + ' '
  return random.once(4) ? random.pick(COMMAS) : ', '
}

function entry (random, address, trusted) {
  return random.once(16) ? random.pick(JUNK) : address(trusted)
}

/** The same text, stored by V8 in another way. */
function retyped (random, text) {
  switch (random.int(3)) {
    // Two bytes for each character, where one would suffice.
    case 0: return ('\u0130' + text).slice(1)
    // A slice of a longer text.
    case 1: return (text + ', 192.0.2.1, 192.0.2.2').slice(0, text.length)
    // One two-byte character, far from the part that is read.
    default: return '\u0130, ' + text
  }
}

/**
 * A walk across the position 256 units before the end. A reader that starts with the last
 * 256 units must notice that the entry at their left end is cut.
 */
function acrossTheCut (random, address) {
  let right = ''
  for (let entries = random.int(5); entries > 0; entries--) {
    right = ', ' + address(!random.once(16)) + right
  }
  const cut = address(!random.once(8))
  // The cut falls before, into, or after this entry or its comma.
  const room = 256 - right.length - random.int(cut.length + 4) + 1
  const fill = room > 0 ? filler(random, address, room) : ''
  const rest = random.once(4) ? '' : short(random, address)
  return rest + random.pick([', ', ', ', ',', ' ,', '']) + cut + fill + right
}

/** Text of the given length that does not end a walk, if possible. */
function filler (random, address, length) {
  switch (random.int(6)) {
    case 0: return ' '.repeat(length)
    case 1: return ','.repeat(length)
    case 2: return (', ').repeat(length).slice(0, length)
    case 3: return zeros(address(true), length)
    default: {
      let text = ''
      while (text.length < length - 40) text += ', ' + address(true)
      return text + zeros(address(true), length - text.length)
    }
  }
}

/** ", 00000…0127.0.0.1": an entry of the given length, by leading zeros. */
function zeros (text, length) {
  const room = Math.max(0, length - text.length - 2)
  if (/^[1-9a-f]+:/i.test(text)) return ', ' + '0'.repeat(room) + text
  const octal = text.replace(/^[1-9]\d*(?=\.)/, (octet) => '0' + Number(octet).toString(8))
  return ', ' + '0'.repeat(Math.max(0, length - octal.length - 2)) + octal
}

/** Headers, and single entries, with a length near a limit. */
function long (random, address) {
  const length = random.once(4) ? 250 + random.int(20) : random.pick(EDGES)
  const left = random.once(2) ? '' : short(random, address)
  const text = short(random, address)
  const room = Math.max(0, length - text.length - left.length)
  switch (random.int(8)) {
    case 0: return left + 'x'.repeat(room) + ', ' + text
    case 1: return left + ' '.repeat(room) + text
    case 2: return left + zeros(address(true), room) + (room > 0 ? ', ' : '') + text
    case 3: return left + text + ','.repeat(room)
    case 4: return text + ', ' + zeros(address(random.once(2)), length + 2).slice(2)
    // An answer of that length, near the header's right end or far from it.
    case 5: return left + ', ' + random.pick(['x', '0', 'x ']).repeat(length).slice(0, length)
    // The only entry.
    case 6: return random.pick(['', ' ']) + 'x'.repeat(length) + random.pick(['', '  '])
    default: return left + ', ' + '\u0130'.repeat(length) + ', ' + address(true)
  }
}

/** Dozens of entries, mostly trusted. */
function crowd (random, address) {
  let text = address(true)
  for (let entries = 10 + random.int(30); entries > 0; entries--) {
    text += ', ' + address(!random.once(64))
  }
  return text
}

/** A header near Node's limit of 16 KB. */
function veryLong (random, address) {
  const unit = random.pick([
    ',', ' ', 'x', '0', '1.', '::', 'junk, ', '\u0130, ', address(true) + ', ', address(true) + ','
  ])
  const text = unit.repeat(Math.ceil(16384 / unit.length))
  return text.slice(0, 16384 - random.int(300)) + ', ' + short(random, address)
}

module.exports = { disguise, makeHeader, mutate, soup }
