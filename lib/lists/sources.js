'use strict'

/* The sources of lists. Each reads a list, and says whether it changed. */

const fs = require('node:fs/promises')
const path = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')
const { MOST_BYTES, download, readAddress } = require('./download')
const { checkAwsService, checkAzureTag, parseBytes } = require('./formats')
const { ListError } = require('./rules')

/** @typedef {import('./snapshot').Part} Part */

/**
 * @typedef {object} Context
 * @property {readonly Part[]} parts of the list in use; none if there is none
 * @property {boolean} isForced whether the caller asked for it
 * @property {ListError | undefined} lastError why the last attempt failed
 * @property {AbortSignal} signal
 *
 * @typedef {object} Found
 * @property {readonly Part[]} [parts] undefined if nothing changed
 * @property {string | undefined} [etag]
 *
 * @typedef {object} Source
 * @property {string} name what explanations call it
 * @property {string} id by which a snapshot belongs to it
 * @property {(context: Context) => Promise<Found>} read
 * @property {boolean} [isLocal] read at each interval, even after failures
 * @property {readonly Part[]} [constant] what it is, if it never changes: in use at once, and read only once
 */

const JSON_TYPES = ['application/json', 'text/json']

/**
 * Returns the media types that servers send with a format.
 *
 * @param {unknown} format
 */
function typesOf (format) {
  if (typeof format === 'function') return undefined
  if (format === 'lines') return ['text/plain']
  // Microsoft's download server sends no more specific type.
  return format === 'azure' ? [...JSON_TYPES, 'application/octet-stream'] : JSON_TYPES
}

/**
 * @param {unknown} value
 * @param {string} who
 * @returns {string[]}
 */
function checkEntries (value, who) {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.slice()
  throw new ListError('format', `${who} did not return an array of strings`, typeof value)
}

/**
 * @param {Buffer} bytes
 * @param {{ parse?: any, service?: string | undefined }} how
 * @returns {Promise<import('./formats').Parsed>}
 */
async function parse (bytes, { parse: format, service }) {
  if (typeof format !== 'function') return parseBytes(bytes, format, service)
  let entries
  try {
    entries = await format(bytes.toString())
  } catch (/** @type {any} */ error) {
    throw new ListError('format', `parse() threw: ${error?.message ?? error}`, error)
  }
  return { entries: checkEntries(entries, 'parse()') }
}

/**
 * Returns a source of one or more addresses, whose lists are combined.
 *
 * @param {string} name
 * @param {readonly string[]} addresses
 * @param {{ parse?: any, service?: string, type?: string, agent?: any, ca?: any }} options
 * @param {string} [id]
 * @returns {Source}
 */
function urlSource (name, addresses, options, id = name) {
  const { parse: format, type, agent, ca } = options
  const types = type === undefined ? typesOf(format) : [type.toLowerCase()]
  for (const address of addresses) checkOption(() => readAddress(address))

  /** @param {string} address @param {Context} context */
  async function readPart (address, { parts, signal }) {
    const before = parts.find((part) => part.address === address)
    const { bytes, etag, lastModified } =
      await download({ address, types, agent, ca, signal, ...before && { known: before } })
    if (bytes === undefined) return { part: /** @type {Part} */ (before), isSame: true, etag: before?.etag }
    const parsed = await parse(bytes, options)
    const part = { address, etag, lastModified, entries: parsed.entries }
    return { part, isSame: false, etag: etag ?? parsed.etag }
  }

  return {
    name,
    id,
    async read (context) {
      const read = []
      for (const address of addresses) read.push(await readPart(address, context))
      return read.every(({ isSame }) => isSame)
        ? {}
        : { parts: read.map(({ part }) => part), etag: read.map(({ etag }) => etag).find(Boolean) }
    }
  }
}

/**
 * Runs a check of an option. A fault that is a ListError in a download is a
 * TypeError here, because the program made it.
 *
 * @template T
 * @param {() => T} check
 * @returns {T}
 */
