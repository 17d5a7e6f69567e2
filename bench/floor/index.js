'use strict'

/*
 * The floor: an addon whose functions only read one or two strings and return
 * an integer. No answer that comes through Node-API can be faster.
 */

const { spawnSync } = require('node:child_process')
const path = require('node:path')

const BUILD = path.join(__dirname, '..', '..', 'tools', 'build', 'addon.js')

/** Builds the addon, if it is missing or outdated. */
function build () {
  const { status, stderr } = spawnSync(process.execPath,
    [BUILD, '--directory', __dirname, '--silent'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`could not build the floor addon\n${stderr}`)
}

/**
 * @returns {{ one: (a: string) => number, two: (a: string, b: string) => number,
 *   external: () => number }}
 */
function load () {
  return require('./build/Release/floor.node')
}

module.exports = { build, load }
