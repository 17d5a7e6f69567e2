'use strict'

/* Is this address trusted? */

const { FLOOR, REFERENCE, making, match } = require('../candidates')
const { flat, insider, many, oneOf, publicV4, publicV6, trusted } = require('../inputs')

const SIZES = [1, 7, 22, 200, 1000, 10000, 100000, 1000000]
/** The number of addresses in the hot rows, which are asked about again and again. */
const HOT = 8
/**
 * Candidates that search a list from its beginning take seconds to compile this
 * one, and more than a millisecond for any address. One row shows it.
 */
const LARGEST = SIZES.at(-1)
const SLOW = ['@fastify/proxy-addr', 'net.BlockList', 'ipaddr.js', 'ip-matching']

/** Outside of every list, or of most of a long one. */
const outside = {
  IPv4: publicV4,
  IPv6: publicV6,
  mapped: (numbers) => `::ffff:${publicV4(numbers)}`
}

/** Half of the addresses are in the list. */
function row (count, kind, isHot) {
  const list = trusted(count)
  // A list of one has no IPv6 in it.
  const inside = count === 1 && kind === 'IPv6' ? outside.IPv6 : insider(list, kind)
  const within = isHot ? oneOf(HOT, inside) : inside
  const without = isHot ? oneOf(HOT, outside[kind]) : outside[kind]
  const leftOut = count === LARGEST && (isHot || kind !== 'IPv4') ? SLOW : []
  return {
    make: making(match, list, leftOut),
    reference: REFERENCE,
    unchecked: [FLOOR],
    inputs: many(2, (numbers) =>
      flat((numbers.below(2) === 0 ? without : within)(numbers)))
  }
}

const rows = {}
for (const count of SIZES) {
  const size = `${count.toLocaleString('en')} subnet${count > 1 ? 's' : ''}`
  rows[`IPv4, ${size}`] = () => row(count, 'IPv4', false)
  rows[`IPv4, ${size}, hot`] = () => row(count, 'IPv4', true)
  rows[`IPv6, ${size}`] = () => row(count, 'IPv6', false)
  rows[`mapped, ${size}`] = () => row(count, 'mapped', false)
}

/** The rows of the chart. */
const main = ['IPv4, 7 subnets', 'IPv6, 7 subnets', 'IPv4, 1,000 subnets',
  'IPv6, 1,000 subnets', 'IPv4, 100,000 subnets']

module.exports = {
  title: 'Is this address trusted?',
  unit: 'ns',
  candidates: Object.keys(match),
  rows,
  main
}
