'use strict'

const net = require('node:net')

/**
 * Chooses loopback addresses that distinguish clients from proxies.
 *
 * Linux offers all of 127.0.0.0/8: each proxy and each client gets an address of its
 * own. Where only 127.0.0.1 exists, the proxies connect to each other over ::1 and
 * the clients come from 127.0.0.1. A client that came from ::1 would then look like
 * a proxy, so it is left out.
 *
 * The app listens on ::ffff:127.0.0.1 where that is possible. It then sees its peers
 * as `::ffff:…`, like every server that listens on `::`, but cannot be reached from
 * outside.
 */
async function chooseNetwork (canListen = canListenOn) {
  const many = await canListen('127.0.0.2')
  const ipv6 = await canListen('::1')
  const mapped = await canListen('::ffff:127.0.0.1')

  if (many) {
    return {
      clients: (n) => `127.0.0.${20 + n}`,
      ipv6,
      mapped,
      direct: true,
      edgeAddress: '127.0.0.11',
      innerAddress: '127.0.0.12',
      innerHost: '127.0.0.1',
      appHost: mapped ? '::ffff:127.0.0.1' : '127.0.0.1',
      trust: '127.0.0.11, 127.0.0.12',
      notShown: [
        ...(ipv6 ? [] : ['the IPv6 client (no ::1 here)']),
        ...(mapped ? [] : ['the mapped client (no IPv6 here)'])
      ]
    }
  }
  if (ipv6) {
    return {
      clients: () => '127.0.0.1',
      ipv6: false,
      mapped,
      direct: false,
      edgeAddress: '::1',
      innerAddress: '::1',
      innerHost: '::1',
      appHost: '::1',
      trust: '::1',
      notShown: [
        'the IPv6 client (there is no 127.0.0.2 here, so the proxies use ::1)',
        'the client that goes past the proxies (it would need ::1, too)',
        ...(mapped ? [] : ['the mapped client (no dual-stack listener here)'])
      ]
    }
  }
  throw new Error(
    'loopback has neither 127.0.0.2 nor ::1, so clients would look like proxies: ' +
    'enable IPv6 on loopback, or run this on Linux'
  )
}

function canListenOn (host) {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen(0, host, () => server.close(() => resolve(true)))
  })
}

module.exports = { chooseNetwork }
