'use strict'

const { checkClient } = require('./getters')

/**
 * A plug-in of srvx, which h3 and Nitro run on: `request.ip` is the resolver's.
 *
 * @param {any} client a resolver
 */
function plugin (client) {
  checkClient(client, 'plugins: [require(…)(client)]')
  return (/** @type {any} */ server) => {
    server.options.middleware.unshift((/** @type {any} */ request, /** @type {() => any} */ next) => {
      const req = request.runtime?.node?.req
      const peer = req === undefined ? request.ip : undefined
      const get = () => req === undefined ? client.from(peer, request.headers).address : client(req)
      Object.defineProperty(request, 'ip', { configurable: true, enumerable: true, get })
      return next()
    })
  }
}

module.exports = plugin
module.exports.default = plugin
