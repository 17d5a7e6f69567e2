'use strict'

/*
 * Measures implementations in turn, a slice of time each, again and again, so that
 * the machine's other work affects all of them; and takes the medians. The addresses
 * vary, but are the same in each run.
 */

/**
 * Returns the text in one piece, as sockets and header parsers give it.
 *
 * @param {string} text
 */
function flat (text) {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Marsaglia's xorshift, of 32 bits. */
class Random {
  #state

  /** @param {number} [seed] any integer but 0 */
  constructor (seed = 2463534242) {
    this.#state = seed | 0
  }

  /**
   * Returns an integer from 0 up to, but not including, `limit`.
   *
   * @param {number} limit
   */
  below (limit) {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) % limit
  }

  privateAddress () {
    return `10.${this.below(256)}.${this.below(256)}.${this.below(256)}`
  }

  publicAddress () {
    return `${193 + this.below(20)}.${this.below(256)}.${this.below(256)}.${this.below(256)}`
  }

  privateAddress6 () {
    return `fd00::${this.below(65536).toString(16)}:${this.below(65536).toString(16)}`
  }

  publicAddress6 () {
    return `2a01:${this.below(65536).toString(16)}::${this.below(65536).toString(16)}`
  }

  subnet () {
    return `${193 + this.below(20)}.${this.below(256)}.${this.below(256)}.0/24`
  }
}

const REQUESTS = 4096
const SLICES = 15
/** Requests between two readings of the clock, because reading it takes time. */
const BLOCK = 64

/** @typedef {(req: any, trust: any) => unknown} Resolve */
/** @typedef {Resolve & { compile: (list: string[]) => unknown }} Implementation */
/** @typedef {{ native: number, original?: number }} Times in nanoseconds */
/** @typedef {{ name: string, ns: Times, ratio?: number }} Result */

/** The list that Express apps trust most often. */
const PRIVATE = ['loopback', 'linklocal', 'uniquelocal']

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {(random: Random) => string[]} list
 * @property {(random: Random) => [string, string]} request peer and header
 */

/** @type {Scenario[]} */
const SCENARIOS = [
  {
    name: 'no proxy, a header from the client',
    list: () => PRIVATE,
    request: (random) => [random.publicAddress(), random.publicAddress()]
  },
  {
    name: 'one proxy',
    list: () => PRIVATE,
    request: (random) => [random.privateAddress(), random.publicAddress()]
  },
  {
    name: 'three proxies',
    list: () => PRIVATE,
    request: (random) => [random.privateAddress(),
      [random.publicAddress(), random.privateAddress(), random.privateAddress()].join(', ')]
  },
  {
    name: 'two proxies, IPv6',
    list: () => PRIVATE,
    request: (random) => [random.privateAddress6(),
      [random.publicAddress6(), random.privateAddress6()].join(', ')]
  },
  {
    name: 'a spoofing client, 1,000 subnets',
    list: (random) => [...PRIVATE, ...Array.from({ length: 1000 }, () => random.subnet())],
    request: (random) => [random.privateAddress(),
      [random.privateAddress(), random.publicAddress()].join(', ')]
  },
  {
    name: 'a client that sends 30 entries',
    list: () => PRIVATE,
    request: (random) => [random.privateAddress(),
      Array.from({ length: 30 }, () => random.publicAddress()).join(', ')]
  }
]

/**
 * @param {Scenario} scenario
 * @returns {{ list: string[], requests: any[] }}
 */
function makeInputs ({ list, request }) {
  const random = new Random()
  return {
    list: list(random),
    requests: Array.from({ length: REQUESTS }, () => {
      const [peer, header] = request(random)
      return { headers: { 'x-forwarded-for': flat(header) }, socket: { remoteAddress: flat(peer) } }
    })
  }
}

/**
 * Returns nanoseconds per request, measured for at least `ms` milliseconds.
 *
 * @param {Resolve} resolve
 * @param {any[]} requests
 * @param {unknown} trust
 * @param {number} ms
 */
function slice (resolve, requests, trust, ms) {
  const begin = performance.now()
  let count = 0
  let elapsed = 0
  while (elapsed < ms) {
    for (let i = 0; i < BLOCK; i++) resolve(requests[count++ % REQUESTS], trust)
    elapsed = performance.now() - begin
  }
  return elapsed * 1e6 / count
}

/** @param {readonly number[]} values at least one */
function median (values) {
  const sorted = [...values].sort((a, b) => a - b)
  const last = sorted.length - 1
  return (sorted[last >> 1] + sorted[(last + 1) >> 1]) / 2
}

/**
 * Throws if the answers differ: then figures would mean nothing.
 *
 * @param {[Resolve, unknown][]} sides
 * @param {any[]} requests
 */
function checkAnswers (sides, requests) {
  for (const req of requests) {
    const answers = new Set(sides.map(([resolve, trust]) => resolve(req, trust)))
    if (answers.size > 1) throw new Error(`different answers: ${[...answers].join(', ')}`)
  }
}

/**
 * @param {Scenario} scenario
 * @param {Implementation[]} implementations
 * @param {number} ms
 * @returns {number[]} nanoseconds of each
 */
function measure (scenario, implementations, ms) {
  const { list, requests } = makeInputs(scenario)
  const sides = implementations.map((implementation) =>
    /** @type {[Resolve, unknown]} */ ([implementation, implementation.compile(list)]))
  checkAnswers(sides, requests)
  /** @type {number[][]} */
  const times = sides.map(() => [])
  // In the first round, V8 learns what it has to compile.
  for (let round = -1; round < SLICES; round++) {
    sides.forEach(([resolve, trust], i) => {
      const ns = slice(resolve, requests, trust, ms / (SLICES + 1) / sides.length)
      if (round >= 0) times[i].push(ns)
    })
  }
  return times.map(median)
}

/**
 * @param {{ native: any, original?: any }} implementations
 * @param {number} seconds for all of it
 * @returns {Result[]}
 */
function compare (implementations, seconds) {
  const all = [implementations.native, implementations.original].filter(Boolean)
  return SCENARIOS.map((scenario) => {
    const [native, original] = measure(scenario, all, seconds * 1000 / SCENARIOS.length)
    return {
      name: scenario.name,
      ns: { native, ...original !== undefined && { original } },
      ...original !== undefined && { ratio: original / native }
    }
  })
}

module.exports = { Random, compare, flat, median }
