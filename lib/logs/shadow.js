'use strict'

/*
 * The shadow of a setting in a running app: the current setting answers all requests,
 * and a candidate also gets some of them. The app does not notice the candidate: a
 * different answer is counted and published, and an error is counted.
 */

const { channel } = require('node:diagnostics_channel')
const proxyaddr = require('../index')

const differences = channel('proxy-addr-native:shadow')

/**
 * @callback Answer
 * @param {any} req
 * @returns {unknown}
 */

/** Returns whether this is a resolver, and not a setting. @param {any} given */
function isResolver (given) {
  return typeof given === 'function' && typeof given.resolve === 'function' && typeof given.trust === 'function'
}

/**
 * @param {any} given a setting of Express's, a trust function, or a resolver
 * @param {string} name for messages
 * @returns {Answer}
 */
function answerOf (given, name) {
  if (given === undefined) throw new TypeError(`${name} is undefined: give a setting, a trust function or a resolver`)
  if (isResolver(given)) return given
  const trust = proxyaddr.trustProxy(given)
  return (req) => proxyaddr(req, trust)
}

/** @param {any} options */
function readOptions (options) {
  const { sample = 1, random = Math.random, ...rest } = options ?? {}
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw new TypeError(`unknown option '${unknown}' (expected sample or random)`)
  if (typeof sample !== 'number' || !(sample >= 0 && sample <= 1)) throw new TypeError(`option sample: ${String(sample)} is not a number from 0 to 1`)
  if (typeof random !== 'function') throw new TypeError('option random: expected a function, such as Math.random')
  return { sample, random }
}

/** @param {any} current @param {any} candidate @param {any} [options] */
function createShadow (current, candidate, options) {
  const { sample, random } = readOptions(options)
  const answer = answerOf(current, 'the current setting')
  const shadowed = answerOf(candidate, 'the candidate')
  const stats = { requests: 0, sampled: 0, changed: 0, errors: 0 }

  /** @param {any} req @param {unknown} before */
  function compare (req, before) {
    try {
      if (sample < 1 && !(random() < sample)) return
      stats.sampled++
      const after = shadowed(req)
      if (after === before) return
      stats.changed++
      if (differences.hasSubscribers) differences.publish({ before, after, request: req })
    } catch {
      stats.errors++
    }
  }

  /** @param {any} req */
  function shadow (req) {
    const before = answer(req)
    stats.requests++
    compare(req, before)
    return before
  }

  /** For app.use(): compares, and changes nothing. @param {any} req @param {any} res @param {() => void} next */
  shadow.middleware = function (req, res, next) {
    try {
      shadow(req)
    } catch {
      stats.errors++
    }
    next()
  }

  shadow.stats = () => ({ ...stats })
  return shadow
}

module.exports = { createShadow }
