'use strict'

/* lint: what is wrong with a setting. */

const { show } = require('../why/explain/faults')
const { showInstead } = require('../why/lint/problem')
const { Refusal, quoted, whyNot } = require('./output')
const { beginning } = require('./request')
const { TEXT, load } = require('./arguments')

/** @type {import('./arguments').Options} */
const options = {
  ...TEXT,
  file: { type: 'string', example: 'proxies.txt' },
  ignore: { type: 'string', multiple: true, example: 'hops' },
  'max-warnings': { type: 'string', example: '0' }
}

const help = `
Say what is wrong with a trust proxy setting, and what to use instead.

  proxy-addr-native lint [--text] [--ignore <codes>] [--max-warnings <number>]
    [--json] [<setting> | --file <file>]

A setting is true, false, a number of hops, or addresses, subnets and names,
separated by commas, as in an environment variable. Without one, the value of
TRUST_PROXY is judged.

Options
  --text             the setting is a text in the code, as in
                     app.set('trust proxy', '1'), which is an address
  --file <file>      read the setting from a file; - is standard input
  --ignore <codes>   leave out the problems with these codes, separated by commas
  --max-warnings <number>
                     exit with 1 if there are more warnings
  {common}

Examples
  proxy-addr-native lint loopback,10.1.2.3/8
  proxy-addr-native lint true
  proxy-addr-native lint --json --file proxies.txt
  proxy-addr-native lint --ignore hops --max-warnings 0 1

Exit code 0: there is no danger. 1: there is one, or there are more warnings than
--max-warnings; hints do not count.`

/** @type {Record<import('../index').Problem['level'], import('./output').Style>} */
const STYLES = { danger: 'bad', warning: 'doubtful', hint: 'strong' }

/**
 * Reads a setting as fromEnv() does. A text that fromEnv() refuses is linted as it is.
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
 * Says how a text was read, because code may pass the same text as something else.
 *
 * @param {string} text
 * @param {unknown} setting that it was read as
 */
function noteOn (text, setting) {
  if (typeof setting !== 'number' && typeof setting !== 'boolean') return undefined
  if (setting === false) {
    return 'Read as false: nobody is trusted, and the address of the socket is the client\'s. That is right if clients reach ' +
      'this server directly; if a proxy does, all of them have its address.'
  }
  return `Read as ${typeof setting === 'number' ? 'the number ' : ''}${setting}, as fromEnv() does. ` +
    `If the code passes the text itself, as in app.set('trust proxy', ${show(`'${text}'`)}), add --text.`
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
 * @param {string | undefined} file
 * @param {string[]} positionals
 * @returns {Promise<string>}
 */
async function readText (file, [text, other]) {
  if (other !== undefined) {
    throw new Refusal(`unexpected argument ${quoted(other)}: lint takes one setting, with commas between its entries`)
  }
  if (file !== undefined && text !== undefined) throw new Refusal('--file and a setting are given: give one of them')
  if (file !== undefined) {
    return beginning(file).catch((error) => {
      throw new Refusal(`cannot read ${quoted(file)}: ${whyNot(error)}; --file takes a file with a setting, or -`)
    })
  }
  const found = text ?? process.env.TRUST_PROXY
  if (found !== undefined) return found
  throw new Refusal('the setting is missing: give it as text, as in lint loopback,10.0.0.0/8, or set TRUST_PROXY')
}

/**
 * @param {unknown} setting
 * @param {string[] | undefined} ignore
 */
function problemsOf (setting, ignore = []) {
  const { lint } = load()
  try {
    return lint(setting, { ignore: ignore.flatMap((codes) => codes.split(',')) })
  } catch (/** @type {any} */ error) {
    throw new Refusal(`--ignore: ${error.message}`)
  }
}

/** @param {string | undefined} text */
function readMost (text) {
  if (text === undefined) return Infinity
  if (/^[0-9]{1,9}$/.test(text)) return Number(text)
  throw new Refusal(`--max-warnings ${quoted(text)} is not a number: give one, as in --max-warnings 0`)
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
async function run ({ values, positionals }, output) {
  const most = readMost(values['max-warnings'])
  const text = await readText(values.file, positionals)
  const setting = values.text ? text : settingOf(text)
  const problems = problemsOf(setting, values.ignore)
  if (values.json) output.printJson({ setting, problems })
  else if (problems.length === 0) output.print(output.paint('good', 'nothing is wrong'))
  else for (const problem of problems) printProblem(problem, output)
  const note = noteOn(text, setting)
  if (note !== undefined && !values.json) output.print(note)
  const count = (/** @type {string} */ wanted) => problems.filter(({ level }) => level === wanted).length
  return count('danger') > 0 || count('warning') > most ? 1 : 0
}

module.exports = { options, help, run }
