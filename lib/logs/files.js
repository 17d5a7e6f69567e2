'use strict'

/*
 * Logs in files and on standard input, from the first block to the last: by this
 * thread, or by several, which handle blocks of whole lines while this one reads
 * and writes in order.
 */

const fs = require('node:fs')
const { Readable } = require('node:stream')
const { promisify } = require('node:util')
const zlib = require('node:zlib')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')
const { KINDS, columnsOfFields } = require('./format')
const { LONGEST, Log } = require('./log')
const { Tally } = require('./compare')

const open = promisify(fs.open)
const readInto = promisify(fs.read)
const writeFrom = promisify(fs.write)

/** Blocks are so large; more than a line must fit the buffer. */
const CHUNK = 1 << 19
const CAPACITY = LONGEST + CHUNK
const NEWLINE = 10
const GZIP = [0x1f, 0x8b]
const HEAD_LINES = 100
/** Before a pipe that cannot take or give more is tried again. */
const PAUSE = 5

const STOPPED = -1

/** A file could not be read or written: exit code 3. */
class FileError extends Error {}

/** Whoever reads the output has had enough. */
class ClosedError extends Error {}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE))

/** @param {string} name @param {any} error */
function cannotRead (name, error) {
  return new FileError(`cannot read ${name}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`)
}

/** One input: a file, or standard input for '-'. */
class Reader {
  /** @param {string} file */
  constructor (file) {
    this.file = file
    this.name = file === '-' ? 'standard input' : `'${file}'`
    this.fd = 0
    /** Of the file; undefined where it is not known. @type {number | undefined} */
    this.size = undefined
    /** Bytes read of the file, which for gzip are fewer than come out. */
    this.done = 0
    this.isGzip = false
    /** @type {AsyncIterator<Buffer> | undefined} */
    this.stream = undefined
    /** What was read and not yet given. @type {Buffer} */
    this.waiting = Buffer.alloc(0)
  }

  /** @param {number} [position] where to begin */
  async open (position) {
    try {
      if (this.file !== '-') this.fd = await open(this.file, 'r')
      const stat = fs.fstatSync(this.fd)
      if (stat.isDirectory()) throw new Error('it is a directory')
      if (stat.isFile()) this.size = stat.size
      else if (this.file === '-') this.stream = process.stdin[Symbol.asyncIterator]()
      this.position = position ?? (this.file === '-' || this.size === undefined ? null : 0)
      await this.#detect()
    } catch (error) {
      throw cannotRead(this.name, error)
    }
    return this
  }

  async #detect () {
    const isPart = typeof this.position === 'number' && this.position > 0
    while (this.waiting.length < GZIP.length) {
      const chunk = await this.#chunk()
      if (chunk.length === 0) return
      this.waiting = Buffer.concat([this.waiting, chunk])
    }
    if (isPart) return
    this.isGzip = GZIP.every((byte, i) => this.waiting[i] === byte)
    if (!this.isGzip) return
    const packed = Readable.from(this.#chunks(this.waiting), { objectMode: false })
    this.waiting = Buffer.alloc(0)
    const plain = zlib.createGunzip()
    packed.on('error', (error) => plain.destroy(error))
    this.#unpacked = packed.pipe(plain)[Symbol.asyncIterator]()
  }

  /** @type {AsyncIterator<Buffer> | undefined} */
  #unpacked

  /** @param {Buffer} first */
  async * #chunks (first) {
    for (let chunk = first; chunk.length > 0; chunk = await this.#chunk()) yield chunk
  }

  /** What the file has next; empty at its end. */
  async #chunk () {
    if (this.stream !== undefined) {
      const { value, done } = await this.stream.next()
      this.done += done ? 0 : value.length
      return done ? Buffer.alloc(0) : value
    }
    const chunk = Buffer.allocUnsafeSlow(1 << 16)
    return chunk.subarray(0, await this.#readFile(chunk, 0, chunk.length))
  }

