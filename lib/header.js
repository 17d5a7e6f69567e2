'use strict'

/*
 * What a request says: the peer, and X-Forwarded-For as forwarded 0.2.0 reads
 * it. Its entries are separated by commas, only U+0020 is trimmed, empty entries
 * are skipped, and the nearest hop, which is the right-most, comes first.
 */

const COMMA = 0x2c
const SPACE = 0x20

/**
 * Only this many units of an entry are compared one by one; then its comma is
 * searched for. Starting a search costs as much as comparing an address, which a
 * header of the shortest entries would make as often as it has entries.
 */
const NEAR = 40

/**
 * The peer's address, whatever it is. `connection` is the socket's old name.
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
 * Where the last entry of header[0, rest) ends; 0 if there is none.
 *
 * @param {string} header
 * @param {number} rest
 */
function endOfLast (header, rest) {
  while (rest > 0 && isFiller(header.charCodeAt(rest - 1))) rest--
  return rest
}

/**
 * Where the first entry of header[from, ...) begins; the header's length if
 * there is none.
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
 * Where the entry after a comma, or the first one, begins.
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
 * Where the last comma of header[0, end) is; -1 if there is none.
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
 * Where the text of header[start, end) begins and ends without the spaces
 * around it.
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
  return header.slice(start, trim(header, start, comma === -1 ? header.length : comma).end)
}

module.exports = {
  Hops, list, entryAt, trim, endOfLast, startOfFirst, startAfter, lastComma, peerOf
}
