'use strict'

const { types: { isUint32Array } } = require('node:util')

/*
 * The numbers that both sides of the crossing must agree on: those of pa_layout
 * in src/core/proxy_addr.c, in its order. They are literals, because the hot path
 * reads some of them; they are compared with the engine's when it is loaded.
 */

/** The package's version; written by tools/build/identity.js. */
const VERSION = '0.1.0'

const LAYOUT = Object.freeze({
  /** How many numbers these are. */
  NUMBERS: 35,
  /** Stands for the version and for all that crosses: see tools/build/identity.js. */
  INTERFACE: 0x117a16ae,

  /** How many values the length has in the number that says where a client is. */
  LENGTH_VALUES: 512,
  /** The longest text that the native engine reads without allocating. */
  TAIL: 256,
  /** The longest text for which the WebAssembly engine has a place. */
  SHORT_TEXT: 512,

  /** How many values the error has in the number for an invalid entry. */
  ERROR_VALUES: 4,
  ERROR_ADDRESS: 1,
  ERROR_RANGE: 2,

  /** How many faults and written forms there are; lib/why/facts.js has words. */
  FAULTS: 29,
  FORMS: 10,

  /** A pa_described: its size, and where its fields are. */
  DESCRIBED: 46,
  DESCRIBED_FAMILY: 0,
  DESCRIBED_LENGTH: 1,
  DESCRIBED_WORD: 2,
  DESCRIBED_TEXT_LENGTH: 6,
  DESCRIBED_TEXT: 7,

  /** A pa_description. */
  DESCRIPTION: 237,
  DESCRIPTION_FAULT: 0,
  DESCRIPTION_START: 1,
  DESCRIPTION_END: 2,
  DESCRIPTION_WRITTEN: 3,
  DESCRIPTION_NAME: 4,
  DESCRIPTION_LENGTH: 5,
  DESCRIPTION_ADDRESS: 6,
  DESCRIPTION_COUNT: 52,
  DESCRIPTION_SUBNET: 53,

  /** A pa_hop. */
  HOP: 98,
  HOP_FAULT: 0,
  HOP_START: 1,
  HOP_END: 2,
  HOP_WRITTEN: 3,
  HOP_ADDRESS: 4,
  HOP_ENTRY: 50,
  HOP_NAME: 51,
  HOP_SUBNET: 52
})

/** What an engine exports. */
const EXPORTS = [
  'compile', 'release', 'isTrusted', 'walk', 'resolve', 'resolveOnce', 'describeAddress', 'describeEntry', 'describeChain', 'names', 'layout'
]

/**
 * Compares an engine with this package. No other function of the engine is called
 * before.
 *
 * @param {any} engine what an engine exports
 * @param {string[]} [names] of the functions that are needed
 * @returns {string | undefined} why it cannot be used; undefined if it can
 */
function mismatch (engine, names = EXPORTS) {
  const absent = names.find((name) => typeof engine[name] !== 'function')
  if (absent !== undefined) return `a different or outdated build: it has no ${absent}()`
  if (names.includes('isTrusted') && !isUint32Array(engine.asked)) return 'a different or outdated build: it has no asked'
  const numbers = new Uint32Array(LAYOUT.NUMBERS)
  try {
    engine.layout(numbers)
  } catch (/** @type {any} */ error) {
    return `a different or outdated build: ${error?.message}`
  }
  const wrong = Object.entries(LAYOUT).findIndex(([, number], i) => numbers[i] !== number)
  if (wrong === -1) return undefined
  const [name, number] = Object.entries(LAYOUT)[wrong]
  return `a different or outdated build: its ${name} is ${numbers[wrong]}, expected ${number}`
}

module.exports = { ...LAYOUT, VERSION, mismatch }
