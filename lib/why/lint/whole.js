'use strict'

/*
 * Problems of a text as a whole, before it is split at its commas: it is JSON, in
 * quotation marks, an assignment, or has a comma too many. Also finds what to write
 * instead of a text with wrong entries.
 */

const { quote } = require('../explain/faults')
const { problem } = require('./problem')

/** @typedef {import('./problem').Problem} Problem */
/** @typedef {boolean | number | string | string[]} Setting */

const QUOTES = /["'`\u2018-\u201f\u00ab\u00bb]/g
const BRACKETS = /[[\]{}]/g
const ADDRESS_IN_BRACKETS = /^\[[0-9a-f.]*:[0-9a-f:.]*(?:%\w+)?\](?:[:/]\w*)?$/i
const ASSIGNMENT = /^(?:(?:export|set)\s+)?([A-Za-z_]\w*)\s*:?=\s*((?:\S.*)?)$/s
const COLON_ASSIGNMENT = /^([A-Za-z_][\w-]*(?: [\w-]+)?):\s+(\S.*)$|^(hops?|trust[ _-]?proxy)\s*:(.*)$/is
const OPTION = /^--?[a-z][\w-]*(?:=|\s+(?!\s))(.*)$/s

/**
 * Reads a text as if it were the whole value.
 *
 * @param {string} text
 * @returns {Setting | undefined} undefined for nothing
 */
function settingOf (text) {
  const entries = text.split(/[,;|\s]+/).filter((entry) => entry !== '' && entry !== '-')
  if (entries.length !== 1) return entries.length === 0 ? undefined : entries
  const [entry] = entries
  if (/^(?:true|false)$/i.test(entry)) return entry.toLowerCase() === 'true'
  return /^[0-9]{1,2}$/.test(entry) ? Number(entry) : entry
}

/** @param {string} text */
function isJson (text) {
  if (!/^[[{]/.test(text) || ADDRESS_IN_BRACKETS.test(text)) return false
  return /["',]/.test(text) || text === '{}' || /^\[\s*(?:\w+\s*)?\]$/.test(text)
}

/**
 * Returns all strings, numbers and booleans in JSON, however deep they are.
 *
 * @param {string} text
 */
function leavesOf (text) {
  /** @type {string[]} */
  const leaves = []
  try {
    JSON.parse(text, (_, value) => {
      if (Object(value) !== value) leaves.push(String(value))
      return value
    })
    return leaves.join(',')
  } catch {
    return text.replace(QUOTES, '').replace(BRACKETS, '')
  }
}

/**
 * @param {string} text
 * @returns {{ reason: string, code: string, bare: string } | undefined}
 */
function wrappingOf (text) {
  if (isJson(text)) {
    return { code: 'json-text', reason: 'It is JSON, which is not parsed: write the entries alone, separated by commas', bare: leavesOf(text) }
  }
  if (text.search(QUOTES) !== -1) {
    return { code: 'quoted-text', reason: 'The quotation marks are part of the value: leave them out', bare: text.replace(QUOTES, '') }
  }
  const [, name, value] = ASSIGNMENT.exec(text) ?? []
  if (name !== undefined) {
    return { code: 'assignment-text', reason: `The name ${quote(name)} and its equals sign are part of the value: leave them out`, bare: value }
  }
  const [, key, item, word, count] = COLON_ASSIGNMENT.exec(text) ?? []
  if (key !== undefined || word !== undefined) {
    return { code: 'assignment-text', reason: `The name ${quote(key ?? word)} and its colon are part of the value: leave them out`, bare: item ?? count }
  }
  const [, option] = OPTION.exec(text) ?? []
  return option === undefined
    ? undefined
    : { code: 'assignment-text', reason: 'An option is part of the value: leave its name out', bare: option }
}

/**
 * @param {string} text
 * @returns {Problem | undefined} undefined if its entries are to be judged instead
 */
function lintWrapping (text) {
  const wrapping = wrappingOf(text.trim())
  return wrapping && problem(wrapping.code, wrapping.reason, settingOf(wrapping.bare) ?? false)
}

/**
 * @param {string[]} entries of a text
 * @returns {Problem | undefined}
 */
function lintCommas (entries) {
  const at = entries.indexOf('')
  if (at === -1) return undefined
  const place = at > 0 ? `after ${quote(entries[at - 1])}` : entries.length > 1 ? 'at the start' : undefined
  return problem('empty-entry', place === undefined
    ? 'An empty entry is refused'
    : `An empty entry is refused: there is a comma too many, ${place}`, settingOf(entries.join(',')))
}

/**
 * Returns what to write instead of a text.
 *
 * @param {readonly string[]} entries
 * @param {Problem[]} problems of the text and of its entries
 * @returns {Setting | undefined} undefined where an entry has no remedy
 */
function remedyOf (entries, problems) {
  const whole = problems.find(({ index, instead }) => index === undefined && instead !== undefined)
  if (whole !== undefined) return whole.instead
  const parts = []
  for (const [index, entry] of entries.entries()) {
    const wrong = problems.filter((problem) => problem.index === index && problem.level !== 'hint')
    const [{ instead = undefined } = {}] = wrong
    if (wrong.length > 0 && instead === undefined) return undefined
    if (typeof instead !== 'object' && typeof instead !== 'string' && instead !== undefined) return instead
    parts.push(instead ?? entry)
  }
  return parts.flat()
}

module.exports = { lintCommas, lintWrapping, remedyOf }
