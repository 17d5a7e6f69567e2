'use strict'

/* Logs in files and on standard input, from the first block to the last. */

const { KINDS, columnsOfFields } = require('./format')
const { Alone, CAPACITY, Several } = require('./jobs')
const { LONGEST } = require('./log')
const { ClosedError, FileError, NEWLINE, Reader, Writer } = require('./reader')

const STOPPED = -1

/**
 * @typedef {object} Work
 * @property {import('./log').Plan} plan
 * @property {number} jobs
 * @property {{ part: number, parts: number } | undefined} part
 * @property {(bytes: Uint8Array) => Promise<void>} write
 * @property {(state: { reader: Reader, counters: import('./log').Counters, first: string | undefined }) => void} tick
 *   is called after each block
 * @property {() => boolean} isStopped
 * @property {(wake: () => void) => void} onStop sets the function to call then, which
 *   replaces an earlier one
 */

/** Returns where a part begins and ends. @param {Pick<Work, "part">} work @param {Reader} reader */
function boundsOf ({ part }, { size = 0 }) {
  if (part === undefined) return { from: 0, to: Infinity }
  const at = (/** @type {number} */ i) => Number(BigInt(size) * BigInt(i) / BigInt(part.parts))
  return { from: at(part.part - 1), to: part.part === part.parts ? Infinity : at(part.part) }
}

/** Returns the first line of a file, without its end. @param {string} file */
async function firstLine (file) {
  const reader = await new Reader(file).open()
  const head = Buffer.from(await reader.head())
  reader.close()
  const end = head.indexOf(NEWLINE)
  return head.subarray(0, end === -1 ? head.length : end)
}

/** Sets the columns that are named in a file's first lines. @param {string} file @param {any} taker */
async function readHead (file, taker) {
  const reader = await new Reader(file).open()
  const head = (await reader.head()).toString('latin1')
  reader.close()
  for (const line of head.split('\n')) {
    if (!line.startsWith('#')) return
    if (line.startsWith('#Fields:')) taker.columns = columnsOfFields(line)
  }
}

/** A pass over a file, block by block. */
class Pass {
  /** @param {Work} work @param {Alone | Several} taker @param {Reader} reader */
  constructor (work, taker, reader) {
    this.work = work
    this.taker = taker
    this.reader = reader
    this.buffer = Buffer.allocUnsafeSlow(CAPACITY)
    this.have = 0
    /** Where the buffer begins in the file. */
    this.base = 0
    this.isEnd = false
  }

  /** Reads more; if the work is stopped meanwhile, returns at once. */
  async fill () {
    const count = await new Promise((resolve, reject) => {
      this.work.onStop(() => resolve(STOPPED))
      this.reader.read(this.buffer, this.have).then(resolve, reject)
    })
    if (count === STOPPED) return
    this.isEnd = count === 0
    this.have += count
  }

  /** @param {number} count */
  drop (count) {
    this.buffer.copyWithin(0, count, this.have)
    this.have -= count
    this.base += count
  }

  /** Skips to the first line that begins at `from` or later. @param {number} from */
  async skipTo (from) {
    if (from === 0) return
    this.base = from - 1
    for (;;) {
      await this.fill()
      const end = this.buffer.subarray(0, this.have).indexOf(NEWLINE)
      if (end !== -1) return this.drop(end + 1)
      this.drop(this.have)
      if (this.isEnd) return
    }
  }

  /** Removes CSV's line of names from the input, and writes it with the added names. */
  async takeNames () {
    const { log } = /** @type {Alone} */ (this.taker)
    let end = -1
    while (end === -1 && !this.isEnd && this.have <= LONGEST) {
      await this.fill()
      end = this.buffer.subarray(0, this.have).indexOf(NEWLINE)
    }
    const length = end === -1 ? this.have : end
    const [, line, ending] = /** @type {string[]} */ (/^([^]*?)(\r?)$/.exec(this.buffer.toString('utf8', 0, length)))
    const written = log.takeNames(line) + ending + (end === -1 ? '' : '\n')
    if (this.work.plan.output !== 'compare') await this.work.write(Buffer.from(written))
    this.drop(end === -1 ? length : end + 1)
  }

