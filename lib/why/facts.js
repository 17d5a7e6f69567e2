'use strict'

/*
 * What the core knows about an address or an entry of a trust list, as plain
 * objects. Off the hot path, and loaded only for explanations.
 */

const engine = require('../engine/index')
const layout = require('../engine/layout')
const { crossing } = require('../trust/compile')

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

/** Unusual features of a spelling; the order is that of PA_WRITTEN_ in describe.h. */
const FORMS = Object.freeze([
  'mapped', 'octal', 'hex', 'onePart', 'zeros', 'zone', 'colon', 'unread', 'netmask', 'hostBits'
])

/** How many words hold the bits of an address. */
const WORDS = 4

/**
 * @typedef {object} Described a subnet, which is an address if all bits count
 * @property {4 | 6} family
 * @property {number} length how many bits count, of the 32 or 128
 * @property {bigint} bits the 32 or 128 bits
 * @property {string} text the address in canonical form, without the length
 */

/**
 * @typedef {object} Facts
 * @property {string} fault one of FAULTS, 'none' if the text is valid; otherwise
 *   only this, `start` and `end` are set
 * @property {number} start where the fault begins, in UTF-16 units
 * @property {number} end where it ends; may be `start`
 * @property {string[]} forms the unusual features of its spelling: some of FORMS
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
 * @typedef {object} Match the first entry of a list that an address matches
 * @property {number} index its place in the list
 * @property {boolean} isName whether it is a name
 * @property {string} subnet the first of its subnets that the address matches
 */

/**
 * @typedef {object} HopFacts
 * @property {string} fault as in Facts, and so are `start`, `end` and `forms`
 * @property {number} start
 * @property {number} end
 * @property {string[]} forms
 * @property {string | undefined} text the address in canonical form; undefined
 *   if there is a fault
 * @property {Match | undefined} match
 */

/**
 * @param {Uint32Array} numbers
 * @param {number} at
 * @returns {Described}
 */
function readDescribed (numbers, at) {
  const word = at + layout.DESCRIBED_WORD
  const text = at + layout.DESCRIBED_TEXT
  return {
    family: numbers[at + layout.DESCRIBED_FAMILY] === 4 ? 4 : 6,
    length: numbers[at + layout.DESCRIBED_LENGTH],
    bits: numbers.subarray(word, word + WORDS).reduce((bits, word) => bits << 32n | BigInt(word), 0n),
    text: String.fromCharCode(...numbers.subarray(text, text + numbers[at + layout.DESCRIBED_TEXT_LENGTH]))
  }
}

/** @param {number} written */
function readForms (written) {
  return FORMS.filter((_, i) => written & 1 << i)
}

/**
 * @param {(text: string, numbers: Uint32Array) => number | undefined} describe
 * @param {string} text
 * @returns {Facts}
 */
function read (describe, text) {
  const numbers = new Uint32Array(layout.DESCRIPTION)
  const fault = describe(text, numbers)
  if (fault === undefined) throw engine.outOfMemory()
  // A name is the whole text.
  const name = numbers[layout.DESCRIPTION_NAME] === 0 ? undefined : text
  const isDescribed = fault === 0 && name === undefined
  return {
    fault: FAULTS[fault],
    start: numbers[layout.DESCRIPTION_START],
    end: numbers[layout.DESCRIPTION_END],
    forms: readForms(numbers[layout.DESCRIPTION_WRITTEN]),
    name,
    length: numbers[layout.DESCRIPTION_LENGTH],
    address: isDescribed ? readDescribed(numbers, layout.DESCRIPTION_ADDRESS) : undefined,
    subnets: Array.from({ length: numbers[layout.DESCRIPTION_COUNT] },
      (_, i) => readDescribed(numbers, layout.DESCRIPTION_SUBNET + i * layout.DESCRIBED))
  }
}

/**
 * Describes a text that should be an address. The only subnet of an address is
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
 * @param {Uint32Array} numbers those of one hop
 * @returns {HopFacts}
 */
function readHop (numbers) {
  const entry = numbers[layout.HOP_ENTRY]
  const fault = numbers[layout.HOP_FAULT]
  const subnet = readDescribed(numbers, layout.HOP_SUBNET)
  return {
    fault: FAULTS[fault],
    start: numbers[layout.HOP_START],
    end: numbers[layout.HOP_END],
    forms: readForms(numbers[layout.HOP_WRITTEN]),
    text: fault === 0 ? readDescribed(numbers, layout.HOP_ADDRESS).text : undefined,
    match: entry === 0
      ? undefined
      : { index: entry - 1, isName: numbers[layout.HOP_NAME] !== 0, subnet: `${subnet.text}/${subnet.length}` }
  }
}

/**
 * Describes each address of a chain, and looks for the first entry of a trust
 * list that it matches, in one call of the engine.
 *
 * @param {readonly string[]} list may be empty
 * @param {readonly string[]} chain
 * @returns {HopFacts[]}
 */
function describeChain (list, chain) {
  const entries = crossing(list)
  const addresses = crossing(chain)
  const numbers = new Uint32Array(chain.length * layout.HOP)
  if (!engine.describeChain(entries.text, entries.lengths, addresses.text, addresses.lengths, numbers)) {
    throw engine.outOfMemory()
  }
  return chain.map((_, i) => readHop(numbers.subarray(i * layout.HOP, (i + 1) * layout.HOP)))
}

module.exports = { FAULTS, FORMS, describeAddress, describeChain, describeEntry }
