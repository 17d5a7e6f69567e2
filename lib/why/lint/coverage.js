'use strict'

/* Finds subnets that trust too much, or addresses that no proxy has, and entries that overlap. */

const { quote } = require('../explain/faults')
const {
  describeShare, isOfCdn, isPrivate, isViewerFacing, isWithin, onceOf, overlapOf, privateMeant, rangeOf, ranges, shareOf,
  specialOf
} = require('./ranges')
const { problem } = require('./problem')

/** @typedef {import('./problem').Problem} Problem */
/** @typedef {import('./ranges').Range} Range */
/** @typedef {import('../facts').Described} Described */

/**
 * @typedef {object} Entry
 * @property {string} text
 * @property {number} index its place in the list
 * @property {import('../facts').Described[]} subnets what it trusts
 * @property {boolean} isWide whether it was already reported as wide
 */

/**
 * @typedef {object} Part one subnet of an entry
 * @property {Entry} entry
 * @property {Range} range
 * @property {Part} [outer] the part of another entry that it is inside of, or
 *   equal to
 */

/**
 * A subnet with at most this many bits of prefix is wide, or very wide. No network
 * was ever assigned an IPv6 prefix as short as /16. Some were assigned an IPv4 /8,
 * but let others use addresses in it.
 */
const WIDE = { 4: 11, 6: 24 }
const VERY_WIDE = { 4: 8, 6: 16 }

const CONSEQUENCE = 'and whoever has one of them can choose the address they seem to come from'

/**
 * @param {string} once whose list it was on
 * @param {Described} subnet
 * @returns {[string, (string | string[] | undefined)?]} the reason, and the part that is still listed
 */
function outdated (once, { text, length }) {
  if (once === 'Akamai') {
    return [`${text}/${length} is no longer on the list that Akamai publishes for origins: its other services have ` +
      'addresses there']
  }
  return ['104.28.0.0/14 is no longer on the list that Cloudflare publishes: others have addresses there',
    length === 12 ? ['104.16.0.0/13', '104.24.0.0/14'] : length === 13 ? '104.24.0.0/14' : undefined]
}

/**
 * @param {Described} subnet
 * @param {Described} address as it was written
 */
function lintWidth (subnet, address) {
  const range = rangeOf(subnet)
  if (isPrivate(range)) return undefined
  const special = specialOf(range)
  if (special !== undefined) return problem(special.code, `It is ${special.what}`)
  const { family, length } = subnet
  const once = onceOf(range)
  if (once !== undefined) return problem('outdated-range', ...outdated(once, subnet))
  if (length > WIDE[family] || isOfCdn(range)) return undefined
  const count = overlapOf(range)
  if (count === 0n) return problem('reserved-range', 'It is reserved, so no proxy has such an address')
  const isVeryWide = length <= VERY_WIDE[family]
  return problem(isVeryWide ? 'very-wide' : 'wide',
    `${subnet.text}/${length} has ${describeShare(family, count)}, ${CONSEQUENCE}`,
    isVeryWide ? privateMeant(range, address.bits) : undefined)
}

const VERY_MUCH = 1 / 16
const MUCH = 1 / 64
/** IPv4 addresses. No list that a CDN publishes has as many, except Akamai's. */
const RENTABLE = 2n ** 23n

/** A list with this many of CloudFront's ranges for viewers is taken for its whole list. */
const SEVERAL = 3

const LOOPBACK = ranges(['127.0.0.0/8'])[0]
const THIS_HOST = [...ranges(['127.0.0.1']), ...ranges(['::1'])]

