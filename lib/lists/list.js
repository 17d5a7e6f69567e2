'use strict'

/*
 * A live list: a trust function whose entries a source keeps current, as far as
 * the rules accept what it returns. Times within the process come from the
 * monotonic clock, so setting the system's clock changes nothing.
 */

const { channel } = require('node:diagnostics_channel')
const { EventEmitter } = require('node:events')
const { CurrentList } = require('./current')
const { within } = require('./download')
const { ListError } = require('./rules')
const snapshots = require('./snapshot')
const { LONGEST_TIMER, delayOf } = require('./sources')

/** If nothing changes, a snapshot's date is renewed after this time. */
const RENEWED = 30 * 60_000

const CHANNEL = channel('proxy-addr-native:list')

/** @typedef {import('./index').Outcome} Outcome */

/**
 * @typedef {import('./rules').Allowed & {
 *   timeout: number, interval: number, maxAge: number, snapshot: string | undefined
 * }} Options times in milliseconds
 */

/**
 * Keeps the process alive until a promise settles.
 *
 * @param {Promise<unknown>} promise
 */
function hold (promise) {
  const timer = setInterval(() => {}, LONGEST_TIMER)
  const release = () => clearInterval(timer)
  promise.then(release, release)
}

/** index.d.ts describes the members. */
class LiveList extends EventEmitter {
  #source
  #options
  /** @type {CurrentList} */
  #current
  /** @type {Date | undefined} */
  #fetchedAt
  /** When the last good answer came; until one comes, when the list was made. */
  #goodAt = performance.now()
  /** @type {number} */
  #savedAt = -Infinity
  #failures = 0
  /** @type {ListError | undefined} */
  #lastError
  #isClosed = false
  /** @type {Promise<void>} */
  #ready
  /** @type {{ resolve: () => void, reject: (error: Error) => void } | undefined} */
  #settleReady
  #isHeld = false
  /** @type {Promise<Outcome> | undefined} */
  #attempt
  /** @type {AbortController | undefined} */
  #controller
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  /** @type {NodeJS.Timeout | undefined} */
  #staleTimer

  /**
   * @param {import('./sources').Source} source
   * @param {Options} options
   */
  constructor (source, options) {
    super()
    this.name = source.name
    this.#source = source
    this.#options = options
    this.#current = new CurrentList(this)
    this.trust = this.#current.trust
    this.#ready = new Promise((resolve, reject) => { this.#settleReady = { resolve, reject } })
    // If the caller does not wait for it, a rejection must not end the process.
    this.#ready.catch(() => {})
    this.#restore()
    if (source.constant !== undefined) this.#current.restore({ parts: source.constant, week: [] }, options)
    this.#watchAge()
    this.#run(true)
  }

  get ready () {
    if (this.#settleReady !== undefined && !this.#isHeld) {
      this.#isHeld = true
      hold(this.#ready)
    }
    return this.#ready
  }

  get version () {
    return this.#current.version
  }

  get entries () {
    return this.#current.entries
  }

  get state () {
    const age = this.#age()
    return {
      entries: this.entries.length,
      source: this.#source.id,
      fetchedAt: this.#fetchedAt,
      age: this.#fetchedAt && Math.floor(age / 1000),
      etag: this.#current.etag,
      lastError: this.#lastError,
      stale: age >= this.#options.maxAge
    }
  }

  /** @param {unknown} address */
  has (address) {
    return this.#current.set.has(address)
  }

  /** @returns {Promise<Outcome>} */
  refresh () {
    if (this.#isClosed) return Promise.resolve({ outcome: 'closed' })
    const attempt = this.#run(true)
    hold(attempt)
    return attempt
  }

  close () {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#staleTimer)
    const error = new ListError('closed', `the list ${this.name} was closed`)
    this.#controller?.abort(error)
    this.#settle(error)
  }

  #age () {
    return performance.now() - this.#goodAt
  }

  /** @param {Error} [error] */
  #settle (error) {
    const settle = this.#settleReady
    this.#settleReady = undefined
    if (error === undefined) settle?.resolve()
    else settle?.reject(error)
  }

