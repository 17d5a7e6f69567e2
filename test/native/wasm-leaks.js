'use strict'

/*
 * Does the WebAssembly door use the memory of collected sets again? A module's
 * memory never shrinks, so it must not grow: compiles and drops lists of all
 * sizes, and compares memory half-way, when it has been as full as it gets, with
 * memory at the end. Exit code 1 if it grew by more than a tenth.
 *
 *   node --expose-gc test/native/wasm-leaks.js [--compiles n]
 */

const { setImmediate: turn } = require('node:timers/promises')
const { parseArgs } = require('node:util')

process.env.PROXY_ADDR_ENGINE = 'wasm'

const proxyaddr = require('../../lib')
const { wasm: { memory } } = require('../../lib/engine/wasm-memory')

const COMPILES_PER_TURN = 500
const TENTHS = 10

const { values } = parseArgs({ options: { compiles: { type: 'string', default: '1000000' } } })
const compiles = Number(values.compiles)

/** A list that no other call has: its size, families and text vary. */
function listOf (i) {
  const size = i % 9973 === 0 ? 2000 : 1 + i % 23
  return Array.from({ length: size }, (_, k) => (i + k) % 3 === 0
    ? `2001:db8:${(i & 0xffff).toString(16)}:${k.toString(16)}::/${48 + k % 80}`
    : `10.${i & 255}.${k & 255}.${(i >> 8) & 255}/${8 + k % 25}`)
}

/** Compiles, and keeps some for a while, so that holes come about. */
async function compileMany (from, to) {
  const kept = []
  for (let i = from; i < to; i++) {
    const list = listOf(i)
    const trust = proxyaddr.compile(list)
    if (!trust(list[0].slice(0, list[0].lastIndexOf('/')))) throw new Error(`${list} does not hold its first`)
    if (i % 3 === 0) kept[i % 1000] = trust
    if (i % COMPILES_PER_TURN === 0) {
      globalThis.gc({ type: 'minor' })
      await turn()
    }
  }
}

async function main () {
  const sizes = []
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    await compileMany(Math.floor(compiles * tenth / TENTHS), Math.floor(compiles * (tenth + 1) / TENTHS))
    globalThis.gc()
    await turn()
    sizes.push(memory.buffer.byteLength)
  }
  console.log(`${compiles.toLocaleString('en-US')} compiles, memory after each tenth: ` +
    `${sizes.map((size) => Math.round(size / 1024)).join(' ')} KB`)
  if (sizes.at(-1) > sizes[TENTHS / 2 - 1] * 1.1) {
    console.error('memory has grown')
    process.exitCode = 1
  }
}

main()
