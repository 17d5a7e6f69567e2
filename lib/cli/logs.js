'use strict'

/* logs: the clients of the requests in a log, or what a change of a setting does to them. */

const fs = require('node:fs')
const { escape } = require('../why/explain/faults')
const { TRUST, load } = require('./arguments')
const { prepare, warn } = require('./logs-plan')
const { plain, whyNot } = require('./output')

const help = `
Say which address of each request in a log is the client's: one line in, one line
out, in order. Or compare two settings, over all requests of a log.

  proxy-addr-native logs --trust <setting> --format <format> [<file>...]
  proxy-addr-native logs --trust <setting> --compare <setting> [<file>...]

Files are plain or gzip; without any, standard input is read.

Options
  --trust <setting>  the trust proxy setting: true, false, a number of hops, or
                     addresses, subnets and names, separated by commas
  --hops <n>         the same as --trust <n>; with --strict, the resolver's hops
  --strict           the resolver's rule (docs/resolver.md) instead of proxy-addr's
  --header <name>    with --strict, forwarded or x-forwarded-for. With csv and
                     without a name, the first line names the columns
  --format <format>  nginx or apache (combined, and then X-Forwarded-For in quotes),
                     json:peer=.remote,xff=.headers.xff, cloudfront, haproxy,
                     haproxy:xff=2, tsv:peer=1,xff=3 or csv:peer=1,xff=3. Guessed
                     from the first hundred lines if it is left out
  --columns <names>  some of client, reason, hop and protocol; client if left out
  --before, --after  where the columns go; in JSON they are the last keys
  --replace          put the client in place of the address
  --alone            print the columns without the line
  --rsyslog          print an object for rsyslog's mmexternal
  --jobs <n>         threads; for files, one for each processor if it is left out
  --part <k>/<n>     only the lines that begin in the k-th of n parts of a file
  --counters hadoop  print counters on standard error, as Hadoop's streaming reads them
  --force            read a log whose addresses look rewritten
  --compare <setting>  compare with this setting, and print a report
  --compare-file <file>  the same with the resolver's options, as JSON
  --html <file>      write the report as a page, too
  --json             print the report as JSON
  -h, --help         print this

Examples
  proxy-addr-native logs --trust loopback,10.0.0.0/8 --format nginx access.log
  proxy-addr-native logs --trust 1 --compare loopback,10.0.0.0/8 access.log.gz
  proxy-addr-native logs --trust 1 --format json:peer=.remote,xff=.headers.xff < log

Lines that cannot be read pass without a client: with the separators alone, or as JSON
unchanged. They are counted.

Exit code 0: everything was read and written. 2: also if not one line of a file, or of
what is compared, can be read as the format. 3: a log could not be read, or the output
not be written.`

/** @type {import('./arguments').Options} */
const options = {
  ...TRUST,
  hops: { type: 'string', example: '1' },
  strict: { type: 'boolean' },
  header: { type: 'string', example: 'forwarded', choices: ['forwarded', 'x-forwarded-for'] },
  format: { type: 'string', example: 'nginx' },
  columns: { type: 'string', example: 'client,reason' },
  before: { type: 'boolean' },
  after: { type: 'boolean' },
  replace: { type: 'boolean' },
  alone: { type: 'boolean' },
  rsyslog: { type: 'boolean' },
  jobs: { type: 'string', example: '2' },
  part: { type: 'string', example: '1/4' },
  counters: { type: 'string', example: 'hadoop' },
  force: { type: 'boolean' },
  compare: { type: 'string', example: 'loopback,10.0.0.0/8' },
  'compare-file': { type: 'string', example: 'resolver.json' },
  html: { type: 'string', example: 'report.html' }
}

const MISFIT = 2
const FAILED = 3
const UNFIT = 100

