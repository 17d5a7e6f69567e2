'use strict'

/* The `trust proxy` setting from an environment variable. */

const { compile } = require('./compile')

const DEFAULT_NAME = 'TRUST_PROXY'

const ACCEPTED = 'Accepted are true, false, yes, no, on, off, a number of hops ' +
  'such as 1, or a list of addresses, subnets (10.0.0.0/8) and names (loopback, ' +
  'linklocal, uniquelocal), separated by commas'

/** @type {Record<string, boolean>} */
const WORDS = { true: true, yes: true, on: true, false: false, no: false, off: false }

const NUMBER = /^[0-9]+$/

/** A number, with or without a range behind it: 1, 10/8, 0x7f000001. */
const LONE_NUMBER = /^[0-9]\w*(?:\/.*)?$/

/**
 * What is wrong with an entry of a list, which compile() alone does not decide:
 * for it, a number is an address. (1 is 0.0.0.1.)
 *
 * @param {string} entry
 * @returns {string | undefined}
 */
function faultOf (entry) {
  if (entry === '') return 'one of its entries is empty'
  if (LONE_NUMBER.test(entry)) {
    return `${JSON.stringify(entry)} in a list is neither a number of hops nor a whole address`
  }
  try {
    compile(entry)
  } catch (/** @type {any} */ error) {
    return `${JSON.stringify(entry)} is wrong: ${error.message}`
  }
}

/**
 * @param {string} text not blank
 * @param {(fault: string) => Error} refusal
 */
function settingOf (text, refusal) {
  const word = text.toLowerCase()
  if (Object.hasOwn(WORDS, word)) return WORDS[word]
  if (NUMBER.test(text)) {
    const hops = Number(text)
    if (Number.isSafeInteger(hops)) return hops
    throw refusal('the number is too large')
  }
  const entries = text.split(',').map((entry) => entry.trim())
  for (const entry of entries) {
    const fault = faultOf(entry)
    if (fault !== undefined) throw refusal(fault)
  }
  return entries
}

/**
 * The setting in an environment variable. Parameters and errors are described
 * in index.d.ts.
 *
 * @param {any} [name]
 * @param {any} [env]
 * @returns {boolean | number | string[]}
 */
function fromEnv (name = DEFAULT_NAME, env = process.env) {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError('name must be that of an environment variable')
  }
  if (Object(env) !== env) {
    throw new TypeError('env must be an object of environment variables')
  }
  const value = env[name]
  if (value === undefined) return false
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string, as environment variables are`)
  }
  const text = value.trim()
  if (text === '') return false
  return settingOf(text, (fault) => new TypeError(
    `${name}=${JSON.stringify(value)} is no trust proxy setting: ${fault}. ${ACCEPTED}`))
}

module.exports = fromEnv
