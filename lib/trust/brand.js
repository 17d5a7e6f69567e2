'use strict'

/**
 * What a trust function goes by: the entries of a list, unless that was too long
 * to be kept, the number of hops, all or none.
 *
 * @typedef {{ kind: 'list', entries: readonly string[] | undefined } |
 *   { kind: 'hops', hops: number } | { kind: 'all' } | { kind: 'none' }} Rule
 */

/**
 * What resolves without calling the trust function: see TrustSet.
 *
 * @typedef {Pick<import('./trust-set'), 'hasPeer' | 'find' | 'rule'>} Set
 */

/** Makes its argument the `this` of a derived class's constructor. */
class Given {
  /** @param {object} target */
  constructor (target) {
    return target
  }
}

/**
 * Attaches a compiled set to the trust function that was made of it.
 *
 * The set is in a private field, because a wrapper is not the thing it wraps:
 * unlike a property under a symbol, it is not copied by util.promisify() or
 * Object.assign(), does not show through a Proxy or a prototype, and triggers
 * no trap. So a wrapper, which may be stricter, is called and not bypassed.
 */
class Compiled extends Given {
  #set

  /**
   * @param {Function} trust
   * @param {Set} set
   */
  constructor (trust, set) {
    super(trust)
    this.#set = set
  }

  /**
   * The set of a trust function, if it is one that was made here. Its `rule`
   * says what the function goes by.
   *
   * @param {Function} trust
   */
  static setOf (trust) {
    return #set in trust ? trust.#set : undefined
  }
}

module.exports = Compiled
