'use strict'

/*
 * Reads the arguments of a command with parseArgs, but judges them itself:
 * parseArgs's own messages differ between versions of Node, have more than one
 * line, and do not say what is accepted.
 */

const { parseArgs } = require('node:util')
const { Refusal, listed, quoted } = require('./output')

/**
 * @typedef {object} Option
 * @property {'string' | 'boolean'} type
 * @property {string} [short]
 * @property {boolean} [multiple] may be given more than once
 * @property {string} [example] a value
 * @property {string[]} [choices] the only values; the option may have none
 *
 * @typedef {Record<string, Option>} Options
 *
 * @typedef {object} Arguments
 * @property {Record<string, any>} values by the options' names
 * @property {string[]} positionals
 */

/**
 * @param {any} token of an option
 * @param {Option} option
 */
function judgeValue ({ rawName, value, inlineValue }, { type, example }) {
  if (type === 'boolean') {
    if (value !== undefined) throw new Refusal(`${rawName} takes no value: leave ${quoted(value)} out`)
  } else if (value === undefined) {
    throw new Refusal(`${rawName} needs a value, as in ${rawName} ${example}`)
  } else if (!inlineValue && value.length > 1 && value.startsWith('-')) {
    throw new Refusal(`${rawName} needs a value, as in ${rawName} ${example}, but ${quoted(value)} ` +
      `follows: if that is the value, write ${rawName}=<value>`)
  }
}

/**
 * @param {any[]} tokens
 * @param {Options} options
 */
function judge (tokens, options) {
  const seen = new Set()
  for (const token of tokens.filter(({ kind }) => kind === 'option')) {
    const { name, rawName } = token
    if (!Object.hasOwn(options, name)) {
      const known = Object.keys(options).map((key) => `--${key}`)
      throw new Refusal(`unknown option ${quoted(rawName)} (expected ${listed(known)}); ` +
        "put values that begin with '-' after '--'")
    }
    judgeValue(token, options[name])
    if (seen.has(name) && !options[name].multiple) {
      throw new Refusal(`${rawName} is given more than once: give it once`)
    }
    seen.add(name)
  }
}

/**
 * Gives an option with choices the empty text as its value if none of them follows.
 *
 * @param {string[]} args
 * @param {Options} options
 */
function withValues (args, options) {
  const last = args.indexOf('--')
  return args.map((arg, i) => {
    const { choices } = (last === -1 || i < last) && arg.startsWith('--') && Object.hasOwn(options, arg.slice(2))
      ? options[arg.slice(2)]
      : {}
    return choices === undefined || choices.includes(args[i + 1]) ? arg : `${arg}=`
  })
}

/**
 * @param {string[]} given
 * @param {Options} options
 * @returns {Arguments}
 */
function readArguments (given, options) {
  const args = withValues(given, options)
  const config = { args, options, strict: false, allowPositionals: true, tokens: true }
  const { values, positionals, tokens } = parseArgs(/** @type {any} */ (config))
  judge(/** @type {any} */ (tokens), options)
  return { values, positionals }
}

/* The option --trust: Express's setting, as text. */

/** @type {Options} */
const TRUST = { trust: { type: 'string', example: 'loopback,10.0.0.0/8' } }

/**
 * Whether the setting is the text itself, as in app.set('trust proxy', '1').
 *
 * @type {Options}
 */
const TEXT = { text: { type: 'boolean' } }

/** Loads the package, which may fail where it has no binary. */
function load () {
  try {
    return /** @type {typeof import('..')} */ (/** @type {unknown} */ (require('..')))
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

module.exports = { TEXT, TRUST, load, readArguments, readSetting }
