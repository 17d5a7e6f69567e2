'use strict'

/*
 * Finds what a change of a setting does: makes a tally of records (PA_OUTPUT_COMPARE),
 * and a report of a tally. A tally has an entry for each pair of clients, so its size
 * does not depend on how many lines there are.
 */

/** PA_IS_…, PA_HAS_PORT. The second setting's flags are twice these values. */
const FLAGS = { private: 1, invalid: 4, forgeable: 16 }
const HAS_PORT = 64

const LONGEST_EXAMPLE = 400
/** The most transitions, merges and splits that a report lists. */
const SHOWN = 20
/** The prefix length that the resolver's key() uses. */
const KEY_BITS = 56

/**
 * Cuts the middle out of a longer text: the header is at a line's end.
 *
 * @param {string} text
 * @param {number} most
 */
function cut (text, most) {
  if (text.length <= most) return text
  const head = most >> 2
  return `${text.slice(0, head)}...${text.slice(text.length - (most - head - 3))}`
}

/** @typedef {{ requests: number, place: number, example: string }} Pair */

class Tally {
  constructor () {
    /** By "before\tafter". @type {Map<string, Pair>} */
    this.pairs = new Map()
    /** How many requests have each value of the flags. @type {Map<number, number>} */
    this.kinds = new Map()
  }

  /**
   * @param {Buffer} output records
   * @param {Uint8Array} input the lines that they are about
   * @param {number} base where the input begins in the log
   */
  add (output, input, base) {
    const text = output.toString('latin1')
    for (let at = 0; at < text.length;) {
      const end = text.indexOf('\n', at)
      const tab = text.indexOf('\t', at)
      const numbers = text.slice(at, tab)
      const key = text.slice(tab + 1, end)
      at = end + 1
      const flags = Number.parseInt(numbers, 10)
      this.kinds.set(flags, (this.kinds.get(flags) ?? 0) + 1)
      const pair = this.pairs.get(key)
      if (pair !== undefined) pair.requests++
      else this.#begin(key, numbers, input, base)
    }
  }

  /** @param {string} key @param {string} numbers @param {Uint8Array} input @param {number} base */
  #begin (key, numbers, input, base) {
    const [, start, length] = numbers.split(' ').map(Number)
    const line = cut(Buffer.from(input.buffer, input.byteOffset + start, length).toString('utf8'), LONGEST_EXAMPLE)
    // A slice would keep the text of the whole block.
    const copied = Buffer.from(key, 'latin1').toString('latin1')
    this.pairs.set(copied, { requests: 1, place: base + start, example: line })
  }

  /** Plain data, for another thread. */
  data () {
    return { pairs: this.pairs, kinds: this.kinds }
  }

  /** @param {{ pairs: Map<string, Pair>, kinds: Map<number, number> }} data */
  merge ({ pairs, kinds }) {
    for (const [flags, requests] of kinds) this.kinds.set(flags, (this.kinds.get(flags) ?? 0) + requests)
    for (const [key, pair] of pairs) {
      const own = this.pairs.get(key)
      if (own === undefined) {
        this.pairs.set(key, pair)
        continue
      }
      own.requests += pair.requests
      if (pair.place < own.place) Object.assign(own, { place: pair.place, example: pair.example })
    }
  }
}

/**
 * Returns the key by which rate limiters count: for an IPv6 address, its network.
 *
 * @param {string} client
 */
function keyOf (client) {
  if (!/^[0-9a-f]*:[0-9a-f:]*$/i.test(client)) return client
  const [head, tail = ''] = client.split('::').map((part) => part.split(':').filter(Boolean).map((group) => parseInt(group, 16)))
  const groups = [...head, ...Array(Math.max(8 - head.length - tail.length, 0)).fill(0), ...tail]
  return groups.slice(0, KEY_BITS >> 4).join(':') + ':' + (groups[KEY_BITS >> 4] >> (16 - KEY_BITS % 16))
}

/**
 * Groups the clients on the other side by each client on the one side.
 *
 * @param {[string, string, number][]} pairs one side, the other, requests
 */
function grouped (pairs) {
  /** @type {Map<string, { clients: string[], requests: number }>} */
  const groups = new Map()
  for (const [client, other, requests] of pairs) {
    const group = groups.get(client)
    if (group === undefined) groups.set(client, { clients: [other], requests })
    else {
      group.clients.push(other)
      group.requests += requests
    }
  }
  return groups
}

/**
 * Returns the clients that are several on the other side, the largest first.
 *
 * @param {Map<string, { clients: string[], requests: number }>} groups
 */
function several (groups) {
  const all = Array.from(groups).filter(([, { clients }]) => clients.length > 1)
    .sort(([a, one], [b, other]) => other.clients.length - one.clients.length || other.requests - one.requests || (a < b ? -1 : 1))
  return {
    count: all.length,
    examples: all.slice(0, SHOWN).map(([client, { clients, requests }]) =>
      ({ client, clients: clients.length, requests, some: clients.slice().sort().slice(0, 5) }))
  }
}

/** @param {Map<number, number>} kinds @param {number} bit */
function countOf (kinds, bit) {
  let count = 0
  for (const [flags, requests] of kinds) if ((flags & bit) !== 0) count += requests
  return count
}

/** @param {number} part @param {number} whole */
function shareOf (part, whole) {
  return whole === 0 ? 0 : part / whole
}

