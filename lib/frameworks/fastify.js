'use strict'

const { checkClient, defineGetters } = require('./getters')

const NAMES = ['ip', 'ips', 'protocol', 'host', 'hostname']

const USE = "app.register(require('proxy-addr-native/fastify'), { client })"

/**
 * A Fastify plug-in: `request.client` is the resolver's whole result, and `ip`,
 * `ips`, `protocol`, `host` and `hostname` are parts of it.
 *
 * @param {any} fastify
 * @param {{ client: any }} options
 * @param {() => void} done
 */
function plugin (fastify, options, done) {
  const client = options?.client
  checkClient(client, USE)
  if (typeof fastify?.decorateRequest !== 'function') throw new TypeError(`app must be a Fastify app: call ${USE}`)
  /** Each app has its own prototype of requests, which only a request gives access to. */
  const prototypes = new WeakSet()
  fastify.decorateRequest('client', {
    /** @this {any} */
    getter () { return client.resolve(this.raw) }
  })
  fastify.addHook('onRequest', (/** @type {any} */ request, /** @type {any} */ reply, /** @type {() => void} */ next) => {
    const prototype = Object.getPrototypeOf(request)
    if (!prototypes.has(prototype)) {
      defineGetters(prototype, client, ({ raw }) => raw, NAMES)
      prototypes.add(prototype)
    }
    next()
  })
  done()
}

// For the whole app, not only for what is registered within the plug-in.
Object.assign(plugin, { [Symbol.for('skip-override')]: true })

module.exports = plugin
module.exports.default = plugin
