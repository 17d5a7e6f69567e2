'use strict'

/*
 * The limit of plain JavaScript: the core's algorithm, written by hand for this
 * benchmark and for speed only. It reads addresses in ordinary spelling; others
 * go to the parser that proxy-addr uses.
 */

const { compile } = require('./compile')
const { COLON, NONE, beforeMapped, colonGroups, isMapped, quad, words } = require('./read')

const original = require.resolve('proxy-addr')
const ipaddr = require(require.resolve('ipaddr.js', { paths: [original] }))

const COMMA = 0x2c
const SPACE = 0x20

/** The left end of the entry that was read last. */
const place = { left: 0, start: 0 }

/** Is the text a trusted address in any spelling? */
function trustsOdd (set, text) {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address.kind() === 'ipv4') {
    const [a, b, c, d] = address.octets
    return set.v4.has((a << 24 | b << 16 | c << 8 | d) >>> 0)
  }
  const [a, b, c, d, e, f, g, h] = address.parts
  return set.v6.has((a << 16 | b) >>> 0, (c << 16 | d) >>> 0,
    (e << 16 | f) >>> 0, (g << 16 | h) >>> 0)
}

function hasGroups (set) {
  return isMapped()
    ? set.v4.has(words[3])
    : set.v6.has(words[0], words[1], words[2], words[3])
}

/** @param {string} text an address or any other text */
function trusts (set, text) {
  let left = quad(text, text.length)
  if (left >= 0) left = beforeMapped(text, left)
  if (left === -1) return set.v4.has(words[3])
  return colonGroups(text, text.length) === -1 ? hasGroups(set) : trustsOdd(set, text)
}

/** Only spaces may stand between an address and the comma to its left. */
function endsAt (text, left) {
  place.start = left + 1
  let i = left
  while (i >= 0 && text.charCodeAt(i) === SPACE) i--
  place.left = i
  return i < 0 || text.charCodeAt(i) === COMMA
}

/** Is the entry that ends at `end` trusted? Leaves its place in `place`. */
function trustsEntry (set, text, end) {
  let left = quad(text, end)
  if (left >= 0 && text.charCodeAt(left) === COLON) left = beforeMapped(text, left)
  if (left !== NONE && endsAt(text, left)) return set.v4.has(words[3])
  left = colonGroups(text, end)
  if (left !== NONE && endsAt(text, left)) return hasGroups(set)
  place.left = text.lastIndexOf(',', end - 1)
  place.start = place.left + 1
  while (text.charCodeAt(place.start) === SPACE) place.start++
  return trustsOdd(set, text.slice(place.start, end))
}

/** Returns the end of the text without its last commas and spaces. */
function skip (text, end) {
  while (end > 0) {
    const unit = text.charCodeAt(end - 1)
    if (unit !== COMMA && unit !== SPACE) break
    end--
  }
  return end
}

/** Returns the header's leftmost entry, which ends at `end`. */
function leftmost (text, end) {
  let start = 0
  while (text.charCodeAt(start) === SPACE) start++
  return text.slice(start, end)
}

function walk (set, peer, header) {
  const comma = header.indexOf(',')
  let end = skip(header, header.length)
  if (end === 0) return peer
  for (;;) {
    if (end <= comma || comma === -1) return leftmost(header, end)
    const trusted = trustsEntry(set, header, end)
    const rest = trusted ? skip(header, Math.max(place.left, 0)) : 0
    if (rest === 0) return header.slice(place.start, end)
    end = rest
  }
}

function resolve (req, set) {
  const peer = req.socket.remoteAddress
  const header = req.headers['x-forwarded-for']
  if (header === undefined || header === '' || !trusts(set, peer)) return peer
  return walk(set, peer, header)
}

module.exports = { compile, resolve, trusts }
