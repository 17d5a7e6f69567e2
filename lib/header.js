'use strict'

/*
 * Reads the peer and X-Forwarded-For from a request, the header as forwarded
 * 0.2.0 does: commas separate entries, only U+0020 is trimmed, empty entries are
 * skipped, and the nearest hop, which is the rightmost, comes first.
 */

const COMMA = 0x2c
const SPACE = 0x20

/**
 * Only this many units of an entry are compared one by one; after that,
 * lastIndexOf() searches for the comma. Starting a search costs as much as
 * comparing a whole address, too much to do for each of many short entries.
 */
const NEAR = 40

/**
 * Returns the peer's address, of any type. `connection` is the socket's old name.
 *
 * @param {any} req
 */
function peerOf (req) {
  return req.socket ? req.socket.remoteAddress : req.connection.remoteAddress
}

/** A cursor over a header, from right to left. */
class Hops {
  /** @param {string} header */
  constructor (header) {
    this.header = header
    this.rest = header.length
  }

  /** @returns {string | undefined} the next entry, if there is one */
  next () {
    const { header } = this
    const end = endOfLast(header, this.rest)
    if (end === 0) {
      this.rest = 0
      return undefined
    }
    const comma = lastComma(header, end)
    this.rest = Math.max(comma, 0)
    return header.slice(startAfter(header, comma), end)
  }
}

/** @param {number} unit */
function isFiller (unit) {
  return unit === COMMA || unit === SPACE
}

/**
 * Returns where the last entry of header[0, rest) ends; 0 if there is none.
 *
 * @param {string} header
 * @param {number} rest
 */
function endOfLast (header, rest) {
  while (rest > 0 && isFiller(header.charCodeAt(rest - 1))) rest--
  return rest
}

/**
 * Returns where the first entry of header[from, ...) begins; the header's length
 * if there is none.
 *
 * @param {string} header
 * @param {number} [from]
 */
function startOfFirst (header, from = 0) {
  let start = from
  while (start < header.length && isFiller(header.charCodeAt(start))) start++
  return start
}

/**
 * Returns where the entry after a comma begins, or the first entry.
 *
 * @param {string} header
 * @param {number} comma -1 for none
 */
function startAfter (header, comma) {
  let start = comma + 1
  while (header.charCodeAt(start) === SPACE) start++
  return start
}

/**
 * Returns where the last comma of header[0, end) is; -1 if there is none.
 *
 * @param {string} header
 * @param {number} end
 */
function lastComma (header, end) {
  const near = Math.max(end - NEAR, 0)
  for (let i = end - 1; i >= near; i--) {
    if (header.charCodeAt(i) === COMMA) return i
  }
  return near === 0 ? -1 : header.lastIndexOf(',', near - 1)
}

/**
 * Returns where header[start, end) begins and ends without the spaces around it.
 *
 * @param {string} header
 * @param {number} start
 * @param {number} end
 */
function trim (header, start, end) {
  while (start < end && header.charCodeAt(end - 1) === SPACE) end--
  while (start < end && header.charCodeAt(start) === SPACE) start++
  return { start, end }
}

/**
 * Returns the whole chain.
 *
 * @param {unknown} peer the socket's address, of any type
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
 * Returns the entry that begins at an offset.
 *
 * @param {string} header
 * @param {number} start where an entry begins
 */
function entryAt (header, start) {
  const comma = header.indexOf(',', start)
  return header.slice(start, trim(header, start, comma === -1 ? header.length : comma).end)
}

module.exports = {
  Hops, list, entryAt, trim, endOfLast, startOfFirst, startAfter, lastComma, peerOf
}