/** @param {bigint} a @param {bigint} b */
function compare (a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * A subnet comes after one that contains it; of equal subnets, the one whose entry
 * has more subnets comes first. Otherwise, the order is that of the list.
 *
 * @param {Part} a
 * @param {Part} b
 */
function inOrder (a, b) {
  return a.range.family - b.range.family ||
    compare(a.range.first, b.range.first) ||
    compare(b.range.last, a.range.last) ||
    b.entry.subnets.length - a.entry.subnets.length
}

/**
 * Two subnets have nothing in common, or one is inside the other. So it is
 * enough to know the last one that is inside no other.
 *
 * @param {Part[]} parts in order; receives each one's `outer`
 * @returns {Part[]} those inside no other
 */
function nest (parts) {
  const outermost = []
  /** @type {Part | undefined} */
  let outer
  for (const part of parts) {
    if (outer !== undefined && isWithin(part.range, outer.range)) {
      part.outer = outer
    } else {
      outermost.push(outer = part)
    }
  }
  return outermost
}

/**
 * @param {Part[]} parts all those of an entry
 * @returns {Problem | undefined}
 */
function lintRedundant (parts) {
  const [{ range, outer, entry }] = parts
  if (outer === undefined || parts.some((part) => part.outer === undefined)) return undefined
  const { first, last } = outer.range
  const isSame = range.first === first && range.last === last &&
    outer.entry.subnets.length === parts.length
  const other = `${quote(outer.entry.text)}, entry ${outer.entry.index}`
  return {
    ...isSame
      ? problem('duplicate', `The same is trusted by ${other}`)
      : problem('redundant', `It is inside ${other}`),
    entry: entry.text,
    index: entry.index
  }
}

/** @param {bigint} count */
function rentable (count) {
  return problem('rentable', `Together, the entries trust ${Math.floor(Number(count) / 1e6)} million addresses of the ` +
    'internet. Only clouds have that many, and anybody can rent one there: name only the ranges of the balancer or CDN')
}

/**
 * @param {Part[]} outermost
 * @returns {Problem[]}
 */
function lintViewers (outermost) {
  if (outermost.filter(({ range }) => isViewerFacing(range)).length < SEVERAL) return []
  return [problem('viewer-facing', "It is the whole of CloudFront's list, but CloudFront calls from a part of it only: " +
    'the ranges of the service CLOUDFRONT_ORIGIN_FACING are enough')]
}

/**
 * This host has an address of each family, and which of them a proxy calls from
 * depends on how it resolves localhost.
 *
 * @param {Part[]} outermost
 * @returns {Problem[]}
 */
function lintLoopback (outermost) {
  const found = THIS_HOST.map((address) => outermost.find(({ range }) => isWithin(address, range)))
  const [has, lacks] = found[0] ? ['127.0.0.1', '::1'] : ['::1', '127.0.0.1']
  const part = found[0] ?? found[1]
  if (part === undefined || found.every(Boolean)) return []
  const isNarrow = isWithin(part.range, LOOPBACK) || isWithin(part.range, THIS_HOST[1])
  if (!isNarrow) return []
  const { text, index } = part.entry
  return [{
    ...problem('one-loopback', `A proxy on this host may also call from ${lacks}, which is not trusted although ${has} is: ` +
      '"loopback" covers both', 'loopback'),
    entry: text,
    index
  }]
}

/**
 * @param {Part[]} outermost
 * @param {4 | 6} family
 * @returns {Problem[]}
 */
function lintShare (outermost, family) {
  const parts = outermost.filter(({ range }) => range.family === family)
  const sum = (/** @type {Part[]} */ some) => some.reduce((count, { range }) => count + overlapOf(range), 0n)
  const all = sum(parts)
  if (shareOf(family, all) === 1) {
    return [problem('covers-everything', `Together, the entries trust the whole internet's IPv${family} ` +
      'addresses, so everybody can choose the address they seem to come from')]
  }
  const unsaid = sum(parts.filter(({ range, entry }) =>
    !entry.isWide && !isPrivate(range) && !isOfCdn(range) && specialOf(range) === undefined))
  const share = shareOf(family, unsaid)
  if (share < MUCH) return family === 4 && unsaid >= RENTABLE ? [rentable(unsaid)] : []
  return [problem(share < VERY_MUCH ? 'wide-together' : 'very-wide-together',
    `Together, the entries trust ${describeShare(family, unsaid)}, ${CONSEQUENCE}`)]
}

/**
 * @param {Entry[]} entries
 * @returns {Problem[]}
 */
function lintCoverage (entries) {
  /** @type {Part[][]} */
  const byEntry = entries.map((entry) =>
    entry.subnets.map((subnet) => ({ entry, range: rangeOf(subnet) })))
  const outermost = nest(byEntry.flat().sort(inOrder))
  const redundant = byEntry.map(lintRedundant).filter((found) => found !== undefined)
  return [
    ...lintShare(outermost, 4), ...lintShare(outermost, 6), ...lintViewers(outermost), ...lintLoopback(outermost), ...redundant
  ]
}

module.exports = { lintCoverage, lintWidth }
