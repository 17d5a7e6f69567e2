'use strict'

/*
 * Texts that may be addresses. Soup combines pieces of the grammars in any order, which
 * gives combinations that nobody thought of. Damage makes small changes to a valid text,
 * because parsers differ most on almost valid texts.
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

/** Colons and groups in about the right number, with a tail or without. */
function soupV6 (random) {
  let text = random.pick(['', '', '::', '::', ':', '%'])
  for (let groups = random.once(2) ? 6 + random.int(4) : random.int(9); groups > 0; groups--) {
    text += random.pick(GROUPS) + (groups > 1 ? random.pick(COLONS) : '')
  }
  if (random.once(3)) text += random.pick([':', ':', '::', '']) + soupV4(random)
  return text + random.pick(ENDS)
}

/** Dots and numbers in about the right number. */
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
  // Two bytes, the low one of which is a digit, a dot, a colon, a slash …
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
 * A unit of two bytes, one of which is that of a character: code that drops the
 * other, or overlooks a bit of it, reads the character.
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

/** Makes some of the delimiters, or of the digits, look-alikes. */
function disguise (random, text) {
  const kinds = random.pick([/[, ]/g, /,/g, /[.:]/g, /[0-9a-fx]/gi, /[%/]/g])
  return text.replace(kinds, (character) => random.once(3) ? lookalike(random, character.charCodeAt(0)) : character)
}

function swap (text, at) {
  return text.slice(0, at) + text.slice(at + 1, at + 2) +
    text.slice(at, at + 1) + text.slice(at + 2)
}

module.exports = { disguise, lookalike, mutate, soup }
