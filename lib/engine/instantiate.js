'use strict'

// Contexts of node:vm have no such global.
const { Buffer } = require('node:buffer')

/**
 * Compiles a WebAssembly module and makes an instance of it. Where WebAssembly is
 * compiled at build time only, lib/web has another function in this one's place.
 *
 * @param {string} base64 the module
 * @returns {Record<string, any>} what it exports
 */
function instantiate (base64) {
  return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(base64, 'base64'))).exports
}

module.exports = instantiate
