'use strict'

/*
 * The command line, from the name of a command to the exit code. What a command
 * needs is loaded when it is run: doctor must work where the core does not.
 */

const { version } = require('../../package.json')
const { escape } = require('../why/explain/faults')
const { readArguments } = require('./arguments')
const { helpOf, overview } = require('./help')
const { Output, Refusal, listed, quoted } = require('./output')

/**
 * @typedef {object} Command
 * @property {import('./arguments').Options} options without --json and --help
 * @property {string} help
 * @property {(args: import('./arguments').Arguments, output: Output) =>
 *   void | number | Promise<void | number>} run resolves to the exit code, 0 if
 *   it is none
 */

/** @type {Record<string, () => Command>} */
const COMMANDS = {
  explain: () => require('./explain'),
  lint: () => require('./lint'),
  match: () => require('./match'),
  lists: () => require('./lists'),
  logs: () => require('./logs'),
  doctor: () => require('./doctor'),
  switch: () => require('./switch').forward,
  back: () => require('./switch').back,
  bench: () => require('./bench'),
  playground: () => require('./playground')
}

/** @type {import('./arguments').Options} */
const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } }

/** @type {import('./arguments').Options} */
const ALONE = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' }
}

const FAILED = 2

/**
 * @param {unknown} error anything but a Refusal is a fault of ours
 */
function fail (error) {
  const text = error instanceof Refusal
    ? `proxy-addr-native: ${escape(error.message.split('\n').map((line) => line.trim()).join(' '))}`
    : /** @type {any} */ (error).stack
  process.stderr.write(text + '\n')
  process.exitCode = FAILED
}

/** @param {string} name */
function commandOf (name) {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name]()
  throw new Refusal(`unknown command ${quoted(name)} (expected ${listed(Object.keys(COMMANDS))})`)
}

/**
 * What there is without a command.
 *
 * @param {string[]} args
 * @param {Output} output
 */
function runAlone (args, output) {
  const { values } = readArguments(args, ALONE)
  if (values.version) return output.print(version)
  if (values.help) return output.print(overview)
  throw new Refusal(`a command is missing (expected ${listed(Object.keys(COMMANDS))}); --help has examples`)
}

/**
 * @param {string[]} args
 * @param {Output} output
 */
async function run (args, output) {
  const [name, ...others] = args
  if (name === undefined || name.startsWith('-')) return runAlone(args, output)
  if (name === 'help') return run([...others, '--help'], output)
  const command = commandOf(name)
  const parsed = readArguments(others, { ...command.options, ...COMMON })
  if (parsed.values.help) return output.print(helpOf(command.help))
  return command.run(parsed, output)
}

/**
 * Runs what the arguments say, and sets the exit code of the process.
 *
 * @param {string[]} args without node and the script
 */
async function main (args) {
  try {
    const code = await run(args, new Output(process.stdout, fail))
    // It may have been set already, if the output could not be written.
    process.exitCode ||= code ?? 0
  } catch (error) {
    fail(error)
  }
}

module.exports = { main }
