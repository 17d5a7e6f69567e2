'use strict'

/*
 * node bench/worst.js [--seconds 60] [--seed 1] [--length 16000]
 *   [--without <part> …] [--json]
 *
 * Searches for the worst request: the header of a given length, the peer and
 * the trust list for which a call takes longest, or gains least over
 * proxy-addr. Candidates are assembled from the parts that headers are made of,
 * and the best ones are changed again and again. Before a result is printed, it
 * is measured once more, carefully. --without leaves out a part, to find what a
 * part that is known to be slow hides.
 */

const { parseArgs } = require('node:util')
const proxyaddr = require('..')
const original = require('proxy-addr')
const { Random } = require('../lib/cli/measure')
const { flat, insider, publicV4, publicV6, trusted } = require('./inputs')
const { aligned, amount, describe, digits, environment } = require('./table')

const POPULATION = 24
const MOST_PARTS = 5
const PRINTED = 5
/** How many times a part occurs in a row: runs of one kind matter as much as changes. */
const COUNTS = [1, 1, 2, 3, 7, 15, 16, 17, 63, 255, 4096, 16384]
/** The time for a measurement: during the search, and of what is printed. */
const QUICK = { rounds: 3, ns: 2e5 }
/** In nanoseconds; a call that takes longer is made only once. */
const SLOW = 1e6
const CAREFUL = { rounds: 25, ns: 1e6 }

