'use strict'

/**
 * The rule of a trust function: the entries of a list, undefined if the list was
 * too long to be kept; a number of hops; all hops, or none. For a live list,
 * `list` is the object that keeps it current, and each change makes a new rule.
 *
 * @typedef {{ kind: 'list', entries: readonly string[] | undefined, list?: LiveList } |
 *   { kind: 'hops', hops: number } | { kind: 'all' } | { kind: 'none' }} Rule
 */

/**
 * @typedef {object} LiveList a live list, as explanations see it
 * @property {string} name such as 'cloudflare'
 * @property {{ age: number | undefined }} state
 */

/**
 * Finds the client without calling the trust function: see TrustSet.
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
