'use strict'

/*
 * Compares the resolver with the model on random requests.
 *
 *   node test/resolver/compare.js [--seconds n] [--count n] [--seed n]
 *
 * Ends after `count` cases or `seconds`, whichever comes first, and prints how many cases
 * it reached. Prints the first cases that differ; exit code 1 if there are any.
 */

const assert = require('node:assert/strict')
const { isDeepStrictEqual, parseArgs } = require('node:util')
const { xoroshiro128plus } = require('pure-rand/generator/xoroshiro128plus')

const { createResolver } = require('../../lib/resolver')
const { engine } = require('../../lib')
const { model } = require('./model')

const LISTS = [['10.0.0.0/8'], ['loopback'], ['private', 'cgnat'], ['10.0.0.0/8', '2001:db8::/32', 'unix'], ['0.0.0.0/1'],
  ['::ffff:10.0.0.0/104', 'fe80::/10'], ['10.0.0.1', '10.0.0.2', '::1']]
const GOOD = ['10.0.0.1', '10.0.0.2', '10.255.255.255', '11.0.0.0', '127.0.0.1', '::1', '2001:db8::1', '2001:DB8:0:0:0:0:0:1',
  '2001:db9::', '203.0.113.9', '::ffff:10.0.0.1', '::ffff:a00:1', '0:0:0:0:0:ffff:1.2.3.4', 'fe80::1', '64:ff9b::1.2.3.4',
  '1:2:3:4:5:6:7::', '::', '100.64.0.1', '1:0:0:2:0:0:0:3', '1:0:2:0:3:0:4:0']
const BAD = ['unknown', '_hidden', '1.2.3', '010.0.0.1', '0x7f.0.0.1', '1.2.3.4.5', '256.1.1.1', '::1%eth0', ':::', '1::2::3', 'x',
  '10.0.0.1 ', '"', '\\', '1.2.3.4\u0130', '10.0.0.1\0', '1:2:3:4:5:6:7:8:9', '12345::', '2130706433', '10.0.0.1/8', '[10.0.0.1]',
  '[::1', '::1]', '::ffff:1.2.3', '00.0.0.0', '%', '[]', '::1:80:', '.', ':', 'fe80::1%', '\u00a010.0.0.1', '1:2:3:4:5:6:7:1.2.3.4', '1:2:3:4:5:6::1.2.3.4', '::1.2.3.4.5']
const PORTS = [':80', ':0', ':65535', ':65536', ':080', ':', ':x', ':_p', ':99999999999']
const BITS = [',', ', ', ' ', '\t', '"', '\\', ';', '=', 'for=', 'FOR="', 'proto=https', ';host=h', '\n', '[', ']', ':', '\x01']

class Random {
  constructor (seed) { this.generator = xoroshiro128plus(seed) }
  below (limit) { return (this.generator.next() >>> 0) % limit }
  chance (percent) { return this.below(100) < percent }
  of (list) { return list[this.below(list.length)] }
}

function address (random) {
  const kind = random.below(10)
  return random.of(kind < 4 ? GOOD.slice(0, 6) : kind < 9 ? GOOD : BAD)
}

function decorated (random) {
  const text = address(random)
  if (random.chance(70)) return text
  const inner = text.includes(':') && random.chance(80) ? `[${text}]` : text
  return inner + (random.chance(70) ? random.of(PORTS) : '')
}

function listed (random) {
  const count = random.of([0, 1, 1, 2, 2, 3, 4, 6, 23])
  const texts = Array.from({ length: count }, () => random.chance(92) ? decorated(random) : random.of(['', ' ', '\t', random.of(BITS)]))
  return texts.join(random.of([',', ', ', ' , ', ',\t', ',,']))
}

