'use strict'

/* The option --trust: Express's setting, as text. */

const { Refusal } = require('./refusal')

/** @type {import('./arguments').Options} */
const TRUST = { trust: { type: 'string', example: 'loopback,10.0.0.0/8' } }

/** The package, which cannot be loaded where it has no binary. */
function load () {
  try {
    return /** @type {typeof import('../index')} */ (/** @type {unknown} */ (require('../index')))
  } catch (/** @type {any} */ error) {
    throw new Refusal(error.message)
  }
}

/**
 * @param {string | undefined} text
 * @returns {boolean | number | string[]}
 */
function readSetting (text) {
  if (text === undefined) {
    throw new Refusal(`--trust is missing: give the setting, as in --trust ${TRUST.trust.example}`)
  }
  const { fromEnv } = load()
  try {
    return fromEnv('--trust', { '--trust': text })
  } catch (/** @type {any} */ error) {
    throw new Refusal(error.message)
  }
}

module.exports = { TRUST, load, readSetting }
