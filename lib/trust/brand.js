'use strict'

/**
 * The rule of a trust function: the entries of a list, undefined if it was too
 * long to be kept; a number of hops; all, or none. Of a live list, `list` is the
 * object that keeps it current; its rule is another object after each change.
 *
 * @typedef {{ kind: 'list', entries: readonly string[] | undefined, list?: LiveList } |
 *   { kind: 'hops', hops: number } | { kind: 'all' } | { kind: 'none' }} Rule
 */

/**
 * @typedef {object} LiveList what is known of a live list
 * @property {string} name such as 'cloudflare'
 * @property {{ age: number | undefined }} state
 */

/**
 * Resolves without calling the trust function: see TrustSet.
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
 * Marks a trust function as one of this package's, and ties its set to it.
 *
 * The set is in a private field. Unlike a property under a symbol, that is not
 * copied by util.promisify() or Object.assign(), does not show through a Proxy
 * or a prototype, and triggers no trap. So a wrapper, which may be stricter than
 * what it wraps, is called and not bypassed.
 */
class Brand extends Given {
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
   * The set of a trust function; undefined if the function is not marked.
   *
   * @param {Function} trust
   */
  static setOf (trust) {
    return #set in trust ? trust.#set : undefined
  }
}

module.exports = Brand
