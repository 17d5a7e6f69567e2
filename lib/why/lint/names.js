'use strict'

/* Which name a word was meant to be. */

const engine = require('../../engine')

const NAMES = Object.keys(engine.names())

/** @type {Record<string, string>} */
const OTHER_WORDS = {
  localhost: 'loopback',
  local: 'loopback',
  private: 'uniquelocal',
  internal: 'uniquelocal',
  lan: 'uniquelocal',
  rfc1918: 'uniquelocal'
}

/** Longer words are none of the names, however they are misspelt. */
const LONGEST = 16
/** So many letters may be wrong. */
const FURTHEST = 3

/**
 * How many letters must be added, left out, replaced, or exchanged with their
 * neighbour, to get from one word to the other.
 *
 * @param {string} a
 * @param {string} b
 */
function distance (a, b) {
  /** @type {number[]} */
  let before = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = last
    last = row
  }
  return last[b.length]
}

/**
 * @param {string} text no name
 * @returns {{ name: string, isCaseOnly: boolean } | undefined}
 */
function nameMeant (text) {
  if (text.length > LONGEST) return undefined
  const lower = text.toLowerCase()
  if (NAMES.includes(lower)) return { name: lower, isCaseOnly: true }
  const word = lower.replace(/[\s_-]/g, '')
  if (Object.hasOwn(OTHER_WORDS, word)) return { name: OTHER_WORDS[word], isCaseOnly: false }
  const name = NAMES.find((known) => distance(word, known) <= FURTHEST)
  return name === undefined ? undefined : { name, isCaseOnly: false }
}

module.exports = { nameMeant }