  /** @param {Buffer} buffer @param {number} at @param {number} most @returns {Promise<number>} */
  async #readFile (buffer, at, most) {
    for (;;) {
      try {
        const { bytesRead } = await readInto(this.fd, buffer, at, most, this.position ?? null)
        this.done += bytesRead
        if (typeof this.position === 'number') this.position += bytesRead
        return bytesRead
      } catch (/** @type {any} */ error) {
        if (error.code === 'EOF') return 0
        if (error.code !== 'EAGAIN') throw error
        await pause()
      }
    }
  }

  async #next () {
    if (this.#unpacked === undefined) return this.#chunk()
    const { value, done } = await this.#unpacked.next()
    return done ? Buffer.alloc(0) : value
  }

  /**
   * @param {Buffer} buffer
   * @param {number} at
   * @returns {Promise<number>} how many bytes were put there; 0 at the end
   */
  async read (buffer, at) {
    const most = Math.min(buffer.length - at, CHUNK)
    try {
      if (this.waiting.length === 0) {
        if (this.stream === undefined && this.#unpacked === undefined) return await this.#readFile(buffer, at, most)
        this.waiting = await this.#next()
      }
    } catch (/** @type {any} */ error) {
      if (error.code === 'Z_BUF_ERROR') throw cannotRead(this.name, new Error('the gzip data ends too early; a last line that was cut is left out'))
      throw cannotRead(this.name, error)
    }
    const taken = Math.min(most, this.waiting.length)
    this.waiting.copy(buffer, at, 0, taken)
    this.waiting = this.waiting.subarray(taken)
    return taken
  }

  /** What comes first: a hundred lines, or as much as a line may have. */
  async head () {
    let lines = 0
    let seen = 0
    for (;;) {
      for (let end; lines < HEAD_LINES && (end = this.waiting.indexOf(NEWLINE, seen)) !== -1; seen = end + 1) lines++
      if (lines === HEAD_LINES) return this.waiting.subarray(0, seen)
      if (this.waiting.length > LONGEST) return this.waiting
      const chunk = await this.#next().catch((error) => { throw cannotRead(this.name, error) })
      if (chunk.length === 0) return this.waiting
      this.waiting = Buffer.concat([this.waiting, chunk])
    }
  }

  close () {
    if (this.fd > 2) fs.closeSync(this.fd)
    if (this.stream !== undefined) process.stdin.destroy()
  }
}

/** Standard output, or another file. */
class Writer {
  /** @param {number} fd */
  constructor (fd) {
    this.fd = fd
  }

  /** @param {Uint8Array} bytes */
  async write (bytes) {
    for (let done = 0; done < bytes.length;) {
      try {
        const { bytesWritten } = await writeFrom(this.fd, bytes, done, bytes.length - done, null)
        done += bytesWritten
      } catch (/** @type {any} */ error) {
        if (error.code === 'EPIPE') throw new ClosedError('closed')
        if (error.code !== 'EAGAIN') throw new FileError(`cannot write the output: ${error.message}`)
        await pause()
      }
    }
  }
}

/**
 * @typedef {object} Work
 * @property {import('./log').Plan} plan
 * @property {number} jobs
 * @property {{ part: number, parts: number } | undefined} part
 * @property {(bytes: Uint8Array) => Promise<void>} write
 * @property {(state: { reader: Reader, counters: import('./log').Counters, first: string | undefined }) => void} tick
 *   is called after each block
 * @property {() => boolean} isStopped
 * @property {(wake: () => void) => void} onStop takes what to call then, in place of
 *   what was given before
 */

/** Takes blocks in order: with this thread alone. */
class Alone {
  /** @param {Work} work */
  constructor ({ plan, write }) {
    this.log = new Log(plan)
    this.tally = plan.output === 'compare' ? new Tally() : undefined
    this.write = write
  }

  get counters () {
    return this.log.counters
  }

  get first () {
    return this.log.firstUnreadable
  }

  /** @param {Buffer} bytes @param {boolean} isAll @param {number} base @param {number} [limit] */
  async take (bytes, isAll, base, limit) {
    const { log, tally } = this
    for (const output of log.run(bytes, isAll, limit)) {
      if (tally !== undefined) tally.add(output, bytes.subarray(log.place), base + log.place)
      else await this.write(output)
    }
    return log.consumed
  }

  /** Is all that was taken written? */
  async settle () {}

  async end () {}
}

