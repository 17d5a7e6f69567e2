'use strict'

/*
 * Finds what is wrong with a trust proxy setting, as plain data. Parameters are
 * described in index.d.ts.
 */

const { types: { isAsyncFunction, isGeneratorFunction } } = require('node:util')
const { describeEntry } = require('../facts')
const { quote } = require('../explain/faults')
const { isLiveList, isResolver, ruleOf } = require('../explain/chain')
const { lintTexts, readList } = require('./list')
const { problem, readIgnored, sort } = require('./problem')
const { lintCommas, lintWrapping, remedyOf } = require('./whole')

/** @typedef {import('./problem').Problem} Problem */

const NUMBER = /^\s*[0-9]+\s*$/

/** No real deployment chains more proxies than this. */
const MOST = 16

function lintTrue () {
  return [problem('trusts-everybody',
    'Everybody can choose the address they seem to come from by sending X-Forwarded-For, ' +
    'unless the outermost proxy replaces that header and nothing reaches this server ' +
    'any other way; the same holds behind a platform\'s own edge')]
}

/** @param {number} hops */
function lintOtherNumber (hops) {
  if (Number.isNaN(hops)) {
    return [problem('hops-nan', 'NaN trusts nobody, so all clients have the address of the ' +
      'nearest proxy; was it made from a variable that is not set?', false)]
  }
  if (hops < 0) {
    return [problem('hops-negative', 'A negative number of hops trusts nobody, so all clients ' +
      'have the address of the nearest proxy', false)]
  }
  return [problem('hops-many', `${hops} hops are more proxies than there can be, so ` +
    'everybody can choose the address they seem to come from')]
}

/** @param {number} hops */
function lintHops (hops) {
  if (hops === Infinity) return lintTrue()
  if (!(hops >= 0 && hops <= MOST)) return lintOtherNumber(hops)
  if (hops === 0) return []
  const problems = []
  if (!Number.isInteger(hops)) {
    const whole = Math.ceil(hops)
    problems.push(problem('hops-fraction', `${hops} hops are not a whole number, and work as ${whole}`, whole))
  }
  const shorter = hops <= 1 ? 'directly' : `through fewer than ${Math.ceil(hops)} proxies`
  problems.push(problem('hops', `Whoever reaches this server ${shorter} can choose the address they ` +
    'seem to come from, so there must be no shorter way in'))
  return problems
}

/** @param {string} text */
function lintText (text) {
  const entries = text.split(',').map((entry) => entry.trim())
  const [entry] = entries
  const address = NUMBER.test(text) ? describeEntry(entry).address : undefined
  if (address === undefined) return lintEntries(text, entries)
  const hops = Number(entry)
  return [{
    ...problem('numeric-text', `A number as text is not a number of hops but the address ${address.text}; ` +
      'pass the number, or let fromEnv() read the environment variable', hops <= MOST ? hops : undefined),
    entry,
    index: 0
  }]
}

/**
 * @param {string} text
 * @param {string[]} entries of it
 * @returns {Problem[]}
 */
function lintEntries (text, entries) {
  const areValid = entries.every((entry) => describeEntry(entry).fault === 'none')
  const wrapping = areValid ? undefined : lintWrapping(text)
  if (wrapping !== undefined) return [wrapping]
  const commas = lintCommas(entries)
  return [...commas ? [commas] : [], ...lintTexts(entries, true)]
}

/**
 * The function is not called: only its kind is known.
 *
 * @param {Function} trust
 */
function lintFunction (trust) {
  if (isResolver(trust)) {
    return [problem('resolver-setting', 'It is a resolver, which takes a request and not an address, so each request fails: ' +
      'give its trust function, client.trust, or install it with its adapter, such as proxy-addr-native/express')]
  }
  const rule = ruleOf(trust)
  switch (rule.kind) {
    case 'list': return lintTexts(rule.entries ?? [], false).map((one) => ({ ...one, ...rule.list && { list: rule.list.name } }))
    case 'hops': return lintHops(rule.hops)
    case 'all': return lintTrue()
  }
  return isAsyncFunction(trust) || isGeneratorFunction(trust)
    ? [problem('promise-function', 'An async function or a generator returns an object, which ' +
        'is truthy, so everybody is trusted and can choose the address they seem to come from')]
    : []
}

function unsupported () {
  return [problem('unsupported-setting', 'It is refused: a setting is a boolean, a number of hops, ' +
    'text, an array of text that can be read, or a function')]
}

/** @param {any} setting */
function lintObject (setting) {
  if (isLiveList(setting)) {
    return [problem('unsupported-setting', 'It is refused: a live list is not a trust function, but has one; give edge.trust')]
  }
  let list
  try {
    if (Array.isArray(setting)) list = readList(setting)
  } catch {
    // An array that has getters, or is a proxy, may throw when it is read.
  }
  return list === undefined ? unsupported() : [...lintTexts(list.texts, false), ...list.problems]
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

/** @param {unknown} setting */
function isDangerous (setting) {
  return lintSetting(setting).some(({ level }) => level === 'danger')
}

/**
 * Removes a remedy that would be a problem itself.
 *
 * @param {Problem} problem
 * @returns {Problem}
 */
function withSafeRemedy (problem) {
  const { instead, ...others } = problem
  if (instead === undefined) return problem
  return isDangerous(instead) || (typeof instead === 'string' && isDangerous([instead])) ? others : problem
}

/** @param {any} options */
function readOptions (options) {
  if (options === undefined) return new Set()
  if (Object(options) !== options) throw new TypeError("options must be an object, such as { ignore: ['hops'] }")
  const unknown = Object.keys(options).find((name) => name !== 'ignore')
  if (unknown !== undefined) throw new TypeError(`unknown option ${quote(unknown)}: give ignore`)
  return readIgnored(options.ignore)
}

/**
 * @param {any} [setting]
 * @param {any} [options]
 * @returns {Problem[]}
 */
function lint (setting, options) {
  const ignored = readOptions(options)
  return sort(lintSetting(setting).filter(({ code }) => !ignored.has(code)).map(withSafeRemedy))
}

/**
 * What is wrong with a text that is refused, and what to write instead of all
 * of it.
 *
 * @param {string} text
 * @returns {{ problems: Problem[], instead: import('./whole').Setting | undefined }}
 */
function lintRefusal (text) {
  const problems = lint(text)
  const instead = remedyOf(text.split(',').map((entry) => entry.trim()), problems)
  return {
    problems: problems.filter(({ level }) => level === 'danger'),
    instead: instead !== undefined && isDangerous(instead) ? undefined : instead
  }
}

module.exports = lint
module.exports.lintRefusal = lintRefusal
