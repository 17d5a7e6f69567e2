'use strict'

/*
 * Which door to the core is taken: the first that opens of a native build of
 * one's own, the native binary that the package brought along, and WebAssembly.
 * Nothing is looked for anywhere else.
 */

// Contexts of node:vm have no such global.
const process = require('node:process')
const native = require('./native')

const VARIABLE = 'PROXY_ADDR_ENGINE'

/**
 * @param {string[]} reasons receives why not
 * @returns {any} undefined if it cannot be used
 */
function loadWasm (reasons) {
  if (typeof WebAssembly === 'undefined') {
    reasons.push('WebAssembly: this process has none; --jitless takes it away')
  } else if (require('node:os').endianness() !== 'LE') {
    // Its memory is little-endian, but typed arrays are what the machine is.
    reasons.push('WebAssembly: not supported on big-endian machines')
  } else {
    try {
      return require('./wasm')
    } catch (/** @type {any} */ error) {
      reasons.push(`WebAssembly: ${error.message}`)
    }
  }
}

/** In this order. */
const DOORS = [
  { name: 'native', open: native.load },
  { name: 'wasm', open: loadWasm }
]

/** The doors that may be taken. */
function allowed () {
  // An empty variable is as good as none.
  const forced = process.env[VARIABLE] || undefined
  const doors = DOORS.filter(({ name }) => forced === undefined || name === forced)
  if (doors.length > 0) return { forced, doors }
  throw new Error(`${VARIABLE}=${JSON.stringify(forced)} is no engine of proxy-addr-native. ` +
    "Accepted are 'native' and 'wasm'; without it, the first of them that can be used is")
}

/**
 * @param {string | undefined} forced
 * @param {string[]} reasons
 */
function refusal (forced, reasons) {
  const lines = reasons.map((reason) => `- ${reason.split('\n')[0]}`)
  const remedy = forced === undefined ? '' : `unset ${VARIABLE}, `
  return new Error([
    `proxy-addr-native cannot be used on ${process.platform}-${process.arch}` +
      (forced === undefined ? '' : ` with ${VARIABLE}=${forced}`),
    ...lines,
    `What helps: ${remedy}build it (README.md, "Limits"), or remove its override to go back to proxy-addr`
  ].join('\n'))
}

/** @returns {{ name: string, door: any }} */
function load () {
  const { forced, doors } = allowed()
  /** @type {string[]} */
  const reasons = []
  for (const { name, open } of doors) {
    const door = open(reasons)
    if (door !== undefined) return { name, door }
  }
  throw refusal(forced, reasons)
}

module.exports = load
