'use strict'

/*
 * X-Forwarded-For texts. `address(trusted)` makes one address: a trusted one
 * if it can and `trusted` is true.
 */

const { disguise, lookalike, mutate } = require('./texts')

const COMMAS = [
  ', ', ', ', ', ', ',', ',', ' ,', ' , ', ',  ', '   ,', ',,', ', ,', ',\t', '\t,',
  ', , , ', ',\xa0', ';', ' ', ',\n', ',\0', '\uff0c', '\u012c', ',,,'
]
const JUNK = [
  'unknown', '_hidden', '"127.0.0.1"', '[::1]', '[::1]:80', '127.0.0.1:80', '-',
  'for=127.0.0.1', '127.0.0.1 127.0.0.1', '\t127.0.0.1', '127.0.0.1\t', '\xa0::1',
  '127.0.0.1\xa0', '127.0.0.1\0', '\0', '\ud800', '\udc00\ud800', '\u0130.2.3.4',
  '12\u0137.0.0.1', '\uff11\uff12\uff17.0.0.1', '%', '/', '127.0.0.1/8', ':', '.',
  'loopback', '', ' ', '127.0.0.1\r\n', 'undefined', 'null', '\u2028', '0',
  '127.0.0.1\u802c127.0.0.1', '127.0.0.1\u8020', '\u2c00127.0.0.1', '127.0.0.\u8031'
]
const EDGES = [254, 255, 256, 257, 258, 510, 511, 512, 513, 1023, 1024, 1025]

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

/** The same text in another of V8's representations. */
function retyped (random, text) {
  switch (random.int(3)) {
    // Two bytes for each character, where one would do.
    case 0: return ('\u0130' + text).slice(1)
    // A slice of a longer text.
    case 1: return (text + ', 192.0.2.1, 192.0.2.2').slice(0, text.length)
    // One two-byte character, far from the part that is read.
    default: return '\u0130, ' + text
  }
}

/**
 * A walk that crosses the position length - 256. A reader that starts with the last 256
 * units must notice that the entry at their left end is cut.
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

module.exports = { makeHeader }
