'use strict'

/* Addresses and requests to measure with: varied, and the same each time. */

/**
 * Returns the text in one piece, as sockets and header parsers give it.
 *
 * @param {string} text
 */
function flat (text) {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Marsaglia's xorshift, of 32 bits. */
class Random {
  #state

  /** @param {number} [seed] any integer but 0 */
  constructor (seed = 2463534242) {
    this.#state = seed | 0
  }

  /**
   * An integer from 0 up to, but not including, `limit`.
   *
   * @param {number} limit
   */
  below (limit) {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) % limit
  }

  privateAddress () {
    return `10.${this.below(256)}.${this.below(256)}.${this.below(256)}`
  }

  publicAddress () {
    return `${193 + this.below(20)}.${this.below(256)}.${this.below(256)}.${this.below(256)}`
  }

  privateAddress6 () {
    return `fd00::${this.below(65536).toString(16)}:${this.below(65536).toString(16)}`
  }

  publicAddress6 () {
    return `2a01:${this.below(65536).toString(16)}::${this.below(65536).toString(16)}`
  }

  subnet () {
    return `${193 + this.below(20)}.${this.below(256)}.${this.below(256)}.0/24`
  }
}

module.exports = { Random, flat }
