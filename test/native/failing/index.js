'use strict'

/*
 * The package on an addon whose allocator fails on request. Allocations inside
 * node-addon-api, Node-API and V8 are not affected.
 */

const { spawnSync } = require('node:child_process')
const Module = require('node:module')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..', '..')
const ADDON = path.join(ROOT, 'build', 'Release', 'proxy_addr_native.node')

/** Builds the addon if it is missing or outdated. */
function build () {
  const { status, stdout, stderr } = spawnSync(process.execPath,
    [path.join(ROOT, 'tools', 'build', 'addon.js'), '--directory', __dirname, '--silent'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`could not build the failing addon\n${stdout}\n${stderr}`)
}

/**
 * Loads the package with the failing addon, in a process that has not loaded it yet.
 *
 * @returns {{ proxyaddr: Function, failAt: (n: number, forGood: boolean) => void,
 *   throwAt: (n: number) => void, reported: () => number, failed: () => boolean, blocks: () => number }}
 */
function load () {
  const { failAt, throwAt, reported, failed, blocks, ...addon } = require('./build/Release/failing.node')
  const stand = new Module(ADDON)
  stand.exports = addon
  stand.loaded = true
  require.cache[ADDON] = stand
  return { proxyaddr: require(path.join(ROOT, 'lib')), failAt, throwAt, reported, failed, blocks }
}

module.exports = { build, load }
