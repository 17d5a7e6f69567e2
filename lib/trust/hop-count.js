'use strict'

/*
 * Trust that does not depend on addresses: a number of hops, or all hops. To find
 * the client then means to count commas from the right. The interface is that of
 * a TrustSet, so the caller need not tell them apart.
 */

const { LENGTH_VALUES } = require('../engine/layout')
const forwarded = require('../header')

/**
 * Packs an entry's place into one number, as engines do: see engine/index.js.
 *
 * @param {number} start
 * @param {number} end
 */
function pack (start, end) {
  return start * LENGTH_VALUES + Math.min(end - start, LENGTH_VALUES - 1)
}

class HopRule {
  /**
   * @param {number} hops every i < hops is trusted; any number, also NaN and
   *   Infinity
   * @param {import('./brand').Rule} rule
   */
  constructor (hops, rule) {
    this.hops = hops
    this.rule = rule
  }

  hasPeer () {
    return this.hops > 0
  }

  /**
   * @param {string} peer ignored
   * @param {string} header
   * @returns {number} see engine/index.js
   */
  find (peer, header) {
    return this.hops === Infinity ? findFurthest(header) : findNth(header, this.hops)
  }
}

/**
 * @param {string} header
 * @param {number} hops
 */
function findNth (header, hops) {
  let start = 0
  let end = 0
  let rest = header.length
  for (let i = 0; i < hops; i++) {
    rest = forwarded.endOfLast(header, rest)
    if (rest === 0) return -1 - pack(start, end)
    end = rest
    const comma = forwarded.lastComma(header, end)
    start = forwarded.startAfter(header, comma)
    if (comma === -1) return -1 - pack(start, end)
    rest = comma
  }
  return pack(start, end)
}

/**
 * Finds the first entry from the left. A header that an attacker filled up costs
 * no more than any other.
 *
 * @param {string} header
 */
function findFurthest (header) {
  const start = forwarded.startOfFirst(header)
  return -1 - (start === header.length
    ? 0
    : pack(start, start + forwarded.entryAt(header, start).length))
}

module.exports = HopRule
