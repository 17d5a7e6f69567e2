'use strict'

/*
 * Separate copies of packages. V8 specialises a function for all of its callers
 * together, so candidates that shared a package's code would slow each other
 * down.
 */

const path = require('node:path')

const OURS = path.join(__dirname, '..', 'lib')
const ENGINE = 'PROXY_ADDR_ENGINE'

/**
 * Loads a package again, with those of its files that `isPart` accepts.
 *
 * @param {string} name
 * @param {(file: string) => boolean} isPart
 */
function copy (name, isPart) {
  const before = Object.entries(require.cache).filter(([file]) => isPart(file))
  for (const [file] of before) delete require.cache[file]
  const copied = require(name)
  for (const file of Object.keys(require.cache).filter(isPart)) delete require.cache[file]
  for (const [file, module] of before) require.cache[file] = module
  return copied
}

/** @param {...string} names of packages */
function within (...names) {
  const folders = names.map((name) => path.join('node_modules', name) + path.sep)
  return (file) => folders.some((folder) => file.includes(folder))
}

/** Returns a copy of proxy-addr. */
function copyOriginal () {
  return copy('proxy-addr', within('proxy-addr', 'forwarded', 'ipaddr.js'))
}

/** Returns a copy of this package that uses the WebAssembly engine. */
function copyWithWasm () {
  const before = process.env[ENGINE]
  process.env[ENGINE] = 'wasm'
  try {
    return copy(OURS, (file) => file.startsWith(OURS + path.sep))
  } finally {
    if (before === undefined) delete process.env[ENGINE]
    else process.env[ENGINE] = before
  }
}

/**
 * Returns a copy of Express 5 that uses `proxyaddr` as its proxy-addr, as an
 * app does with this package in the "overrides" of its package.json.
 *
 * @param {Function} proxyaddr
 */
function copyExpress (proxyaddr) {
  const file = require.resolve('proxy-addr', { paths: [require.resolve('express')] })
  const original = require(file)
  require.cache[file].exports = proxyaddr
  try {
    return copy('express', within('express'))
  } finally {
    require.cache[file].exports = original
  }
}

module.exports = { copyExpress, copyOriginal, copyWithWasm }
