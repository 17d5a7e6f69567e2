'use strict'

/*
 * Addresses as numbers, and the many ways to write them.
 *
 * An IPv4 value is a number below 2 ** 32, an IPv6 value an array of eight
 * 16-bit words. Most texts denote the value they were made from; some, on purpose,
 * denote it only if a reader applies one rule wrongly.
 */

const V4_PLACES = [
  0x7f000001, 0x0a000001, 0xac100001, 0xc0a80001, 0xa9fe0001, 0x08080808,
  0xcb007107, 0, 1, 0xffffffff, 0x80000000, 0x7fffffff
]

const V6_PLACES = [
  [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1],
  [0xfe80, 0, 0, 0, 0, 0, 0, 1], [0xfc00, 0, 0, 0, 0, 0, 0, 1],
  [0xfdff, 1, 2, 3, 4, 5, 6, 7], [0x2001, 0xdb8, 0, 0, 1, 0, 0, 1],
  [0x64, 0xff9b, 0, 0, 0, 0, 0x102, 0x304], [1, 2, 3, 4, 5, 6, 7, 8],
  [0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff],
  // Around the mapped addresses.
  [0, 0, 0, 0, 0, 0xfffe, 0x7f00, 1], [0, 0, 0, 0, 0xffff, 0, 0x7f00, 1],
  [0, 0, 0, 0, 1, 0xffff, 0x7f00, 1], [0, 0, 0, 0, 0, 0, 0x7f00, 1],
  [1, 0, 0, 0, 0, 0xffff, 0x7f00, 1], [0, 0, 0, 0, 0, 0xffff, 0, 0]
]

const GOOD_ZONES = ['%eth0', '%1', '%25', '%lo', '%Z9', '%0']
const BAD_ZONES = ['%', '%eth0.1', '%a%b', '%%', '%eth-0', '%\u212a', '% ', '%:']

function randomV4 (random) {
  const value = random.once(2) ? random.int(4294967296) : random.pick(V4_PLACES)
  return random.once(2) ? value : (value ^ random.int(65536)) >>> 0
}

function randomV6 (random) {
  if (random.once(6)) return mapped(randomV4(random))
  const words = random.pick(V6_PLACES).slice()
  for (let changes = random.int(4); changes > 0; changes--) {
    words[random.int(8)] = random.once(2) ? random.int(65536) : 0
  }
  return words
}

/** The IPv6 form of an IPv4 value, in ::ffff:0:0/96. */
function mapped (value) {
  return [0, 0, 0, 0, 0, 0xffff, value >>> 16, value & 0xffff]
}

function dotted (value) {
  return (value >>> 24) + '.' + (value >>> 16 & 255) + '.' +
    (value >>> 8 & 255) + '.' + (value & 255)
}

/** The eight words with colons, none of them left out. */
function colons (words) {
  return words.map(short).join(':')
}

/** IPv4 as text, mostly dotted decimal. */
function writeV4 (random, value) {
  if (!random.once(5)) return dotted(value)
  if (random.once(4)) return number(random, value, 4294967296)
  let text = ''
  for (let shift = 24; shift >= 0; shift -= 8) {
    const octet = value >>> shift & 255
    text += random.once(2) ? octet : number(random, octet, 256)
    if (shift > 0) text += '.'
  }
  return text
}

/** A number in a form that IPv4 allows, or almost allows. */
function number (random, value, limit) {
  const octal = '0' + value.toString(8)
  switch (random.int(16)) {
    case 0:
    case 1:
    case 2:
      return String(value)
    case 3:
    case 4:
    case 5:
      return octal
    case 6:
      return random.some('0') + octal
    case 7:
    case 8:
      return '0x' + hexadecimal(random, value)
    case 9:
      return '0x' + random.some('0') + hexadecimal(random, value)
    case 10:
      // Octal reading ends at the first 8 or 9, without complaint.
      return octal + random.pick(['8', '9', '80', '97', '899'])
    case 11:
      // The upper-case prefix is accepted, and read as the octal number 0.
      return '0X' + hexadecimal(random, value)
    case 12:
      return '0' + value
    case 13:
      return String(value + limit * (1 + random.int(3)))
    case 14:
      return tooLarge(random, value, limit)
    default:
      return String(random.pick([0, 8, 9, 255, 256, 4294967295, 4294967296]))
  }
}

