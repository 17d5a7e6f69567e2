'use strict'

/*
 * Decides whether a new list is accepted. A list that breaks a rule is refused,
 * with the rule's name, what was seen, and what to do; the previous list stays.
 */

const { describeEntry } = require('../why/facts')
const { escape, faultOf, quote } = require('../why/explain/faults')
const { readEntries, readInTurns, sizeOf } = require('./entries')

/** @typedef {import('./entries').Size} Size */
/** @typedef {import('./entries').Entry} Entry */

/** The shortest prefixes accepted: no network was assigned a wider one. */
const SHORTEST = { 4: 8, 6: 19 }

/** A list may cover at most this share of an address space. */
const MOST = 1 / 64

/** From this many entries on, a list may not grow tenfold at once. */
const MANY = 1000
const TENFOLD = 10

/** Lists of the last week that had at least this many entries are compared, too. */
const COMPARED = 100

/** @type {readonly (4 | 6)[]} */
const FAMILIES = [4, 6]

/** Why a list, a download or a snapshot was refused. */
class ListError extends Error {
  /**
   * @param {string} rule its name, for programs
   * @param {string} message escaped here, since a server chooses parts of it
   * @param {unknown} [seen] what broke the rule
   */
  constructor (rule, message, seen) {
    super(escape(message))
    this.name = 'ListError'
    this.rule = rule
    this.seen = seen
  }
}

/**
 * Says why an entry breaks the strict grammar.
 *
 * @param {string} text
 */
function faultIn (text) {
  const facts = describeEntry(text)
  if (facts.fault !== 'none') return faultOf(text, facts).message
  if (facts.name !== undefined) return 'names are not accepted in a list'
  const { subnets: [subnet], forms } = facts
  if (subnet === undefined) return 'a mapped subnet shorter than /96 matches nothing'
  const strict = `${subnet.text}/${subnet.length}`
  return forms.length > 0 && forms.some((form) => form !== 'mapped')
    ? `written unusually (${forms.join(', ')}): write ${strict}`
    : 'it trusts everybody'
}

/**
 * @param {string} text
 * @param {number} index
 */
function refuseEntry (text, index) {
  return new ListError('entry', `entry ${index + 1}, ${quote(text)}, is not an address or a subnet ` +
    `(${faultIn(text)})`, text)
}

/**
 * @param {readonly string[]} texts
 * @param {Entry[]} entries the same, parsed
 */
function refuseWide (texts, entries) {
  const index = entries.findIndex(({ family, length }) => length < SHORTEST[family])
  if (index === -1) return
  const { family, length } = entries[index]
  throw new ListError('wide', `entry ${index + 1}, ${quote(texts[index])}, is a /${length}, wider than ` +
    `/${SHORTEST[family]}, the widest accepted for IPv${family}: if that is right, set allowWide`, texts[index])
}

/** @param {number} share */
function percent (share) {
  return `${Number((share * 100).toPrecision(3))} %`
}

/** @param {Size} size */
function refuseCoverage ({ families }) {
  for (const family of FAMILIES) {
    const { share } = families[family]
    if (share <= MOST) continue
    throw new ListError('coverage', `the list covers ${percent(share)} of all IPv${family} addresses; ` +
      'at most 1/64 of them is accepted, and no option allows more', share)
  }
}

/**
 * @param {Size} size
 * @param {Size | undefined} before
 */
function refuseEmpty (size, before) {
  if (size.entries === 0) {
    throw new ListError('empty', 'the list is empty, which is treated as a mistake of its source', 0)
  }
  for (const family of FAMILIES) {
    const had = before?.families[family].entries ?? 0
    if (had === 0 || size.families[family].entries > 0) continue
    throw new ListError('family', `the list has no IPv${family} entries, but the previous one had ${had}: ` +
      'if that is right, delete the snapshot and start again', 0)
  }
}

/**
 * @param {Size} size
 * @param {Size} other an earlier list
 * @param {string} which
 */
