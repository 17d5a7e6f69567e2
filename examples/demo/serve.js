'use strict'

/** Returns the commands to try while both apps keep running. */
function invite ({ native, original }, network) {
  const here = `http://127.0.0.1:${native.ports['127.0.0.1']}/`
  const there = `http://127.0.0.1:${original.ports['127.0.0.1']}/`
  const past = url(native.appHost, native.app.port)
  return [
    'Both apps keep running. Try, from another terminal:',
    '',
    '   # through both proxies, on proxy-addr-native',
    `   curl ${here}`,
    '   # the same on the original proxy-addr',
    `   curl ${there}`,
    '   # with a forged header',
    `   curl -H 'X-Forwarded-For: ${network.edgeAddress}' ${here}`,
    ...(network.ipv6
      ? ['   # over IPv6', `   curl '${url('::1', native.ports['::1'])}'`]
      : []),
    '   # past the proxies, straight to the app',
    `   curl '${past}'`,
    '',
    'Ctrl+C ends it.'
  ].join('\n')
}

/**
 * Resolves when this process should end: on a signal, or when the process that
 * started it has ended (npm, when killed, does not pass the signal on).
 */
function untilStopped () {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, resolve)
    }
    const parent = process.ppid
    setInterval(() => process.ppid !== parent && resolve(), 250).unref()
  })
}

function url (host, port) {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

module.exports = { invite, untilStopped }
