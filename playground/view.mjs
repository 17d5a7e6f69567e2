/* Makes elements of answers. Text is inserted as text, never as HTML. */

import { ATTACKER } from './answer.mjs'
import { code } from './gallery.mjs'

/**
 * Makes an element.
 *
 * @param {string} name of the element, then of its classes, with dots
 * @param {Record<string, any>} properties those with a hyphen are attributes
 * @param {...(Node | string | undefined)} children
 */
export function h (name, properties, ...children) {
  const [tag, ...classes] = name.split('.')
  const element = document.createElement(tag)
  element.className = classes.join(' ')
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-') || key === 'role' || key === 'scope') element.setAttribute(key, value)
    else element[key] = value
  }
  element.append(...children.filter((child) => child !== undefined && child !== ''))
  return element
}

/** Longer texts are cut to this many characters. */
const LONGEST = 100

/** @param {unknown} value */
export function show (value) {
  if (value === undefined) return '(none)'
  const text = Array.isArray(value) ? `[${value.join(', ')}]` : String(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** Returns why an answer is what it is: the headline of the trace without the address. */
function reasonOf ({ trace }) {
  const [line] = trace.split('\n', 1)
  const text = line.slice(line.indexOf(': ') + 2)
  return `${text[0].toUpperCase()}${text.slice(1)}.`
}

/** @param {any} by @param {string | undefined} address */
function trustedBy (by, address) {
  switch (by?.rule) {
    case 'list': return by.subnet && by.entry !== by.subnet && by.entry !== address ? `by ${show(by.entry)}, ${by.subnet}` : `by ${show(by.entry)}`
    case 'hops': return `by the number of hops, ${by.hops}`
    case 'all': return 'as everybody is'
    default: return undefined
  }
}

/** What a verdict means to the reader. */
const MEANING = { trusted: 'trusted', untrusted: 'not trusted', 'not reached': 'not reached: may be forged', 'not asked': 'the last', provider: 'named by a provider', 'not an address': 'not an address', 'not judged': 'not judged' }

/** @param {any} hop @param {boolean} isClient */
function drawHop (hop, isClient) {
  const { from, text, canonical, verdict, by, fault } = hop
  const kind = isClient ? 'client' : verdict === 'not reached' ? 'forged' : verdict.replaceAll(' ', '-')
  return h(`li.hop.${kind}`, {},
    h('span.role', {}, isClient ? 'client' : from === 'socket' ? 'peer' : verdict === 'not reached' ? 'claimed' : 'proxy'),
    h('code', {}, show(text)),
    canonical !== undefined && canonical !== text ? h('small', {}, `that is ${canonical}`) : undefined,
    h('small.verdict', {}, [MEANING[verdict], trustedBy(by, canonical)].filter(Boolean).join(' ')),
    fault && h('small.fault', {}, fault.message))
}

const more = (count, what) => h('li.hop.forged', {}, h('code', {}, `… ${count} more`), h('small', {}, what))

/** Draws the chain, from the client to the server. */
function drawChain ({ explanation: { hops, omitted, address }, express }) {
  const reached = hops.filter(({ verdict }) => verdict !== 'not reached')
  const client = express.ip === undefined && address === undefined ? undefined : reached.at(-1)
  const drawn = hops.map((hop) => drawHop(hop, hop === client))
  if (omitted?.unreached) drawn.push(more(omitted.unreached, 'not reached: may be forged'))
  if (omitted?.trusted) drawn.splice(omitted.at, 0, more(omitted.trusted, 'trusted'))
  return h('ol.chain', { 'aria-label': 'The chain, from the client to your server' },
    ...drawn.reverse(), h('li.hop.server', {}, h('span.role', {}, 'your server')))
}

/** @param {{ label: string, run: () => void } | undefined} help */
function drawHelp (help) {
  return help && h('button', { type: 'button', onclick: help.run }, help.label)
}

/**
 * @param {any} answer
 * @param {string} name of the side
 * @param {{ label: string, run: () => void }[]} helps what could be done
 */
export function drawSide (answer, name, helps) {
  const { title, error, explanation, anomalies = [] } = answer
  const head = h('h3', {}, `${name}: ${title}`)
  if (error !== undefined) {
    return h('article.side', {}, head, h('p.client', { role: 'status' }, h('strong', {}, 'refused')), h('p.fault', {}, error))
  }
  const { address, remarks = [] } = explanation
  return h('article.side', {}, head,
    h('p.client', { role: 'status' }, h('span.hidden', {}, 'The client is '), h('strong', {}, address === undefined ? 'no address' : show(address))),
    h('p', {}, reasonOf(answer)), drawChain(answer),
    ...remarks.map(({ message }) => h('p.note', {}, `${message}.`)),
    ...anomalies.map((kind) => h('p.note', {}, `anomaly: ${kind}`)), ...helps.map(drawHelp))
}

const MEANT = { ip: 'req.ip', ips: 'req.ips', protocol: 'req.protocol', hostname: 'req.hostname', secure: 'req.secure' }

/** @param {any[]} answers */
export function drawExpress (answers) {
  const rows = Object.keys(MEANT).map((name) => {
    const values = answers.map(({ express, error }) => error === undefined ? show(express[name]) : 'refused')
    const isDifferent = new Set(values).size > 1
    return h(`tr${isDifferent ? '.differs' : ''}`, {}, h('th', { scope: 'row' }, h('code', {}, MEANT[name])),
      ...values.map((value, i) => h('td', {}, h('code', {}, value), isDifferent && i > 0 ? h('span.tag', {}, 'differs') : undefined)))
  })
  return h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'property'),
    ...answers.map(({ title }, i) => h('th', { scope: 'col' }, `${'AB'[i]}: ${title}`)))), h('tbody', {}, ...rows))
}

