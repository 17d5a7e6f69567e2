'use strict'

/*
 * Writes the version and the interface number, by which an engine and this package
 * recognise each other. The number is a hash of the version and of the headers that
 * define what crosses. Both are stored in src/core/proxy_addr.h and lib/engine/layout.js,
 * so that no build has to compute them; a test checks them. `npm version` runs this.
 *
 *   node tools/build/identity.js
 */

const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..')
const HEADER = path.join('src', 'core', 'proxy_addr.h')
const LAYOUT = path.join('lib', 'engine', 'layout.js')

/** The headers that define what crosses. */
const SOURCES = ['proxy_addr', 'resolve', 'subnet', 'why/describe', 'why/diagnose',
  'logs/line', 'logs/log', 'strict/answer', 'strict/crossing', 'strict/walk']
  .map((name) => path.join('src', 'core', `${name}.h`))

/** Where the number and the version are stored. The hash does not cover the stored number. */
const DEFINITION = /(#define PA_INTERFACE )\w+/
const NUMBER = /( {2}INTERFACE: )\w+/
const VERSION = /(const VERSION = )'.*'/

function read (root, file) {
  return fs.readFileSync(path.join(root, file), 'utf8')
}

/**
 * Returns the version of a package, and the number, as they are stored.
 *
 * @param {string} root the folder of the package
 */
function identity (root) {
  const { version } = JSON.parse(read(root, 'package.json'))
  const sum = createHash('sha256').update(version)
  for (const file of SOURCES) {
    const text = read(root, file).replace(DEFINITION, '')
    // Comments and white space do not cross.
    sum.update('\0').update(text.replace(/[/][*].*?[*][/]/gs, '').replace(/\s+/g, ' '))
  }
  return { version: `'${version}'`, number: `0x${sum.digest('hex').slice(0, 8)}` }
}

/**
 * Returns the two files as they should be.
 *
 * @param {string} root the folder of the package
 * @returns {[string, string][]} a name and a text for each
 */
function written (root) {
  const { version, number } = identity(root)
  return [
    [HEADER, read(root, HEADER).replace(DEFINITION, `$1${number}`)],
    [LAYOUT, read(root, LAYOUT).replace(NUMBER, `$1${number}`).replace(VERSION, `$1${version}`)]
  ]
}

if (require.main === module) {
  for (const [file, text] of written(ROOT)) fs.writeFileSync(path.join(ROOT, file), text)
}

module.exports = { written }
