'use strict'

/*
 * proxyaddr() and all(), saying the same of a request again and again, even if
 * its socket has been closed in between and knows its peer no more.
 */

const proxyaddr = require('../index')

const nobody = proxyaddr.compile([])

/**
 * What an answer depends on, as it is now.
 *
 * @param {any} req
 */
function copyOf (req) {
  const { socket, connection } = req
  const header = req.headers['x-forwarded-for']
  const peer = proxyaddr({ headers: {}, socket, connection }, nobody)
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
    // For a sub-app with a setting of its own, another answer is right.
    const copy = copies.get(req) ?? copyOf(req)
    const answer = ask(copy, trust)
    copies.set(req, copy)
    memories.set(req, { trust, answer })
    return answer
  }
}

module.exports = remembering(proxyaddr)
module.exports.all = remembering(proxyaddr.all)