/**
 * @param {any} answer
 * @param {string} name
 * @param {(problem: any) => void} [apply] puts the suggestion into the field
 */
export function drawLint ({ problems }, name, apply) {
  if (problems.length === 0) return h('p.good', {}, `${name}: nothing is wrong`)
  return h('ul.problems', { 'aria-label': `Problems of ${name}` }, ...problems.map((problem) => {
    const { level, code: kind, entry, reason, instead } = problem
    return h(`li.${level}`, {}, h('b', {}, `${name}: ${level}`), ' ', h('code', {}, kind),
      entry === undefined ? '' : ' ', entry === undefined ? undefined : h('q', {}, show(entry)), h('p', {}, `${reason}${/[.?]$/.test(reason) ? '' : '.'}`),
      instead === undefined || !apply ? undefined : h('button', { type: 'button', onclick: () => apply(problem) }, `Use ${show([instead].flat().join(', '))}`))
  }))
}

/** @param {unknown} address @param {unknown} honest */
function drawOutcome (address, honest) {
  const isForged = address !== honest && address !== undefined
  const state = address === honest ? 'holds' : isForged ? 'forged' : 'no address'
  return h(`td.${isForged ? 'bad' : 'fine'}`, {}, h('b', {}, state), ' ', state === 'no address' ? undefined : h('code', {}, show(address)))
}

/**
 * @param {ReturnType<typeof import('./answer.mjs').attack>} rows
 * @param {string} name
 * @param {{ label: string, run: () => void } | undefined} help against them
 */
export function drawAttack (rows, name, help) {
  const forged = rows.flatMap(({ ways }) => ways).filter(({ answer, honest }) => answer !== honest && answer !== undefined).length
  const count = rows.length * 2
  return h('div', {},
    h(`p.${forged > 0 ? 'danger' : 'good'}`, {}, forged > 0 ? `${name}: an attacker can choose their address with ${forged} of ${count} forgeries.` : `${name}: all ${count} forgeries fail.`),
    ...forged > 0 && help ? [drawHelp(help), h('p.hint', {}, 'For a CDN, or where addresses change, name the subnets: the guide says which.')] : [],
    h('div.wide', { tabIndex: 0, role: 'region', 'aria-label': `Forgeries against ${name}` }, h('table', {}, h('thead', {}, h('tr', {},
      ...['they send', 'X-Forwarded-For', 'through your proxies', `past them, from ${ATTACKER}`].map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, ...rows.map(({ name: what, header, ways }) => h('tr', {}, h('th', { scope: 'row' }, what), h('td', {}, h('code', {}, header.length > 40 ? `${header.slice(0, 30)}…` : header)),
      ...ways.map(({ answer, honest }) => drawOutcome(answer, honest))))))))
}

/**
 * @param {[string, string][]} outputs
 * @param {string} name
 * @param {(text: string, from: Node) => void} copy
 */
export function drawOutputs (outputs, name, copy) {
  return h('div', {}, ...outputs.map(([what, text]) => {
    const pre = h('pre', { tabIndex: 0, 'aria-label': `${what} of ${name}`, role: 'region' }, text)
    return h('div.output', {}, h('h3', {}, `${name}: ${what}`), h('button', { type: 'button', 'aria-label': `Copy ${what} of ${name}`, onclick: () => copy(text, pre) }, 'Copy'), pre)
  }))
}

/** Only the end of a longer text is shown marked. */
const SHOWN = 400

/**
 * Draws a text with its wrong parts marked, and what is wrong with them.
 *
 * @param {string} text
 * @param {{ start: number, end: number, message: string }[]} faults
 */
export function drawMarks (text, faults) {
  if (faults.length === 0) return []
  const from = Math.max(text.length - SHOWN, 0)
  const parts = from > 0 ? ['…'] : []
  let at = from
  for (const { start, end } of faults.toSorted((a, b) => a.start - b.start).filter((one) => one.start >= from)) {
    if (start < at) continue
    parts.push(text.slice(at, start), h('mark', {}, text.slice(start, end) || '‸'))
    at = end
  }
  const messages = faults.slice(0, 4).map(({ message }) => h('small', {}, message))
  return [h('code', {}, ...parts.filter(Boolean), text.slice(at)), ...messages]
}

export { code }
