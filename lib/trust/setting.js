'use strict'

/*
 * Turns Express's `trust proxy` setting into a trust function. The rule:
 * compileTrust in lib/utils.js of Express 5.
 */

const Brand = require('./brand')
const HopRule = require('./hop-count')
const { compile } = require('./compile')

// The functions are anonymous, as Express's are.

function trustAll () {
  return new Brand(function () {
    return true
  }, new HopRule(Infinity, { kind: 'all' }))
}

/** @param {number} hops */
function trustHops (hops) {
  return new Brand(function (/** @type {unknown} */ addr, /** @type {any} */ i) {
    return i < hops
  }, new HopRule(hops, { kind: 'hops', hops }))
}

/**
 * Returns the trust function that Express makes from a setting. index.d.ts
 * describes parameters and errors.
 *
 * @param {any} [setting]
 */
function trustProxy (setting) {
  if (typeof setting === 'function') return setting
  if (setting === true) return trustAll()
  if (typeof setting === 'number') return trustHops(setting)
  return compile(typeof setting === 'string'
    ? setting.split(',').map((entry) => entry.trim())
    : setting || [])
}

module.exports = trustProxy
