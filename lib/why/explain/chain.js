'use strict'

/*
 * A request's chain of addresses with where each stands: the socket, then the
 * header's entries from the right. Values are what proxyaddr() asks about.
 */

const { types: { isProxy } } = require('node:util')
const nonStrings = require('../../trust/non-strings')
const forwarded = require('../../header')

/**
 * @typedef {object} Link
 * @property {any} value
 * @property {'socket' | 'header'} from
 * @property {number} [start] where it begins in the header, in UTF-16 units
 * @property {number} [end]
 */

/**
 * @param {unknown} value
 * @returns {string} what to call it; no code of the user's is run
 */
function kindOf (value) {
  if (!isProxy(value) && Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/**
 * @param {string} header
 * @param {Link[]} chain receives the entries
 */
function readText (header, chain) {
  const hops = new forwarded.Hops(header)
  for (let value = hops.next(); value !== undefined; value = hops.next()) {
    // The cursor is at the comma before the entry, or at the start.
    const start = forwarded.startOfFirst(header, hops.rest)
    chain.push({ value, from: 'header', start, end: start + value.length })
  }
}

/**
 * @param {any} header no string
 * @returns {unknown[]}
 */
function readOdd (header) {
  try {
    return nonStrings.headerEntries(header)
  } catch (/** @type {any} */ error) {
    if (!(error instanceof TypeError)) throw error
    throw new TypeError(`${error.message}: X-Forwarded-For is ${kindOf(header)}, no text`)
  }
}

/**
 * Reads each property of a request that proxyaddr() reads, in its order, once.
 *
 * @param {any} req
 * @param {Link[]} chain receives what was found, also before an error
 * @returns {'no header' | 'empty header' | 'unreadable header'} what to say if
 *   there are no entries
 * @throws whatever proxyaddr() throws of the request
 */
function readChain (req, chain) {
  const header = req.headers['x-forwarded-for'] || ''
  if (typeof header === 'string') {
    chain.push({ value: forwarded.peerOf(req), from: 'socket' })
    readText(header, chain)
    return header === '' ? 'no header' : 'empty header'
  }
  const entries = readOdd(header)
  chain.push({ value: forwarded.peerOf(req), from: 'socket' })
  for (const value of entries) chain.push({ value, from: 'header' })
  return 'unreadable header'
}

module.exports = { readChain, kindOf }
