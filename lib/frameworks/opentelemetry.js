'use strict'

const { checkClient } = require('./getters')

/**
 * For `new HttpInstrumentation({ startIncomingSpanHook })`: gives the span the
 * resolver's addresses. If the resolver finds no address, the span has none either,
 * instead of the leftmost entry, which the client can write.
 *
 * @param {any} client a resolver
 */
function startIncomingSpanHook (client) {
  checkClient(client, 'startIncomingSpanHook(client)')
  return (/** @type {any} */ request) => {
    const { address, port, peer } = client.resolve(request)
    return { 'client.address': address, 'client.port': port, 'network.peer.address': peer }
  }
}

module.exports = { startIncomingSpanHook }