  /** @param {boolean} isForced whether the caller asked for it */
  #run (isForced) {
    this.#attempt ??= this.#try(isForced)
    return this.#attempt
  }

  /**
   * @param {boolean} isForced
   * @returns {Promise<Outcome>}
   */
  async #try (isForced) {
    clearTimeout(this.#timer)
    const outcome = await this.#fetch(isForced).catch((error) => this.#refuse(error))
    await this.#save(outcome.outcome)
    // From here on, refresh() starts another attempt.
    this.#attempt = undefined
    this.#schedule()
    if (outcome.outcome !== 'refused') this.#settle()
    else if (this.version === 0) this.#settle(outcome.error)
    return outcome
  }

  /**
   * @param {boolean} isForced
   * @returns {Promise<Outcome>}
   */
  async #fetch (isForced) {
    const controller = new AbortController()
    const { signal } = controller
    this.#controller = controller
    const { parts, etag } = await within(this.#options.timeout, controller, () => this.#source.read({
      parts: this.#current.parts, isForced, lastError: this.#lastError, signal
    }))
    const change = parts && await this.#current.take({ parts, etag }, this.#options, signal)
    signal.throwIfAborted()
    this.#failures = 0
    this.#answered(new Date(), 0)
    if (change === undefined) return { outcome: 'unchanged' }
    this.#tell('update', { version: this.version, entries: this.entries.length, ...change })
    return { outcome: 'updated', ...change }
  }

  /**
   * @param {Date} at
   * @param {number} age milliseconds
   */
  #answered (at, age) {
    this.#fetchedAt = at
    this.#goodAt = performance.now() - age
    this.#lastError = undefined
    this.#watchAge()
  }

  /**
   * @param {any} thrown
   * @returns {Outcome}
   */
  #refuse (thrown) {
    if (this.#isClosed) return { outcome: 'closed' }
    /* c8 ignore next 3: an engine out of memory, or a fault of ours, must not end the process */
    const error = thrown instanceof ListError
      ? thrown
      : new ListError('source', `reading the list failed: ${thrown.message}`, thrown)
    this.#failures++
    this.#report(error)
    return { outcome: 'refused', error }
  }

  /** @param {ListError} error */
  #report (error) {
    // A file that does not change is refused only once.
    if (error === this.#lastError) return
    this.#lastError = error
    this.#tell('refused', { rule: error.rule, message: error.message, seen: error.seen, error })
  }

  /**
   * Publishes an event, and emits it in the next tick, when its changes are
   * complete.
   *
   * @param {string} event
   * @param {object} details
   */
  #tell (event, details) {
    const message = { list: this.name, ...details }
    process.nextTick(() => this.emit(event, message))
    if (CHANNEL.hasSubscribers) CHANNEL.publish({ event, ...message })
  }

  #schedule () {
    if (this.#isClosed || this.#source.constant !== undefined) return
    const { interval } = this.#options
    const delay = this.#source.isLocal ? interval : delayOf(interval, this.#failures, this.version === 0, Math.random())
    this.#timer = setTimeout(() => this.#run(false), delay).unref()
  }

  /** Emits `stale` when the list becomes stale. */
  #watchAge () {
    clearTimeout(this.#staleTimer)
    const { maxAge } = this.#options
    if (this.#isClosed || maxAge === Infinity) return
    const left = Math.max(maxAge - this.#age(), 0)
    this.#staleTimer = setTimeout(() => {
      const { age, stale, lastError } = this.state
      /* c8 ignore next: a long maxAge needs several timers */
      if (!stale) return this.#watchAge()
      this.#tell('stale', { age, lastError })
    }, Math.min(Math.ceil(left), LONGEST_TIMER)).unref()
  }

  #restore () {
    const { snapshot: file } = this.#options
    if (file === undefined) return
    snapshots.removeLeftOvers(file)
    try {
      const found = snapshots.read(file, this.#source.id)
      if (found === undefined) return
      this.#current.restore(found, this.#options)
      const age = Math.max(Date.now() - found.fetchedAt, 0)
      this.#answered(new Date(found.fetchedAt), age)
      this.#savedAt = performance.now() - age
      this.#settle()
    } catch (/** @type {any} */ error) {
      this.#report(error)
    }
  }

  /** @param {Outcome['outcome']} outcome */
  async #save (outcome) {
    const { snapshot: file } = this.#options
    const now = performance.now()
    if (file === undefined || this.#fetchedAt === undefined) return
    if (outcome !== 'updated' && outcome !== 'unchanged') return
    if (outcome === 'unchanged' && now - this.#savedAt < RENEWED) return
    try {
      const fetchedAt = this.#fetchedAt.getTime()
      await snapshots.write(file, { source: this.#source.id, fetchedAt, ...this.#current.save() })
      this.#savedAt = now
    } catch (/** @type {any} */ error) {
      this.#report(error)
    }
  }
}

module.exports = { LiveList }
