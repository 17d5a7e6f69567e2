'use strict'

/* Problems of what a subnet trusts: too many, or what can be no proxy's. */

const {
  describeShare, isOfCdn, isPrivate, overlapOf, privateMeant, rangeOf, specialOf, wasCloudflare
} = require('./ranges')
const { problem } = require('./problem')

/** @typedef {import('../facts').Described} Described */

/**
 * Up to so many bits of prefix, a subnet is wide, or even very wide. No network
 * has been given an IPv6 prefix as short as /16. Of IPv4, some were given a /8,
 * but let others have addresses in it.
 */
const WIDE = { 4: 11, 6: 24 }
const VERY_WIDE = { 4: 8, 6: 16 }

const CONSEQUENCE = 'and whoever has one of them can choose the address they seem to come from'

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
  if (wasCloudflare(range)) {
    return problem('outdated-range', '104.28.0.0/14 is no longer on the list that Cloudflare publishes: others have ' +
      'addresses there', length === 12 ? ['104.16.0.0/13', '104.24.0.0/14'] : length === 13 ? '104.24.0.0/14' : undefined)
  }
  if (length > WIDE[family] || isOfCdn(range)) return undefined
  const count = overlapOf(range)
  if (count === 0n) return problem('reserved-range', 'It is reserved, so no proxy has such an address')
  const isVeryWide = length <= VERY_WIDE[family]
  return problem(isVeryWide ? 'very-wide' : 'wide',
    `${subnet.text}/${length} has ${describeShare(family, count)}, ${CONSEQUENCE}`,
    isVeryWide ? privateMeant(range, address.bits) : undefined)
}

module.exports = { CONSEQUENCE, lintWidth }
