'use strict'

/*
 * The list in use: its trust set, the parts it was made from, and how large the
 * lists of the last week were. It is replaced in one step.
 */

const { setImmediate: nextTurn } = require('node:timers/promises')
const Compiled = require('../trust/brand')
const { build } = require('../trust/compile')
const TrustSet = require('../trust/trust-set')
const { judgeAlone, judgeInTurns, keepLarger } = require('./rules')

const WEEK = 7 * 24 * 60 * 60_000

/** @typedef {import('./entries').Size} Size */
/** @typedef {import('./snapshot').Part} Part */
/** @typedef {import('./snapshot').Snapshot} Snapshot */

/** @param {readonly Part[]} parts */
function entriesOf (parts) {
  return [...new Set(parts.flatMap(({ entries }) => entries))]
}

/**
 * @param {readonly string[]} a
 * @param {readonly string[]} b
 */
function missingIn (a, b) {
  const known = new Set(a)
  return b.filter((text) => !known.has(text))
}

class CurrentList {
  /** @type {Size | undefined} */
  #size
  /** @type {{ at: number, size: Size }[]} earlier, larger lists, and when they were replaced */
  #past = []
  #list

  /** @param {import('../trust/brand').LiveList} list whose entries these are */
  constructor (list) {
    this.#list = list
    this.set = new TrustSet(build([]), [])
    this.set.rule = { kind: 'list', entries: Object.freeze([]), list }
    const { set } = this
    this.trust = new Compiled(
      /** @param {unknown} address */ function trust (address) { return set.has(address) }, set)
    this.version = 0
    /** @type {readonly Part[]} */
    this.parts = []
    /** @type {string | undefined} */
    this.etag = undefined
  }

  get entries () {
    return /** @type {readonly string[]} */ (/** @type {any} */ (this.set.rule).entries)
  }

  #week () {
    const now = performance.now()
    this.#past = this.#past.filter(({ at }) => now - at < WEEK)
    return this.#past.map(({ size }) => size)
  }

  /**
   * @param {string[]} entries
   * @param {Size} size
   */
  #install (entries, size) {
    this.set.replace(build(entries), { kind: 'list', entries: Object.freeze(entries), list: this.#list })
    this.#size = size
    this.version++
  }

  /**
   * Installs a list that was read, if the rules accept it.
   *
   * @param {{ parts: readonly Part[], etag?: string | undefined }} found
   * @param {import('./rules').Allowed} allowed
   * @param {AbortSignal} signal
   * @returns {Promise<{ added: string[], removed: string[] } | undefined>} what
   *   changed; undefined if nothing did
   */
  async take ({ parts, etag }, allowed, signal) {
    const entries = entriesOf(parts)
    const size = await judgeInTurns(entries, allowed, { current: this.#size, week: this.#week() })
    // For thousands of entries, each step takes some milliseconds.
    await nextTurn()
    const before = this.entries
    const added = missingIn(before, entries)
    const removed = missingIn(entries, before)
    await nextTurn()
    signal.throwIfAborted()
    if (added.length > 0 || removed.length > 0) {
      if (this.#size !== undefined) {
        this.#past = keepLarger(this.#past, { at: performance.now(), size: this.#size })
      }
      this.#install(entries, size)
    }
    this.parts = parts
    this.etag = etag
    return added.length > 0 || removed.length > 0 ? { added, removed } : undefined
  }

  /**
   * Installs a snapshot, or a constant list, judged as a first list.
   *
   * @param {Pick<Snapshot, 'etag' | 'parts' | 'week'>} snapshot
   * @param {import('./rules').Allowed} allowed
   */
  restore ({ parts, etag, week }, allowed) {
    const entries = entriesOf(parts)
    const now = performance.now()
    const past = week.map(({ age, size }) => ({ at: now - Math.max(age, 0), size }))
    this.#install(entries, judgeAlone(entries, allowed))
    this.#past = past
    this.parts = parts
    this.etag = etag
  }

  /** Returns what a snapshot stores about the list. */
  save () {
    const now = performance.now()
    const week = this.#past.map(({ at, size }) => ({ age: Math.round(now - at), size }))
    return { etag: this.etag, parts: this.parts, week }
  }
}

module.exports = { CurrentList }
