'use strict'

/*
 * What is wrong with a trust proxy setting, as plain data. Parameters are
 * described in index.d.ts.
 */

const { types: { isAsyncFunction, isGeneratorFunction } } = require('node:util')
const { describeEntry } = require('../facts')
const { ruleOf } = require('../explain/rule')
const { MOST, lintHops, lintTrue } = require('./hops')
const { lintTexts, readList } = require('./list')
const { problem, sort } = require('./problem')

/** @typedef {import('./problem').Problem} Problem */

const NUMBER = /^\s*[0-9]+\s*$/

/** @param {string} text */
function lintText (text) {
  const entries = text.split(',').map((entry) => entry.trim())
  const [entry] = entries
  const address = NUMBER.test(text) ? describeEntry(entry).address : undefined
  if (address === undefined) return lintTexts(entries)
  const hops = Number(entry)
  return [{
    ...problem('numeric-text', `A number as text is no number of hops, but the address ${address.text}; ` +
      'pass the number, or let fromEnv() read the environment variable', hops <= MOST ? hops : undefined),
    entry,
    index: 0
  }]
}

/**
 * The function is not called: only its kind is known.
 *
 * @param {Function} trust
 */
function lintFunction (trust) {
  const rule = ruleOf(trust)
  switch (rule.kind) {
    case 'list': return lintTexts(rule.entries ?? []).map((one) => ({ ...one, ...rule.list && { list: rule.list.name } }))
    case 'hops': return lintHops(rule.hops)
    case 'all': return lintTrue()
  }
  return isAsyncFunction(trust) || isGeneratorFunction(trust)
    ? [problem('promise-function', 'What an async function or a generator returns is an object, which ' +
        'is truthy, so everybody is trusted and can choose the address they seem to come from')]
    : []
}

function unsupported () {
  return [problem('unsupported-setting', 'It is refused: a setting is a boolean, a number of hops, ' +
    'text, an array of text that can be read, or a function')]
}

/** @param {any} setting */
function lintObject (setting) {
  let list
  try {
    if (Array.isArray(setting)) list = readList(setting)
  } catch {
    // What has getters, or is a proxy, may throw when it is read.
  }
  return list === undefined ? unsupported() : [...lintTexts(list.texts), ...list.problems]
}

/**
 * @param {any} setting
 * @returns {Problem[]}
 */
function lintSetting (setting) {
  switch (typeof setting) {
    case 'function': return lintFunction(setting)
    case 'boolean': return setting ? lintTrue() : []
    case 'number': return lintHops(setting)
    case 'string': return lintText(setting)
    default: return setting ? lintObject(setting) : []
  }
}

/**
 * @param {any} [setting]
 * @returns {Problem[]}
 */
function lint (setting) {
  return sort(lintSetting(setting))
}

module.exports = lint
