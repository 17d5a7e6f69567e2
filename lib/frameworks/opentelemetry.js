'use strict'

const { checkClient } = require('./getters')

/**
 * For `new HttpInstrumentation({ startIncomingSpanHook })`: the span's addresses
 * are the resolver's. Where there is no address, the span has none either, in
 * place of the leftmost entry, which the client can write.
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
