'use strict'

/* Rounds: a trust list and questions about it. See duel.js. */

const { randomInt } = require('node:crypto')
const { xoroshiro128plus } = require('pure-rand/generator/xoroshiro128plus')
const { colons, randomV4, randomV6 } = require('./addresses')
const { FUNCTIONS, SHAPES, usual, WRAPPERS } = require('./requests')
const { Made } = require('./odd-values')
const { disguise, makeHeader, mutate, soup } = require('./texts')
const odd = require('./odd-values')
const {
  innerAddress, makeBadEntry, makeCrowdedEntry, makeEntry, makePlainEntry, nearAddress,
  writeAddress
} = require('./subnets')

/* The random numbers of a comparison: its seed and its limits. */

const LARGEST_SEED = 2 ** 31

// Fewer comparisons would prove little, even on a slow machine.
const LEAST = 2000

function newSeed () {
  return randomInt(LARGEST_SEED)
}

/**
 * Reads a whole number.
 *
 * @param {string} name of the option
 * @param {string} text
 */
function integer (name, text) {
  if (!/^\d+$/.test(text)) throw new RangeError(`invalid --${name} '${text}': expected whole numbers`)
  return Number(text)
}

/** Reads seeds, separated by commas; `new` draws one at random. */
function seedsOf (text) {
  return text.split(',').map((seed) => seed === 'new' ? newSeed() : integer('seeds', seed))
}

/**
 * The limits of a test inside `npm test`: a second or two, so that a slow machine
 * compares less and takes no longer. COUNT and SEED in the environment repeat a run.
 *
 * @param {number} seconds
 * @returns {{ seed: number, count: number, seconds: number }}
 */
function shortRun (seconds) {
  const { COUNT, SEED } = process.env
  return {
    seed: Number(SEED ?? newSeed()),
    count: Number(COUNT ?? LEAST),
    seconds: COUNT === undefined ? seconds : 0
  }
}

/** A stream of choices that depends only on two integers. */
class Random {
  /**
   * @param {number} seed
   * @param {number} round each round has its own stream, so that it can be
   *   replayed without those before it
   */
  constructor (seed, round) {
    this.generator = xoroshiro128plus(scramble(seed + Math.imul(round, 0x9e3779b9)))
    // The first outputs still resemble the seed.
    for (let i = 0; i < 8; i++) this.generator.next()
  }

  /** An integer from 0 up to but not including `limit` (at most 2 ** 32). */
  int (limit) {
    // Use the high bits: the low ones of this generator are weak.
    return Math.floor((this.generator.next() >>> 0) / 4294967296 * limit)
  }

  /** True once in `times`. */
  once (times) {
    return this.int(times) === 0
  }

  /** One element of an array. */
  pick (choices) {
    return choices[this.int(choices.length)]
  }

  /** `text` repeated: mostly a few times, rarely a few hundred times. */
  some (text) {
    return text.repeat(this.once(16) ? 1 + this.int(400) : 1 + this.int(3))
  }
}

