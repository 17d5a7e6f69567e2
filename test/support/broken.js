'use strict'

/* eslint no-extend-native: 'off' */

/*
 * Loaded first, by `node --require`: breaks what BROKEN in the environment names, so that
 * a test sees what happens then. A name may be followed by '=' and a value.
 *
 *   NODE_OPTIONS='--require ./test/support/broken.js' BROKEN=string-builtins mocha …
 */

const fs = require('node:fs')
const Module = require('node:module')

const LIB = require.resolve('../../lib')

const WAYS = {
  /** This package gives wrong answers. */
  answers () {
    const honest = require(LIB)
    require.cache[LIB].exports = Object.assign(() => '192.0.2.99', honest)
  },

  /** Array.prototype.every(), which the command uses, throws once the core is loaded. */
  array () {
    require(LIB)
    Array.prototype.every = () => {
      throw new Error('broken on purpose')
    }
  },

  /** This file must not be opened. */
  forbidden (file) {
    const { open } = fs
    fs.open = (name, ...args) => name === file
      ? args.at(-1)(Object.assign(new Error(`EACCES: permission denied, open '${file}'`), { code: 'EACCES' }))
      : open(name, ...args)
  },

  /** These modules, separated by commas, cannot be found. */
  modules (hidden) {
    const resolve = Module._resolveFilename
    Module._resolveFilename = function (request, ...rest) {
      if (!hidden.split(',').includes(request)) return resolve.call(this, request, ...rest)
      throw Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' })
    }
  },

  /** The third piece of output is never written; instead, a file gets the process's number. */
  writing (file) {
    let pieces = 0
    const { write } = fs
    fs.write = Object.defineProperties((...args) => {
      if (++pieces < 3) return write(...args)
      fs.writeFileSync(file, String(process.pid))
      setInterval(() => {}, 1e6)
    }, Object.getOwnPropertyDescriptors(write))
  },

  /** WebAssembly has no builtins for strings, so its engine copies text in a loop, as on Node 20. */
  'string-builtins' () {
    WebAssembly.validate = () => false
  }
}

const [name, value] = process.env.BROKEN.split('=')
WAYS[name](value)
