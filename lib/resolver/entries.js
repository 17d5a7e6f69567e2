'use strict'

/* Reads the entries of a trust list strictly, into canonical text. */

const { inspect } = require('node:util')
const { addressOf } = require('./policy')

/** Names, and the entries they stand for. The core knows those of the drop-in. */
const NAMES = new Map([
  ['linklocal', ['linklocal']],
  ['loopback', ['loopback']],
  ['uniquelocal', ['uniquelocal']],
  ['private', ['loopback', 'linklocal', 'uniquelocal']],
  ['cgnat', ['100.64.0.0/10']]
])

const ACCEPTED = `an address, a subnet such as '10.0.0.0/8', or one of ${[...NAMES.keys(), 'unix'].join(', ')}`

const NUMBER = /^\d+$/
const TRUE = /^(?:true|yes|on)$/i
const FALSE = /^(?:false|no|off)$/i

/** The linter's codes for numbers that begin with 0. */
const LEADING_ZERO = ['octal', 'unread-digits']

const ANYONE = 'would let anyone choose their address; list the proxies, or say hops: 1'

/** Where ::ffff:0:0/96 ends and the IPv4 address within it begins. */
const MAPPED_PREFIX = 96

/**
 * Returns a value as text for a message: escaped, and cut.
 *
 * @param {unknown} value
 */
function show (value) {
  const text = inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 64, maxArrayLength: 3 })
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120)
}

/**
 * Returns what was probably meant, if that is clear.
 *
 * @param {string} entry
 * @returns {string | undefined}
 */
function meaning (entry) {
  const bare = entry.trim().replace(/^\[(.*)\](?=\/|$)/, '$1').replace(/%[^/]*/, '')
  if (NAMES.has(bare.toLowerCase()) || bare.toLowerCase() === 'unix') return bare.toLowerCase()
  const short = /^(\d{1,3}(?:\.\d{1,3}){0,2})\.?\/(\d+)$/.exec(bare)
  if (short !== null) {
    const octets = [...short[1].split('.'), '0', '0', '0'].slice(0, 4)
    return canonical(`${octets.join('.')}/${short[2]}`)
  }
  if (canonical(bare) !== undefined) return bare
  if (NUMBER.test(bare)) return undefined
  const { subnets } = require('../why/facts').describeEntry(bare)
  return subnets?.length === 1 ? canonical(require('../why/lint/written').textOf(subnets[0])) : undefined
}

/**
 * Returns a strict address or subnet as the core reads it; undefined if the text is
 * neither.
 *
 * @param {string} entry
 */
function canonical (entry) {
  const [, text, digits] = /^([^/]*)(?:\/([1-9]\d{0,2}))?$/.exec(entry) ?? []
  const address = text === undefined ? undefined : addressOf(text)
  if (address === undefined) return undefined
  if (digits === undefined) return address
  const isV4 = !address.includes(':')
  const length = Number(digits) - (isV4 && text.includes(':') ? MAPPED_PREFIX : 0)
  return length >= 1 && length <= (isV4 ? 32 : 128) ? `${address}/${length}` : undefined
}

/**
 * What is wrong with an entry, in words.
 *
 * @param {string} entry
 */
function fault (entry) {
  const slash = entry.lastIndexOf('/')
  const address = slash === -1 ? undefined : addressOf(entry.slice(0, slash))
  if (/\/0+$/.test(entry)) return 'would trust everybody'
  if (address === undefined) return `is not ${ACCEPTED}`
  if (entry.slice(0, slash).includes(':') && !address.includes(':')) {
    return 'is a mapped subnet outside of /97 to /128; give the IPv4 subnet'
  }
  return `needs a prefix length from 1 to ${address.includes(':') ? 128 : 32}`
}

/** @param {number} count @returns {string} what is wrong with a number, in words */
function countFault (count) {
  return `is a number; say hops: ${count} if that many proxies are meant`
}

/**
 * What is wrong with a boolean or a number that is text, or with a word for one.
 *
 * @param {string} entry
 * @param {ReturnType<import('../why/lint/names')['keywordMeant']>} keyword what it means elsewhere
 */
function settingFault (entry, keyword) {
  if (TRUE.test(entry) || keyword === 'everybody') return ANYONE
  if (FALSE.test(entry) || keyword === 'nobody') return `is not ${ACCEPTED}; say trust: false if nobody is meant`
  return NUMBER.test(entry) ? countFault(Number(entry)) : undefined
}

/**
 * What is wrong with a refused entry, and what to write instead, as far as the linter
 * of the drop-in's settings recognises it.
 *
 * @param {string} option
 * @param {string} entry
 */
function refusal (option, entry) {
  const keyword = require('../why/lint/names').keywordMeant(entry)
  const setting = option.startsWith('trust') ? settingFault(entry, keyword) : undefined
  if (setting !== undefined) return setting
  if (typeof keyword === 'object' && keyword.list !== undefined) return `${fault(entry)}; give ${keyword.list} of proxy-addr-native/lists`
  const [{ code = '', reason = '', instead = undefined } = {}] = require('../why/lint')([entry])
  const recognised = typeof instead !== 'string' || NAMES.has(instead) ? instead : canonical(instead)
  const meant = meaning(entry)
  if (LEADING_ZERO.includes(code) && meant !== recognised) {
    const decimal = recognised === undefined ? '' : ` and decimal for others (${recognised})`
    return `has a leading zero, which makes it octal for some readers (${meant})${decimal}; write the one that is meant`
  }
  if (meant !== undefined) return `${fault(entry)}; did you mean ${show(meant)}?`
  if (typeof recognised !== 'string') return fault(entry)
  const what = code === 'invalid-address' ? `is refused: ${reason[0].toLowerCase()}${reason.slice(1)}` : fault(entry)
  return `${what}; did you mean ${show(recognised)}?`
}

/**
 * What is wrong with an entry that is not text.
 *
 * @param {unknown} entry
 */
function typeFault (entry) {
  return require('../why/explain/chain').isLiveTrust(entry)
    ? 'is the trust function of a live list; give the list itself: edge, not edge.trust'
    : `is not ${ACCEPTED}, or a live list`
}

/**
 * @param {string} option its name, for the error
 * @param {unknown} entry
 * @returns {string[]} the entries it stands for
 * @throws {TypeError} if it is not strict
 */
function readEntry (option, entry) {
  if (typeof entry !== 'string') throw new TypeError(`option ${option}: ${show(entry)} ${typeFault(entry)}`)
  const named = NAMES.get(entry)
  if (named !== undefined) return named
  const subnet = canonical(entry)
  if (subnet !== undefined) return [subnet]
  throw new TypeError(`option ${option}: ${show(entry)} ${refusal(option, entry)}`)
}

module.exports = { ANYONE, countFault, readEntry, show }
