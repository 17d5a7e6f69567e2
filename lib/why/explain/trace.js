'use strict'

/* An explanation as lines of text, in columns: 40 at most, unless asked for more. */

const { escape, cut, show } = require('./faults')

/** @typedef {import('../../index').Explanation} Explanation */
/** @typedef {import('../../index').Explanation.Hop} Hop */
/** @typedef {import('../../index').Explanation.Reason} Reason */
/** @typedef {{ text: string, verdict?: Hop['verdict'] }} Line */

/** @type {Record<string, string>} */
const REASONS = {
  untrusted: 'the nearest address that is not trusted',
  'no socket address': 'the socket has no address, so it is not trusted',
  'end of chain': 'every hop before it is trusted, and it is the last',
  'itself trusted': 'the last, and itself trusted: one of your proxies, which did not pass on the address of its caller, or a client in a trusted subnet',
  'no header': 'there is no X-Forwarded-For',
  'empty header': 'X-Forwarded-For has no entries',
  'unreadable header': 'X-Forwarded-For cannot be read'
}

const NOBODY_READS = 'is not trusted, so X-Forwarded-For is not read'

/** At most this many entries that were not reached are shown. */
const SHOWN = 8

/** Units of time, their seconds, and the age in seconds from which they are used. */
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
    default:
      if (reason.returned === 'promise') return 'by a promise, which is truthy: is the function async?'
      return reason.returned === 'boolean' ? 'by the function' : `by the function, which returned a truthy ${reason.returned}`
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
function notesOf ({ verdict, by, fault, forms = [] }, isClient) {
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
    notesOf(hop, isClient)
  ]
}

/** @param {string[][]} rows */
function align (rows) {
  const widths = rows.reduce((most, cells) => most.map((width, i) => Math.max(width, cells[i].length)), [0, 0, 0, 0, 0])
  return rows.map((cells) => {
    const line = cells.map((cell, column) => cell.padEnd(widths[column]))
    return '  ' + line.filter((_, column) => widths[column] > 0).join('  ').trimEnd()
  })
}

/**
 * @param {Explanation} explanation
 * @param {Hop} client
 */
function because ({ reason, hops }, client) {
  switch (reason) {
    case 'not an address':
      return `not an address: ${showFault(/** @type {any} */ (client.fault))}`
    case 'too few hops':
      return `the last, because there are fewer entries than the ${hops[0].by?.hops} hops that are trusted: whoever sent it may have chosen it`
    case 'end of chain':
      return client.by === undefined ? REASONS[reason] : 'the last, and everybody is trusted: whoever sent it may have chosen it'
    case 'untrusted':
      return client.from === 'header' ? REASONS[reason] : `the peer, which ${NOBODY_READS}`
    default: return REASONS[String(reason)]
  }
}

/**
 * @param {Explanation} explanation
 * @param {Hop} client
 * @param {Record<string, string>} [reasons]
 */
function headline (explanation, client, reasons) {
  const { address, reason, error } = explanation
  if (reason === undefined) return `no client: ${cut(escape(String(error)), 240)}`
  if (reasons !== undefined) return `${address === undefined ? 'no client' : `client ${show(address)}`}: ${reasons[reason]}`
  return `client ${typeof address === 'string' ? show(address) : 'unknown'}: ${because(explanation, client)}`
}

/**
 * Says how many hops are not in a trace.
 *
 * @param {Explanation} explanation
 * @param {number} more that were not reached and are not shown
 * @returns {Line[]}
 */
function restOf ({ error, omitted }, more) {
  const count = more + (omitted?.unreached ?? 0)
  if (count === 0) return []
  return [error === undefined
    ? { text: `  and ${count} more, not reached; may be forged`, verdict: 'not reached' }
    : { text: `  and ${count} more, not judged`, verdict: 'not judged' }]
}

/**
 * @param {Explanation} explanation
 * @param {Record<string, string>} [reasons] a sentence for each reason, if the
 *   explanation is not the drop-in's, which always has a client
 * @returns {Line[]}
 */
function linesOf (explanation, reasons) {
  const { hops, error, omitted, remarks = [] } = explanation
  const hasClient = error === undefined && (reasons === undefined || explanation.address !== undefined)
  const reached = hops.filter(({ verdict }) => verdict !== 'not reached').length
  const shown = hops.slice(0, reached + SHOWN)
  const rows = align(shown.map((hop, i) => row(hop, hasClient && i === reached - 1)))
  /** @type {Line[]} */
  const lines = rows.map((text, i) => ({ text, verdict: hops[i].verdict }))
  if (omitted && omitted.trusted > 0) {
    lines.splice(omitted.at, 0, { text: `  and ${omitted.trusted} more, trusted`, verdict: 'trusted' })
  }
  return [
    { text: headline(explanation, hops[reached - 1], reasons) },
    ...lines, ...restOf(explanation, hops.length - shown.length), ...remarks.map(({ message }) => ({ text: `note: ${message}` }))
  ]
}

/**
 * @param {Explanation} explanation
 * @param {Record<string, string>} [reasons]
 */
function trace (explanation, reasons) {
  return linesOf(explanation, reasons).map(({ text }) => text).join('\n')
}

module.exports = { linesOf, showFault, showReason, trace }
