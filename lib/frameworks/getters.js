'use strict'

/* The request properties of Express, Koa and Fastify, answered by a resolver. */

/**
 * The client and the verified proxies except the peer, furthest first: the value
 * of `ips` in these frameworks.
 *
 * @param {any} result
 * @returns {string[]}
 */
function ipsOf ({ address, hop, reason, peer, proxies }) {
  if (address === undefined || hop === 0) return []
  const between = proxies.slice(peer === undefined ? 0 : 1, reason === 'all-trusted' ? -1 : undefined)
  return [address, ...between.reverse()]
}

/** @param {string | undefined} host */
function hostnameOf (host) {
  return host?.replace(/:\d*$/, '')
}

/** @type {Record<string, (result: any) => unknown>} */
const READ = {
  ips: ipsOf,
  protocol: ({ protocol }) => protocol,
  secure: ({ secure }) => secure,
  host: ({ host }) => host,
  hostname: ({ host }) => hostnameOf(host)
}

/**
 * @param {object} object a prototype of requests
 * @param {any} client a resolver
 * @param {(request: any) => any} rawOf returns Node's request for such a request
 * @param {string[]} names of properties
 */
function defineGetters (object, client, rawOf, names) {
  for (const name of names) {
    const read = READ[name]
    const get = name === 'ip'
      ? /** @this {any} */ function () { return client(rawOf(this)) }
      : /** @this {any} */ function () { return read(client.resolve(rawOf(this))) }
    Object.defineProperty(object, name, { configurable: true, enumerable: true, get })
  }
}

/** @param {any} client @param {string} use */
function checkClient (client, use) {
  if (typeof client === 'function' && typeof client.resolve === 'function') return
  throw new TypeError(`client must be a resolver: call ${use} with what createResolver() returned`)
}

module.exports = { checkClient, defineGetters }
