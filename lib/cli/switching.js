'use strict'

/* How to put this package in the place of proxy-addr, and how to go back. */

const fs = require('node:fs')
const path = require('node:path')
const { version } = require('../../package.json')
const { readJson } = require('./installed')

const HERE = `"proxy-addr": "npm:proxy-addr-native@^${version}"`

/** By the lock file that they leave, npm's last: it is also the default. */
const LOCK_FILES = Object.freeze({
  'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'package-lock.json': 'npm'
})

/** @typedef {typeof LOCK_FILES[keyof typeof LOCK_FILES]} Manager */

/** What belongs into package.json. */
const LINES = Object.freeze({
  npm: `"overrides": { ${HERE} }`,
  yarn: `"resolutions": { ${HERE} }`,
  pnpm: `"pnpm": { "overrides": { ${HERE} } }`,
  bun: `"overrides": { ${HERE} }`
})

/** Where in package.json that is. */
const PLACES = Object.freeze({
  npm: 'overrides', yarn: 'resolutions', pnpm: 'pnpm.overrides', bun: 'overrides'
})

/**
 * The package manager of a project.
 *
 * @param {string} directory
 * @returns {Manager}
 */
function managerOf (directory) {
  const found = Object.entries(LOCK_FILES)
    .find(([file]) => fs.existsSync(path.join(directory, file)))
  return found === undefined ? 'npm' : found[1]
}

/** @param {string} directory */
function dependsItself (directory) {
  const file = path.join(directory, 'package.json')
  if (!fs.existsSync(file)) return false
  const { dependencies = {} } = readJson(file)
  return Object.hasOwn(dependencies, 'proxy-addr')
}

/**
 * @param {string} directory of the project
 * @param {Manager} manager
 */
function howToSwitch (directory, manager) {
  // npm refuses an override of what the project itself asks for otherwise.
  return manager === 'npm' && dependsItself(directory)
    ? [`in package.json: "dependencies": { ${HERE} }`,
        'in package.json: "overrides": { "proxy-addr": "$proxy-addr" }', 'npm install']
    : [`in package.json: ${LINES[manager]}`, `${manager} install`]
}

/**
 * @param {string} directory of the project
 * @param {Manager} manager
 * @param {string} version of Express
 */
function howToGoBack (directory, manager, version) {
  const remove = `in package.json: remove "proxy-addr" from "${PLACES[manager]}"` +
    (dependsItself(directory) ? ', and give back the version of your own dependency on it' : '')
  // npm keeps what it has, and asks about the new only for what it installs.
  return manager === 'npm'
    ? [remove, 'npm uninstall express', `npm install express@${version}`]
    : [remove, `${manager} install`]
}

module.exports = { managerOf, howToSwitch, howToGoBack }
