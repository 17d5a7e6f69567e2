'use strict'

/*
 * A run over a log: reads its options, and passes blocks through the engine's function.
 */

const engine = require('../engine')
const Brand = require('../trust/brand')
const { compile } = require('../trust/compile')
const { BLOCK, COLUMNS, MORE, makeRun } = require('./engine')
const { KINDS, columnsOfFields, columnsOfNames, readFormat } = require('./format')

/** PA_SETTING_… */
const SETTINGS = { list: 0, hops: 1, strict: 2 }

/** PA_NONE: all hops. */
const ALL = 0xffffffff

/** PA_LINE_LONGEST */
const LONGEST = 1 << 20

/** At most this many bytes of the first unreadable line are kept. */
const SHOWN = 4096

const FIELDS_LINE = Buffer.from('#Fields:')
const NEWLINE = 10

/**
 * @typedef {object} Setting whom to trust, as it crosses
 * @property {number} kind
 * @property {number} hops
 * @property {string[]} entries
 * @property {Uint32Array | undefined} policy
 */

/** @param {number} hops @returns {Setting} */
function byHops (hops) {
  const count = Math.min(Math.max(Math.ceil(hops) || 0, 0), ALL)
  return { kind: SETTINGS.hops, hops: count, entries: [], policy: undefined }
}

/** @param {string[]} entries @returns {Setting} */
function byList (entries) {
  if (entries.length > 0) compile(entries)
  return { kind: SETTINGS.list, hops: 0, entries, policy: undefined }
}

/** Returns the setting that a trust function was made from. @param {any} trust */
function settingOf (trust) {
  const rule = Brand.setOf(trust)?.rule
  if (rule?.kind === 'all') return true
  if (rule?.kind === 'hops') return rule.hops
  if (rule?.kind === 'list' && rule.entries !== undefined) return rule.entries
  throw new TypeError('trust: a log has too many addresses to call a function for each: give a list or a number')
}

/**
 * Reads Express's setting, for the drop-in's rule.
 *
 * @param {any} trust
 * @returns {Setting}
 */
function lenient (trust) {
  if (typeof trust === 'function') return lenient(settingOf(trust))
  if (trust === true) return byHops(Infinity)
  if (typeof trust === 'number') return byHops(trust)
  if (!trust) return byList([])
  if (typeof trust === 'string') return byList(trust.split(',').map((entry) => entry.trim()))
  if (Array.isArray(trust)) return byList(trust.slice())
  throw new TypeError(`trust: ${typeof trust} is not accepted (expected true, false, a number, a text or an array)`)
}

/**
 * Reads options of createResolver().
 *
 * @param {any} options
 * @returns {Setting}
 */
function strict (options) {
  const { readOptions } = require('../resolver/options')
  const { configOf } = require('../resolver/policy')
  const settings = readOptions(options)
  const lists = [...settings.lists ?? [], ...settings.from.map(({ list }) => list)]
  if (settings.from.length > 0) {
    throw new TypeError('header: a log has no header with from; leave it out, or name the chain')
  }
  if (settings.ask !== undefined || lists.some(({ live }) => live.length > 0)) {
    throw new TypeError('trust: functions and lists that change cannot be asked for each line: give addresses and subnets')
  }
  return { kind: SETTINGS.strict, hops: 0, entries: lists.flatMap(({ entries }) => entries), policy: configOf(settings) }
}

/** @param {any} given a setting of Express's, or { strict: options } */
function readSetting (given) {
  return Object(given) === given && !Array.isArray(given) && typeof given !== 'function'
    ? strict(given.strict ?? given)
    : lenient(given)
}

/** @typedef {'before' | 'after' | 'replace' | 'alone' | 'rsyslog' | 'compare' | 'fields'} Output */

/**
 * @typedef {object} Plan everything that a run depends on; it can be sent to a thread
 * @property {import('./format').Format} format
 * @property {Output} output
 * @property {string[]} columns
 * @property {Setting[]} settings
 */

/**
 * @typedef {object} Counters
 * @property {number} lines without comments
 * @property {number} unreadable
 * @property {number} changed
 */

/** A pass over a log. Between blocks, it keeps only `flags` and `columns`. */
class Log {
  /** @param {Plan} plan */
  constructor (plan) {
    this.plan = plan
    this.format = plan.format
    this.call = makeRun(plan)
    this.numbers = new Uint32Array(BLOCK.WORDS)
    this.output = Buffer.allocUnsafeSlow(2 * LONGEST)
    this.columns = plan.format.columns
    this.flags = 0
    this.consumed = 0
    /** Where in a block the input of the last output begins. */
    this.place = 0
    /** @type {Counters} */
    this.counters = { lines: 0, unreadable: 0, changed: 0 }
    /** The first line that could not be read. @type {string | undefined} */
    this.firstUnreadable = undefined
  }

  /** Prepares for the beginning of another file. */
  restart () {
    this.flags = 0
    this.columns = this.format.columns
  }

