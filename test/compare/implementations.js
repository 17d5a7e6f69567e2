'use strict'

const path = require('node:path')
const sides = require('./settings')

const OURS = path.join(__dirname, '..', '..', 'lib')
const ORIGINAL = 'proxy-addr'
const SETTINGS = path.join(__dirname, 'settings')

/**
 * The reference is proxy-addr, in the version of package.json; REFERENCE=… in the
 * environment names another.
 *
 * @param {string} [name] of a package, or a path from the working directory
 * @returns {{ reference: object, subject: object, path: string, referencePath: string }}
 */
function implementations (name = OURS) {
  const subject = locate(name)
  const reference = locate(process.env.REFERENCE ?? ORIGINAL)
  return {
    reference: require(reference.found),
    subject: require(subject.found),
    path: subject.path,
    referencePath: reference.path
  }
}

/**
 * Like implementations(), for a setting instead of a list: Express's own reading of
 * it, and trustProxy().
 *
 * @param {'express' | 'express4'} express
 */
function settings (express) {
  return {
    reference: sides[express],
    subject: sides.own,
    path: `${SETTINGS}#own`,
    referencePath: `${SETTINGS}#${express}`,
    material: sides.SettingMaterial,
    asked: `--settings ${express}`
  }
}

/** The path of a module, for require() here and in a printed script. */
function locate (name) {
  const found = require.resolve(name, { paths: [process.cwd(), __dirname] })
  return { found, path: name === OURS ? found : name }
}

module.exports = { implementations, settings }
