'use strict'

/*
 * Blocks of a log, taken in order: by this thread, or by several, which handle whole
 * lines while this one reads and writes.
 */

const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')
const { Tally } = require('./compare')
const { KINDS, columnsOfFields } = require('./format')
const { LONGEST, Log } = require('./log')
const { CHUNK, NEWLINE } = require('./reader')

/** A buffer must have room for more than the longest line. */
const CAPACITY = LONGEST + CHUNK

/**
 * @typedef {object} Job
 * @property {import('./log').Plan} plan
 * @property {number} jobs
 * @property {(bytes: Uint8Array) => Promise<void>} write
 */

/** Takes blocks with this thread alone. */
class Alone {
  /** @param {Job} work */
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

  /** Resolves when everything that was taken is written. */
  async settle () {}

  async end () {}
}

/** Runs in the thread of a job. @param {MessagePort | any} port @param {import('./log').Plan} plan */
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

/** Gives blocks to threads. */
class Several {
  /** @param {Job} work */
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

  /** Returns where the last whole line ends; only a line that is too long is cut. @param {Buffer} bytes @param {boolean} isAll */
  #cut (bytes, isAll) {
    if (isAll) return bytes.length
    const end = bytes.lastIndexOf(NEWLINE) + 1
    return end > 0 || (bytes.length <= LONGEST && this.flags === 0) ? end : bytes.length
  }

  /** Leaves lines that begin at `limit` or later. @param {Buffer} bytes @param {boolean} isAll @param {number} limit */
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

  /** Divides bytes where CloudFront's log changes its fields. @param {Buffer} bytes */
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

  /** The offset of the buffer that blocks are taken from. */
  origin = 0

  /** Resolves when everything that was given is written. @type {Promise<any>} */
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

if (!isMainThread && workerData?.logs !== undefined) serve(parentPort, workerData.logs)

module.exports = { Alone, CAPACITY, Several }