function refuseShrunk (size, other, which) {
  const remedy = 'if that is right, set allowShrink'
  if (size.entries * 2 < other.entries) {
    throw new ListError('shrink', `the list has ${size.entries} entries, fewer than half of the ` +
      `${other.entries} of ${which}: ${remedy}`, size.entries)
  }
  for (const family of FAMILIES) {
    const { share } = size.families[family]
    const before = other.families[family].share
    if (share * 2 >= before) continue
    throw new ListError('shrink', `the list covers ${percent(share)} of all IPv${family} addresses, less ` +
      `than half of the ${percent(before)} of ${which}: ${remedy}`, share)
  }
}

/**
 * Refuses a list with many entries that grew tenfold, or one whose addresses grew
 * tenfold and that now covers more than the widest prefix accepted.
 *
 * @param {Size} size
 * @param {Size} before
 */
function refuseGrown (size, before) {
  const remedy = 'if that is right, set allowGrowth'
  if (size.entries >= MANY && size.entries >= TENFOLD * before.entries) {
    throw new ListError('growth', `the list has ${size.entries} entries, at least ten times the ` +
      `${before.entries} of the previous list: ${remedy}`, size.entries)
  }
  for (const family of FAMILIES) {
    const { share } = size.families[family]
    const had = before.families[family].share
    if (had === 0 || share <= 2 ** -SHORTEST[family] || share < TENFOLD * had) continue
    throw new ListError('growth', `the list covers ${percent(share)} of all IPv${family} addresses, at ` +
      `least ten times the ${percent(had)} of the previous list: ${remedy}`, share)
  }
}

/**
 * @typedef {object} Allowed
 * @property {boolean} allowWide
 * @property {boolean} allowShrink
 * @property {boolean} allowGrowth
 *
 * @typedef {object} Before
 * @property {Size | undefined} current the list in use
 * @property {Size[]} week the larger lists of the last week
 */

/**
 * Judges a list whose entries were parsed.
 *
 * @param {readonly string[]} texts
 * @param {Entry[]} entries
 * @param {Allowed} allowed
 * @param {Before} before
 * @returns {Size}
 * @throws {ListError} for the first rule that it breaks
 */
function judge (texts, entries, allowed, { current, week }) {
  if (!allowed.allowWide) refuseWide(texts, entries)
  const size = sizeOf(entries)
  refuseEmpty(size, current)
  refuseCoverage(size)
  if (current === undefined) return size
  if (!allowed.allowShrink) {
    refuseShrunk(size, current, 'the previous list')
    for (const one of week) {
      if (one.entries >= COMPARED) refuseShrunk(size, one, 'the largest list of the last week')
    }
  }
  if (!allowed.allowGrowth) refuseGrown(size, current)
  return size
}

/** @type {Before} */
const NOTHING = { current: undefined, week: [] }

/**
 * Parses a list, and judges it as a first one, without interruption.
 *
 * @param {readonly string[]} texts
 * @param {Allowed} allowed
 */
function judgeAlone (texts, allowed) {
  return judge(texts, readEntries(texts, refuseEntry), allowed, NOTHING)
}

/**
 * Parses and judges a list that is to replace another; lets other work run in
 * between.
 *
 * @param {readonly string[]} texts
 * @param {Allowed} allowed
 * @param {Before} before
 */
async function judgeInTurns (texts, allowed, before) {
  return judge(texts, await readInTurns(texts, refuseEntry), allowed, before)
}

/** How many lists of the last week are kept at most. */
const KEPT = 64

/**
 * Returns the lists of the last week that are larger than each later one.
 *
 * @template {{ size: Size }} T
 * @param {T[]} past oldest first
 * @param {T} next
 * @returns {T[]}
 */
function keepLarger (past, next) {
  const larger = past.filter(({ size }) => size.entries > next.size.entries ||
    FAMILIES.some((family) => size.families[family].share > next.size.families[family].share))
  return [...larger, next].slice(-KEPT)
}

module.exports = { ListError, judgeAlone, judgeInTurns, keepLarger, percent }