/** @param {number} bytes */
function size (bytes) {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** Prints the progress, on a terminal. @param {any[]} readers */
function makeProgress (readers) {
  if (!process.stderr.isTTY || process.stdout.isTTY) return { show: () => {}, clear: () => {} }
  const total = readers.every((reader) => reader.size !== undefined) ? readers.reduce((sum, reader) => sum + reader.size, 0) : undefined
  const start = performance.now()
  let last = start
  const show = (/** @type {any} */ { counters }) => {
    const now = performance.now()
    if (now - last < 500) return
    last = now
    const done = readers.reduce((sum, reader) => sum + reader.done, 0)
    const rate = done / (now - start) * 1000
    const left = total === undefined ? '' : `, ${Math.ceil((total - done) / rate)} s left`
    process.stderr.write(`\r\u001b[K${size(done)}, ${counters.lines} lines, ${size(rate)}/s${left}`)
  }
  return { show, clear: () => { if (last > start) process.stderr.write('\r\u001b[K') } }
}

/** Shows the first line that cannot be read. @param {import('../logs/format').Format} format @param {any} line */
function shownFirst ({ kind }, line) {
  const { KINDS, whatLacks } = require('../logs/format')
  const lacks = kind === KINDS.combined ? whatLacks(line) : undefined
  return `the first is ${plain(line)}` + (lacks === undefined ? '' : `. It is in ${lacks}`)
}

/** Says once that the format does not fit. @param {import('../logs/log').Plan} plan */
function makeJudge ({ format }) {
  let isSaid = false
  return (/** @type {any} */ { counters: { lines, unreadable }, first }) => {
    if (isSaid || lines < UNFIT || unreadable < lines) return
    isSaid = true
    warn(`the format ${format.name} does not fit: none of the first ${lines} lines can be read; ${shownFirst(format, first)}`)
  }
}

/** @param {import('../logs/log').Plan} plan @param {any} result @param {any} values */
function sayCounters ({ format }, { counters, first, tally }, values) {
  if (values.counters !== undefined) {
    for (const [name, count] of Object.entries(counters)) process.stderr.write(`reporter:counter:proxy-addr,${name},${count}\n`)
  } else if (counters.unreadable > 0 && !values.rsyslog) {
    warn(`${counters.unreadable} of ${counters.lines} lines cannot be read as ${format.name} and ` +
      `${tally === undefined ? 'passed without a client' : 'are left out'}; ${shownFirst(format, first)}`)
  }
}

/**
 * Returns whether no line of a whole log has the format. What an engine gives to a run, by
 * a pipe or as a part, may be a few lines that say nothing about the others.
 *
 * @param {any} result
 * @param {any} prepared
 * @param {any} values
 */
function isMisfit ({ counters: { lines, unreadable }, tally }, { readers }, { part, counters, rsyslog }) {
  if (lines === 0 || unreadable < lines || rsyslog || counters !== undefined) return false
  return tally !== undefined || (part === undefined && readers.every((/** @type {any} */ { size }) => size !== undefined))
}

/** Stops after whole lines. */
function watchSignals () {
  /** @type {string | undefined} */
  let signal
  let wake = () => {}
  const note = (/** @type {string} */ name) => {
    if (signal !== undefined) process.exit(name === 'SIGINT' ? 130 : 143)
    signal = name
    wake()
  }
  process.on('SIGINT', note)
  process.on('SIGTERM', note)
  return { isStopped: () => signal !== undefined, onStop: (/** @type {() => void} */ call) => { wake = call }, code: () => signal === 'SIGINT' ? 130 : 143 }
}

/** @param {any} result @param {any} prepared @param {any} values @param {import('./output').Output} output */
function printReport ({ tally, counters }, { plan }, values, output) {
  const { reportOf, printed } = require('../logs/compare')
  const report = reportOf(tally, counters, {
    format: plan.format.name, before: values.trust ?? `${values.hops} ${values.hops === '1' ? 'hop' : 'hops'}`, after: values.compare ?? values['compare-file']
  })
  if (values.html !== undefined) {
    try {
      fs.writeFileSync(values.html, require('../logs/page').pageOf(report))
    } catch (/** @type {any} */ error) {
      const { FileError } = require('../logs/files')
      throw new FileError(`cannot write ${values.html}: ${error.message}`)
    }
  }
  if (values.json) output.printJson(report)
  else printed(report).forEach((line) => output.print(escape(line)))
}

/** @param {any} values @param {string[]} files @param {import('./output').Output} output */
async function runLogs (values, files, output) {
  const { Writer, runFiles } = require('../logs/files')
  const prepared = await prepare(values, files)
  const signals = watchSignals()
  const progress = makeProgress(prepared.readers)
  const judge = values.rsyslog ? () => {} : makeJudge(prepared.plan)
  const writer = new Writer(1)
  const result = await runFiles({
    ...prepared,
    write: (bytes) => writer.write(bytes),
    tick: (state) => { progress.show(state); judge(state) },
    isStopped: signals.isStopped,
    onStop: signals.onStop
  }, prepared.readers)
  progress.clear()
  // A read may still be waiting.
  if (signals.isStopped()) process.exit(signals.code())
  sayCounters(prepared.plan, result, values)
  if (result.tally !== undefined) printReport(result, prepared, values, output)
  return isMisfit(result, prepared, values) ? MISFIT : 0
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
async function run ({ values, positionals }, output) {
  load()
  const { ClosedError, FileError } = require('../logs/files')
  try {
    // Standard input may still be open.
    process.exitCode = await runLogs(values, positionals.length > 0 ? positionals : ['-'], output)
  } catch (error) {
    if (error instanceof ClosedError) process.exit(0)
    if (!(error instanceof FileError)) throw error
    warn(error.cause === undefined ? error.message : `${error.message}: ${whyNot(error.cause)}`)
    process.exitCode = FAILED
  }
  return /** @type {number} */ (process.exitCode)
}

module.exports = { options, help, run }
