'use strict'

const { checkClient } = require('./getters')

/*
 * Puts verified values into headers, for code that reads them by itself: Next's
 * custom server, or a library that takes the leftmost entry.
 */

/** Headers that a client could have sent instead of those; they are removed. */
const REMOVED = ['forwarded', 'x-forwarded-port']

/**
 * @param {any} req
 * @param {string} name
 * @param {string | undefined} value undefined to remove the header
 */
function set (req, name, value) {
  const { headers, rawHeaders } = req
  delete headers[name]
  if (value !== undefined) headers[name] = value
  // Some frameworks build their headers from these.
  if (!Array.isArray(rawHeaders)) return
  for (let i = rawHeaders.length - 2; i >= 0; i -= 2) {
    if (String(rawHeaders[i]).toLowerCase() === name) rawHeaders.splice(i, 2)
  }
  if (value !== undefined) rawHeaders.push(name, value)
}

/**
 * Makes a function that puts verified values into a request's headers.
 *
 * @param {any} client a resolver
 * @returns {(req: any) => any} which returns the request
 */
function overwrite (client) {
  checkClient(client, 'overwrite(client)')
  return (req) => {
    const { address, protocol, host } = client.resolve(req)
    // Without an address there must still be an entry: code that finds none
    // takes the peer, which is the proxy, for the client.
    set(req, 'x-forwarded-for', address ?? 'unknown')
    set(req, 'x-forwarded-proto', protocol)
    set(req, 'x-forwarded-host', host)
    for (const name of REMOVED) set(req, name, undefined)
    return req
  }
}

module.exports = { overwrite }