const LISTS = Object.fromEntries([
  ['1 subnet', trusted(1)],
  ['7 subnets', trusted(7)],
  ['1,000 subnets', trusted(1000)],
  ['1,000 subnets, the usual last', trusted(1000, 'mixed', 'last')],
  ['everybody', ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1']]
].map(([name, list]) => [name,
  { here: proxyaddr.compile(list), there: original.compile(list) }]))

const inside = {
  v4: insider(trusted(7), 'IPv4'), v6: insider(trusted(7), 'IPv6'), mapped: insider(trusted(7), 'mapped')
}

const PEERS = {
  'an IPv4 peer': inside.v4, 'an IPv6 peer': inside.v6, 'a mapped peer': inside.mapped
}

/** Spells the octets of an IPv4 address in one of several ways. */
function spelled (write) {
  return (random) => inside.v4(random).split('.').map(Number).map(write).join('.')
}

/** The parts of headers. */
const PARTS = {
  ',': () => ',',
  space: () => ' ',
  ', ': () => ', ',
  tab: () => '\t',
  'trusted IPv4': inside.v4,
  'trusted IPv6': inside.v6,
  'trusted mapped': inside.mapped,
  'mapped in hexadecimal': (random) => `::ffff:a${group(random)}:${group(random)}`,
  'full IPv6': (random) => ['fd00', ...Array.from({ length: 7 }, () => group(random))].join(':'),
  'IPv6 with a zone': (random) => `fe80::${group(random)}%eth0`,
  'IPv6 ending in IPv4': (random) => `fd00::${inside.v4(random)}`,
  octal: spelled((octet) => `0${octet.toString(8)}`),
  hexadecimal: spelled((octet) => `0x${octet.toString(16)}`),
  'with zeros': spelled((octet) => `00${octet.toString(8)}`),
  'one number': (random) => String(0x0a000000 + random.below(2 ** 24)),
  'untrusted IPv4': publicV4,
  'untrusted IPv6': publicV6,
  digit: (random) => String(random.below(10)),
  'hexadecimal digit': (random) => random.below(16).toString(16),
  0: () => '0',
  '.': () => '.',
  ':': () => ':',
  '%': () => '%',
  '/': () => '/',
  x: () => 'x',
  '"': () => '"',
  'a letter above ASCII': () => '\xe9'
}

function group (random) {
  return random.below(65536).toString(16)
}

function pick (random, values) {
  return values[random.below(values.length)]
}

function randomPart (random, without) {
  const name = pick(random, Object.keys(PARTS).filter((name) => !without.includes(name)))
  // Half of the parts end an entry.
  const end = random.below(2) === 0 ? ', ' : ''
  return { name, count: pick(random, COUNTS), end }
}

/** Makes a request to begin with. */
function randomPlan (random, without) {
  return {
    list: pick(random, Object.keys(LISTS)),
    peer: pick(random, Object.keys(PEERS)),
    parts: Array.from({ length: 1 + random.below(MOST_PARTS) }, () => randomPart(random, without))
  }
}

/** Changes one thing about a plan. */
function changed (plan, random, without) {
  const { list, peer, parts } = plan
  const at = random.below(parts.length)
  const others = parts.toSpliced(at, 1)
  switch (random.below(7)) {
    case 0: return { ...plan, list: pick(random, Object.keys(LISTS)) }
    case 1: return { ...plan, peer: pick(random, Object.keys(PEERS)) }
    case 2: return { list, peer, parts: others.length > 0 ? others : parts }
    case 3: return parts.length === MOST_PARTS
      ? plan
      : { list, peer, parts: parts.toSpliced(at, 0, randomPart(random, without)) }
    case 4: return { list, peer, parts: parts.with(at, { ...parts[at], count: pick(random, COUNTS) }) }
    case 5: return { list, peer, parts: parts.with(at, { ...parts[at], end: parts[at].end ? '' : ', ' }) }
    default: return { list, peer, parts: parts.with(at, randomPart(random, without)) }
  }
}

/** Writes the plan's request: a client, then its parts up to the length. */
function write ({ peer, parts }, length, seed) {
  const random = new Random(seed)
  let text = publicV4(random)
  while (text.length < length) {
    const before = text.length
    for (const { name, count, end } of parts) {
      for (let i = 0; i < count && text.length < length; i++) text += PARTS[name](random) + end
    }
    if (text.length === before) break
  }
  return {
    headers: { 'x-forwarded-for': flat(text.slice(0, length)) },
    socket: { remoteAddress: flat(PEERS[peer](random)) }
  }
}

/** Returns the nanoseconds for a call, from as many calls as fill the time. */
function time (resolve, req, trust, ns) {
  const begin = process.hrtime.bigint()
  let spent = 0
  let calls = 0
  do {
    resolve(req, trust)
    calls++
    spent = Number(process.hrtime.bigint() - begin)
  } while (spent < ns)
  return spent / calls
}

/**
 * Returns the minimum of several rounds for each package, because other work on
 * the machine only adds to it.
 *
 * @throws if the two packages give different answers
 */
function measure (plan, { length, seed }, { rounds, ns }) {
  const req = write(plan, length, seed)
  const { here, there } = LISTS[plan.list]
  if (proxyaddr(req, here) !== original(req, there)) {
    throw new Error(`different answers: ${JSON.stringify(req)}`)
  }
  let [native, reference] = [Infinity, Infinity]
  for (let round = 0; round < rounds; round++) {
    native = Math.min(native, time(proxyaddr, req, here, ns))
    if (round === 0 || reference < SLOW) {
      reference = Math.min(reference, time(original, req, there, ns))
    }
  }
  return { plan, native, reference, ratio: reference / native }
}

/** What a search maximises. */
const AIMS = {
  'slowest here': ({ native }) => native,
  'least gain on proxy-addr': ({ ratio }) => 1 / ratio
}

/** Keeps the worst plans of a population that changes for some seconds. */
function search (aim, { seconds, ...options }) {
  const random = new Random(options.seed)
  const end = performance.now() + seconds * 1000
  const known = new Map()
  const look = (plan) => {
    const key = JSON.stringify(plan)
    if (!known.has(key)) known.set(key, measure(plan, options, QUICK))
    return known.get(key)
  }
  let population = Array.from({ length: POPULATION }, () => look(randomPlan(random, options.without)))
  while (performance.now() < end) {
    const plan = random.below(8) === 0
      ? randomPlan(random, options.without)
      : changed(pick(random, population).plan, random, options.without)
    if (known.has(JSON.stringify(plan))) continue
    population = [...population, look(plan)].sort((a, b) => aim(b) - aim(a)).slice(0, POPULATION)
  }
  const worst = population.map(({ plan }) => measure(plan, options, CAREFUL))
  return { tried: known.size, worst: worst.sort((a, b) => aim(b) - aim(a)).slice(0, PRINTED) }
}

/** Describes a plan in words from which it can be made again. */
function words ({ list, peer, parts }) {
  const text = parts.map(({ name, count, end }) =>
    (count > 1 ? `${count} × ` : '') + (end === '' ? name : `(${name}${end})`)).join(' + ')
  return `${peer}, ${list}: client, then ${text}`
}

function print (aim, { tried, worst }) {
  console.log(`\n${aim}, of ${tried.toLocaleString('en')} requests\n`)
  const rows = worst.map(({ native, reference, ratio }) =>
    ['', amount(native, 'ns'), amount(reference, 'ns'), `${digits(ratio)} ×`])
  const lines = aligned([['', 'here', 'proxy-addr', 'faster'], ...rows])
  lines.forEach((line, i) => console.log(i === 0 ? line : `${line}  ${words(worst[i - 1].plan)}`))
}

/** @param {string} text @param {string} name */
function positive (text, name) {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`invalid --${name} "${text}": give an integer above 0`)
}

function main () {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      length: { type: 'string', default: '16000' },
      without: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false }
    }
  })
  const aims = Object.entries(AIMS)
  const options = {
    seconds: positive(values.seconds, 'seconds') / aims.length,
    seed: positive(values.seed, 'seed'),
    length: positive(values.length, 'length'),
    without: values.without
  }
  const unknown = values.without.find((name) => !(name in PARTS))
  if (unknown !== undefined) {
    throw new Error(`unknown part "${unknown}": choose from ${Object.keys(PARTS).join(' | ')}`)
  }
  const report = environment()
  if (!values.json) console.log(describe(report))
  for (const [name, aim] of aims) {
    report[name] = search(aim, options)
    if (!values.json) print(name, report[name])
  }
  if (values.json) console.log(JSON.stringify(report, null, 2))
}

try {
  main()
} catch (error) {
  console.error(`bench/worst: ${error.message}`)
  process.exitCode = 1
}
