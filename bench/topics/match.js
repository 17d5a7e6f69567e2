'use strict'

/* Whether an address is trusted. */

const { FLOOR, REFERENCE, making, match } = require('../candidates')
const { flat, insider, many, oneOf, publicV4, publicV6, trusted } = require('../inputs')

const SIZES = [1, 7, 22, 200, 1000, 10000, 100000, 1000000]
/** The number of addresses in the hot rows, which are matched again and again. */
const HOT = 8
/**
 * Candidates that search linearly take seconds to compile this list, and more
 * than a millisecond for any address. One row shows it.
 */
const LARGEST = SIZES.at(-1)
const SLOW = ['@fastify/proxy-addr', 'net.BlockList', 'ipaddr.js', 'ip-matching']

/** In no list, except for a few in the long ones. */
const outside = {
  IPv4: publicV4,
  IPv6: publicV6,
  mapped: (numbers) => `::ffff:${publicV4(numbers)}`
}

/** Half of the addresses are in the list. */
function row (count, kind, isHot) {
  const list = trusted(count)
  // A list of one subnet has no IPv6.
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

/** The rows in the chart. */
const main = ['IPv4, 7 subnets', 'IPv6, 7 subnets', 'IPv4, 1,000 subnets',
  'IPv6, 1,000 subnets', 'IPv4, 100,000 subnets']

module.exports = {
  title: 'Is this address trusted?',
  unit: 'ns',
  candidates: Object.keys(match),
  rows,
  main
}
