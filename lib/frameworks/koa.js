'use strict'

const { checkClient, defineGetters } = require('./getters')

/**
 * Makes `ctx.ip`, `ips`, `protocol`, `secure`, `host` and `hostname` of a Koa app
 * use a resolver, whatever `app.proxy` is.
 *
 * @param {any} app
 * @param {any} client a resolver
 */
function install (app, client) {
  checkClient(client, "require('proxy-addr-native/koa')(app, client)")
  // An Express app has a request, too, but none that keeps Node's request as req.
  if (Object(app?.request) !== app?.request || Object(app.context) !== app.context || typeof app.callback !== 'function') {
    throw new TypeError('app must be a Koa app: pass what new Koa() returned' +
      (typeof app === 'function' ? " (for Express, require('proxy-addr-native/express')(app, client))" : ''))
  }
  defineGetters(app.request, client, ({ req }) => req, ['ip', 'ips', 'protocol', 'secure', 'host', 'hostname'])
  return app
}

module.exports = install
module.exports.default = install
