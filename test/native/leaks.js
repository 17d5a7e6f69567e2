'use strict'

/*
 * Checks that memory is freed. Compiles and resolves repeatedly, measures the process
 * after each twelfth part, and compares the last three parts with the first three after
 * the warm-up. Exit code 1 if memory grew, or if the set of a collected trust function
 * remains.
 *
 * On WebAssembly, whose memory never shrinks, the engine must reuse the memory of
 * collected sets. Memory half-way, when it has reached its maximum, is compared with
 * memory at the end. Exit code 1 if it grew by more than a tenth.
 *
 *   node --expose-gc test/native/leaks.js [--compiles n] [--resolves n]
 *     [--seconds n]      n seconds for each of the two, instead of a number of calls
 *     [--megabytes n]    the permitted growth
 *     [--engine wasm]
 */

const { setImmediate: turn } = require('node:timers/promises')
const { parseArgs } = require('node:util')

const MEGA = 1024 * 1024
const PARTS = 12
const WARM_UP = 3
const COMPILES_PER_TURN = 500
const CALLS_PER_LOOK = 64
// With fewer in a part, WebAssembly's memory has not reached its maximum half-way.
const LEAST_OF_A_PART = 17_000

const { values } = parseArgs({
  options: {
    compiles: { type: 'string', default: '1000000' },
    resolves: { type: 'string', default: '100000000' },
    seconds: { type: 'string' },
    megabytes: { type: 'string', default: '8' },
    engine: { type: 'string', default: 'native' }
  }
})
process.env.PROXY_ADDR_ENGINE = values.engine
// Each long list that is alive adds to the maximum, which must be reached half-way.
const LONG_EVERY = values.engine === 'wasm' ? 9973 : 997
const BOUND = Number(values.megabytes) * MEGA

// Loaded now, because the engine is chosen then.
const proxyaddr = require('../support/implementation')
const { request } = require('../support/rules')

/** Returns a different list for each call: its size, families and text vary. */
function listOf (i) {
  const size = i % LONG_EVERY === 0 ? 2000 : 1 + i % 23
  return Array.from({ length: size }, (_, k) => (i + k) % 3 === 0
    ? `2001:db8:${(i & 0xffff).toString(16)}:${k.toString(16)}::/${48 + k % 80}`
    : `10.${i & 255}.${k & 255}.${(i >> 8) & 255}/${8 + k % 25}`)
}

let collected = 0
const registry = new FinalizationRegistry(() => collected++)

/** Compiles valid lists and, now and then, an invalid one. */
async function compileMany (from, isOver) {
  let i = from
  for (; !isOver(i); i++) {
    const list = listOf(i)
    const trust = proxyaddr.compile(list)
    registry.register(trust)
    if (!trust(list[0].slice(0, list[0].lastIndexOf('/')))) throw new Error(`${list} does not contain its first address`)
    if (i % 7 === 0) throws(() => proxyaddr.compile([...list, 'wrong']))
    if (i % COMPILES_PER_TURN === 0) await turn()
  }
  return i
}

function throws (call) {
  try {
    call()
  } catch {
    return
  }
  throw new Error('an invalid list was accepted')
}

const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8', '2001:db8::/32'])
const FAR = '10.0.0.2, '.repeat(40)

/** Ways to resolve, mostly the usual ones. */
const RESOLVES = [
  (i) => proxyaddr(request(`10.0.0.${i & 255}`, `192.0.2.${i & 127}`), trust),
  (i) => proxyaddr(request(`::ffff:10.0.0.${i & 255}`, `192.0.2.1, fd00::${i & 0xffff}`), trust),
  (i) => proxyaddr(request(`192.0.2.${i & 255}`, 'a, b'), trust),
  (i) => trust(`2001:db8::${(i & 0xffff).toString(16)}`),
  (i) => proxyaddr(request('10.0.0.1', `${FAR}192.0.2.${i & 255}, 10.0.0.1`), trust),
  (i) => proxyaddr(request('fd00::1'), trust)
]

const RARE = [
  (i) => proxyaddr(request('10.0.0.1', `192.0.2.${i & 255}, ${FAR}10.0.0.1`), trust),
  (i) => proxyaddr(request('10.0.0.1', `192.0.2.${i & 255}, 127.0.0.1`), ['loopback', 'uniquelocal']),
  (i) => proxyaddr.all(request('10.0.0.1', `192.0.2.${i & 255}, 10.0.0.9`), trust),
  (i) => proxyaddr.all(request('10.0.0.1', `${FAR}192.0.2.${i & 255}`), (addr) => trust(addr)),
  (i) => throws(() => proxyaddr(request('10.0.0.1', 'a'), `10.0.0.${i & 255}/33`)),
  (i) => proxyaddr(request('10.0.0.1', `${'x'.repeat(i & 2047)}, ${FAR}`), trust)
]

