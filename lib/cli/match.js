'use strict'

/* match: which addresses a setting trusts. */

const { Refusal, columns, quoted } = require('./output')
const { TRUST, load, readSetting } = require('./arguments')

const help = `
Say which addresses a setting trusts, and by which of its entries.

  proxy-addr-native match --trust <setting> [--json] <address>...

Options
  --trust <setting>  the trust proxy setting: true, false, or addresses, subnets
                     and names, separated by commas. A number of hops trusts
                     places in the chain, not addresses: see explain
  {common}

Examples
  proxy-addr-native match --trust uniquelocal 10.1.2.3 172.32.0.1
  proxy-addr-native match --trust loopback,10.0.0.0/8 ::ffff:10.0.0.1
  proxy-addr-native match --trust "$TRUST_PROXY" --json 203.0.113.9

Exit code 0: all are trusted. 1: one is not; a text that is not an address never is.`

/** @typedef {import('../index').Explanation.Hop} Hop */

/**
 * Judges an address as the peer of a request. The header has an entry, because a
 * trust function is not called with the last address.
 *
 * @param {any} trust
 * @param {string} address
 */
function judge (trust, address) {
  const { hops: [hop] } = load().explain({
    headers: { 'x-forwarded-for': 'unknown' }, socket: { remoteAddress: address }
  }, trust)
  const { canonical, by, fault } = hop
  return {
    address,
    trusted: hop.verdict === 'trusted',
    ...canonical !== undefined && { canonical },
    ...by && { by },
    ...fault && { fault }
  }
}

/**
 * @param {ReturnType<typeof judge>} judged
 * @returns {string[]}
 */
function row ({ address, trusted, canonical, by, fault }) {
  const { showReason, showFault } = require('../why/explain/trace')
  const { show } = require('../why/explain/faults')
  return [
    show(address),
    canonical === undefined || canonical === address ? '' : canonical,
    trusted ? 'trusted' : 'untrusted',
    by ? showReason(by) : fault ? `no address: ${showFault(fault)}` : ''
  ]
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
function run ({ values, positionals }, output) {
  const setting = readSetting(values)
  if (typeof setting === 'number') {
    throw new Refusal(`--trust ${quoted(values.trust)} is a number of hops, which trusts places in the ` +
      'chain and not addresses: give a list, or use explain')
  }
  if (positionals.length === 0) {
    throw new Refusal('an address is missing: give one or more, as in match --trust loopback 127.0.0.1')
  }
  const trust = load().trustProxy(setting)
  const addresses = positionals.map((address) => judge(trust, address))
  if (values.json) {
    output.printJson({ setting, addresses })
  } else {
    columns(addresses.map(row)).forEach((line, i) =>
      output.print(output.paint(addresses[i].trusted ? 'good' : 'bad', line)))
  }
  return addresses.every(({ trusted }) => trusted) ? 0 : 1
}

module.exports = { options: TRUST, help, run }
