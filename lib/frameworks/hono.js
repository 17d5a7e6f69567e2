'use strict'

const { checkClient } = require('./getters')

/** @type {Record<number, string>} */
const TYPES = { 4: 'IPv4', 6: 'IPv6' }

/**
 * A function in the shape of Hono's `getConnInfo`, for its server on Node.
 *
 * @param {any} client a resolver
 */
function connInfo (client) {
  checkClient(client, 'connInfo(client)')
  return (/** @type {any} */ c) => {
    const incoming = (c?.env?.server ?? c?.env)?.incoming
    if (incoming === undefined) {
      throw new TypeError("c must be a context of Hono's server on Node: elsewhere, call client.from(peer, c.req.raw.headers)")
    }
    const { address, port, family } = client.resolve(incoming)
    return { remote: { address, port, addressType: TYPES[family] } }
  }
}

module.exports = { connInfo }
