'use strict'

/* logs: the clients of the requests in a log, or what a change of a setting does to them. */

const fs = require('node:fs')
const os = require('node:os')
const { escape } = require('../why/explain/faults')
const { Refusal, plain, quoted } = require('./output')
const { TRUST, load, readSetting } = require('./arguments')

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
  --before, --after  where they are put; JSON has them as its last keys
  --replace          put the client in place of the address
  --alone            print the columns without the line
  --rsyslog          print an object for rsyslog's mmexternal
  --jobs <n>         threads; as many as there are processors for files
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

Exit code 0: all was read and written; lines that cannot be read pass unchanged, and
are counted. 3: something could not be read or written.`

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

const FAILED = 3
/** Smaller files are read before another thread has started. */
const WORTH_THREADS = 1 << 23
const PLACES = ['before', 'after', 'replace', 'alone', 'rsyslog']
/** So many requests must look rewritten, and all that have a header. */
const REWRITTEN = 20
const UNFIT = 100

/** @param {string} text */
function warn (text) {
  process.stderr.write(`proxy-addr-native: ${escape(text)}\n`)
}

/** @param {string} option @param {string} text @param {number} most */
function readCount (option, text, most) {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > most) throw new Refusal(`${option} ${quoted(text)} is not a number from 1 to ${most}`)
  return count
}

/** @param {string} text */
function readPart (text) {
  const [, part, parts] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number)
  if (part >= 1 && part <= parts) return { part, parts }
  throw new Refusal(`--part ${quoted(text)} is not a part: write it as --part 2/4, from 1/4 to 4/4`)
}

/** The options of the resolver for a setting. @param {any} setting @param {any} values */
function strictOptions (setting, { hops, header }) {
  return {
    strict: {
      ...typeof setting === 'number' ? { hops: setting } : setting !== undefined && { trust: setting },
      ...hops !== undefined && { hops: readCount('--hops', hops, 1000) },
      ...header && { header }
    }
  }
}

/** @param {any} values */
function readTrust (values) {
  const { trust, hops, strict } = values
  if (!strict && hops !== undefined) {
    if (trust !== undefined) throw new Refusal('--hops and --trust are two settings: give one, or both with --strict')
    return readCount('--hops', hops, 1e6 - 1)
  }
  if (strict && trust === undefined && hops !== undefined) return strictOptions(undefined, values)
  const setting = readSetting(values)
  return strict ? strictOptions(setting, values) : setting
}

/** @param {string} file */
function readOptionsFile (file) {
  try {
    return { strict: JSON.parse(fs.readFileSync(file, 'utf8')) }
  } catch (/** @type {any} */ error) {
    throw new Refusal(`cannot read ${quoted(file)}: ${error.message}; --compare-file takes the resolver's options as JSON`)
  }
}

/** @param {any} values */
function readCompared (values) {
  const file = values['compare-file']
  if (values.compare !== undefined && file !== undefined) throw new Refusal('--compare and --compare-file are two settings: give one')
  if (file !== undefined) return readOptionsFile(file)
  if (values.compare === undefined) {
    const lone = ['html', 'json'].find((name) => values[name] !== undefined)
    if (lone !== undefined) throw new Refusal(`--${lone} is for the report of --compare: give a setting to compare with`)
    return undefined
  }
  const setting = load().fromEnv('--compare', { '--compare': values.compare })
  return values.strict ? strictOptions(setting, { header: values.header }) : setting
}

/** @param {any} values */
function readPlace (values) {
  const [place, other] = PLACES.filter((name) => values[name])
  if (other !== undefined) throw new Refusal(`--${place} and --${other} cannot be combined: choose one`)
  return place
}

/** @param {() => any} read */
function refusing (read) {
  try {
    return read()
  } catch (/** @type {any} */ error) {
    if (error instanceof TypeError) throw new Refusal(error.message)
    throw error
  }
}

/** Options of the API. @param {any} values @param {string} format */
function makePlan (values, format) {
  const { readPlan } = require('../logs/log')
  const isCsv = format.startsWith('csv')
  if (values.header === '' && !isCsv) throw new Refusal('--header without a name is for csv; with --strict, say --header forwarded')
  return refusing(() => readPlan({
    format,
    header: isCsv && values.header === '',
    trust: readTrust(values),
    ...values.columns !== undefined && { columns: values.columns },
    ...readPlace(values) !== undefined && { place: readPlace(values) },
    compare: readCompared(values)
  }))
}

/** How many lines of a text each format reads. @param {Buffer} head */
function guess (head) {
  const { GUESSES } = require('../logs/format')
  const { Log, readPlan } = require('../logs/log')
  const counted = GUESSES.map((format) => {
    const log = new Log(readPlan({ format, trust: false, output: 'fields' }))
    Array.from(log.run(head, true))
    const { lines, unreadable } = log.counters
    return { format, lines, read: lines - unreadable }
  })
  return counted.reduce((best, one) => one.read > best.read ? one : best)
}

