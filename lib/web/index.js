'use strict'

/*
 * The package for browsers and edge runtimes, where there are no addons, no
 * files, and mostly no compiler of WebAssembly: tools/build/web.js bundles this
 * file as lib/web/core.mjs. In that bundle, it also takes the place of Node's own
 * modules, and of three files of lib/engine.
 */

/** Compiled modules: `engine` and `resolver`, which each wasm-binary.js is in the bundle. @type {Record<string, any>} */
const modules = {}

/**
 * Takes modules that are compiled already.
 *
 * @param {Record<string, any>} given
 */
function give (given) {
  Object.assign(modules, given)
}

/** In the place of lib/engine/instantiate.js. @param {string} name */
function instantiate (name) {
  return new WebAssembly.Instance(modules[name]).exports
}

/** In the place of lib/engine/load.js. */
function load () {
  const { mismatch } = require('../engine/layout')
  const engine = require('../engine/wasm')
  const reason = mismatch(engine)
  if (reason !== undefined) throw new Error(`proxy-addr-native cannot be used here: ${reason}; install it again`)
  return { name: 'wasm', engine }
}

/** In the place of lib/engine/string-builtins.js, which compiles a module. */
function writer () {
  return undefined
}

/** @param {unknown} value @param {string} name of its class */
function isOf (value, name) {
  return Object.prototype.toString.call(value) === `[object ${name}]`
}

/** Of node:util. Nothing but Node tells a proxy from its target. */
const types = {
  isProxy: () => false,
  /** @param {unknown} value */
  isUint32Array: (value) => value instanceof Uint32Array,
  /** @param {unknown} value */
  isStringObject: (value) => Object(value) === value && isOf(value, 'String'),
  /** @param {unknown} value */
  isPromise: (value) => value instanceof Promise,
  /** @param {unknown} value */
  isAsyncFunction: (value) => isOf(value, 'AsyncFunction') || isOf(value, 'AsyncGeneratorFunction'),
  /** @param {unknown} value */
  isGeneratorFunction: (value) => isOf(value, 'GeneratorFunction') || isOf(value, 'AsyncGeneratorFunction')
}

/** @type {Record<string, string>} */
const ESCAPES = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\' }

/** Control characters, backslashes, and surrogates without their other half. */
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\x00-\x1f\\\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** @param {number} unit */
function escapeUnit (unit) {
  return unit > 0xff ? `\\u${unit.toString(16)}` : `\\x${unit.toString(16).toUpperCase().padStart(2, '0')}`
}

/** @param {string} text @param {number} longest */
function inspectText (text, longest) {
  const rest = text.length - longest
  const quote = !text.includes("'") ? "'" : !text.includes('"') ? '"' : '`'
  const escaped = text.slice(0, longest).replace(UNPRINTABLE, (unit) => ESCAPES[unit] ?? escapeUnit(unit.charCodeAt(0)))
  return `${quote}${escaped}${quote}` + (rest > 0 ? `... ${rest} more character${rest > 1 ? 's' : ''}` : '')
}

/** Of node:util, for messages. @param {unknown} value @param {{ maxStringLength: number }} options */
function inspect (value, { maxStringLength }) {
  if (typeof value === 'string') return inspectText(value, maxStringLength)
  if (typeof value === 'function') return `[Function: ${value.name}]`
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value)
}

/** Of node:net. @param {string} text digits, colons and dots */
function isIPv6 (text) {
  try {
    return new URL(`http://[${text}]/`).hostname !== ''
  } catch {
    return false
  }
}

/** Of node:diagnostics_channel: nobody listens. */
function channel () {
  return { hasSubscribers: false, publish () {} }
}

/** Of node:process. @param {string} message @param {{ type: string }} options */
function emitWarning (message, { type }) {
  console.warn(`${type}: ${message}`)
}

module.exports = {
  give,
  proxyaddr: () => require('../index'),
  resolver: () => require('../resolver'),
  instantiate,
  load,
  writer,
  types,
  inspect,
  isIPv6,
  channel,
  emitWarning
}
