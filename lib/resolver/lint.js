'use strict'

/* Finds problems in options, by the rules for the drop-in's settings. */

const lintSetting = require('../why/lint')
const { readOptions } = require('./options')

/** Names that the drop-in does not know. */
const OWN = ['private', 'cgnat', 'unix']

/** @typedef {import('./index').Problem} Problem */

/** @param {any} value @returns {string[]} */
function textsOf (value) {
  const list = typeof value === 'string' ? value.split(',').map((entry) => entry.trim()) : value
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string' && !OWN.includes(entry)) : []
}

/** @param {any} options @returns {string[][]} */
function listsOf ({ trust, header }) {
  const lists = Array.isArray(trust) && Array.isArray(trust[0]) ? trust : [trust]
  const headers = Array.isArray(header) ? header : [header]
  return [...lists, ...headers.map((one) => one?.from)].map(textsOf).filter((list) => list.length > 0)
}

/**
 * @param {any} options of createResolver()
 * @returns {Problem[]} the most dangerous first
 */
function lint (options) {
  try {
    readOptions(options)
  } catch (/** @type {any} */ error) {
    return [{ code: 'refused-option', level: 'danger', reason: error.message }]
  }
  const { trust, hops } = options
  return [
    ...listsOf(options).flatMap((list) => lintSetting(list)),
    ...typeof trust === 'function' ? lintSetting(trust) : [],
    ...hops !== undefined && trust === undefined ? lintSetting(hops) : []
  ]
}

module.exports = lint
