'use strict'

/* A trust list, from the argument to subnets: { family, bits, length }. */

const { types: { isStringObject } } = require('node:util')

const { isMapped, parse, unmap } = require('./address')

const DIGITS = /^[0-9]+$/
const NAMES = {
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  loopback: ['127.0.0.1/8', '::1/128'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']
}

/**
 * @param {unknown} val the trust argument
 * @returns {{ family: 4 | 6, bits: string, length: number }[]}
 */
function subnetsOf (val) {
  if (!val) throw new TypeError('argument is required')
  if (typeof val === 'string') return replaceNames([val]).map(subnetOf)
  if (!Array.isArray(val)) throw new TypeError('unsupported trust argument')
  // Not map(), which would pass over holes.
  return Array.from(replaceNames(val.slice()), subnetOf)
}

/** Over the whole list, before any other entry is looked at. */
function replaceNames (list) {
  const replaced = []
  for (let i = 0; i < list.length; i++) {
    const subnets = Object.hasOwn(NAMES, list[i]) ? NAMES[list[i]] : [list[i]]
    for (let k = 0; k < subnets.length; k++) replaced.push(subnets[k])
  }
  return replaced
}

/** @param {any} note a string, in a list that is right */
function subnetOf (note) {
  const pos = note.lastIndexOf('/')
  const str = pos === -1 ? note : note.substring(0, pos)
  const address = parseAny(str)
  if (!address) throw new TypeError('invalid IP address: ' + str)
  if (pos === -1) return whole(unmap(address))
  const length = lengthOf(note.substring(pos + 1, note.length), address.family)
  if (!(length >= 1 && length <= address.bits.length)) {
    throw new TypeError('invalid range on address: ' + note)
  }
  return { ...address, length }
}

function whole (address) {
  return { ...address, length: address.bits.length }
}

/** @returns {number | undefined} */
function lengthOf (range, family) {
  if (DIGITS.test(range)) return Number(range)
  return family === 4 ? lengthOfMask(parseAny(range)) : undefined
}

function lengthOfMask (mask) {
  if (!mask || mask.family !== 4 || !/^1*0*$/.test(mask.bits)) return undefined
  return mask.bits.lastIndexOf('1') + 1
}

/** A string or a String object can be an address, and nothing else. */
function parseAny (value) {
  if (typeof value === 'string') return parse(value)
  try {
    const text = String(value)
    return isStringObject(value) ? parse(text) : undefined
  } catch {
    return undefined
  }
}

/** Is an address in a subnet? Both as they were parsed. */
function contains (subnet, candidate) {
  const address = unmap(candidate)
  if (isMapped(subnet)) {
    return address.family === 4 && subnet.length >= 96 &&
      samePrefix(unmap(subnet).bits, address.bits, subnet.length - 96)
  }
  return address.family === subnet.family && samePrefix(subnet.bits, address.bits, subnet.length)
}

function samePrefix (a, b, length) {
  return a.slice(0, length) === b.slice(0, length)
}

module.exports = { contains, parseAny, subnetsOf }
