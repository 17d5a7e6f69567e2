'use strict'

const CLIENTS = 4096
const ROUNDS = 25
const NETWORKS = ['loopback', 'linklocal', 'uniquelocal']

/**
 * Returns nanoseconds for one `proxyaddr(req, trust)`: medians of rounds in which
 * the two implementations take turns. All requests are different.
 */
function measureSpeed (native, original) {
  const requests = Array.from({ length: CLIENTS }, (_, i) => request(i))
  const sides = [native, original].map((proxyaddr) => ({
    proxyaddr,
    trust: proxyaddr.compile(NETWORKS),
    times: []
  }))

  for (let round = 0; round < ROUNDS; round++) {
    for (const side of sides) side.times.push(time(side, requests))
  }
  const [ours, theirs] = sides.map(({ times }) => median(times))
  return { native: ours, original: theirs }
}

/** A client and one proxy in the header, the other proxy as a mapped peer. */
function request (i) {
  const low = `${i >> 8}.${i & 255}`
  const header = `203.${113 + i % 100}.${low}, 10.1.${low}`
  return {
    // Through a Buffer: it makes a flat string, as Node's HTTP parser does.
    headers: { 'x-forwarded-for': Buffer.from(header).toString('latin1') },
    socket: { remoteAddress: `::ffff:10.0.0.${i % 8 + 1}` }
  }
}

function time ({ proxyaddr, trust }, requests) {
  let length = 0
  const start = process.hrtime.bigint()
  for (const req of requests) length += proxyaddr(req, trust).length
  const end = process.hrtime.bigint()
  if (length === 0) throw new Error('no request had an address')
  return Number(end - start) / requests.length
}

function median (numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1]
}

module.exports = { measureSpeed }
