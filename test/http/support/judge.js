'use strict'

const assert = require('node:assert')
const original = require('proxy-addr')
const native = require('../../..')

const IMPLEMENTATIONS = [native, original]

/** What the servers of these tests trust. */
const TRUSTED = ['loopback', 'uniquelocal']

const trusts = new Map(IMPLEMENTATIONS.map((proxyaddr) => {
  return [proxyaddr, proxyaddr.compile(TRUSTED)]
}))

/**
 * What this package says about a request, after making sure that the original
 * says the very same about the very same request object.
 */
function judge (req) {
  const [ours, theirs] = IMPLEMENTATIONS.map((proxyaddr) => {
    const trust = trusts.get(proxyaddr)
    return {
      client: proxyaddr(req, trust),
      trusted: proxyaddr.all(req, trust),
      everything: proxyaddr.all(req)
    }
  })
  assert.deepStrictEqual(ours, theirs)
  return ours
}

module.exports = { judge }