/** @param {any} values @param {any} reader */
async function chooseFormat (values, reader) {
  if (values.format !== undefined) return values.format
  const { KNOWN } = require('../logs/format')
  const { format, lines, read } = guess(await reader.head())
  if (lines === 0) return format
  if (read * 2 <= lines) {
    throw new Refusal(`the first lines do not show the format: give --format (${KNOWN})`)
  }
  warn(`took the format for ${format}, which fits ${read} of the first ${lines} lines; say --format to be sure`)
  return format
}

/**
 * Does the log have the clients where the peers should be? Then each request has its
 * own peer in its header, and none is trusted.
 *
 * @param {Buffer} head
 * @param {import('../logs/log').Plan} plan
 */
function looksRewritten (head, plan) {
  const { Log } = require('../logs/log')
  const [setting] = plan.settings
  if (setting.kind === 1 || plan.format.names !== undefined) return false
  const isTrusted = setting.entries.length > 0 ? load().compile(setting.entries) : () => false
  const log = new Log({ ...plan, output: 'fields', settings: [setting] })
  const seen = Array.from(log.run(head, true), (output) => output.toString('latin1')).join('').split('\n')
    .map((line) => line.split('\t')).filter(([, header]) => header)
  return seen.length >= REWRITTEN && seen.every(([peer, header]) =>
    header.split(',').some((entry) => entry.trim() === peer) && !isTrusted(peer, 0))
}

/** @param {any} values @param {any[]} readers @param {import('../logs/log').Plan} plan */
async function refuseRewritten (values, [reader], plan) {
  if (values.force || values.part !== undefined || reader.size === undefined) return
  if (!looksRewritten(await reader.head(), plan)) return
  throw new Refusal('this log has no true peers: the address of each request is in its own X-Forwarded-For, so that ' +
    "something has put the client in its place. After nginx's real_ip log $realip_remote_addr first, after Apache's " +
    'mod_remoteip %{c}a; or give --force')
}

/** @param {number} bytes */
function size (bytes) {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** Prints how far it is, on a terminal. @param {any[]} readers */
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

/** Says once that the format does not fit. @param {import('../logs/log').Plan} plan */
function makeJudge ({ format }) {
  let isSaid = false
  return (/** @type {any} */ { counters: { lines, unreadable }, first }) => {
    if (isSaid || lines < UNFIT || unreadable < lines) return
    isSaid = true
    warn(`the format ${format.name} does not fit: none of the first ${lines} lines can be read; the first is ${plain(first)}`)
  }
}

/** @param {import('../logs/log').Plan} plan @param {any} result @param {any} values */
function sayCounters ({ format }, { counters, first }, values) {
  if (values.counters !== undefined) {
    for (const [name, count] of Object.entries(counters)) process.stderr.write(`reporter:counter:proxy-addr,${name},${count}\n`)
  } else if (counters.unreadable > 0 && !values.rsyslog) {
    warn(`${counters.unreadable} of ${counters.lines} lines cannot be read as ${format.name} and passed unchanged; ` +
      `the first is ${plain(first)}`)
  }
}

/** @param {any} values @param {any[]} readers */
function jobsFor ({ jobs }, readers) {
  if (jobs !== undefined) return readCount('--jobs', jobs, 256)
  const isWorthIt = readers.every((reader) => reader.size !== undefined) &&
    readers.reduce((sum, reader) => sum + reader.size, 0) >= WORTH_THREADS
  return isWorthIt ? os.availableParallelism() : 1
}

/** Refuses what cannot be divided. @param {any} values @param {string[]} files @param {any[]} readers */
function checkPart ({ part }, files, readers) {
  if (part === undefined) return
  const [reader] = readers
  if (files.length === 1 && files[0] !== '-' && reader.size !== undefined && !reader.isGzip) return
  throw new Refusal('--part needs one plain file, which is cut by its bytes: not standard input, gzip or several files')
}

/** @param {any} values */
function checkValues (values) {
  if (values.counters !== undefined && values.counters !== 'hadoop') {
    throw new Refusal(`unknown counters ${quoted(values.counters)}: there are those of hadoop`)
  }
  if (values.jobs !== undefined) readCount('--jobs', values.jobs, 256)
  // Before anything is opened: each option's own mistake, and then the format's.
  if (values.format !== undefined) makePlan(values, values.format)
  else readTrust(values)
}

/** @param {any} values @param {string[]} files */
async function prepare (values, files) {
  const { openInput } = require('../logs/files')
  checkValues(values)
  const part = values.part === undefined ? undefined : readPart(values.part)
  const whole = values.format?.startsWith('csv') === true || values.format === undefined
  const readers = []
  for (const file of files) readers.push(await openInput(file, part, whole))
  checkPart(values, files, readers)
  const format = await chooseFormat(values, readers[0])
  const plan = makePlan(values, format)
  if (plan.settings[0] !== undefined) await refuseRewritten(values, readers, plan)
  if (part !== undefined && whole && values.format === undefined && part.part > 1) {
    readers[0].close()
    readers[0] = await openInput(files[0], part, false)
  }
  return { plan, readers, part, jobs: jobsFor(values, readers) }
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
    format: plan.format.name, before: values.trust ?? `${values.hops} hops`, after: values.compare ?? values['compare-file']
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
  return 0
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
    warn(error.message)
    process.exitCode = FAILED
  }
  return /** @type {number} */ (process.exitCode)
}

module.exports = { options, help, run }
