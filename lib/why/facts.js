'use strict'

/*
 * What the core knows about an address or an entry of a trust list, as plain
 * objects. Off the hot path, and loaded by what explains only.
 */

const engine = require('../engine/index')

/**
 * What can be wrong with a text, in the order of pa_fault in
 * src/core/why/diagnose.h, which has an example of each.
 */
const FAULTS = Object.freeze([
  'none', 'empty', 'unknown', 'obfuscated', 'space', 'quote', 'bracket', 'port', 'slash', 'zone',
  'name', 'character', 'partEmpty', 'partLarge', 'partsFew', 'partsMany', 'numberLarge',
  'colon', 'gaps', 'groupLarge', 'groupsFew', 'groupsMany', 'tail', 'lengthEmpty',
  'lengthZero', 'lengthLarge', 'lengthText', 'netmask', 'netmaskFamily'
])

/** How it was written; the order is that of PA_WRITTEN_ in describe.h. */
const FORMS = Object.freeze([
  'mapped', 'octal', 'hex', 'onePart', 'zeros', 'zone', 'colon', 'unread', 'netmask', 'hostBits'
])

/** The order is that of PA_NAME_ in describe.h. */
const NAMES = Object.freeze([undefined, 'linklocal', 'loopback', 'uniquelocal'])

const WORDS = 4
const TEXT_LONGEST = 39
const DESCRIBED = 2 + WORDS + 1 + TEXT_LONGEST
const ADDRESS_AT = 6
const COUNT_AT = ADDRESS_AT + DESCRIBED

/**
 * @typedef {object} Described a subnet, or with all its bits an address
 * @property {4 | 6} family
 * @property {number} length how many bits count, of the 32 or 128
 * @property {bigint} bits the 32 or 128 bits
 * @property {string} text the address in canonical form, without the length
 */

/**
 * @typedef {object} Facts
 * @property {string} fault one of FAULTS, 'none' if it is right; otherwise
 *   only `start` and `end` are told besides
 * @property {number} start where the fault begins, in UTF-16 units
 * @property {number} end where it ends; may be `start`
 * @property {string[]} forms how it was written where not as everyone does:
 *   some of FORMS
 * @property {string | undefined} name 'loopback', ...; then there is no
 *   `address`
 * @property {number} length the length of the prefix as written, or all bits
 *   if there was none: for a mapped address up to 128
 * @property {Described | undefined} address the address as written, with its
 *   host bits
 * @property {Described[]} subnets what the entry stands for, without host
 *   bits; empty for a mapped subnet shorter than /96
 */

/**
 * @param {Uint32Array} facts
 * @param {number} at
 * @returns {Described}
 */
function readDescribed (facts, at) {
  const words = facts.subarray(at + 2, at + 2 + WORDS)
  const text = at + 2 + WORDS + 1
  return {
    family: facts[at] === 4 ? 4 : 6,
    length: facts[at + 1],
    bits: words.reduce((bits, word) => bits << 32n | BigInt(word), 0n),
    text: String.fromCharCode(...facts.subarray(text, text + facts[text - 1]))
  }
}

/**
 * @param {(text: string, facts: Uint32Array) => number | undefined} describe
 * @param {string} text
 * @returns {Facts}
 */
function read (describe, text) {
  const facts = new Uint32Array(engine.FACTS)
  const fault = describe(text, facts)
  if (fault === undefined) throw engine.outOfMemory()
  const name = NAMES[facts[4]]
  const isDescribed = fault === 0 && name === undefined
  return {
    fault: FAULTS[fault],
    start: facts[1],
    end: facts[2],
    forms: FORMS.filter((_, i) => facts[3] & 1 << i),
    name,
    length: facts[5],
    address: isDescribed ? readDescribed(facts, ADDRESS_AT) : undefined,
    subnets: Array.from({ length: facts[COUNT_AT] },
      (_, i) => readDescribed(facts, COUNT_AT + 1 + i * DESCRIBED))
  }
}

/**
 * Describes what is said to be an address. Of an address, the only subnet is
 * the address itself.
 *
 * @param {string} text
 */
function describeAddress (text) {
  return read(engine.describeAddress, text)
}

/**
 * Describes an entry of a trust list.
 *
 * @param {string} text
 */
function describeEntry (text) {
  return read(engine.describeEntry, text)
}

/**
 * Looks for the first entry of a list that an address matches.
 *
 * @param {{ text: string, lengths: Uint32Array | undefined }} crossing the list
 *   as it crosses to the engine
 * @param {string} address
 * @returns {{ index: number, subnet: number } | undefined} the places of the
 *   entry in the list, and of the subnet among those of the entry
 */
function findEntry ({ text, lengths }, address) {
  const found = engine.findEntry(text, lengths, address)
  if (found === undefined) throw engine.outOfMemory()
  return found < 0 ? undefined : { index: Math.floor(found / 4), subnet: found % 4 }
}

module.exports = { FAULTS, FORMS, describeAddress, describeEntry, findEntry }