/** The finaliser of MurmurHash3: neighbouring seeds become unrelated ones. */
function scramble (seed) {
  let hash = seed | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** The material of one round: a list, and the subnets it was made from. */
class Material {
  /** @param {Random} random */
  constructor (random) {
    this.random = random
    this.subnets = []
    this.recent = []
    this.list = this.makeList()
    this.address = (trusted) => this.makeAddress(trusted)
  }

  makeList () {
    const { random } = this
    const kind = random.int(1000)
    if (kind < 20) return this.madeEntry(odd.LISTS)
    if (kind < 22) return this.fill(100 + random.int(400), makePlainEntry)
    if (kind < 30) return this.fill(20 + random.int(40), makePlainEntry)
    if (kind < 48) return this.fill(8 + random.int(24), makeCrowdedEntry)
    if (kind < 58) return []
    const list = this.fill(this.length(), makeEntry)
    if (random.once(3)) list[random.int(list.length)] = this.badElement()
    if (list.length === 1 && typeof list[0] === 'string' && random.once(3)) return list[0]
    return random.once(8) ? Object.freeze(list) : list
  }

  length () {
    const { random } = this
    return random.once(3) ? 1 : random.once(6) ? 5 + random.int(6) : 1 + random.int(4)
  }

  fill (length, make) {
    const list = []
    for (let i = 0; i < length; i++) {
      const { text, subnets } = make(this.random, this.subnets)
      list.push(text)
      this.subnets.push(...subnets)
    }
    return list
  }

  badElement () {
    if (this.random.once(4)) return this.madeEntry(odd.ELEMENTS)
    return makeBadEntry(this.random, this.subnets).text
  }

  /** An odd value in the list, or in its place, that may stand for subnets. */
  madeEntry (choices) {
    const { text, subnets } = makeEntry(this.random, this.subnets)
    this.subnets.push(...subnets)
    return new Made(this.random.pick(choices), text)
  }

  /** An odd value made from an entry or an address of the list. */
  made (choices) {
    const { random } = this
    const text = random.once(2)
      ? makeEntry(random, this.subnets).text
      : random.pick(['loopback', '10.0.0.0/8', '127.0.0.1', '/', '', 'x', '10.0.0.1/33'])
    return new Made(random.pick(choices), text)
  }

  /** An address as text; if `trusted` is true, one that the list trusts, if there is any. */
  makeAddress (trusted) {
    const { random, recent } = this
    if (recent.length > 0 && random.once(8)) return random.pick(recent)
    const text = random.once(trusted ? 100 : 25) ? soup(random) : writeAddress(random, this.numbers(trusted))
    const result = !trusted && random.once(6) ? random.pick([mutate, mutate, disguise])(random, text) : text
    if (recent.length < 8) recent.push(result)
    return result
  }

  numbers (trusted) {
    const { random, subnets } = this
    if (subnets.length > 0 && (trusted || !random.once(4))) {
      const subnet = random.pick(subnets)
      return trusted ? innerAddress(random, subnet) : nearAddress(random, subnet)
    }
    return random.once(3)
      ? { family: 6, value: randomV6(random) }
      : { family: 4, value: randomV4(random) }
  }

  /** A question to a list that was accepted. */
  question () {
    const { random } = this
    const kind = random.int(100)
    if (kind < 42) return this.trustQuestion()
    if (kind < 63) return this.request('proxyaddr', 'compiled')
    if (kind < 80) return this.request('all', 'compiled')
    return this.otherQuestion(kind)
  }

  otherQuestion (kind) {
    const { random } = this
    const op = random.pick(['all', 'proxyaddr'])
    const n = random.int(6)
    if (kind < 85) return this.questionWithList(op)
    if (kind < 90) return this.request(op, 'function', new Made(random.pick(FUNCTIONS), n))
    if (kind < 93) return this.request(op, 'wrapper', new Made(random.pick(WRAPPERS), n))
    if (kind < 95) return this.request(op, random.pick(['reference', 'subject']))
    if (kind < 97) return this.request(op, 'missing')
    return this.request(op, 'value', this.made(odd.LISTS))
  }

  /** A question that is possible even if the list was refused. */
  freeQuestion () {
    const { random } = this
    const op = random.pick(['all', 'proxyaddr'])
    if (random.once(2)) return this.request(op, 'value', this.list)
    const question = this.otherQuestion(80 + random.int(20))
    return question.by === 'wrapper' || question.by === 'reference' || question.by === 'subject'
      ? this.request(op, 'missing')
      : question
  }

  trustQuestion () {
    const { random } = this
    const addr = random.once(40) ? this.made(odd.ADDRESSES) : this.makeAddress(random.once(2))
    return { op: 'trust', addr, style: random.once(8) ? random.int(5) : 0 }
  }

  questionWithList (op) {
    const { random, list } = this
    if (list.length > 20) return this.request(op, 'compiled')
    if (random.once(4)) {
      const entries = this.fill(random.int(4), makeEntry)
      return this.request(op, 'reused', entries)
    }
    if (random.once(4)) return this.request(op, 'value', makeEntry(random, []).text)
    return this.request(op, 'value', list)
  }

  request (op, by, trust) {
    const { random } = this
    const question = { op, shape: usual, peer: undefined, header: undefined, by, trust }
    if (random.once(by === 'missing' ? 6 : 40)) {
      question.shape = random.once(3) ? this.made(odd.REQUESTS) : random.pick(SHAPES)
    }
    question.peer = random.once(80) ? this.made(odd.PEERS) : this.makeAddress(!random.once(6))
    if (random.once(80)) {
      question.header = this.made(odd.HEADERS)
    } else if (!random.once(20)) {
      question.header = makeHeader(random, this.address)
    }
    return question
  }
}

const MEGABYTES = 5 * 1024 * 1024
const FAR = ','.repeat(300)

const LONG_HEADERS = [
  'x'.repeat(MEGABYTES) + ', 192.0.2.1' + FAR,
  'x'.repeat(MEGABYTES) + ', 192.0.2.1, 127.0.0.1',
  ' '.repeat(MEGABYTES) + '127.0.0.2' + FAR,
  ','.repeat(MEGABYTES) + '127.0.0.2, 127.0.0.1' + FAR,
  '192.0.2.1, ' + '0'.repeat(MEGABYTES) + '177.0.0.1' + FAR,
  '192.0.2.1, ' + '1'.repeat(MEGABYTES) + FAR,
  '192.0.2.1, 127.0.0.1' + ' '.repeat(MEGABYTES) + ',127.0.0.1'
]

/**
 * Rounds too expensive to generate at random: headers of megabytes, whose offsets
 * need more than 32 bits when packed together with a length.
 */
const LONG_ROUNDS = LONG_HEADERS.map((header) => ({
  list: 'loopback',
  subjectFirst: false,
  questions: ['all', 'proxyaddr'].flatMap((op) => ['compiled', 'value'].map((by) => ({
    op, shape: usual, peer: '127.0.0.1', header, by, trust: by === 'value' ? 'loopback' : undefined
  })))
}))

/**
 * A round too rare to wait for: many IPv6 subnets close together, and for an address within
 * each, all those that differ from it in one of the first 64 bits.
 */
function farFromACrowd () {
  const starts = Array.from({ length: 16 }, (_, i) => 0x60 * i)
  const far = (bit, last) => {
    const words = [0x2001, 0xdb8, 0, 0, 0, 0, 0, last]
    words[bit >> 4] ^= 0x8000 >> (bit & 15)
    return colons(words)
  }
  return {
    list: starts.map((last) => `2001:db8::${last.toString(16)}/123`),
    subjectFirst: false,
    questions: starts.flatMap((last) => Array.from({ length: 64 }, (_, bit) => (
      { op: 'trust', addr: far(bit, last + 16), style: 0 })))
  }
}

/** Rounds that random choice would rarely make, or not at all. */
const KNOWN_ROUNDS = [farFromACrowd(), ...LONG_ROUNDS]

module.exports = { KNOWN_ROUNDS, Material, Random, integer, newSeed, seedsOf, shortRun }
