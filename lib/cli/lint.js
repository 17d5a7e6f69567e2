'use strict'

/* lint: what is wrong with a setting. */

const { escape, show } = require('../why/explain/quote')
const { Refusal } = require('./refusal')
const { quoted } = require('./text')
const { TEXT, load } = require('./trust')

const help = `
Say what is wrong with a trust proxy setting, and what to use instead.

  proxy-addr-native lint [--text] [--json] <setting>

A setting is true, false, a number of hops, or addresses, subnets and names,
separated by commas, as in an environment variable.

Options
  --text             the setting is a text in the code, as in
                     app.set('trust proxy', '1'), which is an address
  {common}

Examples
  proxy-addr-native lint loopback,10.1.2.3/8
  proxy-addr-native lint true
  proxy-addr-native lint --json "$TRUST_PROXY"

Exit code 0: there is no danger. 1: there is one; warnings and hints do not count.`

/** @type {Record<import('../index').Problem['level'], import('./output').Style>} */
const STYLES = { danger: 'bad', warning: 'doubtful', hint: 'strong' }

/**
 * As fromEnv() reads it. What that refuses is linted as the text that it is.
 *
 * @param {string} text
 */
function settingOf (text) {
  const { fromEnv } = load()
  try {
    return fromEnv('setting', { setting: text })
  } catch {
    return text
  }
}

/**
 * In code, the same text may be something else.
 *
 * @param {string} text
 * @param {unknown} setting that it was read as
 */
function noteOn (text, setting) {
  if (typeof setting !== 'number' && typeof setting !== 'boolean') return undefined
  if (text.trim() === '') return 'Read as false: nobody is trusted, and the socket\'s address is the client\'s.'
  return `Read as ${typeof setting === 'number' ? 'the number ' : ''}${setting}, as fromEnv() does. ` +
    `If the code passes the text itself, as in app.set('trust proxy', ${show(`'${text}'`)}), add --text.`
}

/** @param {NonNullable<import('../index').Problem['instead']>} instead */
function showInstead (instead) {
  return escape(Array.isArray(instead) ? instead.join(',') : String(instead))
}

/**
 * @param {import('../index').Problem} problem
 * @param {import('./output').Output} output
 */
function printProblem ({ level, code, entry, reason, instead }, output) {
  const where = entry === undefined ? '' : `  ${show(entry)}`
  output.print(output.paint(STYLES[level], `${level}  ${code}${where}`))
  output.print(`  ${reason}`)
  if (instead !== undefined) output.print(`  Instead: ${showInstead(instead)}`)
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
function run ({ values, positionals }, output) {
  const [text, other] = positionals
  if (text === undefined) {
    throw new Refusal('the setting is missing: give it as text, as in lint loopback,10.0.0.0/8')
  }
  if (other !== undefined) {
    throw new Refusal(`what is ${quoted(other)}? lint takes one setting, with commas between its entries`)
  }
  const setting = values.text ? text : settingOf(text)
  const problems = load().lint(setting)
  if (values.json) output.printJson({ setting, problems })
  else if (problems.length === 0) output.print(output.paint('good', 'nothing is wrong'))
  else for (const problem of problems) printProblem(problem, output)
  const note = noteOn(text, setting)
  if (note !== undefined && !values.json) output.print(note)
  return problems.some(({ level }) => level === 'danger') ? 1 : 0
}

module.exports = { options: TEXT, help, run }
