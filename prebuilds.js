'use strict'

/*
 * The binaries of the package. Each path is written out, so that bundlers see
 * it, inside a `try`, so that they do not insist on a file that does not exist.
 * None leads out of this folder: if a bundler leaves a path as it is, the bundle
 * looks for the binary in its own folder and below, and nowhere else.
 */

const process = require('node:process')

/**
 * Linux has one file for every libc.
 *
 * @returns {any} what the binary of this platform exports, or what requiring it
 *   threw; undefined if there is none for this platform
 */
function prebuilt () {
  try {
    switch (`${process.platform}-${process.arch}`) {
      case 'linux-x64': return require('./prebuilds/linux-x64/proxy_addr_native.node')
      case 'linux-arm64': return require('./prebuilds/linux-arm64/proxy_addr_native.node')
      case 'darwin-x64': return require('./prebuilds/darwin-x64/proxy_addr_native.node')
      case 'darwin-arm64': return require('./prebuilds/darwin-arm64/proxy_addr_native.node')
      case 'win32-x64': return require('./prebuilds/win32-x64/proxy_addr_native.node')
      case 'win32-arm64': return require('./prebuilds/win32-arm64/proxy_addr_native.node')
    }
  } catch (error) {
    return error
  }
}

module.exports = prebuilt
