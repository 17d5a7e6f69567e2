'use strict'

/* Single entries of a header that are long, and slow to read in some way. */

/** Repeats the text up to the length. */
function filled (text, length) {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length)
}

/** @type {Record<string, (length: number) => string>} */
const longEntries = {
  digits: (length) => filled('1234567890', length),
  zeros: (length) => filled('0', length),
  'zeros before an address': (length) => filled('0', length) + '10.0.0.1',
  'zeros in four parts': (length) =>
    '::ffff:' + filled(filled('0', length / 4) + '.', length - 1),
  'hexadecimal digits': (length) => filled('deadbeef', length),
  'a hexadecimal number': (length) => '0x' + filled('deadbeef', length),
  colons: (length) => filled(':', length),
  groups: (length) => filled('1:', length),
  'groups before a quad': (length) => filled('1:', length) + '10.0.0.1',
  dots: (length) => filled('1.', length),
  spaces: (length) => '1' + filled(' ', length),
  "x's": (length) => filled('x', length),
  'a zone': (length) => 'fe80::1%' + filled('eth0', length),
  'percent signs': (length) => filled('%', length)
}

module.exports = { filled, longEntries }
