'use strict'

/* Which packages a project gets by their names, as require() finds them. */

const fs = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')
const { Refusal, whyNot } = require('./refusal')
const { quoted } = require('./text')

/**
 * @typedef {object} Installed
 * @property {string} file the main file
 * @property {string} folder of the package
 * @property {string} name its own, whatever name it was found by
 * @property {string} version
 */

/**
 * The package that a file belongs to, if to any. A package.json without a name
 * is no package's: it says how to read the files of a folder.
 *
 * @param {string} file
 * @returns {Installed | undefined}
 */
function packageOf (file) {
  let folder = file
  while (folder !== path.dirname(folder)) {
    folder = path.dirname(folder)
    const manifest = path.join(folder, 'package.json')
    if (!fs.existsSync(manifest)) continue
    const { name, version = '(no version)' } = readJson(manifest)
    if (name !== undefined) return { file, folder, name, version }
  }
}

/** @param {string} file */
function readJson (file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (/** @type {any} */ error) {
    throw new Refusal(`cannot read ${quoted(file)}: ${whyNot(error)}; mend it, or remove it`)
  }
}

/**
 * What a file gets that requires a package.
 *
 * @param {string} from the file, which need not exist
 * @param {string} name
 * @returns {Installed | undefined} undefined if it gets nothing
 */
function find (from, name) {
  const file = resolve(from, name)
  return file === undefined ? undefined : packageOf(file)
}

/**
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined}
 */
function resolve (from, name) {
  try {
    return createRequire(from).resolve(name)
  } catch (/** @type {any} */ error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw new Refusal(`cannot find out what ${name} is here: ${error.message}; mend that, or install it anew`)
  }
}

module.exports = { find, readJson }
