'use strict'

/*
 * proxyaddr() and all(), with one answer for a request however often they are
 * called, even if its socket was closed meanwhile and no longer knows its peer:
 * the peer is read when the request arrives.
 */

const proxyaddr = require('../index')

const nobody = proxyaddr.compile([])

/** @type {WeakMap<object, { peer: any }>} */
const arrived = new WeakMap()

/** @param {any} req */
function peerOf ({ socket, connection }) {
  return proxyaddr({ headers: {}, socket, connection }, nobody)
}

/**
 * Keeps the peer of a request that arrives.
 *
 * @param {any} req
 */
function arrive (req) {
  if (!arrived.has(req)) arrived.set(req, { peer: peerOf(req) })
}

/**
 * What an answer depends on: the peer as it was, the header as it is now.
 *
 * @param {any} req
 */
function copyOf (req) {
  const header = req.headers['x-forwarded-for']
  const { peer } = arrived.get(req) ?? { peer: peerOf(req) }
  return { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer } }
}

/** @type {WeakMap<object, any>} */
const copies = new WeakMap()

/**
 * @template T
 * @param {(req: any, trust: any) => T} ask
 * @returns {(req: any, trust: any) => T}
 */
function remembering (ask) {
  /** @type {WeakMap<object, { trust: unknown, answer: T }>} */
  const memories = new WeakMap()
  return (req, trust) => {
    const memory = memories.get(req)
    if (memory !== undefined && memory.trust === trust) return memory.answer
    // A sub-app with a setting of its own needs another answer.
    const copy = copies.get(req) ?? copyOf(req)
    const answer = ask(copy, trust)
    copies.set(req, copy)
    memories.set(req, { trust, answer })
    return answer
  }
}

module.exports = remembering(proxyaddr)
module.exports.all = remembering(proxyaddr.all)
module.exports.arrive = arrive
