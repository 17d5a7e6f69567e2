'use strict'

const path = require('node:path')
const sides = require('./settings')

const OURS = path.join(__dirname, '..', '..', 'lib')
const ORIGINAL = 'proxy-addr'
const SETTINGS = path.join(__dirname, 'settings')

/**
 * The side whose answers are right is proxy-addr, of the version that is a
 * dependency; REFERENCE=… in the environment puts another one in its place.
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
 * The same for a setting instead of a list: Express's own reading of it, and
 * trustProxy().
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

/** Where a module is, for require() here and in a script that is printed. */
function locate (name) {
  const found = require.resolve(name, { paths: [process.cwd(), __dirname] })
  return { found, path: name === OURS ? found : name }
}

module.exports = { implementations, settings }
