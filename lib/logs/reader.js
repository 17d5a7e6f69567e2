'use strict'

/* Reads the bytes of a log from a file, gzip or standard input, and writes those of the output. */

const fs = require('node:fs')
const { Readable } = require('node:stream')
const { promisify } = require('node:util')
const zlib = require('node:zlib')
const { LONGEST } = require('./log')

const open = promisify(fs.open)
const readInto = promisify(fs.read)
const writeFrom = promisify(fs.write)

/** At most this many bytes are read at once. */
const CHUNK = 1 << 19
const NEWLINE = 10
const GZIP = [0x1f, 0x8b]
const HEAD_LINES = 100
/** How many milliseconds to wait before a pipe that was full or empty is tried again. */
const PAUSE = 5

/** A file could not be read or written: exit code 3. The cause says why, unless the message does. */
class FileError extends Error {}

/** The reader of the output closed it. */
class ClosedError extends Error {}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE))

/** @param {string} name @param {any} error */
function cannotRead (name, error) {
  return new FileError(`cannot read ${name}`, { cause: error })
}

/** One input: a file, or standard input for '-'. */
class Reader {
  /** @param {string} file */
  constructor (file) {
    this.file = file
    this.name = file === '-' ? 'standard input' : `'${file}'`
    this.fd = 0
    /** The size of the file; undefined if it is unknown. @type {number | undefined} */
    this.size = undefined
    /** Bytes read from the file; for gzip, before decompression. */
    this.done = 0
    this.isGzip = false
    /** @type {AsyncIterator<Buffer> | undefined} */
    this.stream = undefined
    /** Bytes that were read and not yet returned. @type {Buffer} */
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

  /** Returns the next bytes of the file; none at its end. */
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

  /** Returns the first hundred lines, or as many bytes as a line may have. */
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

module.exports = { CHUNK, ClosedError, FileError, NEWLINE, Reader, Writer }
