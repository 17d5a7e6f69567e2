'use strict'

/* An explanation as lines of text, in columns. */

const { escape, show } = require('./quote')

/** @typedef {import('../../index').Explanation} Explanation */
/** @typedef {import('../../index').Explanation.Hop} Hop */
/** @typedef {import('../../index').Explanation.Reason} Reason */

/** So many entries that were not reached are shown: there may be thousands. */
const SHOWN = 8

/** @type {Record<string, string>} */
const REASONS = {
  untrusted: 'the nearest address that is not trusted',
  'not an address': 'it is no address, so it is not trusted',
  'no socket address': 'the socket has no address, so it is not trusted',
  'end of chain': 'all before it are trusted, and there is nothing behind it',
  'no header': 'there is no X-Forwarded-For',
  'empty header': 'X-Forwarded-For has no entries',
  'unreadable header': 'X-Forwarded-For is no text'
}

/** Units of time, their seconds, and the seconds from which on they are used. */
const UNITS = /** @type {const} */ ([['d', 86400, 172800], ['h', 3600, 7200], ['min', 60, 120], ['s', 1, 0]])

/** @param {Reason} reason of a live list */
function showLive ({ list, entry, subnet, age }) {
  const [unit, seconds] = UNITS.find(([, , from]) => Number(age) >= from) ?? UNITS[3]
  return [
    `by ${show(String(list))}`,
    entry !== undefined && show(entry),
    entry !== undefined && ![entry, `${entry}/32`, `${entry}/128`].includes(String(subnet)) && subnet,
    age !== undefined && `fetched ${Math.floor(age / seconds)} ${unit} ago`
  ].filter(Boolean).join(', ')
}

/** @param {Reason} reason */
function showReason (reason) {
  switch (reason.rule) {
    case 'list': {
      const { entry, subnet } = reason
      if (reason.list !== undefined) return showLive(reason)
      if (entry === undefined) return 'by the list'
      return entry === subnet || `${entry}/32` === subnet || `${entry}/128` === subnet
        ? `by ${show(entry)}`
        : `by ${show(entry)}, ${subnet}`
    }
    case 'hops': return `by number of hops, ${reason.hops}`
    case 'all': return 'as everybody is'
    default: return reason.returned === 'promise'
      ? 'by a promise, which is truthy: is the function async?'
      : 'by the function'
  }
}

/** @param {import('../../index').Explanation.Fault} fault */
function showFault ({ start, end, message }) {
  return start < end ? `${message}, at ${start}` : message
}

/**
 * @param {Hop} hop
 * @param {boolean} isClient
 */
function remarks ({ verdict, by, fault, forms = [] }, isClient) {
  const unusual = forms.filter((form) => form !== 'mapped')
  return [
    by && showReason(by),
    fault && showFault(fault),
    unusual.length > 0 && `written unusually: ${unusual.join(', ')}`,
    verdict === 'not reached' && 'may be forged',
    isClient && '<= client'
  ].filter(Boolean).join('; ')
}

/**
 * @param {Hop} hop
 * @param {boolean} isClient
 */
function row (hop, isClient) {
  const { from, start, end, text, canonical, verdict } = hop
  return [
    start === undefined ? from : `${start}-${end}`,
    text === undefined ? '-' : show(text),
    canonical === undefined || canonical === text ? '' : canonical,
    verdict,
    remarks(hop, isClient)
  ]
}

/** @param {string[][]} rows */
function align (rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)))
  return rows.map((cells) => {
    const line = cells.map((cell, column) => cell.padEnd(widths[column]))
    return '  ' + line.filter((_, column) => widths[column] > 0).join('  ').trimEnd()
  })
}

/**
 * @param {Explanation} explanation
 * @param {Record<string, string>} reasons
 */
function headline ({ address, reason, error }, reasons) {
  if (reason === undefined) return `no client: ${escape(String(error))}`
  const client = typeof address === 'string' ? show(address) : 'unknown'
  return `client ${client}: ${reasons[reason]}`
}

/**
 * @param {Explanation} explanation
 * @param {Record<string, string>} [reasons] a sentence for each reason
 */
function trace (explanation, reasons = REASONS) {
  const { hops, error } = explanation
  // The drop-in has a client always, were it a text that is no address.
  const hasClient = error === undefined && (reasons === REASONS || explanation.address !== undefined)
  const reached = hops.filter(({ verdict }) => verdict !== 'not reached').length
  const shown = hops.slice(0, reached + SHOWN)
  const rows = shown.map((hop, i) => row(hop, hasClient && i === reached - 1))
  const more = hops.length - shown.length
  return [
    headline(explanation, reasons),
    ...rows.length > 0 ? align(rows) : [],
    ...more > 0 ? [`  and ${more} more, not reached; may be forged`] : []
  ].join('\n')
}

module.exports = { showFault, showReason, trace }
