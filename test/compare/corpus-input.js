'use strict'

/* The inputs of the fuzzer as its targets see them; see test/core/fuzz/input.h. */

const fs = require('node:fs')
const path = require('node:path')

const CORPUS = path.join(__dirname, '..', 'core', 'fuzz', 'corpus')

const LONGEST = 4096
const LINES = 64

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

/**
 * @param {string} target
 * @returns {{ name: string, bytes: Buffer }[]}
 */
function readCorpus (target) {
  const folder = path.join(CORPUS, target)
  return fs.readdirSync(folder).sort().map((name) =>
    ({ name, bytes: fs.readFileSync(path.join(folder, name)) }))
}

module.exports = { decode, decodeRequest, readCorpus }
