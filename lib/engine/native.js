'use strict'

/* The native engine. */

const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')
const process = require('node:process')

const prebuilt = require('../../prebuilds.js')
const { VERSION, mismatch } = require('./layout')

/**
 * Returns whether this file is in its package. In a bundle it is not, and the path
 * of a local build would lead out of the application.
 */
function isInPackage () {
  const folder = path.join(__dirname, '..', '..')
  /* c8 ignore next: only in a bundle, whose coverage is not measured */
  if (__filename !== path.join(folder, 'lib', 'engine', 'native.js')) return false
  const { name, version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return name === 'proxy-addr-native' && version === VERSION
}

/** @returns {any} what a local build exports, or why it cannot be used */
function built () {
  try {
    if (!isInPackage()) return new Error(`only looked for in the package, proxy-addr-native ${VERSION}`)
    const file = path.join(__dirname, '..', '..', 'build', 'Release', 'proxy_addr_native.node')
    return createRequire(file)(file)
  } catch (error) {
    return error
  }
}

/**
 * Why it cannot be used; undefined if it can.
 *
 * @param {any} loaded what the file exports, or what loading it threw
 */
function fault (loaded) {
  if (loaded === undefined) return `not provided for ${process.platform}-${process.arch}`
  if (loaded.code === 'MODULE_NOT_FOUND') return 'not found'
  return loaded instanceof Error ? loaded.message : mismatch(loaded)
}

/**
 * Loads the addon: a local build, otherwise the package's binary.
 *
 * @param {string[]} reasons receives the reason of each failed attempt
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
