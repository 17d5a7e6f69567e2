'use strict'

/* Seeded inputs, varied enough that V8 cannot fold them into constants. */

const { Random, flat } = require('../lib/cli/measure')

const COUNT = 4096
/** Spreads small seeds over 32 bits; the result is odd, so that no seed becomes 0. */
const SCATTER = 0x9e3779b1

/** @param {Random} numbers */
function publicV4 (numbers) {
  return numbers.publicAddress()
}

/** @param {Random} numbers */
function privateV4 (numbers) {
  return numbers.privateAddress()
}

function octets (numbers, count) {
  return Array.from({ length: count }, () => numbers.below(256))
}

function groups (numbers, count) {
  return Array.from({ length: count }, () => numbers.below(65536).toString(16))
}

/** @param {Random} numbers */
function publicV6 (numbers) {
  return ['2a01', ...groups(numbers, 3)].join(':') + '::' + groups(numbers, 1)
}

/** @param {Random} numbers */
function privateV6 (numbers) {
  return ['fd00', ...groups(numbers, 3)].join(':') + '::' + groups(numbers, 1)
}

/** A subnet anywhere in the address space: /22 to /32, or /32 to /64. */
function subnetV4 (numbers) {
  return [1 + numbers.below(223), ...octets(numbers, 3)].join('.') +
    '/' + (22 + numbers.below(11))
}

function subnetV6 (numbers) {
  return '2' + numbers.below(4096).toString(16).padStart(3, '0') + ':' +
    groups(numbers, 3).join(':') + '::/' + (32 + numbers.below(33))
}

/** @param {string} subnet @param {Random} numbers */
function inV4 (subnet, numbers) {
  const [address, length] = subnet.split('/')
  const bits = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0)
  const size = 2 ** (32 - Number(length))
  const chosen = bits - bits % size + numbers.below(size)
  return [24, 16, 8, 0].map((shift) => chosen >>> shift & 255).join('.')
}

/**
 * Random in the first 64 bits after the prefix, and in the last 16.
 *
 * @param {string} subnet @param {Random} numbers
 */
function inV6 (subnet, numbers) {
  const [address, length] = subnet.split('/')
  const given = address.split('::')[0].split(':').map((group) => parseInt(group, 16))
  const chosen = [0, 1, 2, 3].map((i) => {
    const free = Math.min(Math.max((i + 1) * 16 - Number(length), 0), 16)
    return ((given[i] ?? 0) >> free << free | numbers.below(2 ** free)).toString(16)
  })
  return chosen.join(':') + '::' + groups(numbers, 1)
}

/**
 * Returns a function that makes addresses in any of the subnets, so that a
 * linear search of a long list takes long.
 *
 * @param {string[]} subnets
 * @param {'IPv4' | 'IPv6' | 'mapped'} kind
 * @returns {(numbers: Random) => string}
 */
function insider (subnets, kind) {
  const isV6 = kind === 'IPv6'
  // Not a subnet of a single address, which would give the same text again and again.
  const own = subnets.filter((subnet) =>
    subnet.includes(':') === isV6 && !subnet.endsWith('/128'))
  return (numbers) => {
    const subnet = own[numbers.below(own.length)]
    if (isV6) return inV6(subnet, numbers)
    const address = inV4(subnet, numbers)
    return kind === 'mapped' ? `::ffff:${address}` : address
  }
}

/**
 * Makes `count` different inputs, the same for the same seed.
 *
 * @template T
 * @param {number} seed
 * @param {(numbers: Numbers, i: number) => T} make
 * @returns {T[]}
 */
function many (seed, make, count = COUNT) {
  const numbers = new Random(Math.imul(seed, SCATTER))
  return Array.from({ length: count }, (_, i) => make(numbers, i))
}

/**
 * Returns a function that makes one of only `count` texts, as a new string each
 * time.
 *
 * @param {number} count
 * @param {(numbers: Random) => string} make
 */
function oneOf (count, make) {
  const texts = many(count, make, count)
  return (numbers) => texts[numbers.below(count)]
}

/** The subnets of load balancers in private networks: 7 of them. */
const USUAL = [
  '127.0.0.0/8', '::1/128', '169.254.0.0/16',
  '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'
]

const LIST_SEED = 3

/**
 * Returns a list of `count` subnets: the usual private ones and others, of
 * which half or none are IPv6. The usual ones are spread among the others, so
 * that a linear search does not find them at once; or they are last, where it
 * takes longest. A list of one subnet has only a /8.
 *
 * @param {number} count 1, or at least 7
 * @param {'mixed' | 'IPv4'} [family] of the others
 * @param {'anywhere' | 'last'} [place] of the usual ones
 */
function trusted (count, family = 'mixed', place = 'anywhere') {
  if (count === 1) return ['10.0.0.0/8']
  const list = many(LIST_SEED, (numbers, i) => i % 2 === 0 || family === 'IPv4'
    ? subnetV4(numbers)
    : subnetV6(numbers), count - USUAL.length)
  if (list.length === 0 || place === 'last') return list.concat(USUAL)
  const places = many(LIST_SEED + 1, (numbers) => numbers.below(count), USUAL.length)
    .sort((a, b) => a - b)
  places.forEach((place, i) => list.splice(place, 0, USUAL[i]))
  return list
}

/** Repeats a text up to a length. */
function filled (text, length) {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length)
}

/**
 * Single entries of a header that are long and slow to read, each in its own
 * way.
 *
 * @type {Record<string, (length: number) => string>}
 */
const longEntries = {
  digits: (length) => filled('1234567890', length),
  zeros: (length) => filled('0', length),
  'zeros before an address': (length) => filled('0', length) + '10.0.0.1',
  'zeros in four parts': (length) =>
    '::ffff:' + filled(filled('0', length / 4) + '.', length - 1),
  'hexadecimal digits': (length) => filled('deadbeef', length),
  'a hexadecimal number': (length) => '0x' + filled('deadbeef', length),
  colons: (length) => filled(':', length),
  groups: (length) => filled('1:', length),
  'groups before a quad': (length) => filled('1:', length) + '10.0.0.1',
  dots: (length) => filled('1.', length),
  spaces: (length) => '1' + filled(' ', length),
  "x's": (length) => filled('x', length),
  'a zone': (length) => 'fe80::1%' + filled('eth0', length),
  'percent signs': (length) => filled('%', length)
}

module.exports = {
  COUNT, filled, flat, insider, longEntries, many, oneOf, publicV4, privateV4, publicV6, privateV6, subnetV4, subnetV6, trusted
}
