'use strict'

/*
 * The corpus: inputs that the fuzzer kept, and seeds by hand. Each target has a
 * section in corpus.txt, headed by its name in brackets, with one input a line:
 * the name of a seed, then the bytes, as one or more texts in quotes.
 *
 *   forged-digit "1\xb1.2.3.4"           a byte for each character
 *   two-byte     "2" u"1\u0130.2.3.4"    two bytes each, the high one first
 *
 * \" and \\ stand for themselves, \n for a line feed, \xNN for a byte and
 * \uNNNN for two. Lines that begin with '#' are comments. fuzz.h describes how the
 * targets read the first byte.
 */

const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..', '..')
const UNPACKED = path.join('build', 'fuzz', 'seeds')

const TARGETS = ['address', 'subnet', 'describe', 'set', 'hops', 'resolve', 'strict', 'logs']

const LINE = /^(?:([\w-]+) +)?((?:u?"(?:[^"\\]|\\.)*" ?)+)$/
const TEXTS = /(u?)"((?:[^"\\]|\\.)*)"/g
const ESCAPES = /\\(?:(["\\])|(n)|x([0-9a-f]{2})|u([0-9a-f]{4})|.)/g

/** First byte, modulo 3, of an input that has two bytes for each unit. */
const PAIRS = 2

/** @typedef {{ name: string, bytes: Buffer }} Input */

const FILE = path.join(__dirname, 'corpus.txt')
const HEAD = /^\[(\w+)\]$/

/** The names that libFuzzer gives to the inputs that it finds. */
function hashOf (bytes) {
  return createHash('sha1').update(bytes).digest('hex')
}

function unescape (text) {
  return text.replace(ESCAPES, (whole, itself, feed, byte, unit) => {
    if (itself) return itself
    if (feed) return '\n'
    if (!byte && !unit) throw new Error(`unknown escape ${whole}`)
    return String.fromCharCode(parseInt(byte ?? unit, 16))
  })
}

function readText ([, wide, text]) {
  const characters = unescape(text)
  return wide ? Buffer.from(characters, 'utf16le').swap16() : Buffer.from(characters, 'latin1')
}

/** @returns {Input} */
function readLine (line) {
  const [, name, texts] = line.match(LINE) ?? []
  if (texts === undefined) throw new Error(`not an input: ${line}`)
  const bytes = Buffer.concat(Array.from(texts.matchAll(TEXTS), readText))
  return { name: name ?? hashOf(bytes), bytes }
}

/** @returns {Map<string, string[]>} the lines of each target; those before the first under '' */
function readSections () {
  const sections = new Map([['', []]])
  let lines = sections.get('')
  for (const line of fs.readFileSync(FILE, 'utf8').split(/\r?\n/)) {
    const [, target] = line.match(HEAD) ?? []
    if (target) sections.set(target, lines = [])
    else if (line) lines.push(line)
  }
  return sections
}

const linesOf = (target) => readSections().get(target) ?? []
const isComment = (line) => line.startsWith('#')

/**
 * @param {string} target
 * @returns {Input[]}
 */
function readCorpus (target) {
  return linesOf(target).filter((line) => !isComment(line)).map(readLine)
}

/** @param {string} characters @param {(character: string) => string} escape */
function quoted (characters, escape) {
  return '"' + characters.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, escape) + '"'
}

const hex = (character, digits) => character.charCodeAt(0).toString(16).padStart(digits, '0')

const ofRecords = (bytes) => quoted(bytes.toString('latin1'), (character) => '\\x' + hex(character, 2))

const ofBytes = (bytes) => quoted(bytes.toString('latin1'), (character) =>
  character === '\n' ? '\\n' : '\\x' + hex(character, 2))

const ofPairs = (bytes) => 'u' + quoted(Buffer.from(bytes).swap16().toString('utf16le'), (character) =>
  character === '\n' ? '\\n' : '\\u' + hex(character, 4))

/** @param {string} target @param {Buffer} bytes */
function textsOf (target, bytes) {
  if (target === 'set') return ofRecords(bytes)
  if (bytes[0] % 3 !== PAIRS || bytes.length < 3) return ofBytes(bytes)
  const end = 1 + (bytes.length - 1 & ~1)
  const texts = [ofBytes(bytes.subarray(0, 1)), ofPairs(bytes.subarray(1, end))]
  return [...texts, ...end < bytes.length ? [ofBytes(bytes.subarray(end))] : []].join(' ')
}

/**
 * Writes a section: its comments, the seeds by name, and the fuzzer's finds.
 *
 * @param {string} target
 * @param {Input[]} inputs
 */
function writeCorpus (target, inputs) {
  const named = inputs.filter(({ name, bytes }) => name !== hashOf(bytes))
  const width = Math.max(0, ...named.map(({ name }) => name.length))
  const seeds = named.map(({ name, bytes }) => `${name.padEnd(width)} ${textsOf(target, bytes)}`)
  const finds = inputs.filter((input) => !named.includes(input)).map(({ bytes }) => textsOf(target, bytes))
  const sections = readSections()
  sections.set(target, [...linesOf(target).filter(isComment), ...seeds.sort(), ...finds.sort()])
  const texts = Array.from(sections, ([name, lines]) => [...name ? [`[${name}]`] : [], ...lines, ''].join('\n'))
  fs.writeFileSync(FILE, texts.join('\n'))
}

/**
 * Writes the inputs of a target into a folder of files, which libFuzzer and the
 * core's tests read.
 *
 * @param {string} target
 * @returns {string} the folder, from the root of the repository
 */
function unpack (target) {
  const folder = path.join(UNPACKED, target)
  fs.rmSync(path.join(ROOT, folder), { recursive: true, force: true })
  fs.mkdirSync(path.join(ROOT, folder), { recursive: true })
  for (const { name, bytes } of readCorpus(target)) fs.writeFileSync(path.join(ROOT, folder, name), bytes)
  return folder
}

/** The reverse of unpack(): writes the files of a folder into the target's section. */
function pack (target, folder) {
  const names = fs.readdirSync(path.join(ROOT, folder))
  writeCorpus(target, names.map((name) => ({ name, bytes: fs.readFileSync(path.join(ROOT, folder, name)) })))
}

module.exports = { TARGETS, pack, readCorpus, unpack }
