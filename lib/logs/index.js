'use strict'

/*
 * Logs as an API: a stream and an iterator of lines with their clients, a report on
 * another setting, and the shadow of a setting in a running app. Parameters and
 * errors are described in index.d.ts.
 */

const { Transform } = require('node:stream')
const { inspect } = require('node:util')
const { Tally, printed, reportOf } = require('./compare')
const { Log, readPlan, settingOf } = require('./log')
const { createShadow } = require('./shadow')

const OPTIONS = ['format', 'trust', 'columns', 'place', 'header']

/** @param {any} options @param {string[]} known */
function checkOptions (options, known) {
  if (Object(options) !== options) throw new TypeError("options are required, such as { format: 'nginx', trust: 'loopback' }")
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(`unknown option '${unknown}' (expected ${known.join(', ')})`)
  if (!known.includes('trust') || options.trust !== undefined) return
  throw new TypeError('option trust is missing: say whom to trust, as in trust: \'loopback\'; false trusts nobody')
}

/** Returns a setting as a report names it. @param {unknown} setting */
function titleOf (setting) {
  const plain = typeof setting === 'function' ? settingOf(setting) : setting
  return Object(plain) === plain && !Array.isArray(plain)
    ? `strict ${inspect(plain, { breakLength: Infinity, maxArrayLength: 10 })}`
    : String(plain)
}

/** Passes blocks of any size through a log. */
class Blocks {
  /** @param {any} options */
  constructor (options) {
    const plan = readPlan(options)
    this.log = new Log(plan)
    /** @type {Buffer} */
    this.waiting = Buffer.alloc(0)
    this.needsNames = plan.format.names !== undefined
  }

  /**
   * @param {Uint8Array} chunk
   * @param {boolean} isAll
   * @returns {Generator<Buffer>} output of its own memory
   */
  * take (chunk, isAll) {
    let bytes = this.waiting.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([this.waiting, chunk])
    if (this.needsNames) {
      const end = bytes.indexOf(10)
      if (end === -1 && !isAll) {
        this.waiting = Buffer.from(bytes)
        return
      }
      bytes = yield * this.#takeNames(bytes, end === -1 ? bytes.length : end)
    }
    for (const output of this.log.run(bytes, isAll)) yield Buffer.from(output)
    this.waiting = Buffer.from(bytes.subarray(this.log.consumed))
  }

  /** @param {Buffer} bytes @param {number} end @returns {Generator<Buffer, Buffer>} */
  * #takeNames (bytes, end) {
    this.needsNames = false
    const [, line, ending] = /** @type {string[]} */ (/^([^]*?)(\r?)$/.exec(bytes.toString('utf8', 0, end)))
    const names = this.log.takeNames(line)
    if (this.log.plan.output !== 'compare') yield Buffer.from(names + ending + (end < bytes.length ? '\n' : ''))
    return bytes.subarray(end + 1)
  }
}

/** @param {any} options */
function createLogStream (options) {
  checkOptions(options, OPTIONS)
  const blocks = new Blocks(options)
  const stream = new Transform({
    transform (chunk, encoding, done) {
      try {
        for (const output of blocks.take(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk, false)) this.push(output)
        done()
      } catch (/** @type {any} */ error) {
        done(error)
      }
    },
    flush (done) {
      try {
        for (const output of blocks.take(Buffer.alloc(0), true)) this.push(output)
        done()
      } catch (/** @type {any} */ error) {
        done(error)
      }
    }
  })
  return Object.defineProperty(stream, 'counters', { get: () => ({ ...blocks.log.counters }), enumerable: true })
}

/** @param {any} chunk */
function bytesOf (chunk) {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (chunk instanceof Uint8Array) return chunk
  throw new TypeError(`a log is text or bytes, and not ${typeof chunk}`)
}

/** Text is an iterable of characters, so a file's name would be read as a log. @param {any} source */
function checkSource (source) {
  if (typeof source !== 'string') return
  throw new TypeError("a log is not given as a string: give a stream, as in fs.createReadStream('access.log'), or [text] for text itself")
}

/** @param {any} source @param {any} options */
async function * logLines (source, options) {
  checkSource(source)
  checkOptions(options, OPTIONS)
  const blocks = new Blocks(options)
  /** @type {Buffer} */
  let rest = Buffer.alloc(0)
  const lines = function * (/** @type {Buffer} */ output) {
    const bytes = rest.length === 0 ? output : Buffer.concat([rest, output])
    let start = 0
    for (let end; (end = bytes.indexOf(10, start)) !== -1; start = end + 1) yield bytes.toString('utf8', start, end)
    rest = bytes.subarray(start)
  }
  for await (const chunk of source) {
    for (const output of blocks.take(bytesOf(chunk), false)) yield * lines(output)
  }
  for (const output of blocks.take(Buffer.alloc(0), true)) yield * lines(output)
  if (rest.length > 0) yield rest.toString('utf8')
}

/** @param {any} source @param {any} options */
async function compareLogs (source, options) {
  checkSource(source)
  checkOptions(options, ['format', 'trust', 'compare', 'header'])
  if (options.compare === undefined) throw new TypeError('option compare is missing: say which setting to compare with')
  const blocks = new Blocks(options)
  const tally = new Tally()
  let base = 0
  const take = (/** @type {Uint8Array} */ chunk, /** @type {boolean} */ isAll) => {
    const whole = blocks.waiting.length === 0 ? chunk : Buffer.concat([blocks.waiting, chunk])
    for (const output of blocks.take(chunk, isAll)) tally.add(output, whole.subarray(blocks.log.place), base + blocks.log.place)
    base += whole.length - blocks.waiting.length
  }
  for await (const chunk of source) take(bytesOf(chunk), false)
  take(Buffer.alloc(0), true)
  const report = reportOf(tally, blocks.log.counters, { format: options.format, before: titleOf(options.trust), after: titleOf(options.compare) })
  return Object.defineProperty(report, 'toString', { value: () => printed(report).join('\n'), enumerable: false })
}

/** @param {any} report */
function reportPage (report) {
  return require('./page').pageOf(report)
}

module.exports = { compareLogs, createLogStream, createShadow, logLines, reportPage }
