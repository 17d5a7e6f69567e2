'use strict'

// Measures the time for one `proxyaddr(req, trust)`. As a program, it prints
// the figures of one run.

const { execFileSync } = require('node:child_process')
const { flat, median } = require('../../lib/cli/measure')

const RUNS = 5
const CLIENTS = 1024
const ROUNDS = 11
const NETWORKS = ['loopback', 'linklocal', 'uniquelocal']

/**
 * Returns the least and the most of several runs, each in a process of its own: a
 * single run may be a lucky one.
 *
 * @returns {{ runs: number, native: number[], original: number[], times: number[] }}
 *   nanoseconds, and how many times faster this package is
 */
function measureSpeed () {
  const runs = Array.from({ length: RUNS }, () =>
    JSON.parse(execFileSync(process.execPath, [__filename], { encoding: 'utf8' })))
  const range = (of) => [Math.min(...runs.map(of)), Math.max(...runs.map(of))]
  return {
    runs: RUNS,
    native: range(({ native }) => native),
    original: range(({ original }) => original),
    times: range(({ native, original }) => original / native)
  }
}

/**
 * Takes medians of rounds in which the two packages take turns, over requests
 * that are all different.
 */
function measureOnce (native, original) {
  const requests = Array.from({ length: CLIENTS }, (_, i) => request(i))
  const sides = [native, original].map((proxyaddr) => ({
    proxyaddr,
    trust: proxyaddr.compile(NETWORKS),
    times: []
  }))
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of sides) side.times.push(time(side, requests))
  }
  return { native: median(sides[0].times), original: median(sides[1].times) }
}

/** A client and one proxy in the header, the other proxy as a mapped peer. */
function request (i) {
  const low = `${i >> 8}.${i & 255}`
  return {
    headers: { 'x-forwarded-for': flat(`203.${113 + i % 100}.${low}, 10.1.${low}`) },
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

if (require.main === module) {
  process.stdout.write(JSON.stringify(measureOnce(require('../..'), require('proxy-addr'))))
}

module.exports = { measureSpeed }
