'use strict'

/*
 * Measures memory in this process, which must be a new one with --expose-gc,
 * and sends the result to the parent. The arguments are one of
 *
 *   set <candidate> <family> <count>   bytes for each subnet of a compiled list
 *   loop <candidate>                   bytes kept for each call that compiles a
 *                                      list, in a loop that never lets the event
 *                                      loop turn
 *
 * The result is { rss, native }: growth of the process, and of the memory that
 * addons have reported to V8.
 */

const { setTimeout: sleep } = require('node:timers/promises')
const { match } = require('./candidates')
const floor = require('./floor')
const { flat, many, subnetV4, subnetV6 } = require('./inputs')

const WARM_UP = 1000
const CALLS = 300000

const packages = {
  'proxy-addr-native': '..',
  'proxy-addr': 'proxy-addr',
  '@fastify/proxy-addr': '@fastify/proxy-addr'
}

function held () {
  return { rss: process.memoryUsage().rss, native: floor.load().external() }
}

/** Collects garbage until that frees no more memory. */
async function settled () {
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await sleep(20)
  }
  return held()
}

function growth (before, after, of) {
  return {
    rss: (after.rss - before.rss) / of,
    native: (after.native - before.native) / of
  }
}

async function set (candidate, family, count) {
  const subnet = family === 'IPv4' ? subnetV4 : subnetV6
  // The list exists before and after the measurement, so its text is not counted.
  const list = many(5, (numbers) => flat(subnet(numbers)), count)
  const address = list.at(-1).split('/')[0]
  match[candidate](list.slice(0, WARM_UP))(address)
  const before = await settled()
  const trusts = match[candidate](list)
  const after = await settled()
  // This use keeps the set alive while it is measured.
  trusts(address)
  return growth(before, after, count)
}

async function loop (candidate) {
  const proxyaddr = require(packages[candidate])
  const req = {
    headers: { 'x-forwarded-for': '203.0.113.9, 10.0.0.1' },
    socket: { remoteAddress: '127.0.0.1' }
  }
  const resolve = (calls) => {
    for (let i = 0; i < calls; i++) proxyaddr(req, 'loopback')
  }
  // By then V8's heap has reached its final size.
  resolve(CALLS / 3)
  const before = held()
  resolve(CALLS)
  return growth(before, held(), CALLS)
}

const [what, candidate, family, count] = process.argv.slice(2)
const measured = what === 'set' ? set(candidate, family, Number(count)) : loop(candidate)
measured.then((result) => process.send(result, () => process.exit()))
