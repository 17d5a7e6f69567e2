'use strict'

/* logs: turns options, and the first lines of a log, into a plan. */

const fs = require('node:fs')
const os = require('node:os')
const { escape } = require('../why/explain/faults')
const { load, readSetting } = require('./arguments')
const { Refusal, quoted, whyNot } = require('./output')

/** Smaller files are read before another thread has started. */
const WORTH_THREADS = 1 << 23
const PLACES = ['before', 'after', 'replace', 'alone', 'rsyslog']
/** At least this many requests, and all that have a header, must look rewritten. */
const REWRITTEN = 20

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
    throw new Refusal(`cannot read ${quoted(file)}: ${whyNot(error)}; --compare-file takes the resolver's options as JSON`)
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

/** Returns the format that reads most lines of a text, and the first line that is not of nginx. @param {Buffer} head */
function guess (head) {
  const { GUESSES } = require('../logs/format')
  const { Log, readPlan } = require('../logs/log')
  const counted = GUESSES.map((format) => {
    const log = new Log(readPlan({ format, trust: false, output: 'fields' }))
    Array.from(log.run(head, true))
    const { lines, unreadable } = log.counters
    return { format, lines, read: lines - unreadable, first: log.firstUnreadable }
  })
  const [{ first }] = counted
  return { ...counted.reduce((best, one) => one.read > best.read ? one : best), first }
}

/** @param {any} values @param {any} reader */
async function chooseFormat (values, reader) {
  if (values.format !== undefined) return values.format
  const { KNOWN, whatLacks } = require('../logs/format')
  const { format, lines, read, first = '' } = guess(await reader.head())
  if (lines === 0) return format
  if (read * 2 <= lines) {
    const lacks = whatLacks(first)
    if (lacks !== undefined) throw new Refusal(`the first lines are in ${lacks}`)
    throw new Refusal(`the first lines do not show the format: give --format (${KNOWN})`)
  }
  warn(`assumed the format ${format}, which fits ${read} of the first ${lines} lines; give --format to be sure`)
  return format
}

/**
 * Returns whether the log has the clients where the peers should be. Then each
 * request's own header contains its peer, and no peer is trusted.
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
  throw new Refusal('this log does not have the peers: the address of each request is in its own X-Forwarded-For, so ' +
    "something has put the client in its place. With nginx's real_ip, log $realip_remote_addr first; with Apache's " +
    'mod_remoteip, %{c}a; or give --force')
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
    throw new Refusal(`unknown counters ${quoted(values.counters)} (expected hadoop)`)
  }
  if (values.jobs !== undefined) readCount('--jobs', values.jobs, 256)
  // Before any file is opened: first mistakes in single options, then in the format.
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

module.exports = { prepare, warn }
