'use strict'

/*
 * Keeps the last good list in a file. Whenever the process ends, the file holds
 * the whole old list or the whole new one: a list is written to a temporary file
 * beside it, which is flushed and then renamed.
 */

const { createHash, randomBytes } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const { MOST_BYTES } = require('./download')
const { ListError } = require('./rules')

/** The start of every snapshot, by which even one that was cut off is recognised. */
const MARK = '{"snapshot":"proxy-addr-native/lists","version":1,'

const TEMPORARY = /\.(\d+)\.[0-9a-f]{12}\.tmp$/

/** An older temporary file is a left-over, even if a process with its number runs. */
const LEFT_MS = 600_000

/** A process that cannot see this one may remove its temporary file as a left-over. */
const ATTEMPTS = 2

/**
 * @typedef {object} Part one of the texts that a list is made from
 * @property {string} [address]
 * @property {string | undefined} [etag]
 * @property {string | undefined} [lastModified]
 * @property {readonly string[]} entries
 *
 * @typedef {object} Snapshot
 * @property {string} source
 * @property {number} fetchedAt milliseconds since 1970
 * @property {string | undefined} [etag]
 * @property {readonly Part[]} parts
 * @property {readonly { age: number, size: import('./entries').Size }[]} week the
 *   larger lists of the last week, and how many milliseconds ago they were replaced
 */

/**
 * Returns whether a text is a snapshot, even if it was cut off.
 *
 * @param {string} text
 */
function isOurs (text) {
  return text.startsWith(MARK) || MARK.startsWith(text)
}

/** @param {string} message @param {unknown} [seen] */
function refusal (message, seen) {
  return new ListError('snapshot', message, seen)
}

/** @param {string} body */
function digestOf (body) {
  return createHash('sha256').update(body).digest('hex')
}

/** @param {Snapshot} snapshot */
function serialise (snapshot) {
  const body = JSON.stringify(snapshot)
  return `${MARK}"digest":"${digestOf(body)}","list":${body}}\n`
}

/** @param {any} list */
function isSnapshot (list) {
  return Object(list) === list && Number.isFinite(list.fetchedAt) && Array.isArray(list.week) &&
    list.week.every((/** @type {any} */ one) => Number.isFinite(one?.age) && isSize(one.size)) &&
    Array.isArray(list.parts) && list.parts.every((/** @type {any} */ part) =>
    Array.isArray(part?.entries) && part.entries.every((/** @type {any} */ one) => typeof one === 'string'))
}

/** @param {any} size */
function isSize (size) {
  return Number.isFinite(size?.entries) && [4, 6].every((family) =>
    Number.isFinite(size.families?.[family]?.entries) && Number.isFinite(size.families[family].share))
}

/**
 * @param {string} text
 * @param {string} file
 * @returns {Snapshot}
 */
function parse (text, file) {
  if (!isOurs(text)) {
    throw refusal(`${file} is not a snapshot of a list, and is left unchanged: choose another file`, text.slice(0, 64))
  }
  let json
  try {
    json = JSON.parse(text)
  } catch (/** @type {any} */ error) {
    throw refusal(`the snapshot ${file} is cut off or damaged: ${error.message}`, text.length)
  }
  if (digestOf(JSON.stringify(json.list) ?? '') !== json.digest) {
    throw refusal(`the snapshot ${file} was changed: its digest does not match its content`, json.digest)
  }
  if (isSnapshot(json.list)) return json.list
  throw refusal(`the snapshot ${file} has the structure of another version`, Object.keys(Object(json.list)))
}

/**
 * @param {string} file
 * @returns {string | undefined} undefined if there is no such file
 */
function readText (file) {
  try {
    const { size } = fs.statSync(file)
    // Escapes and dates make a snapshot longer than the download.
    if (size > 2 * MOST_BYTES) throw refusal(`the snapshot ${file} is too large: ${size} bytes`, size)
    return fs.readFileSync(file, 'utf8')
  } catch (/** @type {any} */ error) {
    if (error.code === 'ENOENT') return undefined
    throw error instanceof ListError ? error : refusal(`cannot read the snapshot ${file}: ${error.message}`, error.code)
  }
}

/**
 * @param {Snapshot} snapshot
 * @param {string} source
 * @param {string} file
 */
function checkSource (snapshot, source, file) {
  if (snapshot.source === source) return
  throw refusal(`the snapshot ${file} is of another source, ${snapshot.source}, and is left unchanged: ` +
    'give each list a file of its own', snapshot.source)
}

/**
 * Reads a snapshot, synchronously, so that a list answers as soon as it is made.
 *
 * @param {string} file
 * @param {string} source
 * @returns {Snapshot | undefined} undefined if there is none
 * @throws {ListError}
 */
function read (file, source) {
  const text = readText(file)
  if (text === undefined) return undefined
  const snapshot = parse(text, file)
  checkSource(snapshot, source, file)
  return snapshot
}

/** @param {number} pid */
function isRunning (pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (/** @type {any} */ error) {
    return error.code === 'EPERM'
  }
}

/**
 * Removes the temporary files of processes that ended while they wrote.
 *
 * @param {string} file
 */
function removeLeftOvers (file) {
  const directory = path.dirname(file)
  const base = path.basename(file)
  try {
    for (const name of fs.readdirSync(directory)) {
      const match = name.startsWith(base) ? TEMPORARY.exec(name.slice(base.length)) : null
      if (match === null || match.index !== 0) continue
      const left = path.join(directory, name)
      const age = Date.now() - fs.statSync(left).mtimeMs
      if (age > LEFT_MS || !isRunning(Number(match[1]))) fs.rmSync(left, { force: true })
    }
  } catch {
    // If the folder is missing or must not be changed, writing reports that.
  }
}

/**
 * Refuses to overwrite a file that is not a snapshot, or is another list's.
 *
 * @param {string} file
 * @param {string} source
 */
function checkPlace (file, source) {
  const text = readText(file)
  if (text === undefined) return
  let snapshot
  try {
    snapshot = parse(text, file)
  } catch (error) {
    // A snapshot that was cut off or changed is overwritten.
    if (isOurs(text)) return
    throw error
  }
  checkSource(snapshot, source, file)
}

/**
 * @param {string} temporary
 * @param {string} text
 */
async function writeWhole (temporary, text) {
  const handle = await fs.promises.open(temporary, 'wx', 0o644)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Flushes the rename, too, if the system can open folders.
 *
 * @param {string} directory
 */
async function syncDirectory (directory) {
  try {
    const handle = await fs.promises.open(directory, 'r')
    await handle.sync().finally(() => handle.close())
  /* c8 ignore next 3 */
  } catch {
    // Windows cannot, and need not.
  }
}

/**
 * Writes a snapshot.
 *
 * @param {string} file
 * @param {Snapshot} snapshot
 * @throws {ListError}
 */
async function write (file, snapshot) {
  checkPlace(file, snapshot.source)
  const text = serialise(snapshot)
  for (let attempt = 1; ; attempt++) {
    const temporary = `${file}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
    try {
      await writeWhole(temporary, text)
      await fs.promises.rename(temporary, file)
      return await syncDirectory(path.dirname(file))
    } catch (/** @type {any} */ error) {
      await fs.promises.rm(temporary, { force: true }).catch(() => {})
      if (attempt < ATTEMPTS) continue
      throw refusal(`cannot write the snapshot ${file}: ${error.message}`, error.code)
    }
  }
}

module.exports = { read, removeLeftOvers, write }
