'use strict'

/*
 * Describes a mismatch: the answer of each side, and a script that reproduces it. First,
 * it reduces the round to fewer questions, entries and characters, and plainer calls.
 */

const { inspect } = require('node:util')

const { Duel, needsTrust } = require('./duel')
const { Made } = require('./odd-values')
const { usual } = require('./requests')

const PARTS = ['list', 'questions', 'addr', 'peer', 'header', 'trust', 'shape', 'text']
const MOST_PASSES = 6
const MILLISECONDS = 5000

/**
 * @param {{ seed: number, number: number, round: object }} mismatch
 * @param {object} options
 * @param {object} options.reference
 * @param {object} options.subject
 * @param {string} options.path where the subject is, for the script
 * @param {string} [options.referencePath] where the reference is
 * @param {string} [options.asked] options of soak.js that repeat the run
 * @returns {string}
 */
function report ({ seed, number, round }, sides) {
  const { reference, subject, path, referencePath = 'proxy-addr', asked = `--under-test ${path}` } = sides
  const smallest = minimise(round, reference, subject)
  const duel = new Duel(reference, subject)
  const again = duel.play(smallest) !== -1
  const answers = again
    ? [`  reference: ${outcome(duel.reference)}`, `  subject:   ${outcome(duel.subject)}`]
    : ['  It does not recur when the round is played alone.']
  return [
    `mismatch at seed ${seed}, round ${number}`,
    ...answers,
    '',
    script(smallest, path, referencePath),
    '',
    'The original round: node test/compare/soak.js ' +
      `--seeds ${seed} --round ${number} --count 1 ${asked}`,
    ''
  ].join('\n')
}

function outcome ({ threw, value, trace }) {
  const text = threw && value instanceof Error
    ? `throws ${value.constructor.name}: ${inspect(value.message)}`
    : (threw ? 'throws ' : '') + (typeof value === 'function' ? looks(value) : inspect(value))
  return trace.length === 0 ? text : `${text}, having seen ${inspect(trace)}`
}

function looks (value) {
  return `${inspect(value)} with the properties ${Object.getOwnPropertyNames(value)}, length ${value.length}`
}

/** A script that puts the questions to both sides and prints the answers. */
function script ({ list, questions }, path, referencePath) {
  const compiles = questions.length === 0 || questions.some(needsTrust)
  const body = [
    ...(compiles ? [`show(() => { trust = lib.compile(${source(list)}); return trust })`] : []),
    ...questions.flatMap((question) => ask(question, list))
  ].join('\n')
  const helpers = [
    ['util.promisify', "const util = require('node:util')"],
    ['foreign.', "const foreign = require('node:vm').runInNewContext('({ Array, Object, Proxy, String })')"],
    ['log', 'const log = console.log'],
    ['trust', 'let trust'],
    ['req', 'let req']
  ]
  return [
    "'use strict'",
    `const reference = ${load(referencePath)}`,
    `const subject = ${load(path)}`,
    'const show = (action) => { try { console.log(action()) } catch (error) { console.log(error) } }',
    ...helpers.filter(([used]) => body.includes(used)).map(([, line]) => line),
    'for (const lib of [reference, subject]) {',
    body.replace(/^/gm, '  '),
    '}'
  ].join('\n')
}

/** @param {string} place a module, or a module and the name of an export after a '#' */
function load (place) {
  const [file, name] = place.split('#')
  return `require(${quote(file)})${name ? '.' + name : ''}`
}

function ask (question, list) {
  if (question.op === 'trust') return [`show(() => ${trustCall(question)})`]
  const name = question.op === 'all' ? 'lib.all' : 'lib'
  const args = question.by === 'missing' ? 'req' : `req, ${trustSource(question, list)}`
  return [`show(() => { req = ${requestSource(question)}; return ${name}(${args}) })`]
}

function trustCall ({ addr, style, hop }) {
  const text = source(addr)
  switch (style) {
    case 0: return `trust(${text})`
    case 1: return `trust(${text}, 0)`
    case 2: return `trust.call(undefined, ${text}, 3, 'more')`
    case 3: return `[${text}].flatMap((addr) => [trust(addr), trust(addr)])`
    case 5: return `trust(${text}, ${source(hop)})`
    default: return 'trust()'
  }
}

function trustSource ({ by, trust }, list) {
  switch (by) {
    case 'compiled': return 'trust'
    case 'reference': return `reference.compile(${source(list)})`
    case 'subject': return `subject.compile(${source(list)})`
    default: return source(trust)
  }
}