async function resolveMany (from, isOver) {
  let i = from
  for (; !isOver(i); i++) {
    if (i % 50 === 0) RARE[i / 50 % RARE.length](i)
    else RESOLVES[i % RESOLVES.length](i)
    if (i % 100_000 === 0) await turn()
  }
  return i
}

/** Returns resident and external memory after garbage collection. */
async function held () {
  for (let i = 0; i < 4; i++) {
    globalThis.gc()
    await turn()
  }
  const { rss, external } = process.memoryUsage()
  return { rss, external }
}

/** Returns the growth from the minimum of the first parts to that of the last. */
function growth (seen, key) {
  const measured = seen.slice(WARM_UP).map((one) => one[key])
  const third = measured.length / 3
  return Math.min(...measured.slice(-third)) - Math.min(...measured.slice(0, third))
}

/** Returns a function that says, before each call, whether a part is over, by time or count. */
function endOf (part, count) {
  if (values.seconds === undefined) return (i) => i >= Math.floor(count * (part + 1) / PARTS)
  const end = performance.now() + Number(values.seconds) * 1000 / PARTS
  return (i) => i % CALLS_PER_LOOK === 0 && performance.now() >= end
}

/** @returns {Promise<number>} the number of calls */
async function measure (name, wanted, work) {
  const started = Date.now()
  const seen = []
  let count = 0
  for (let part = 0; part < PARTS; part++) {
    count = await work(count, endOf(part, wanted))
    seen.push(await held())
  }
  const [rss, external] = ['rss', 'external'].map((key) => growth(seen, key))
  console.log(`${count.toLocaleString('en-US')} ${name}: resident ${megabytes(rss)}, ` +
    `external ${megabytes(external)}, ${((Date.now() - started) / 1000).toFixed(1)} s; ` +
    `resident after each part: ${seen.map((one) => Math.round(one.rss / MEGA)).join(' ')} MB`)
  if (rss > BOUND || external > BOUND) fail(`${name}: grew by more than ${values.megabytes} MB`)
  return count
}

function megabytes (bytes) {
  return `${bytes < 0 ? '-' : '+'}${(Math.abs(bytes) / MEGA).toFixed(1)} MB`
}

function fail (message) {
  console.error(message)
  process.exitCode = 1
}

/** Compiles, and keeps some sets for a while, so that memory is fragmented. */
async function fragment (from, isOver) {
  const kept = []
  let i = from
  for (; !isOver(i); i++) {
    const list = listOf(i)
    const trust = proxyaddr.compile(list)
    if (!trust(list[0].slice(0, list[0].lastIndexOf('/')))) throw new Error(`${list} does not contain its first address`)
    if (i % 3 === 0) kept[i % 1000] = trust
    if (i % COMPILES_PER_TURN === 0) {
      // All of the heap: V8 decides by the clock when to collect old objects, and so how
      // many sets that nobody uses any more add to the maximum.
      globalThis.gc()
      await turn()
    }
  }
  return i
}

async function checkWasm () {
  const { memory: { memory } } = require('../../lib/engine/wasm')
  const sizes = []
  let compiles = 0
  for (let part = 0; part < PARTS; part++) {
    const isOver = endOf(part, Number(values.compiles))
    const least = values.seconds === undefined ? 0 : LEAST_OF_A_PART * (part + 1)
    compiles = await fragment(compiles, (i) => i >= least && isOver(i))
    globalThis.gc()
    await turn()
    sizes.push(memory.buffer.byteLength)
  }
  console.log(`${compiles.toLocaleString('en-US')} compiles, memory after each part: ` +
    `${sizes.map((size) => Math.round(size / 1024)).join(' ')} KB`)
  if (sizes.at(-1) > sizes[PARTS / 2 - 1] * 1.1) fail('memory grew by more than 10 % in the second half')
}

async function checkNative () {
  const before = (await held()).external
  const compiles = await measure('compiles', Number(values.compiles), compileMany)
  const left = (await held()).external - before
  console.log(`${collected.toLocaleString('en-US')} of ${compiles.toLocaleString('en-US')} ` +
    `trust functions collected, ${left} bytes of sets left`)
  if (collected !== compiles || left > MEGA) fail('sets of collected functions remain')
  await measure('resolves', Number(values.resolves), resolveMany)
}

if (values.engine === 'wasm') checkWasm()
else checkNative()
