'use strict'

/*
 * The native engine. Each path is written out, so that bundlers see it, inside
 * a `try`, so that they do not insist on a file that does not exist.
 */

const process = require('node:process')
const { mismatch } = require('./layout')

function built () {
  try {
    return require('../../build/Release/proxy_addr_native.node')
  } catch (error) {
    return error
  }
}

/** Linux has one file for every libc. */
function prebuilt () {
  try {
    switch (`${process.platform}-${process.arch}`) {
      case 'linux-x64': return require('../../prebuilds/linux-x64/proxy_addr_native.node')
      case 'linux-arm64': return require('../../prebuilds/linux-arm64/proxy_addr_native.node')
      case 'darwin-x64': return require('../../prebuilds/darwin-x64/proxy_addr_native.node')
      case 'darwin-arm64': return require('../../prebuilds/darwin-arm64/proxy_addr_native.node')
      case 'win32-x64': return require('../../prebuilds/win32-x64/proxy_addr_native.node')
      case 'win32-arm64': return require('../../prebuilds/win32-arm64/proxy_addr_native.node')
    }
  } catch (error) {
    return error
  }
}

/**
 * Why it cannot be used; undefined if it can.
 *
 * @param {any} loaded what the file exports, or what requiring it threw
 */
function fault (loaded) {
  if (loaded === undefined) return `not provided for ${process.platform}-${process.arch}`
  if (loaded.code === 'MODULE_NOT_FOUND') return 'not found'
  return loaded instanceof Error ? loaded.message : mismatch(loaded)
}

/**
 * Loads the addon: a build of one's own, or else the package's binary.
 *
 * @param {string[]} reasons receives why not, a line for each attempt
 * @returns {any} what it exports; undefined if none can be used
 */
function load (reasons) {
  for (const [place, open] of /** @type {[string, () => any][]} */ ([['build', built], ['prebuilds', prebuilt]])) {
    const addon = open()
    const reason = fault(addon)
    if (reason === undefined) return addon
    reasons.push(`the binary in ${place}: ${reason}`)
  }
}

module.exports = { load }