/** The thread of a job. @param {MessagePort | any} port @param {import('./log').Plan} plan */
function serve (port, plan) {
  const log = new Log(plan)
  const tally = plan.output === 'compare' ? new Tally() : undefined
  port.on('message', (/** @type {any} */ message) => {
    if (message.ends) return port.postMessage({ tally: tally?.data() })
    const { bytes, output, isAll, flags, columns, base } = message
    log.output = Buffer.from(output.buffer, output.byteOffset, output.length)
    log.flags = flags
    log.columns = columns
    log.counters = { lines: 0, unreadable: 0, changed: 0 }
    log.firstUnreadable = undefined
    /** @type {Buffer[]} */
    const written = []
    for (const part of log.run(bytes, isAll)) {
      if (tally !== undefined) {
        tally.add(part, bytes.subarray(log.place), base + log.place)
        continue
      }
      written.push(part)
      log.output = Buffer.allocUnsafeSlow(log.output.length)
    }
    port.postMessage({ bytes, output, written, counters: log.counters, first: log.firstUnreadable },
      [bytes.buffer, ...new Set([output.buffer, ...written.map(({ buffer }) => buffer)])])
  })
}

/** Takes blocks in order, and gives them to threads. */
class Several {
  /** @param {Work} work */
  constructor ({ plan, jobs, write }) {
    this.plan = plan
    this.write = write
    this.flags = 0
    this.columns = plan.format.columns
    this.counters = { lines: 0, unreadable: 0, changed: 0 }
    /** @type {string | undefined} */
    this.first = undefined
    this.tally = plan.output === 'compare' ? new Tally() : undefined
    this.workers = Array.from({ length: jobs }, () => this.#start())
    this.next = 0
    /** Answers that are awaited, oldest first. @type {Promise<any>[]} */
    this.pending = []
    /** Buffers to use again. @type {{ bytes: Buffer, output: Buffer }[]} */
    this.free = []
    this.log = { restart: () => { this.flags = 0; this.columns = plan.format.columns } }
  }

  #start () {
    const worker = new Worker(__filename, { workerData: { logs: this.plan } })
    /** @type {{ resolve: (value: any) => void, reject: (error: any) => void }[]} */
    const awaited = []
    worker.on('message', (message) => awaited.shift()?.resolve(message))
    worker.on('error', (error) => awaited.splice(0).forEach(({ reject }) => reject(error)))
    /** @param {any} message @param {any[]} transferred */
    const ask = (message, transferred) => new Promise((resolve, reject) => {
      awaited.push({ resolve, reject })
      worker.postMessage(message, transferred)
    })
    return { worker, ask }
  }

