'use strict'

/*
 * Chooses the engine: the first that loads of a local native build, the package's
 * native binary, and WebAssembly. No other place is searched.
 */

// Contexts of node:vm have no such global.
const process = require('node:process')
const { mismatch } = require('./layout')
const native = require('./native')

const VARIABLE = 'PROXY_ADDR_ENGINE'

/**
 * V8 reserves 10 GB of address space for any WebAssembly memory, however small, so
 * that it need not check each access. With the option below, it reserves nothing.
 *
 * @param {any} error
 */
function explained ({ message }) {
  return /allocate Wasm memory/.test(message)
    ? `${message} (under a limit such as ulimit -v, run node with --disable-wasm-trap-handler)`
    : message
}

/**
 * @param {string[]} reasons receives the reason if it cannot be used
 * @returns {any} undefined if it cannot be used
 */
function loadWasm (reasons) {
  if (typeof WebAssembly === 'undefined') {
    reasons.push('WebAssembly: not available in this process; --jitless disables it')
  } else if (require('node:os').endianness() !== 'LE') {
    // WebAssembly's memory is little-endian; typed arrays are not on such machines.
    reasons.push('WebAssembly: not supported on big-endian machines')
  } else {
    try {
      const engine = require('./wasm')
      const reason = mismatch(engine)
      if (reason === undefined) return engine
      reasons.push(`WebAssembly: ${reason}`)
    } catch (/** @type {any} */ error) {
      reasons.push(`WebAssembly: ${explained(error)}`)
    }
  }
}

/** In the order in which they are tried. */
const ENGINES = [
  { name: 'native', open: native.load },
  { name: 'wasm', open: loadWasm }
]

/** The engines that may be used. */
function allowed () {
  // An empty variable counts as unset.
  const forced = process.env[VARIABLE] || undefined
  const engines = ENGINES.filter(({ name }) => forced === undefined || name === forced)
  if (engines.length > 0) return { forced, engines }
  throw new Error(`unknown engine ${VARIABLE}=${JSON.stringify(forced)}: ` +
    `set it to ${ENGINES.map(({ name }) => `'${name}'`).join(' or ')}, or unset it to use the first of them that loads`)
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
    `To fix this: ${remedy}build it (README.md, "Limits"), or remove its override to go back to proxy-addr`
  ].join('\n'))
}

/** @returns {{ name: string, engine: any }} */
function load () {
  const { forced, engines } = allowed()
  /** @type {string[]} */
  const reasons = []
  for (const { name, open } of engines) {
    const engine = open(reasons)
    if (engine !== undefined) return { name, engine }
  }
  throw refusal(forced, reasons)
}

module.exports = load