function requestSource ({ shape, peer, header }) {
  if (shape instanceof Made) return source(shape)
  if (shape !== usual) return `(${shape})(${source(peer)}, ${source(header)}, { log })`
  return `{ headers: { 'x-forwarded-for': ${source(header)} }, ` +
    `socket: { remoteAddress: ${source(peer)} } }`
}

/** The source text of a value in a round. */
function source (value) {
  if (Array.isArray(value)) return `[${value.map(source).join(', ')}]`
  if (value instanceof Made) {
    return `(${value.make})(${source(value.text)}, { log, lib, trust, req })`
  }
  return typeof value === 'string' ? quote(value) : String(value)
}

/** A string literal: pure ASCII, and short if characters repeat. */
function quote (text) {
  const parts = text.match(/([^])\1{15,}|(?:([^])(?!\2{15}))+/g) ?? ['']
  return parts.map((part) => {
    const repeated = part.length > 15 && part === part[0].repeat(part.length)
    return repeated ? `${literal(part[0])}.repeat(${part.length})` : literal(part)
  }).join(' + ')
}

function literal (text) {
  const escaped = text.replace(/['\\]/g, '\\$&').replace(/[^ -~]/g, (unit) =>
    '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'))
  return `'${escaped}'`
}

/**
 * @param {object} round one that has a mismatch
 * @param {object} reference
 * @param {object} subject
 * @returns {object} a smaller round that still has one; the same round if the
 *   mismatch does not recur when it is played alone
 */
function minimise (round, reference, subject) {
  const deadline = Date.now() + MILLISECONDS
  const hasTime = () => Date.now() < deadline
  const fails = (candidate) => new Duel(reference, subject).play(candidate) !== -1
  if (!fails(round)) return round

  let smallest = round
  for (let pass = 0; pass < MOST_PASSES && hasTime(); pass++) {
    const before = smallest
    smallest = simplify(smallest, fails)
    for (const path of paths(smallest)) smallest = reduceAt(smallest, path, fails, hasTime)
    if (smallest === before) break
  }
  return smallest
}

/** Tries plainer forms of the same questions. */
function simplify (round, fails) {
  let result = round
  const attempt = (candidate) => { if (fails(candidate)) result = candidate }
  attempt({ ...result, questions: [] })
  attempt({ ...result, questions: result.questions.slice(-1) })
  if (result.subjectFirst) attempt({ ...result, subjectFirst: false })
  for (let i = 0; i < result.questions.length; i++) {
    for (const change of plainer(result.questions[i])) {
      attempt(changeAt(result, ['questions', i], () => change))
    }
  }
  return result
}

function plainer (question) {
  if (question.op === 'trust') return question.style === 0 ? [] : [{ ...question, style: 0 }]
  const changes = []
  if (question.shape !== usual) changes.push({ ...question, shape: usual })
  if (question.by !== 'compiled') changes.push({ ...question, by: 'compiled', trust: undefined })
  if (question.header !== undefined) changes.push({ ...question, header: undefined })
  return changes
}

/** The paths of a round's texts and lists, outermost first. */
function paths (value, path = []) {
  if (typeof value === 'string') return value === '' ? [] : [path]
  if (Array.isArray(value)) {
    return [path, ...value.flatMap((element, i) => paths(element, [...path, i]))]
  }
  if (typeof value !== 'object' || value === null) return []
  return PARTS.filter((part) => part in value)
    .flatMap((part) => paths(value[part], [...path, part]))
}

/**
 * Removes as much as possible of the text or list at a path, while time is left: unit by
 * unit, a megabyte would take hours.
 */
function reduceAt (round, path, fails, hasTime) {
  let result = round
  let length = lengthAt(result, path)
  for (let size = length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < length && hasTime();) {
      const candidate = changeAt(result, path, (value) => without(value, at, size))
      if (fails(candidate)) {
        result = candidate
        length = lengthAt(result, path)
      } else {
        at += size
      }
    }
  }
  return result
}

function without (sequence, at, size) {
  return typeof sequence === 'string'
    ? sequence.slice(0, at) + sequence.slice(at + size)
    : sequence.filter((_, i) => i < at || i >= at + size)
}

/** Returns the length; 0 if an earlier reduction removed the path. */
function lengthAt (value, path) {
  for (const key of path) value = value === undefined ? undefined : value[key]
  return value === undefined ? 0 : value.length
}

function changeAt (value, path, change) {
  if (path.length === 0) return change(value)
  const [key, ...rest] = path
  const copy = Array.isArray(value)
    ? value.slice()
    : value instanceof Made ? new Made(value.make, value.text) : { ...value }
  copy[key] = changeAt(value[key], rest, change)
  return copy
}

module.exports = { minimise, report }
