'use strict'

/*
 * X-Forwarded-For as forwarded 0.2.0 reads it: entries divided by commas, only
 * U+0020 trimmed, empty entries passed over, nearest hop (right-most) first.
 */

const SPACE = 0x20

/** A cursor over a header, from the right to the left. */
class Hops {
  /** @param {string} header */
  constructor (header) {
    this.header = header
    this.rest = header.length
  }

  /** @returns {string | undefined} the next entry, if there is one */
  next () {
    while (this.rest > 0) {
      const comma = this.header.lastIndexOf(',', this.rest - 1)
      const entry = trim(this.header, comma + 1, this.rest)
      this.rest = Math.max(comma, 0)
      if (entry !== '') return entry
    }
  }
}

/**
 * @param {string} header
 * @param {number} start
 * @param {number} end
 */
function trimmedEnd (header, start, end) {
  while (start < end && header.charCodeAt(end - 1) === SPACE) end--
  return end
}

/**
 * @param {string} header
 * @param {number} start
 * @param {number} end
 */
function trimmedStart (header, start, end) {
  while (start < end && header.charCodeAt(start) === SPACE) start++
  return start
}

/**
 * @param {string} header
 * @param {number} start
 * @param {number} end
 */
function trim (header, start, end) {
  const last = trimmedEnd(header, start, end)
  return header.slice(trimmedStart(header, start, last), last)
}

/**
 * The whole chain.
 *
 * @param {unknown} peer the socket's address, whatever it is
 * @param {string} header
 * @returns {unknown[]} the peer, then the header's entries from the right
 */
function list (peer, header) {
  const addresses = [peer]
  const hops = new Hops(header)
  for (let entry = hops.next(); entry !== undefined; entry = hops.next()) {
    addresses.push(entry)
  }
  return addresses
}

/**
 * The entry that begins at an offset.
 *
 * @param {string} header
 * @param {number} start where an entry begins
 */
function entryAt (header, start) {
  const comma = header.indexOf(',', start)
  return trim(header, start, comma === -1 ? header.length : comma)
}

module.exports = { Hops, list, entryAt, trimmedStart, trimmedEnd }
