'use strict'

/*
 * Copies of packages of their own. What V8 learns about a function it learns for
 * all callers, so candidates that share code would slow each other down, and the
 * one that they share it with, too.
 */

const path = require('node:path')

const OURS = path.join(__dirname, '..', 'lib')
const ENGINE = 'PROXY_ADDR_ENGINE'

/**
 * @param {string} name
 * @param {(file: string) => boolean} isPart
 */
function copy (name, isPart) {
  const files = Object.keys(require.cache).filter(isPart)
  const before = files.map((file) => [file, require.cache[file]])
  for (const file of files) delete require.cache[file]
  const copied = require(name)
  for (const file of Object.keys(require.cache).filter(isPart)) delete require.cache[file]
  for (const [file, module] of before) require.cache[file] = module
  return copied
}

/** @param {string} name of a package that stands on proxy-addr, or is it */
function fresh (name) {
  return copy(name, (file) => /node_modules[\\/](proxy-addr|forwarded|ipaddr\.js)[\\/]/.test(file))
}

/** This package, through its WebAssembly door. */
function throughWasm () {
  const before = process.env[ENGINE]
  process.env[ENGINE] = 'wasm'
  try {
    return copy(OURS, (file) => file.startsWith(OURS + path.sep))
  } finally {
    if (before === undefined) delete process.env[ENGINE]
    else process.env[ENGINE] = before
  }
}

module.exports = { fresh, throughWasm }
