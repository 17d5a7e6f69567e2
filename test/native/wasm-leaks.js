'use strict'

/*
 * Checks that the WebAssembly engine reuses the memory of collected sets. A module's
 * memory never shrinks, so it must not grow: compiles and drops lists of all sizes,
 * and compares memory half-way, when it has reached its maximum, with memory at the
 * end. Exit code 1 if it grew by more than a tenth.
 *
 *   node --expose-gc test/native/wasm-leaks.js [--compiles n | --seconds n]
 */

const { setImmediate: turn } = require('node:timers/promises')
const { parseArgs } = require('node:util')

process.env.PROXY_ADDR_ENGINE = 'wasm'

const proxyaddr = require('../../lib')
const { memory: { memory } } = require('../../lib/engine/wasm')

const COMPILES_PER_TURN = 500
const TENTHS = 10
// With fewer compiles, memory has not reached its maximum half-way, however short the time.
const LEAST_OF_A_TENTH = 20_000

const { values } = parseArgs({
  options: { compiles: { type: 'string', default: '1000000' }, seconds: { type: 'string' } }
})

/** Returns a different list for each call: its size, families and text vary. */
function listOf (i) {
  const size = i % 9973 === 0 ? 2000 : 1 + i % 23
  return Array.from({ length: size }, (_, k) => (i + k) % 3 === 0
    ? `2001:db8:${(i & 0xffff).toString(16)}:${k.toString(16)}::/${48 + k % 80}`
    : `10.${i & 255}.${k & 255}.${(i >> 8) & 255}/${8 + k % 25}`)
}

/** Compiles, and keeps some sets for a while, so that memory is fragmented. */
async function compileMany (from, isOver) {
  const kept = []
  let i = from
  for (; !isOver(i); i++) {
    const list = listOf(i)
    const trust = proxyaddr.compile(list)
    if (!trust(list[0].slice(0, list[0].lastIndexOf('/')))) throw new Error(`${list} does not contain its first address`)
    if (i % 3 === 0) kept[i % 1000] = trust
    if (i % COMPILES_PER_TURN === 0) {
      globalThis.gc({ type: 'minor' })
      await turn()
    }
  }
  return i
}

/** Returns a function that says, before each call, whether a tenth is over, by time or count. */
function endOf (tenth) {
  if (values.seconds === undefined) return (i) => i >= Math.floor(Number(values.compiles) * (tenth + 1) / TENTHS)
  const end = performance.now() + Number(values.seconds) * 1000 / TENTHS
  return (i) => i % COMPILES_PER_TURN === 0 && i >= LEAST_OF_A_TENTH * (tenth + 1) && performance.now() >= end
}

async function main () {
  const sizes = []
  let compiles = 0
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    compiles = await compileMany(compiles, endOf(tenth))
    globalThis.gc()
    await turn()
    sizes.push(memory.buffer.byteLength)
  }
  console.log(`${compiles.toLocaleString('en-US')} compiles, memory after each tenth: ` +
    `${sizes.map((size) => Math.round(size / 1024)).join(' ')} KB`)
  if (sizes.at(-1) > sizes[TENTHS / 2 - 1] * 1.1) {
    console.error('memory grew by more than 10 % in the second half')
    process.exitCode = 1
  }
}

main()