function pair (random) {
  switch (random.below(8)) {
    case 0: return `proto=${random.of(['http', 'https', '"ht\\tps"', 'x y', ''])}`
    case 1: return `host=${random.of(['h', '"a:80"', '"\\"', '""'])}`
    case 2: return `by=${random.of(['_a', '"[::1]"', ''])}`
    case 3: return random.of(['x=1', 'X=2', 'for=1.2.3.4', '', 'a b=c', 'p="a,b"', 'q="a;\\",b"', '=', 'r'])
    default: {
      const node = decorated(random)
      const name = random.of(['for', 'for', 'For', 'FOR'])
      if (!/[:[\]" \\]/.test(node) && random.chance(60)) return `${name}=${node}`
      return `${name}="${random.chance(10) ? node.replace(/[.:]/, '\\$&') : node}${random.chance(97) ? '"' : ''}`
    }
  }
}

function element (random) {
  return Array.from({ length: random.of([1, 1, 1, 2, 3]) }, () => pair(random)).join(random.of([';', ';', ' ; ', ';;']))
}

function forwarded (random) {
  const count = random.of([0, 1, 1, 2, 2, 3, 5, 22])
  return Array.from({ length: count }, () => random.chance(96) ? element(random) : random.of(BITS)).join(random.of([',', ', ', ' ,, ']))
}

/** Sometimes makes a small change to a text. */
function spoiled (random, text) {
  if (!random.chance(15)) return text
  const at = random.below(text.length + 1)
  return text.slice(0, at) + random.of(BITS) + text.slice(at + random.below(3))
}

function policy (random) {
  const chain = random.of(['x-forwarded-for', 'x-forwarded-for', 'forwarded', 'forwarded', undefined])
  const from = chain === undefined || random.chance(30)
    ? ['x-real-ip', 'cf-connecting-ip'].slice(0, 1 + random.below(2)).map((name) => ({ name, from: random.of(LISTS) }))
    : []
  const trust = random.of([...LISTS, ...LISTS, false, undefined, undefined, [LISTS[0], LISTS[3]], [LISTS[2], LISTS[1], LISTS[4]],
    (text) => text.startsWith('10.')])
  const maxEntries = random.of([20, 20, 20, 1, 2, 3])
  let hops = random.of([undefined, undefined, 1, 2, 3])
  if (trust === undefined && from.length === 0) hops ??= 1
  if (hops > maxEntries) hops = maxEntries
  return { trust, hops, chain, from, maxEntries }
}

function makeResolver ({ trust, hops, chain, from, maxEntries }) {
  const header = [...from, ...chain === undefined ? [] : [chain]]
  return createResolver({ header, maxEntries, ...trust !== undefined && { trust }, ...hops !== undefined && { hops } })
}

/** Makes a request for the model, with what the resolver needs. */
function request (random, { chain, from }) {
  const given = random.chance(20)
  const unix = !given && random.chance(5)
  const peer = unix || random.chance(2)
    ? random.of([undefined, ''])
    : given ? decorated(random) : random.of(['10.0.0.1', '10.0.0.1', '::1', '127.0.0.1', address(random), random.of(GOOD), 'fe80::1%eth0', 'FE80::1%en0'])
  const write = chain === 'forwarded' ? forwarded : listed
  const lines = random.chance(8) ? undefined : Array.from({ length: random.of([1, 1, 1, 2, 3]) }, () => spoiled(random, write(random)))
  const asLines = !given && random.chance(70)
  const header = chain === undefined ? undefined : lines?.join(', ')
  const texts = Object.fromEntries(from.filter(() => random.chance(75))
    .map(({ name }) => [name, random.chance(80) ? random.of([' ', '']) + address(random) : listed(random)]))
  const other = chain !== undefined && random.chance(3) ? 'x' : undefined
  return { peer, given, unix, header, lines: asLines ? lines : undefined, from: texts, other }
}

function ask (resolver, { chain }, { peer, given, unix, header, lines, from, other }) {
  const headers = { ...from }
  if (header !== undefined) headers[chain] = header
  if (other !== undefined) headers[chain === 'forwarded' ? 'x-forwarded-for' : 'forwarded'] = other
  if (given) return { result: resolver.from(peer, headers) }
  const server = { address: () => unix ? '/run/x.sock' : { port: 80 } }
  const rawHeaders = lines?.flatMap((line) => [chain === 'forwarded' ? 'Forwarded' : 'X-Forwarded-For', line])
  const req = { headers, ...rawHeaders && { rawHeaders }, socket: { remoteAddress: peer, server } }
  const address = resolver(req)
  return { result: resolver.resolve(req), address, again: resolver(req) }
}

/** No server passes on a line feed. */
function cleaned (text) {
  return text?.replaceAll('\n', '\0')
}

/** @returns {string | undefined} how they differ */
function difference (settings, resolver, input) {
  const expected = model(settings, {
    ...input,
    header: settings.chain === 'forwarded' || input.given ? cleaned(input.header) : input.header,
    lines: input.lines?.map(cleaned),
    from: input.given ? Object.fromEntries(Object.entries(input.from).map(([name, text]) => [name, cleaned(text)])) : input.from
  })
  const { proto, forwardedHost, ...rest } = expected
  try {
    const { result, address = result.address, again = address } = ask(resolver, settings, input)
    const { protocol, host, secure, ...actual } = result
    actual.anomalies = actual.anomalies.filter((kind) => kind !== 'host-invalid' && kind !== 'protocol-ambiguous')
    if (!isDeepStrictEqual({ ...actual }, rest)) assert.deepEqual({ ...actual }, rest)
    if (address !== rest.address || again !== rest.address) assert.deepEqual([address, again], [rest.address, rest.address])
    if (/^(https?|wss?)$/i.test(proto) && settings.chain === 'forwarded') assert.equal(protocol, proto.toLowerCase())
  } catch (error) {
    return `${error.message}\n${JSON.stringify({ settings, input }, null, 1)}`
  }
}

/**
 * @param {{ seed: number, count: number, seconds: number }} limits
 * @returns {{ cases: number, faults: string[], reasons: Record<string, number> }}
 */
function compare ({ seed, count, seconds }) {
  const random = new Random(seed)
  const end = performance.now() + seconds * 1000
  const faults = []
  let cases = 0
  while (cases < count && faults.length < 3 && performance.now() < end) {
    const settings = policy(random)
    const resolver = makeResolver(settings)
    for (let i = 0; i < 500 && cases < count; i++, cases++) {
      const fault = difference(settings, resolver, request(random, settings))
      if (fault !== undefined) faults.push(fault)
      if (faults.length === 3) break
    }
  }
  return { cases, faults }
}

function main () {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      count: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1e9) }
    }
  })
  const seed = Number(values.seed)
  const { count = Infinity, seconds = values.count === undefined ? 60 : Infinity } = values
  const { cases, faults } = compare({ seed, count: Number(count), seconds: Number(seconds) })
  console.log(`${engine}: ${cases.toLocaleString('en')} requests, seed ${seed}, ${faults.length} different`)
  for (const fault of faults) console.log(fault)
  if (faults.length > 0) process.exitCode = 1
}

if (require.main === module) main()

module.exports = { compare }
