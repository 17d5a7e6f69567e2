'use strict'

/* The option --trust: Express's setting, as text. */

const { Refusal } = require('./refusal')

/** @type {import('./arguments').Options} */
const TRUST = { trust: { type: 'string', example: 'loopback,10.0.0.0/8' } }

/**
 * Whether the setting is that text itself, as in app.set('trust proxy', '1').
 *
 * @type {import('./arguments').Options}
 */
const TEXT = { text: { type: 'boolean' } }

/** The package, which cannot be loaded where it has no binary. */
function load () {
  try {
    return /** @type {typeof import('../index')} */ (/** @type {unknown} */ (require('../index')))
  } catch (/** @type {any} */ error) {
    throw new Refusal(error.message)
  }
}

/**
 * @param {Record<string, any>} values the options
 * @returns {boolean | number | string | string[]}
 */
function readSetting ({ trust: text, text: isText }) {
  if (text === undefined) {
    throw new Refusal(`--trust is missing: give the setting, as in --trust ${TRUST.trust.example}`)
  }
  if (isText) return text
  const { fromEnv } = load()
  try {
    return fromEnv('--trust', { '--trust': text })
  } catch (/** @type {any} */ error) {
    throw error instanceof TypeError ? new Refusal(error.message) : error
  }
}

module.exports = { TEXT, TRUST, load, readSetting }