/** A change of some requests from one client to another. @param {[string, Pair]} entry */
function transition ([key, { requests, example }]) {
  const [from, to] = key.split('\t')
  return { from, to, requests, example }
}

/**
 * @typedef {ReturnType<typeof reportOf>} Report
 */

/**
 * @param {Tally} tally
 * @param {import('./log').Counters} counters
 * @param {{ format: string, before: unknown, after: unknown }} settings
 */
function reportOf ({ pairs, kinds }, { lines, unreadable, changed }, settings) {
  const requests = lines - unreadable
  const all = Array.from(pairs, ([key, { requests }]) => /** @type {[string, string, number]} */ ([...key.split('\t'), requests]))
  const transitions = Array.from(pairs).filter(([key]) => key.split('\t')[0] !== key.split('\t')[1])
    .sort(([, one], [, other]) => other.requests - one.requests || one.place - other.place)
  const before = grouped(all)
  const after = grouped(all.map(([from, to, count]) => [to, from, count]))
  const merged = several(after)
  const split = several(before)
  const flags = Object.fromEntries(Object.entries(FLAGS).map(([name, bit]) =>
    [name, { before: countOf(kinds, bit), after: countOf(kinds, 2 * bit) }]))
  return {
    ...settings,
    lines,
    unreadable,
    requests,
    changed,
    share: shareOf(changed, requests),
    clients: { before: before.size, after: after.size },
    keys: { before: new Set(Array.from(before.keys(), keyOf)).size, after: new Set(Array.from(after.keys(), keyOf)).size },
    transitions: transitions.slice(0, SHOWN).map(transition),
    transitionsInAll: transitions.length,
    merged: merged.count,
    merges: merged.examples,
    split: split.count,
    splits: split.examples,
    private: flags.private,
    invalid: flags.invalid,
    forgeable: flags.forgeable,
    ports: countOf(kinds, HAS_PORT)
  }
}

/** @param {number} share */
function percent (share) {
  return `${(share * 100).toFixed(share > 0 && share < 0.001 ? 4 : 1)} %`
}

const number = (/** @type {number} */ count) => count.toLocaleString('en-US')

/** The counts of a report: a title, before and after, and what is counted. @param {any} report @returns {[string, number, number, string][]} */
function measures ({ clients, keys, private: internal, invalid, forgeable }) {
  return [
    ['clients', clients.before, clients.after, 'different addresses'],
    ['rate-limit keys', keys.before, keys.after, 'IPv6 by /56'],
    ['private', internal.before, internal.after, 'requests whose client is an internal address'],
    ['no address', invalid.before, invalid.after, 'requests whose client is not an address'],
    ['all trusted', forgeable.before, forgeable.after, 'requests whose hops are all trusted: a longer header would change the client']
  ]
}

/** @param {{ ports: number }} report */
const withPorts = ({ ports }) =>
  `${number(ports)} ${ports === 1 ? 'request has' : 'requests have'} entries with ports, which proxy-addr does not read as addresses`

/** What the counts of a report cannot show. @param {{ before: unknown, after: unknown }} settings @returns {string[]} */
const caveats = (settings) => [settings.before, settings.after].some((setting) => /^[1-9]\d*(?: hops?)?$/.test(String(setting)))
  ? ['A number of hops believes whoever connects. Clients that reach the server past the proxies choose their address; "all trusted" does not count them']
  : []

/** @param {string} client */
const shown = (client) => client === '' ? '(none)' : cut(client, 60)

/** @param {any} report @returns {string[]} */
function printed (report) {
  const { before, after, requests, changed, share, unreadable, lines, transitions, merges, splits } = report
  const list = (/** @type {string} */ title, /** @type {any[]} */ rows, /** @type {(row: any) => string[]} */ print) =>
    rows.length === 0 ? [] : ['', title, ...rows.slice(0, 10).flatMap(print)]
  return [
    `before: ${before}; after: ${after}`,
    `${number(changed)} of ${number(requests)} requests change (${percent(share)})` +
      (unreadable > 0 ? `; ${number(unreadable)} of ${number(lines)} lines cannot be read` : ''),
    '',
    `${''.padEnd(16)}${'before'.padStart(12)}${'after'.padStart(12)}`,
    ...measures(report).map(([name, one, other, what]) =>
      `${name.padEnd(16)}${number(one).padStart(12)}${number(other).padStart(12)}  ${what}`),
    ...report.ports > 0 ? ['', withPorts(report)] : [],
    ...caveats(report).flatMap((caveat) => ['', caveat]),
    ...list(`the largest of ${number(report.transitionsInAll)} transitions`, transitions, ({ from, to, requests: count, example }) =>
      [`${number(count).padStart(12)}  ${shown(from)} -> ${shown(to)}`, `${''.padStart(14)}${cut(example, 200)}`]),
    ...list(`clients that merge: ${number(report.merged)} after, each of them several before`, merges, ({ client, clients, some }) =>
      [`${number(clients).padStart(12)}  ${some.map(shown).join(', ')}${clients > some.length ? ', ...' : ''} -> ${shown(client)}`]),
    ...list(`clients that split: ${number(report.split)} before, each of them several after`, splits, ({ client, clients, some }) =>
      [`${number(clients).padStart(12)}  ${shown(client)} -> ${some.map(shown).join(', ')}${clients > some.length ? ', ...' : ''}`])
  ]
}

module.exports = { Tally, caveats, cut, measures, number, percent, printed, reportOf, shown, withPorts }
