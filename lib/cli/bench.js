'use strict'

/* bench: this package and proxy-addr, side by side on this machine. */

const os = require('node:os')
const path = require('node:path')
const { version } = require('../../package.json')
const { locate, packageAt } = require('./graph')
const { compare } = require('./measure')
const { Refusal, columns, quoted } = require('./output')
const { load } = require('./arguments')

const ORIGINAL = 'proxy-addr'
const DEFAULT_SECONDS = 30
const MOST_SECONDS = 3600

const help = `
Compare this package with proxy-addr on this machine: the time from a request to
the client's address, with 4,096 different requests each, in turn. proxy-addr is
looked for in the project, in all folders above it, and beside this package; its
folder is printed before its code runs. Without it, this package is measured alone.

  proxy-addr-native bench [--seconds <number>] [--alone] [--json]

Options
  --seconds <number> how long to measure, ${DEFAULT_SECONDS} if not given
  --alone            do not look for proxy-addr; only this package's code runs
  {common}

Examples
  proxy-addr-native bench
  proxy-addr-native bench --seconds 5 --json
  npx -p proxy-addr@2 -p proxy-addr-native -- proxy-addr-native bench

Exit code 0: the measurement is complete, whatever it found. The less else the machine
does, the better the figures; ratios are more reliable than nanoseconds.`

/** @type {import('./arguments').Options} */
const options = { seconds: { type: 'string', example: '10' }, alone: { type: 'boolean' } }

/** @param {string} [text] */
function readSeconds (text = String(DEFAULT_SECONDS)) {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds > 0 && seconds <= MOST_SECONDS) return seconds
  throw new Refusal(`invalid --seconds ${quoted(text)}: give a number of seconds up to ` +
    `${MOST_SECONDS}, as in --seconds 10`)
}

/**
 * Finds the project's proxy-addr, or else the one beside this package, where npx
 * puts it. A package that replaces proxy-addr is ignored.
 */
function findOriginal () {
  const project = path.resolve()
  return [project, locate(project, 'express') ?? project, __dirname]
    .map((from) => locate(from, ORIGINAL))
    .map((folder) => folder === undefined ? undefined : packageAt(folder, ORIGINAL, []))
    .find((found) => found?.name === ORIGINAL)
}

/**
 * @param {import('./measure').Result[]} results
 * @returns {string[]}
 */
function table (results) {
  const time = (/** @type {number} */ ns) => `${ns.toFixed(0)} ns`
  const rows = results.map(({ name, ns: { native, original }, ratio }) => [
    name, time(native),
    ...original === undefined ? [] : [time(original), `${Number(ratio).toFixed(1)} ×`]
  ])
  const compared = results[0].ratio !== undefined
  return columns([['', 'this', ...compared ? [ORIGINAL, 'faster'] : []], ...rows], [1, 2, 3])
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
function run ({ values, positionals }, output) {
  if (positionals.length > 0) throw new Refusal(`unexpected argument ${quoted(positionals[0])}: bench takes options only`)
  const seconds = readSeconds(values.seconds)
  const native = load()
  const original = values.alone ? undefined : findOriginal()
  const machine = {
    // Some systems list no processors.
    cpu: [...os.cpus().map(({ model }) => model.trim()), 'unknown processor'][0],
    platform: `${process.platform}-${process.arch}`,
    node: process.version
  }
  const versions = { native: version, engine: native.engine, ...original && { original: original.version } }
  if (!values.json) {
    output.print(`${machine.cpu}, ${machine.platform}, Node ${machine.node}`)
    output.print(`this package ${version} (${native.engine}), ` + (original === undefined
      ? `alone, without ${ORIGINAL}: --help shows how to have both`
      : `${ORIGINAL} ${original.version}; medians of ${seconds} s`))
  }
  if (original !== undefined) output.announceCode(original.folder, path.resolve(), Boolean(values.json))
  const results = compare({ native, ...original && { original: require(original.folder) } }, seconds)
  if (values.json) return output.printJson({ machine, versions, seconds, results })
  const [heading, ...lines] = table(results)
  output.print('')
  output.print(output.paint('strong', heading))
  for (const line of lines) output.print(line)
}

module.exports = { options, help, run }