  /**
   * Handles the whole lines of a block; `consumed` says how many bytes they were.
   * The caller must pass the rest again.
   *
   * @param {Uint8Array} bytes
   * @param {boolean} isAll whether nothing follows
   * @param {number} [limit] lines that begin there or later are left
   * @returns {Generator<Buffer, void>} the output; the next output overwrites it
   */
  * run (bytes, isAll, limit = bytes.length) {
    this.consumed = 0
    if (this.format.kind !== KINDS.cloudfront) return yield * this.#run(bytes, isAll, limit)
    for (;;) {
      const next = this.#nextFields(bytes, this.consumed)
      if (next === -1) return yield * this.#run(bytes, isAll, limit)
      yield * this.#run(bytes, isAll, Math.min(next, limit))
      const end = bytes.indexOf(NEWLINE, next)
      if (this.consumed < next || next >= limit || (end === -1 && !isAll)) return
      const line = Buffer.from(bytes.buffer, bytes.byteOffset + next, (end === -1 ? bytes.length : end) - next)
      this.columns = columnsOfFields(line.toString('latin1'))
      yield * this.#run(bytes, isAll, next + 1)
    }
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} from a line begins there, unless an earlier one continues
   * @returns {number} where a line with the names of fields begins; -1 if none does
   */
  #nextFields (bytes, from) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = text.indexOf(FIELDS_LINE, from); at !== -1; at = text.indexOf(FIELDS_LINE, at + 1)) {
      if ((at === 0 && this.flags === 0) || text[at - 1] === NEWLINE) return at
    }
    return -1
  }

  /**
   * @param {Uint8Array} bytes
   * @param {boolean} isAll
   * @param {number} limit
   * @returns {Generator<Buffer, void>}
   */
  * #run (bytes, isAll, limit) {
    const { numbers } = this
    while (this.consumed < limit && this.consumed < bytes.length) {
      numbers[BLOCK.FLAGS] = this.flags | (isAll ? 0 : MORE)
      numbers.set(this.columns, BLOCK.COLUMN)
      numbers[BLOCK.LIMIT] = limit - this.consumed
      this.place = this.consumed
      const input = bytes.subarray(this.consumed)
      if (this.call(input, this.output, numbers) === undefined) throw engine.outOfMemory()
      this.flags = numbers[BLOCK.FLAGS]
      this.consumed += numbers[BLOCK.CONSUMED]
      const needed = numbers[BLOCK.NEEDED]
      this.#count(input)
      if (numbers[BLOCK.WRITTEN] > 0) yield this.output.subarray(0, numbers[BLOCK.WRITTEN])
      if (needed === 0) return
      if (needed > this.output.length) this.output = Buffer.allocUnsafeSlow(needed)
    }
  }

  /** @param {Uint8Array} input */
  #count (input) {
    const { numbers, counters } = this
    counters.lines += numbers[BLOCK.LINES]
    counters.unreadable += numbers[BLOCK.UNREADABLE]
    counters.changed += numbers[BLOCK.CHANGED]
    if (this.firstUnreadable !== undefined || numbers[BLOCK.UNREADABLE] === 0) return
    const start = numbers[BLOCK.FIRST]
    const end = start + Math.min(numbers[BLOCK.FIRST_LENGTH], SHOWN)
    this.firstUnreadable = Buffer.from(input.subarray(start, end)).toString('utf8')
  }

  /**
   * Reads the first line of a CSV file, which names its columns.
   *
   * @param {string} line without its end
   * @returns {string} the line with the names of the columns that are written
   */
  takeNames (line) {
    this.columns = columnsOfNames(this.format, line)
    const { output, columns } = this.plan
    if (output === 'replace') return line
    const added = columns.join(',')
    return output === 'alone' ? added : output === 'after' ? `${line},${added}` : `${added},${line}`
  }
}

/** @param {unknown} columns */
function readColumns (columns) {
  const list = typeof columns === 'string' ? columns.split(',').map((name) => name.trim()) : columns
  if (!Array.isArray(list) || list.length === 0) throw new TypeError(`columns: expected some of ${COLUMNS.join(', ')}`)
  const unknown = list.find((name) => !COLUMNS.includes(name))
  if (unknown !== undefined) throw new TypeError(`columns: unknown column '${unknown}' (expected ${COLUMNS.join(', ')})`)
  if (new Set(list).size < list.length) throw new TypeError('columns: a column is named twice')
  return list
}

const PLACES = ['before', 'after', 'replace', 'alone', 'rsyslog']

/** @param {any} options of the API @param {import('./format').Format} format @returns {Output} */
function readPlace ({ place }, format) {
  if (place === undefined) return format.kind === KINDS.json ? 'after' : 'before'
  if (PLACES.includes(place)) return place
  throw new TypeError(`place: unknown place '${place}' (expected ${PLACES.join(', ')})`)
}

/** @param {string[]} columns @param {import('./format').Format} format @param {Setting} setting */
function checkProtocol (columns, format, { policy }) {
  const FORWARDED = 16
  const hasField = format.columns[2] > 0 || format.paths[2].length > 0 || Boolean(format.names?.[2])
  if (!columns.includes('protocol') || hasField || (policy !== undefined && (policy[0] & FORWARDED) !== 0)) return
  if ([KINDS.combined, KINDS.cloudfront, KINDS.haproxy].includes(format.kind)) {
    throw new TypeError(`columns: ${format.name} has no place for X-Forwarded-Proto, which protocol needs: leave protocol out, ` +
      'or log in a format that has one, as in tsv:peer=1,xff=3,proto=4')
  }
  throw new TypeError('columns: for protocol, say where the log has X-Forwarded-Proto, as in tsv:peer=1,xff=3,proto=4')
}

/**
 * Checks the options of a run.
 *
 * @param {any} options
 * @returns {Plan}
 */
function readPlan (options) {
  const { format: given, header, trust, columns = ['client'], output } = options
  const format = readFormat(given, header === true)
  const setting = readSetting(trust)
  const settings = options.compare === undefined ? [setting] : [setting, readSetting(options.compare)]
  const list = readColumns(columns)
  checkProtocol(list, format, setting)
  const place = output ?? readPlace(options, format)
  if (place === 'replace' && list.length > 1) throw new TypeError('columns: only the client can replace the address')
  return { format, output: settings.length > 1 ? 'compare' : place, columns: list, settings }
}

module.exports = { COLUMNS, LONGEST, Log, readPlan, readSetting, settingOf }
