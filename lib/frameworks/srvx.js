'use strict'

const { checkClient } = require('./getters')

const USE = "plugins: [require('proxy-addr-native/srvx')(client)]"

/**
 * A plug-in of srvx, which h3 and Nitro run on: `request.ip` is the resolver's.
 *
 * @param {any} client a resolver
 */
function plugin (client) {
  checkClient(client, "require('proxy-addr-native/srvx')(client)")
  return (/** @type {any} */ server) => {
    // Plug-ins of H3 itself are called with the app, which knows no peers.
    if (!Array.isArray(server?.options?.middleware)) {
      throw new TypeError(`server must be a server of srvx: pass { ${USE} } to serve()`)
    }
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
