'use strict'

/*
 * Remembers what was found for the last texts: the same few balancers connect
 * again and again, and a client that keeps its connection sends one header many
 * times. Comparing a text costs less than crossing to the engine. Only for answers
 * that cannot change: those that depend on compiled lists alone.
 */

const { LONGEST, keyOf } = require('../trust/trust-set')

/** @template T */
class Memory {
  /** @param {number} places how many texts are kept; a power of two */
  constructor (places) {
    this.last = places - 1
    this.keys = new Int32Array(places)
    /** @type {string[]} */
    this.texts = new Array(places).fill('')
    /** @type {(T | undefined)[]} */
    this.values = new Array(places).fill(undefined)
  }

  /**
   * @param {string} text
   * @returns {T | undefined}
   */
  find (text) {
    const place = keyOf(text) & this.last
    return this.texts[place] === text ? this.values[place] : undefined
  }

  /**
   * Keeps a text when its key comes for the second time: if all texts differ,
   * keeping each would cost more than asking again.
   *
   * @param {string} text
   * @param {T} value
   */
  keep (text, value) {
    const key = keyOf(text)
    const place = key & this.last
    if (this.keys[place] !== key) {
      this.keys[place] = key
    } else if (text.length <= LONGEST) {
      this.texts[place] = text
      this.values[place] = value
    }
  }
}

module.exports = Memory
