'use strict'

/*
 * The native door. Each path is written out, so that bundlers see it, and
 * stands inside a `try`, so that they do not want what is not there.
 */

const process = require('node:process')

const EXPORTS = ['compile', 'resolveOnce', 'describeAddress', 'describeEntry', 'findEntry']

function built () {
  try {
    return require('../../build/Release/proxy_addr_native.node')
  } catch (error) {
    return error
  }
}

/** One file for Linux, whichever libc it has. */
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
 * @param {any} loaded what the file exports, or what was thrown instead
 */
function fault (loaded) {
  if (loaded === undefined) return `there is none for ${process.platform}-${process.arch}`
  if (loaded.code === 'MODULE_NOT_FOUND') return 'there is none'
  if (loaded instanceof Error) return loaded.message
  // Of another version, or another addon.
  if (!EXPORTS.every((name) => typeof loaded[name] === 'function')) return 'it is another one, or an old one'
}

/**
 * Loads the addon: a build of one's own, or else what the package brought along.
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
