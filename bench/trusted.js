'use strict'

const { many, subnetV4, subnetV6 } = require('./inputs')

/** What a balancer in a private network is trusted as: 7 subnets. */
const USUAL = [
  '127.0.0.0/8', '::1/128', '169.254.0.0/16',
  '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'
]

/** The usual ones and as many others as make `count`, half of them IPv6. */
function trusted (count) {
  const others = many(count, (numbers, i) =>
    i % 2 === 0 ? subnetV4(numbers) : subnetV6(numbers), count - USUAL.length)
  return [...USUAL, ...others]
}

module.exports = { trusted }