function checkOption (check) {
  try {
    return check()
  } catch (/** @type {any} */ error) {
    throw new TypeError(error.message)
  }
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Timers longer than this fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Returns how long to wait before the next attempt. Each failure doubles the
 * time, up to a day; as long as there is no list, from a minute up to the
 * interval.
 *
 * @param {number} interval
 * @param {number} failures since the last success
 * @param {boolean} isEmpty
 * @param {number} random from 0 to 1
 */
function delayOf (interval, failures, isEmpty, random) {
  const first = failures > 0 && isEmpty ? Math.min(interval, MINUTE) / 2 : interval
  const most = isEmpty ? interval : Math.max(interval, DAY)
  const delay = Math.min(first * 2 ** Math.min(failures, 32), most)
  return Math.min(delay * (0.9 + 0.2 * random), LONGEST_TIMER)
}

/** A file that changed within this many milliseconds may still be written to. */
const STILL_MS = 200

/** @param {import('node:fs').Stats} stats */
function signatureOf ({ dev, ino, size, mtimeMs, ctimeMs }) {
  return [dev, ino, size, mtimeMs, ctimeMs].join()
}

/** @param {string} file */
async function stat (file) {
  const stats = await fs.stat(file)
  if (!stats.isFile()) throw new ListError('file', `${file} is not a file`, file)
  if (stats.size > MOST_BYTES) {
    throw new ListError('size', `${file} has ${stats.size} bytes; at most ${MOST_BYTES >> 20} MB are accepted`, stats.size)
  }
  return stats
}

/**
 * Reads a file once it has stopped changing.
 *
 * @param {string} file
 * @param {AbortSignal} signal
 */
async function readStill (file, signal) {
  for (;;) {
    const before = await stat(file)
    const age = Date.now() - before.mtimeMs
    if (age >= 0 && age < STILL_MS) await sleep(STILL_MS, undefined, { ref: false, signal })
    const bytes = await fs.readFile(file, { signal })
    const signature = signatureOf(await stat(file))
    if (signature === signatureOf(before) && bytes.length === before.size) return { bytes, signature }
    await sleep(STILL_MS, undefined, { ref: false, signal })
  }
}

/**
 * @param {string} file
 * @param {{ parse?: any, service?: string, name?: string }} options
 * @returns {Source}
 */
function fileSource (file, options) {
  const absolute = path.resolve(file)
  /** @type {string | undefined} */
  let examined

  /** @param {Context} context @returns {Promise<Found>} */
  async function read ({ isForced, lastError, signal }) {
    const isSame = !isForced && signatureOf(await stat(absolute)) === examined
    if (isSame && lastError !== undefined) throw lastError
    if (isSame) return {}
    const { bytes, signature } = await readStill(absolute, signal)
    examined = signature
    const { entries, etag } = await parse(bytes, options)
    return { parts: [{ entries }], etag }
  }

  return {
    name: options.name ?? path.basename(file),
    id: absolute,
    isLocal: true,
    async read (context) {
      try {
        return await read(context)
      } catch (/** @type {any} */ error) {
        if (context.signal.aborted) throw context.signal.reason
        if (error instanceof ListError) throw error
        // A fault that is still there is the same error, so it is reported once.
        const { lastError } = context
        const message = `cannot read ${absolute}: ${error.message}`
        throw lastError?.message === message ? lastError : new ListError('file', message, error.code)
      }
    }
  }
}

/**
 * @param {(context: { signal: AbortSignal }) => unknown} ask
 * @param {string} name
 * @returns {Source}
 */
function functionSource (ask, name) {
  return {
    name,
    id: name,
    async read ({ signal }) {
      let entries
      try {
        entries = await ask({ signal })
      } catch (/** @type {any} */ error) {
        throw new ListError('source', `the function threw: ${error?.message ?? error}`, error)
      }
      return { parts: [{ entries: checkEntries(entries, 'the function') }] }
    }
  }
}

/**
 * @param {string} name
 * @param {readonly string[]} entries
 * @returns {Source}
 */
function constantSource (name, entries) {
  const constant = [{ entries }]
  return { name, id: name, constant, read: async () => ({ parts: constant }) }
}

module.exports = {
  LONGEST_TIMER,
  checkAwsService,
  checkAzureTag,
  checkOption,
  constantSource,
  delayOf,
  fileSource,
  functionSource,
  urlSource
}