/** Numbers that equal the value if arithmetic wraps around. */
function tooLarge (random, value, limit) {
  const bits = BigInt(random.pick([8, 16, 32, 64, 128, 1200]))
  const huge = BigInt(value) + BigInt(limit) * (1n << bits)
  return random.pick(['0' + huge.toString(8), '0x' + huge.toString(16), String(huge)])
}

function hexadecimal (random, value) {
  const text = value.toString(16)
  return random.once(2) ? text.toUpperCase() : text
}

/** IPv6 as text, mostly in the usual short form. */
function writeV6 (random, words) {
  const isMapped = words[5] === 0xffff && !(words[0] | words[1] | words[2] | words[3] | words[4])
  const plain = !random.once(4)
  const text = random.once(isMapped ? 2 : 16)
    ? writeTail(random, words, plain)
    : group(random, words, plain)
  if (!random.once(24)) return text
  return text + random.pick(random.once(3) ? BAD_ZONES : GOOD_ZONES)
}

/** The groups, with '::' in its canonical place, or in any legal one. */
function group (random, words, plain) {
  const groups = plain ? words.map(short) : words.map((word) => long(random, word))
  const [start, length] = plain || !random.once(3) ? longestZeros(words) : anyZeros(random, words)
  if (length > 0 || (!plain && random.once(8))) {
    const text = groups.slice(0, start).join(':') + '::' + groups.slice(start + length).join(':')
    return plain || !random.once(12) ? text : random.pick([text + ':', ':' + text, text + '::'])
  }
  const text = groups.join(':')
  if (plain || !random.once(6)) return text
  return random.pick([text + ':', ':' + text, text + '::', '::' + text, text + ':0'])
}

function short (word) {
  return word.toString(16)
}

function long (random, word) {
  const text = hexadecimal(random, word)
  switch (random.int(6)) {
    case 0: return text.padStart(4, '0')
    case 1: return random.once(4) ? random.some('0') + text : text
    case 2: return random.once(8) ? '1'.padEnd(5, '0') + text : text
    default: return text
  }
}

function longestZeros (words) {
  let start = 0
  let length = 0
  for (let i = 0; i < words.length; i++) {
    let end = i
    while (end < words.length && words[end] === 0) end++
    if (end - i > length) {
      start = i
      length = end - i
    }
    if (end > i) i = end
  }
  return [start, length]
}

/** A run of zero words, or an empty one: '::' may stand for no group. */
function anyZeros (random, words) {
  const start = random.int(words.length + 1)
  let end = start
  while (end < words.length && words[end] === 0 && !random.once(8)) end++
  return [start, end - start]
}

/** The form that ends in IPv4: 64:ff9b:0:0:0:0:192.0.2.1. */
function writeTail (random, words, plain) {
  const head = group(random, words.slice(0, 6), plain)
  const octets = [words[6] >>> 8, words[6] & 255, words[7] >>> 8, words[7] & 255]
  const tail = plain ? octets : octets.map((octet) => tailNumber(random, octet))
  const colon = head.endsWith(':') ? '' : random.once(24) ? '::' : ':'
  return head + colon + tail.join('.')
}

/** Here leading zeros are decimal, and both cases of x are hexadecimal. */
function tailNumber (random, octet) {
  switch (random.int(12)) {
    case 0: return random.some('0') + octet
    case 1: return '0x' + hexadecimal(random, octet)
    case 2: return '0X' + hexadecimal(random, octet)
    case 3: return '0' + octet.toString(8)
    case 4: return random.once(3) ? octet + 256 : octet
    case 5: return random.once(4) ? tooLarge(random, octet, 256) : octet
    default: return octet
  }
}

module.exports = { colons, dotted, mapped, number, randomV4, randomV6, writeV4, writeV6 }
