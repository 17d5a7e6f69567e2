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
  if (Object(app?.request) !== app?.request) throw new TypeError('app must be a Koa app: pass what new Koa() returned')
  defineGetters(app.request, client, ({ req }) => req, ['ip', 'ips', 'protocol', 'secure', 'host', 'hostname'])
  return app
}

module.exports = install
module.exports.default = install
