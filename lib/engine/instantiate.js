'use strict'

// Contexts of node:vm have no such global.
const { Buffer } = require('node:buffer')

/**
 * Compiles a WebAssembly module and makes an instance of it. lib/web replaces this
 * function for platforms that compile WebAssembly only at build time.
 *
 * @param {string} base64 the module
 * @returns {Record<string, any>} what it exports
 */
function instantiate (base64) {
  return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(base64, 'base64'))).exports
}

module.exports = instantiate
