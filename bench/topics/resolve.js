'use strict'

/* From a request to the client's address. */

const {
  flat, many, publicV4, privateV4, publicV6, privateV6
} = require('../inputs')
const { trusted } = require('../trusted')

/**
 * @param {(numbers: any) => string} peer
 * @param {(numbers: any) => string | undefined} header
 */
function requests (peer, header) {
  return many(1, (numbers) => {
    const req = { headers: {}, socket: { remoteAddress: flat(peer(numbers)) } }
    const text = header(numbers)
    if (text !== undefined) req.headers['x-forwarded-for'] = flat(text)
    return req
  })
}

const mapped = (numbers) => `::ffff:${privateV4(numbers)}`
const chain = (...hops) => (numbers) => hops.map((hop) => hop(numbers)).join(', ')

module.exports = {
  'no header': () => ({
    subnets: trusted(7), inputs: requests(privateV4, () => undefined)
  }),
  'client, IPv4 peer': () => ({
    subnets: trusted(7), inputs: requests(privateV4, publicV4)
  }),
  'client, mapped peer': () => ({
    subnets: trusted(7), inputs: requests(mapped, publicV4)
  }),
  'client, IPv6 peer': () => ({
    subnets: trusted(7), inputs: requests(privateV6, publicV6)
  }),
  'client + 1, mixed IPv6': () => ({
    subnets: trusted(7), inputs: requests(mapped, chain(publicV6, privateV6))
  }),
  'client + 3': () => ({
    subnets: trusted(7),
    inputs: requests(privateV4, chain(publicV4, privateV4, privateV4, privateV4))
  }),
  'client + 1, 1,000 subnets': () => ({
    subnets: trusted(1000), inputs: requests(privateV4, chain(publicV4, privateV4))
  })
}