  /** Whole lines; only a line that is too long is given in pieces. @param {Buffer} bytes @param {boolean} isAll */
  #cut (bytes, isAll) {
    if (isAll) return bytes.length
    const end = bytes.lastIndexOf(NEWLINE) + 1
    return end > 0 || (bytes.length <= LONGEST && this.flags === 0) ? end : bytes.length
  }

  /** Lines that begin at `limit` are left. @param {Buffer} bytes @param {boolean} isAll @param {number} limit */
  #end (bytes, isAll, limit) {
    const end = this.#cut(bytes, isAll)
    if (limit >= bytes.length) return end
    if (limit <= 0 && this.flags === 0) return 0
    const last = bytes.indexOf(NEWLINE, Math.max(limit - 1, 0))
    return last === -1 ? end : Math.min(last + 1, end)
  }

  /** @param {Buffer} bytes @param {boolean} isAll @param {number} base @param {number} [limit] */
  async take (bytes, isAll, base, limit = bytes.length) {
    const end = this.#end(bytes, isAll, limit)
    const isWhole = (isAll && end === bytes.length) || (end > 0 && bytes[end - 1] === NEWLINE)
    for (const block of this.#divide(bytes.subarray(0, end))) await this.#give(block, isWhole, base)
    if (end > 0) this.flags = isWhole ? 0 : 1
    return end
  }

  /** CloudFront's lines may change their fields. @param {Buffer} bytes */
  * #divide (bytes) {
    if (bytes.length === 0) return
    let start = 0
    for (let at = this.plan.format.kind === KINDS.cloudfront ? bytes.indexOf('#Fields:') : -1; at !== -1;
      at = bytes.indexOf('#Fields:', at + 1)) {
      if (at > 0 ? bytes[at - 1] !== NEWLINE : this.flags !== 0) continue
      if (at > start) yield bytes.subarray(start, at)
      const end = bytes.indexOf(NEWLINE, at)
      this.columns = columnsOfFields(bytes.toString('latin1', at, end === -1 ? bytes.length : end))
      start = at
    }
    yield bytes.subarray(start)
  }

  /** @param {Buffer} block @param {boolean} isWhole @param {number} base */
  async #give (block, isWhole, base) {
    while (this.pending.length > 2 * this.workers.length - 1) await this.pending[0]
    const { bytes, output } = this.free.pop() ??
      { bytes: Buffer.allocUnsafeSlow(CAPACITY), output: Buffer.allocUnsafeSlow(2 * CHUNK) }
    block.copy(bytes)
    const { ask } = this.workers[this.next]
    this.next = (this.next + 1) % this.workers.length
    const answer = ask({
      bytes: bytes.subarray(0, block.length),
      output,
      isAll: isWhole,
      flags: this.flags,
      columns: this.columns,
      base: base + block.byteOffset - this.origin
    }, [bytes.buffer, output.buffer])
    this.flags = isWhole ? 0 : 1
    this.last = Promise.all([answer, this.last]).then(([message]) => this.#settle(message))
    this.last.catch(() => {})
    this.pending.push(this.last)
  }

  /** Of the buffer whose blocks are given. */
  origin = 0

  /** When all that was given is written. @type {Promise<any>} */
  last = Promise.resolve()

  /** @param {any} message */
  async #settle ({ bytes, output, written, counters, first }) {
    for (const name of /** @type {const} */ (['lines', 'unreadable', 'changed'])) this.counters[name] += counters[name]
    this.first ??= first
    for (const part of written) await this.write(part)
    this.free.push({ bytes: Buffer.from(bytes.buffer), output: Buffer.from(output.buffer) })
    this.pending.shift()
  }

  async settle () {
    await this.last
  }

  async end () {
    if (this.tally !== undefined) {
      for (const { ask } of this.workers) this.tally.merge((await ask({ ends: true }, [])).tally)
    }
    await this.close()
  }

  async close () {
    await Promise.all(this.workers.map(({ worker }) => worker.terminate()))
  }
}

/** Where a part begins and ends. @param {Pick<Work, "part">} work @param {Reader} reader */
function boundsOf ({ part }, { size = 0 }) {
  if (part === undefined) return { from: 0, to: Infinity }
  const at = (/** @type {number} */ i) => Number(BigInt(size) * BigInt(i) / BigInt(part.parts))
  return { from: at(part.part - 1), to: part.part === part.parts ? Infinity : at(part.part) }
}

/** The first line of a file, without its end. @param {string} file */
async function firstLine (file) {
  const reader = await new Reader(file).open()
  const head = Buffer.from(await reader.head())
  reader.close()
  const end = head.indexOf(NEWLINE)
  return head.subarray(0, end === -1 ? head.length : end)
}

/** Sets the columns that a file's first lines name. @param {string} file @param {any} taker */
async function readHead (file, taker) {
  const reader = await new Reader(file).open()
  const head = (await reader.head()).toString('latin1')
  reader.close()
  for (const line of head.split('\n')) {
    if (!line.startsWith('#')) return
    if (line.startsWith('#Fields:')) taker.columns = columnsOfFields(line)
  }
}

/** A file under way, block by block. */
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

  /** Returns early, with nothing, if it has to stop. */
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

  /** Goes to the first line that begins at `from` or later. @param {number} from */
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

  /** Takes the line of names off CSV, and writes it with more names. */
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

  /** @param {number} to lines that begin there are left */
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

  /** Is the last line one that is too long, and not over? */
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
 * Opens a file, for a part of it at the line before that.
 *
 * @param {string} file
 * @param {Work['part']} part
 * @param {boolean} isWhole read from the beginning, all the same
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
  // A record of CSV may have several lines, which only the engine can divide.
  const isAlone = work.jobs === 1 || work.plan.format.kind === KINDS.csv
  const taker = isAlone ? new Alone(work) : new Several(work)
  let last
  const write = work.write
  try {
    for (const [i, reader] of readers.entries()) {
      // Lines of two files are not joined.
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

if (!isMainThread && workerData?.logs !== undefined) serve(parentPort, workerData.logs)

module.exports = { ClosedError, FileError, Writer, openInput, runFiles }
