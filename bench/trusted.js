'use strict'

const { many, subnetV4, subnetV6 } = require('./inputs')

/** What a balancer in a private network is trusted as: 7 subnets. */
const USUAL = [
  '127.0.0.0/8', '::1/128', '169.254.0.0/16',
  '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'
]

const SEED = 3

/**
 * A list of `count` subnets: the usual ones, and others, half of them IPv6 or
 * none. The usual ones stand anywhere among them, because whoever goes through
 * a list from its head must not find at once what is asked for most; or last,
 * where such a walk takes longest. One subnet: a /8.
 *
 * @param {number} count 1, or at least 7
 * @param {'mixed' | 'IPv4'} [family] of the others
 * @param {'anywhere' | 'last'} [place] of the usual ones
 */
function trusted (count, family = 'mixed', place = 'anywhere') {
  if (count === 1) return ['10.0.0.0/8']
  const list = many(SEED, (numbers, i) => i % 2 === 0 || family === 'IPv4'
    ? subnetV4(numbers)
    : subnetV6(numbers), count - USUAL.length)
  if (list.length === 0 || place === 'last') return list.concat(USUAL)
  const places = many(SEED + 1, (numbers) => numbers.below(count), USUAL.length)
    .sort((a, b) => a - b)
  places.forEach((place, i) => list.splice(place, 0, USUAL[i]))
  return list
}

module.exports = { trusted }
