'use strict'

/*
 * Texts put together of the pieces of the grammars without regard for their
 * order, so that combinations come up which nobody thought of.
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

/** @returns {string} something that may be an address */
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

module.exports = { soup }
