'use strict'

/*
 * The command line, from the name of a command to the exit code. What a command
 * needs is loaded when it is run: doctor must work where the core does not.
 */

const { version } = require('../../package.json')
const { distance, escape } = require('../why/explain/faults')
const { readArguments } = require('./arguments')
const { Output, Refusal, listed, quoted } = require('./output')

/** Printed by --help after the text of a command, which its own file has. */
const COMMON_HELP = `
  --json             print JSON
  -h, --help         print this`

const ENVIRONMENT = `
Output is coloured on a terminal, or if FORCE_COLOR is set; never if NO_COLOR is
set and not empty.
Exit code 2: an argument is invalid, or a file cannot be read or written; one line
on standard error says what is wrong and what to do.`

/** @param {string} help text of a command, without the parts that all commands share */
function helpOf (help) {
  return help.trim().replace('\n  {common}', COMMON_HELP) + '\n' + ENVIRONMENT
}

const overview = `
proxy-addr-native: which address in a chain of proxies is the client's, and why

  proxy-addr-native <command> [options]

Commands
  explain   say which address of a request is the client's, and why
  lint      say what is wrong with a trust proxy setting
  match     say which addresses a setting trusts
  lists     fetch a CDN's list of addresses, or check one
  logs      say which address in each line of a log is the client's, or compare settings
  doctor    say which package Express and Fastify run on in a project
  switch    make Express use this package in a project
  back      make Express use proxy-addr again
  bench     compare speed with proxy-addr on this machine
  playground
            open a page that shows what a setting makes of a request

Options
  -h, --help         print this; after a command, print its help
  -v, --version      print the version of this package

Examples
  proxy-addr-native explain --trust loopback,10.0.0.0/8 --peer 10.0.0.1 \\
    --xff '198.51.100.7, 203.0.113.9, 10.0.0.2'
  proxy-addr-native lint 10/8
  proxy-addr-native match --trust uniquelocal 10.1.2.3 172.32.0.1
  proxy-addr-native doctor
  proxy-addr-native bench --seconds 10

A setting is written as in an environment variable: true, false, a number of
hops, or addresses, subnets and names separated by commas.

Exit codes
  0  everything is as it should be
  1  lint found a danger, match an address that is not trusted, or doctor a copy of
     proxy-addr that is missing, vulnerable or cannot be loaded, or a switch that is
     half done
  2  an argument is invalid, or a file cannot be read or written; one line on
     standard error says what is wrong and what to do
  3  logs could not read or write everything
`.trim()

/**
 * @typedef {object} Command
 * @property {import('./arguments').Options} options without --json and --help
 * @property {string} help
 * @property {(args: import('./arguments').Arguments, output: Output) =>
 *   void | number | Promise<void | number>} run resolves to the exit code, or to
 *   undefined for 0
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
/** At most this many letters of a command may be wrong. */
const FURTHEST = 2

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
  const meant = Object.keys(COMMANDS).filter((known) => distance(name, known) <= FURTHEST)
  throw new Refusal(`unknown command ${quoted(name)}` +
    (meant.length > 0 ? `; did you mean ${meant.join(' or ')}?` : ` (expected ${listed(Object.keys(COMMANDS))})`))
}

/**
 * Runs what needs no command: --version and --help.
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

module.exports = { helpOf, main, overview }
