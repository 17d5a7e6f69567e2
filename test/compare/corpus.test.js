'use strict'

/*
 * Compares this package with the real proxy-addr on the inputs that the fuzzer kept.
 * The fuzzer itself compares the core only with models in C.
 */

const assert = require('node:assert/strict')
const { describe, it } = require('mocha')

const { reference, subject } = require('./sides').implementations()
const { readCorpus } = require('../core/fuzz/corpus')

const EVERYTHING = ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1']

const ADDRESSES = ['0.0.0.0', '10.1.2.3', '127.0.0.1', '172.16.0.1', '192.168.0.1', '255.255.255.255',
  '1.2.3.4', '::', '::1', '1:2:3:4:5:6:7:8', '2001:db8::1', 'fe80::1', 'fc00::1', '::ffff:10.0.0.1',
  '8000::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']

const LONGEST = 4096
const LINES = 64

/** Readers of a text, by its first byte modulo 3: see test/core/fuzz/fuzz.h. */
const readers = [
  (bytes) => bytes.toString('latin1'),
  (bytes) => bytes.toString('latin1').replace(/[\x80-\xff]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) + 0x80)),
  (bytes) => Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16().toString('utf16le')
]

/**
 * @param {Buffer} bytes
 * @returns {string}
 */
function decode (bytes) {
  if (bytes.length === 0) return ''
  return readers[bytes[0] % readers.length](bytes.subarray(1)).slice(0, LONGEST)
}

/** @param {Buffer} bytes of the target resolve */
function decodeRequest (bytes) {
  const [peer, header = '', ...list] = decode(bytes).split('\n').slice(0, LINES)
  return { peer, header, list }
}

/** The outcome of a call: its result, or its error's class and message. */
function outcome (call) {
  try {
    return call()
  } catch (error) {
    return `${error.name}: ${error.message}`
  }
}

/** Returns which addresses a list trusts, or its error. */
function trusted (proxyaddr, list, addresses) {
  return outcome(() => {
    const trust = proxyaddr.compile(list)
    return addresses.filter((address) => trust(address, 0))
  })
}

/** The outcomes of all functions for a request and a trust argument. */
function answers (proxyaddr, peer, header, trust) {
  const request = () => ({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: peer } })
  return [
    outcome(() => proxyaddr(request(), trust)),
    outcome(() => proxyaddr.all(request(), trust)),
    outcome(() => proxyaddr(request(), proxyaddr.compile(trust))),
    outcome(() => proxyaddr.all(request(), proxyaddr.compile(trust)))
  ]
}

const questions = {
  address: (bytes) => (proxyaddr) => {
    const text = decode(bytes)
    return [trusted(proxyaddr, [text], ADDRESSES), trusted(proxyaddr, EVERYTHING, [text])]
  },

  subnet: (bytes) => (proxyaddr) => {
    const entry = decode(bytes)
    const address = entry.slice(0, Math.max(entry.lastIndexOf('/'), 0))
    return trusted(proxyaddr, [entry], [...ADDRESSES, address])
  },

  hops: (bytes) => (proxyaddr) => {
    const header = decode(bytes)
    return [
      ...answers(proxyaddr, '127.0.0.1', header, undefined),
      ...answers(proxyaddr, '127.0.0.1', header, EVERYTHING)
    ]
  },

  resolve: (bytes) => (proxyaddr) => {
    const { peer, header, list } = decodeRequest(bytes)
    // Skips invalid entries, as the target does: a single one would hide all others.
    const right = list.filter((entry) => typeof outcome(() => reference.compile([entry])) === 'function')
    return [
      trusted(proxyaddr, list, [peer]),
      ...answers(proxyaddr, peer, header, list),
      ...answers(proxyaddr, peer, header, right)
    ]
  }
}

describe('the corpus of the fuzzer', () => {
  for (const [target, question] of Object.entries(questions)) {
    it(`is answered as by proxy-addr: ${target}`, () => {
      const inputs = readCorpus(target)
      assert.ok(inputs.length > 0)
      for (const { name, bytes } of inputs) {
        const ask = question(bytes)
        assert.deepEqual(ask(subject), ask(reference), `${target}, ${name}: ${JSON.stringify(decode(bytes))}`)
      }
    })
  }
})
