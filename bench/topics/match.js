'use strict'

/* Is this address trusted? */

const { flat, many, publicV4, privateV4, publicV6, privateV6 } = require('../inputs')
const { trusted } = require('../trusted')

/** Half of them are trusted. */
function addresses (outside, inside) {
  return many(2, (numbers, i) => flat((i % 2 === 0 ? outside : inside)(numbers)))
}

const mapped = (numbers) => `::ffff:${privateV4(numbers)}`

module.exports = {
  'IPv4, 7 subnets': () => ({
    subnets: trusted(7), inputs: addresses(publicV4, privateV4)
  }),
  'mapped, 7 subnets': () => ({
    subnets: trusted(7), inputs: addresses(mapped, mapped)
  }),
  'IPv6, 7 subnets': () => ({
    subnets: trusted(7), inputs: addresses(publicV6, privateV6)
  }),
  'IPv4, 1,000 subnets': () => ({
    subnets: trusted(1000), inputs: addresses(publicV4, privateV4)
  }),
  'IPv6, 1,000 subnets': () => ({
    subnets: trusted(1000), inputs: addresses(publicV6, privateV6)
  })
}
