'use strict'

/* Problems of settings that do not hang on addresses: true, and numbers. */

const { problem } = require('./problem')

/** More proxies than this are in nobody's way. */
const MOST = 16

function lintTrue () {
  return [problem('trusts-everybody',
    'Everybody can choose the address they seem to come from by sending X-Forwarded-For, ' +
    'unless the outermost proxy replaces that header and nothing reaches this server, ' +
    'behind a platform\'s own edge too, any other way')]
}

/** @param {number} hops */
function lintOtherNumber (hops) {
  if (Number.isNaN(hops)) {
    return [problem('hops-nan', 'NaN trusts nobody, so that all clients have the address of the ' +
      'nearest proxy; was it made of a variable that is not set?', false)]
  }
  if (hops < 0) {
    return [problem('hops-negative', 'A negative number of hops trusts nobody, so that all clients ' +
      'have the address of the nearest proxy', false)]
  }
  return [problem('hops-many', `${hops} hops are more proxies than there can be, so that ` +
    'everybody can choose the address they seem to come from')]
}

/** @param {number} hops */
function lintHops (hops) {
  if (hops === Infinity) return lintTrue()
  if (!(hops >= 0 && hops <= MOST)) return lintOtherNumber(hops)
  if (hops === 0) return []
  const problems = []
  if (!Number.isInteger(hops)) {
    const whole = Math.ceil(hops)
    problems.push(problem('hops-fraction', `${hops} hops are not a whole number, and work as ${whole}`, whole))
  }
  const shorter = hops <= 1 ? 'directly' : `through fewer than ${Math.ceil(hops)} proxies`
  problems.push(problem('hops', `Whoever reaches this server ${shorter} can choose the address they ` +
    'seem to come from, so there must be no shorter way in'))
  return problems
}

module.exports = { MOST, lintHops, lintTrue }
