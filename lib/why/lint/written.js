'use strict'

/* Problems of entries that are accepted, but do not mean what they seem to. */

const { describeEntry } = require('../facts')
const { problem } = require('./problem')

/** @typedef {import('../facts').Facts} Facts */
/** @typedef {import('../facts').Described} Described */

const WHOLE = { 4: 32, 6: 128 }
/** Forms that are read as they were meant, but that others do not write. */
const ODD = ['zeros', 'colon']

/** @param {Described} subnet */
function textOf ({ family, length, text }) {
  return length === WHOLE[family] ? text : `${text}/${length}`
}

/**
 * @param {string} text
 * @returns {string | undefined} the text, if there is nothing unusual about it
 */
function ordinary (text) {
  const { fault, forms } = describeEntry(text)
  return fault === 'none' && forms.length === 0 ? text : undefined
}

/**
 * Returns the text with the numbers of its address read as decimal.
 *
 * @param {string} text
 */
function decimal (text) {
  return ordinary(text.replace(/(^|\.)0+(?=\d)/g, '$1'))
}

/**
 * @param {string} text
 * @param {Described} subnet
 */
function lintOnePart (text, subnet) {
  const [, number, range] = /^([0-9]+)(\/[0-9]+)?$/.exec(text) ?? []
  const isWhole = subnet.bits >= 2n ** 24n
  const meant = range === undefined ? undefined : ordinary(`${number}.0.0.0${range}`)
  return problem('one-part', `A number alone is all 32 bits of an address: it means ${textOf(subnet)}` +
    (range === undefined && !isWhole ? '; a number of hops must be the whole setting, and not text' : ''),
  meant ?? (isWhole ? textOf(subnet) : undefined))
}

/**
 * @param {string} text
 * @param {Facts} facts of a mapped subnet that matches nothing
 */
function lintShort (text, { address, length }) {
  const meant = `${address?.text}/${length}`
  return problem('mapped-too-short', 'It matches nothing, because the length of a mapped subnet ' +
    `counts all 128 bits, of which the first 96 precede the IPv4 address${
      length <= WHOLE[4] ? `: was ${meant} meant?` : ''}`,
  length <= WHOLE[4] ? meant : undefined)
}

/**
 * Finds a problem that makes everything else about an entry unimportant.
 *
 * @param {string} text
 * @param {Facts} facts
 */
function lintMeaning (text, facts) {
  const { forms, subnets: [subnet] } = facts
  if (subnet === undefined) return lintShort(text, facts)
  if (forms.includes('onePart')) return lintOnePart(text, subnet)
  if (forms.includes('unread')) {
    return problem('unread-digits', `Not all of its digits are read: it means ${textOf(subnet)}`, decimal(text))
  }
  if (forms.includes('octal')) {
    return problem('octal', `A number with a leading zero is octal: it means ${textOf(subnet)}`, decimal(text))
  }
}

/** @type {[string, (forms: string[]) => boolean, (meaning: string) => string][]} */
const NOTES = [
  ['hex', (forms) => forms.includes('hex'),
    (meaning) => `A number with 0x is hexadecimal: it means ${meaning}`],
  ['zone', (forms) => forms.includes('zone'),
    (meaning) => `The zone is ignored: ${meaning} is trusted in every zone`],
  ['host-bits', (forms) => forms.includes('hostBits'),
    (meaning) => `The address has bits beyond the length, which do not count: all of ${meaning} is trusted`],
  ['mapped', (forms) => forms.includes('mapped'),
    (meaning) => `It is ${meaning}, which also matches the mapped form`],
  ['spelling', (forms) => ODD.some((form) => forms.includes(form)),
    (meaning) => `It is an unusual spelling of ${meaning}`]
]

/**
 * Returns the remaining problems of an entry that means what it says.
 *
 * @param {Facts} facts
 */
function lintForms ({ forms, subnets: [subnet] }) {
  const meaning = textOf(subnet)
  return NOTES.filter(([, applies]) => applies(forms))
    .map(([code, , reason]) => problem(code, reason(meaning), meaning))
}

/** What is probably a port: one of the web's, or four digits. */
const PORT = /^([^:\n]*:.*):(80|443|[1-9][0-9]{3})$/

/**
 * An IPv6 address with a port but without brackets is a different address.
 *
 * @param {string} text
 * @param {Facts} facts
 */
function lintPortLike (text, { subnets: [subnet] }) {
  const [, address, port] = PORT.exec(text) ?? []
  if (address === undefined || !address.includes('::') || describeEntry(address).fault !== 'none') return []
  return [problem('port-like', `It is the address ${subnet.text}, but looks like ${address} with the port ${port}: ` +
    'trust goes by the address alone', address)]
}

module.exports = { lintForms, lintMeaning, lintPortLike, textOf }
