'use strict'

/*
 * Runs in a process of its own. Repeats each call of the package with its first request
 * for memory failing, then its second, and so on until none fails. Prints the number of
 * requests of each call as JSON; fails at the first wrong result.
 */

const assert = require('node:assert/strict')
const { load } = require('.')

const { proxyaddr, failAt, failed, blocks } = load()
const { describeAddress, describeChain, describeEntry } = require('../../../lib/why/facts')

const LIST = Array.from({ length: 40 }, (_, i) => i % 2 ? `10.0.${i}.0/24` : `2001:db8:${i}::/48`)
const LONG_TEXT = '0'.repeat(400)
const LONG_LIST = [...LIST, `${LONG_TEXT}12.0.0.0/8`]
const LONG_HEADER = `192.0.2.1, ${'10.0.1.1, '.repeat(60)}10.0.3.1`

const request = (header) =>
  ({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: '10.0.1.1' } })

// Compiled while nothing fails, and called while every request fails.
const trust = proxyaddr.compile(LIST)
const outsider = proxyaddr.compile('203.0.113.0/24')

const CALLS = {
  'compile() of one entry': () => proxyaddr.compile('10.0.0.0/8')('10.9.9.9'),
  'compile() of a name': () => proxyaddr.compile('uniquelocal')('fd00::1'),
  'compile() of a list': () => proxyaddr.compile(LIST)('2001:db8:2::1'),
  'compile() of a long text': () => proxyaddr.compile(LONG_LIST)('10.9.9.9'),
  'compile() of String objects': () => proxyaddr.compile([Object('10.0.0.0/8'), Object('::1')])('::1'),
  'a compiled function': () => trust('10.0.1.9'),
  'a compiled function with a long address': () => trust(`${LONG_TEXT}12.0.1.1`),
  'proxyaddr()': () => proxyaddr(request('192.0.2.1, 10.0.3.1'), trust),
  'proxyaddr() with a long header': () => proxyaddr(request(LONG_HEADER), trust),
  'proxyaddr() with a list': () => proxyaddr(request('192.0.2.1, 10.0.3.1'), LIST),
  'proxyaddr() with a list and a long header': () => proxyaddr(request(LONG_HEADER), LIST),
  'proxyaddr() with a long list and a lone entry': () => proxyaddr(request('192.0.2.1'), LONG_LIST),
  'all() with a long header': () => proxyaddr.all(request(LONG_HEADER), trust),
  'all() with a list': () => proxyaddr.all(request('192.0.2.1, 10.0.3.1'), LIST),
  'proxyaddr() with a function': () => proxyaddr(request(LONG_HEADER), (addr) => trust(`${LONG_TEXT}${addr.replace('10', '12')}`)),
  'facts about a long address': () => describeAddress(`${LONG_TEXT}12.0.0.1`),
  'facts about a long entry': () => describeEntry(`${LONG_TEXT}12.0.0.1/8`),
  'facts about a long chain': () =>
    describeChain([`${LONG_TEXT}12.0.0.0/8`], [`${LONG_TEXT}12.0.0.1`, '10.0.0.1']),
  'compile() of an invalid list': () => {
    try {
      return proxyaddr.compile([...LIST, 'wrong'])
    } catch (error) {
      if (error instanceof RangeError) throw error
      return error.message
    }
  }
}

/** Checks that other sets, and the call itself, work after a failure. */
function check (call, expected) {
  failAt(0, false)
  assert.equal(outsider('203.0.113.7'), true)
  assert.equal(outsider('192.0.2.1'), false)
  assert.equal(proxyaddr(request(LONG_HEADER), trust), '192.0.2.1')
  assert.deepEqual(call(), expected)
}

/** @returns {number} the number of requests that the call makes */
function walk (call, forGood) {
  failAt(0, false)
  const expected = call()
  for (let n = 1; ; n++) {
    failAt(n, forGood)
    let answer
    let error
    const before = blocks()
    try {
      answer = call()
    } catch (thrown) {
      error = thrown
    }
    if (!failed()) {
      failAt(0, false)
      assert.deepEqual(answer, expected)
      return n - 1
    }
    assert.equal(String(error), 'RangeError: out of memory')
    assert.equal(blocks(), before)
    check(call, expected)
  }
}

async function main () {
  const requests = {}
  // The engine's slots for sets grow here, or fail to grow, so that they do not grow
  // while requests are counted.
  for (let i = 0; i < 20; i++) walk(CALLS['compile() of one entry'], i % 2 === 0)
  for (let i = 0; i < 1000; i++) proxyaddr.compile('10.0.0.0/8')
  for (const [name, call] of Object.entries(CALLS)) {
    requests[name] = [false, true].map((forGood) => walk(call, forGood))
    // Sets are freed when the event loop turns.
    for (let i = 0; i < 2; i++) {
      globalThis.gc()
      await new Promise(setImmediate)
    }
  }
  failAt(0, false)
  console.log(JSON.stringify({ requests, blocks: blocks() }))
}

main()
