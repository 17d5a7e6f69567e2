'use strict'

/*
 * Reads addresses in ordinary spelling, from right to left. That way a header
 * is read only once: reading an address finds its start.
 */

const COLON = 0x3a
const DOT = 0x2e
const LOWER_F = 0x66
/** Returned in place of an offset: the text is invalid, or spelled unusually. */
const NONE = -2

/** The address that was read last; of an IPv4 address, only the last word is used. */
const words = new Uint32Array(4)
const groups = new Int32Array(8)

/** The value of each hexadecimal digit, by character code; -1 for other characters. */
const hex = new Int8Array(128).fill(-1)
for (const digit of '0123456789abcdefABCDEF') {
  hex[digit.charCodeAt(0)] = parseInt(digit, 16)
}

/**
 * Reads four decimal octets without leading zeros.
 *
 * @param {string} text
 * @param {number} end
 * @returns {number} the offset left of the address, -1 at the text's start
 */
function quad (text, end) {
  let bits = 0
  let octet = 0
  let scale = 1
  let shift = 0
  let i = end - 1
  for (; i >= 0; i--) {
    const unit = text.charCodeAt(i)
    const digit = unit - 0x30
    if (digit >>> 0 <= 9) {
      octet += digit * scale
      scale *= 10
      if (scale > 1000) return NONE
    } else {
      if (unit !== DOT) break
      if (isBadOctet(octet, scale) || shift === 24) return NONE
      bits |= octet << shift
      shift += 8
      octet = 0
      scale = 1
    }
  }
  if (shift !== 24 || isBadOctet(octet, scale)) return NONE
  words[3] = bits | octet << 24
  return i
}

/** `scale` is 10 to the power of the number of digits. */
function isBadOctet (octet, scale) {
  return scale === 1 || octet > 255 || (scale > 10 && octet * 10 < scale)
}

/** Returns the offset left of a '::ffff:' whose last colon is at `colon`. */
function beforeMapped (text, colon) {
  if (colon < 6 || text.charCodeAt(colon) !== COLON) return NONE
  for (let i = colon - 4; i < colon; i++) {
    if (text.charCodeAt(i) !== LOWER_F) return NONE
  }
  return text.charCodeAt(colon - 5) === COLON && text.charCodeAt(colon - 6) === COLON
    ? colon - 7
    : NONE
}

/**
 * Reads IPv6: groups of one to four digits, '::' at most once.
 *
 * @returns {number} like quad()
 */
function colonGroups (text, end) {
  let at = 8
  let gap = -1
  let value = 0
  let shift = 0
  let i = end - 1
  for (; i >= 0; i--) {
    const unit = text.charCodeAt(i)
    if (unit === COLON) {
      const isDouble = i > 0 && text.charCodeAt(i - 1) === COLON
      if (shift > 0) {
        if (at === 0) return NONE
        groups[--at] = value
        value = shift = 0
      } else if (!isDouble || i !== end - 1) return NONE
      if (!isDouble) continue
      if (gap !== -1) return NONE
      gap = at
      i--
    } else {
      const digit = unit < 128 ? hex[unit] : -1
      if (digit < 0) break
      value |= digit << shift
      shift += 4
      if (shift > 16) return NONE
    }
  }
  if (shift > 0) {
    if (at === 0) return NONE
    groups[--at] = value
  } else if (gap !== at) return NONE
  return join(at, gap) ? i : NONE
}

/** Moves the groups before the gap, which begin at `at`, to the left. */
function join (at, gap) {
  if (gap === -1) {
    if (at !== 0) return false
  } else {
    const left = gap - at
    for (let i = 0; i < left; i++) groups[i] = groups[at + i]
    for (let i = left; i < gap; i++) groups[i] = 0
  }
  words[0] = groups[0] << 16 | groups[1]
  words[1] = groups[2] << 16 | groups[3]
  words[2] = groups[4] << 16 | groups[5]
  words[3] = groups[6] << 16 | groups[7]
  return true
}

/** Returns whether the address in `words` is mapped. Its last word is the IPv4 address. */
function isMapped () {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff
}

module.exports = { COLON, NONE, beforeMapped, colonGroups, isMapped, quad, words }
