'use strict'

/*
 * Reads a list's entries strictly, and measures them. The grammar is narrower
 * than that of the core, which compiles the entries afterwards: four decimal
 * octets without leading zeros, or RFC 4291 text, and a prefix length from 1. A
 * test shows that both read the same. This is JavaScript, because reading 13,000
 * entries must not block the event loop.
 */

const { setImmediate: nextTurn } = require('node:timers/promises')

const BITS = { 4: 32, 6: 128 }
const LENGTH = /^[1-9][0-9]{0,2}$/
const GROUP = /^[0-9a-f]{1,4}$/i
/** The only form of IPv6 with an IPv4 tail that lists need. */
const MAPPED = /^::ffff:([0-9]+\.[0-9.]*)$/i
const GROUPS = 8
const DOT = 0x2e
const ZERO = 0x30

/** This many bits of an IPv6 address are kept as a number. Longer prefixes are not merged. */
const HEAD_BITS = 48

/** After this many entries, other work gets its turn. */
const CHUNK = 500

/**
 * @typedef {object} Entry
 * @property {4 | 6} family a mapped subnet counts as IPv4
 * @property {number} length of the prefix
 * @property {number} head the address; for IPv6, its first 48 bits
 *
 * @typedef {object} Family
 * @property {number} entries
 * @property {number} share of the family's whole address space
 *
 * @typedef {object} Size
 * @property {number} entries
 * @property {Record<4 | 6, Family>} families
 */

/**
 * Reads a dotted quad.
 *
 * @param {string} text
 * @returns {number} -1 if the text is not one
 */
function readQuad (text) {
  let value = 0
  let octet = -1
  let dots = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === DOT) {
      if (octet === -1) return -1
      value = value * 256 + octet
      octet = -1
      dots++
    } else {
      const digit = unit - ZERO
      // A digit after 0 makes that a leading zero, which is invalid.
      if (digit < 0 || digit > 9 || octet === 0) return -1
      octet = octet === -1 ? digit : octet * 10 + digit
      if (octet > 255) return -1
    }
  }
  return dots === 3 && octet !== -1 ? value * 256 + octet : -1
}

/**
 * Reads the groups on one side of a "::", or of a whole address.
 *
 * @param {string} text
 * @returns {number[] | undefined}
 */
function readGroups (text) {
  if (text === '') return []
  const groups = []
  for (const group of text.split(':')) {
    if (!GROUP.test(group)) return undefined
    groups.push(parseInt(group, 16))
  }
  return groups
}

/**
 * Reads the eight groups of an IPv6 address.
 *
 * @param {string} text
 * @returns {number[] | undefined}
 */
function readIPv6 (text) {
  const [, mapped] = MAPPED.exec(text) ?? []
  if (mapped !== undefined) {
    const quad = readQuad(mapped)
    return quad === -1 ? undefined : [0, 0, 0, 0, 0, 0xffff, Math.floor(quad / 65536), quad % 65536]
  }
  const gap = text.indexOf('::')
  if (gap === -1) {
    const groups = readGroups(text)
    return groups?.length === GROUPS ? groups : undefined
  }
  const left = readGroups(text.slice(0, gap))
  const right = readGroups(text.slice(gap + 2))
  if (left === undefined || right === undefined) return undefined
  const missing = GROUPS - left.length - right.length
  return missing < 1 ? undefined : [...left, ...new Array(missing).fill(0), ...right]
}

/** @param {number[]} groups */
function isMapped (groups) {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
}

/**
 * @param {string} text
 * @param {4 | 6} family
 */
function readLength (text, family) {
  return LENGTH.test(text) && Number(text) <= BITS[family] ? Number(text) : undefined
}

/**
 * Reads an entry: an address, or a subnet with the length of its prefix.
 *
 * @param {string} text
 * @returns {Entry | undefined} undefined if the text breaks the strict grammar
 */
function readEntry (text) {
  const slash = text.indexOf('/')
  const address = slash === -1 ? text : text.slice(0, slash)
  const family = address.includes(':') ? 6 : 4
  const length = slash === -1 ? BITS[family] : readLength(text.slice(slash + 1), family)
  if (length === undefined) return undefined
  if (family === 4) {
    const head = readQuad(address)
    return head === -1 ? undefined : { family, length, head }
  }
  const groups = readIPv6(address)
  if (groups === undefined) return undefined
  if (!isMapped(groups)) {
    return { family, length, head: groups[0] * 2 ** 32 + groups[1] * 2 ** 16 + groups[2] }
  }
  return length > 96
    ? { family: 4, length: length - 96, head: groups[6] * 65536 + groups[7] }
    : undefined
}

/**
 * Returns how much of the address space the entries of one family cover. Each
 * address counts once, except in prefixes longer than `bits`.
 *
 * @param {Entry[]} entries sorted in place
 * @param {number} bits how many bits `head` has
 */
function shareOf (entries, bits) {
  let share = 0
  let end = 0
  entries.sort((a, b) => a.head - b.head)
  for (const { head, length } of entries) {
    if (length > bits) {
      share += 2 ** -length
      continue
    }
    const size = 2 ** (bits - length)
    const first = head - head % size
    share += Math.max(first + size - Math.max(first, end), 0) / 2 ** bits
    end = Math.max(end, first + size)
  }
  return share
}

/**
 * @param {Entry[]} entries
 * @returns {Size}
 */
function sizeOf (entries) {
  const of4 = entries.filter(({ family }) => family === 4)
  const of6 = entries.filter(({ family }) => family === 6)
  return {
    entries: entries.length,
    families: {
      4: { entries: of4.length, share: shareOf(of4, BITS[4]) },
      6: { entries: of6.length, share: shareOf(of6, HEAD_BITS) }
    }
  }
}

/**
 * Reads all entries at once.
 *
 * @param {readonly string[]} texts
 * @param {(text: string, index: number) => Error} refuse
 * @returns {Entry[]}
 * @throws what `refuse` returns for the first entry that breaks the strict grammar
 */
function readEntries (texts, refuse) {
  return texts.map((text, index) => {
    const entry = readEntry(text)
    if (entry === undefined) throw refuse(text, index)
    return entry
  })
}

/**
 * The same, but lets other work run in between.
 *
 * @param {readonly string[]} texts
 * @param {(text: string, index: number) => Error} refuse
 */
async function readInTurns (texts, refuse) {
  const entries = []
  for (let at = 0; at < texts.length; at += CHUNK) {
    const chunk = readEntries(texts.slice(at, at + CHUNK), (text, index) => refuse(text, at + index))
    for (const entry of chunk) entries.push(entry)
    if (texts.length > CHUNK) await nextTurn()
  }
  return entries
}

module.exports = { readEntries, readEntry, readInTurns, sizeOf }