  /** @param {number} to lines that begin there or later are not read */
  async run (to) {
    const { taker, work, reader } = this
    do {
      if (this.have === 0 || this.stuck) await this.fill()
      if (work.isStopped()) return
      if (taker instanceof Several) taker.origin = this.buffer.byteOffset
      const limit = Math.max(Math.min(to - this.base, this.have), 0)
      const count = await taker.take(this.buffer.subarray(0, this.have), this.isEnd, this.base, limit)
      this.stuck = true
      this.drop(count)
      work.tick({ reader, counters: taker.counters, first: taker.first })
      if (work.isStopped()) return
    } while (!this.isEnd && (this.base < to || this.goesOn))
  }

  stuck = false

  /** Whether the last line is too long and has not ended yet. */
  get goesOn () {
    const flags = this.taker instanceof Several ? this.taker.flags : this.taker.log.flags
    return (flags & 1) !== 0
  }
}

/** @param {Work} work @param {any} taker @param {Reader} reader */
async function runFile (work, taker, reader) {
  const { format } = work.plan
  const pass = new Pass(work, taker, reader)
  const { from, to } = boundsOf(work, reader)
  taker.log.restart()
  if (format.names !== undefined && from === 0) await pass.takeNames()
  if (from > 0) {
    if (format.kind === KINDS.cloudfront) await readHead(reader.file, taker instanceof Several ? taker : taker.log)
    if (format.names !== undefined) taker.log.takeNames((await firstLine(reader.file)).toString('utf8').replace(/\r$/, ''))
    if (format.kind === KINDS.csv) await skipRecords(pass, from)
    else await pass.skipTo(from)
  }
  if (from === 0 || pass.base < to) await pass.run(to)
  await taker.settle()
  return pass
}

/** Records of CSV may have several lines, so they are read from the beginning. @param {Pass} pass @param {number} from */
async function skipRecords (pass, from) {
  const { taker, work } = pass
  const skipped = { ...work, plan: { ...work.plan, output: /** @type {const} */ ('alone') }, tick: () => {}, write: async () => {} }
  pass.work = skipped
  pass.taker = new Alone(skipped)
  await pass.run(from)
  Object.assign(pass, { taker, work })
}

/**
 * Opens a file; for a part of it, just before that part.
 *
 * @param {string} file
 * @param {Work['part']} part
 * @param {boolean} isWhole whether to read from the beginning nevertheless
 */
async function openInput (file, part, isWhole) {
  const reader = await new Reader(file).open()
  const { from } = boundsOf({ part }, reader)
  if (from === 0 || isWhole || reader.isGzip) return reader
  reader.close()
  return new Reader(file).open(from - 1)
}

/**
 * Runs over files.
 *
 * @param {Work} work
 * @param {Reader[]} readers opened
 */
async function runFiles (work, readers) {
  // A record of CSV may have several lines, so only the engine can separate records.
  const isAlone = work.jobs === 1 || work.plan.format.kind === KINDS.csv
  const taker = isAlone ? new Alone(work) : new Several(work)
  let last
  const write = work.write
  try {
    for (const [i, reader] of readers.entries()) {
      // Do not join the last line of one file with the first of the next.
      if (i > 0 && last !== undefined && last !== NEWLINE) await write(Buffer.from('\n'))
      last = undefined
      work.write = taker.write = async (bytes) => {
        if (bytes.length > 0) last = bytes[bytes.length - 1]
        await write(bytes)
      }
      await runFile(work, taker, reader)
      if (work.isStopped()) break
    }
    if (work.isStopped() && last !== undefined && last !== NEWLINE) await write(Buffer.from('\n'))
    await taker.end()
  } finally {
    if (taker instanceof Several) await taker.close()
  }
  return { counters: taker.counters, first: taker.first, tally: taker.tally }
}

module.exports = { ClosedError, FileError, Writer, openInput, runFiles }
