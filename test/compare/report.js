'use strict'

/* Describes a mismatch: the answer of each side, and a script that reproduces it. */

const { inspect } = require('node:util')

const { Duel, needsTrust } = require('./duel')
const { Made } = require('./odd-values')
const { minimise } = require('./minimise')
const { usual } = require('./requests')

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
    : ['  It does not come back when the round is played alone.']
  return [
    `mismatch at seed ${seed}, round ${number}`,
    ...answers,
    '',
    script(smallest, path, referencePath),
    '',
    'The round as it was made: node test/compare/soak.js ' +
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

/** `place` is a module, or a module and the name of an export after a '#'. */
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

module.exports = { report }
