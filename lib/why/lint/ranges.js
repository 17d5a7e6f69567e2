'use strict'

/*
 * Ranges of addresses with a meaning of their own. Where two of them overlap,
 * the first one counts.
 */

const { describeEntry } = require('../facts')

/**
 * @typedef {object} Range
 * @property {4 | 6} family
 * @property {bigint} first its first address
 * @property {bigint} last its last one
 */

/**
 * From the first to the last address of a subnet.
 *
 * @param {import('../facts').Described} subnet
 * @returns {Range}
 */
function rangeOf ({ family, length, bits }) {
  const free = BigInt((family === 4 ? 32 : 128) - length)
  return { family, first: bits, last: bits + (1n << free) - 1n }
}

/** @param {string[]} subnets */
function ranges (subnets) {
  return subnets.map((text) => rangeOf(describeEntry(text).subnets[0]))
}

/**
 * @param {Range} inner
 * @param {Range} outer
 */
function isWithin (inner, outer) {
  return inner.family === outer.family && inner.first >= outer.first && inner.last <= outer.last
}

/** Subnets that only one's own network, or one's provider's, can send from. */
const PRIVATE_SUBNETS = [
  '127.0.0.0/8', // RFC 1122
  '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', // RFC 1918
  '169.254.0.0/16', // RFC 3927
  '100.64.0.0/10', // RFC 6598: between a provider and its customers
  '::1/128', 'fe80::/10', // RFC 4291
  'fc00::/7' // RFC 4193
]
const PRIVATE = ranges(PRIVATE_SUBNETS)

/** The addresses that the internet has, or can have at all, by family. */
const INTERNET = { 4: ranges(['::ffff:0:0/96'])[0], 6: ranges(['2000::/3'])[0] }

/** Ranges that a proxy cannot have an address in, or should not. */
const SPECIAL = [
  {
    code: 'documentation-range',
    what: 'kept for examples in documentation, so no proxy has such an address',
    // RFC 5737, RFC 3849, RFC 9637
    ranges: ranges([
      '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'
    ])
  },
  {
    code: 'multicast-range',
    what: 'for groups of receivers, so no proxy sends from such an address',
    // RFC 5771, RFC 4291
    ranges: ranges(['224.0.0.0/4', 'ff00::/8'])
  },
  {
    code: 'reserved-range',
    what: 'reserved, so no proxy has such an address',
    // RFC 6890 and the registries that it made: "this network", protocol
    // assignments, benchmarks, the future; unspecified and discarded ones
    ranges: ranges([
      '0.0.0.0/8', '192.0.0.0/24', '198.18.0.0/15', '240.0.0.0/4', '::/128', '100::/64',
      '2001:2::/48'
    ])
  }
]

/**
 * What Akamai publishes for the firewalls of origins, as of July 2025:
 * https://techdocs.akamai.com/origin-ip-acl/docs/update-your-origin-server. No other
 * CDN's list has subnets as wide as these.
 */
const AKAMAI = ranges([
  '2.16.0.0/13', '23.0.0.0/12', '23.32.0.0/11', '23.192.0.0/11', '95.100.0.0/15', '184.24.0.0/13', '2405:9600::/32',
  '2600:1400::/24', '2a02:26f0::/32'
])

/** Ranges that the same page listed before, and that other services use now. */
const NOT_AKAMAI = ranges([
  '23.64.0.0/14', '23.72.0.0/13', '69.192.0.0/16', '72.246.0.0/15', '88.221.0.0/16', '92.122.0.0/15', '96.6.0.0/15',
  '96.16.0.0/15', '104.64.0.0/10', '118.214.0.0/16', '172.224.0.0/12', '173.222.0.0/15', '184.50.0.0/15', '184.84.0.0/14'
])

/**
 * Not on https://www.cloudflare.com/ips-v4, which had all of the /12 until April 2021
 * and has had 104.16.0.0/13 and 104.24.0.0/14 since.
 */
const NOT_CLOUDFLARE = ranges(['104.28.0.0/14'])[0]
const CLOUDFLARE_ONCE = ranges(['104.16.0.0/12'])[0]

/**
 * Some of CloudFront's ranges that viewers connect to, but that it does not call
 * origins from: they are of the service CLOUDFRONT, and not of
 * CLOUDFRONT_ORIGIN_FACING, in https://ip-ranges.amazonaws.com/ip-ranges.json of
 * July 2025.
 */
const VIEWER_FACING = ranges([
  '3.160.0.0/14', '13.32.0.0/15', '13.224.0.0/14', '18.160.0.0/15', '52.84.0.0/15', '54.192.0.0/16',
  '99.86.0.0/16', '108.156.0.0/14'
])

/** @param {Range} range */
function isOfCdn (range) {
  return AKAMAI.some((known) => isWithin(range, known))
}

/** @param {Range} range */
function isViewerFacing (range) {
  return VIEWER_FACING.some((known) => isWithin(range, known) && isWithin(known, range))
}

/** @param {Range} range */
function wasCloudflare (range) {
  return isWithin(range, CLOUDFLARE_ONCE) && (isWithin(NOT_CLOUDFLARE, range) || isWithin(range, NOT_CLOUDFLARE))
}

/**
 * Returns whose list a range was on, if it has a size that providers publish and a
 * part that is no longer listed.
 *
 * @param {Range} range
 * @returns {'Akamai' | 'Cloudflare' | undefined}
 */
function onceOf (range) {
  if (range.last - range.first < 0xffffn) return undefined
  if (wasCloudflare(range)) return 'Cloudflare'
  return NOT_AKAMAI.some((known) => isWithin(range, known)) ? 'Akamai' : undefined
}

/** @param {Range} range */
function isPrivate (range) {
  return PRIVATE.some((known) => isWithin(range, known))
}

/** @param {Range} range */
function specialOf (range) {
  return SPECIAL.find((special) => special.ranges.some((known) => isWithin(range, known)))
}

/**
 * Returns the private subnet that a wider IPv4 subnet was probably meant to be: the
 * one that contains its address as written, or the only one in it.
 *
 * @param {Range} range not private itself
 * @param {bigint} address the address as it was written
 */
function privateMeant (range, address) {
  const { family } = range
  if (family !== 4) return undefined
  const meant = PRIVATE.findIndex((known) => isWithin({ family, first: address, last: address }, known))
  if (meant !== -1) return PRIVATE_SUBNETS[meant]
  const inside = PRIVATE_SUBNETS.filter((_, i) => isWithin(PRIVATE[i], range))
  return inside.length === 1 ? inside[0] : undefined
}

/**
 * Returns how many of the internet's addresses are in a range.
 *
 * @param {Range} range
 */
function overlapOf ({ family, first, last }) {
  const all = INTERNET[family]
  const start = first > all.first ? first : all.first
  const end = last < all.last ? last : all.last
  return end < start ? 0n : end - start + 1n
}

/**
 * @param {4 | 6} family
 * @param {bigint} count of the internet's addresses
 * @returns {number} from 0 for none to 1 for all
 */
function shareOf (family, count) {
  const { first, last } = INTERNET[family]
  return Number(count) / Number(last - first + 1n)
}

/**
 * The same in words.
 *
 * @param {4 | 6} family
 * @param {bigint} count
 */
function describeShare (family, count) {
  const percent = Number((shareOf(family, count) * 100).toPrecision(2))
  return `${percent} % of the internet's IPv${family} addresses`
}

module.exports = {
  describeShare,
  isOfCdn,
  isPrivate,
  isViewerFacing,
  isWithin,
  onceOf,
  overlapOf,
  privateMeant,
  rangeOf,
  ranges,
  shareOf,
  specialOf
}
