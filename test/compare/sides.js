'use strict'

/*
 * The sides of each comparison, both with the interface of proxy-addr: the original and
 * this package; Express's own reading of its `trust proxy` setting and trustProxy(), with
 * a compile() that takes a setting; and for each of these, explain().
 */

const path = require('node:path')
const proxyaddr = require('proxy-addr')

const { Made } = require('./odd-values')
const { FUNCTIONS } = require('./requests')
const { Material } = require('./rounds')

const OURS = path.join(__dirname, '..', '..', 'lib')

/**
 * Returns the two sides. The reference is proxy-addr in the version of package.json;
 * REFERENCE=… in the environment names another.
 *
 * @param {string} [name] of a package, or a path from the working directory
 * @returns {{ reference: object, subject: object, path: string, referencePath: string }}
 */
function implementations (name = OURS) {
  const subject = locate(name)
  const reference = locate(process.env.REFERENCE ?? 'proxy-addr')
  return {
    reference: require(reference.found),
    subject: require(subject.found),
    path: subject.path,
    referencePath: reference.path
  }
}

/** Returns the path of a module, for require() here and in a printed script. */
function locate (name) {
  const found = require.resolve(name, { paths: [process.cwd(), __dirname] })
  return { found, path: name === OURS ? found : name }
}

const NUMBERS = [
  0, 1, 2, 3, 4, 5, 6, 10, 40, 1000, 2 ** 31, 2 ** 32, 2 ** 53, 0.5, 1.5, 2.000001, 5e-324,
  -0, -1, -0.5, NaN, Infinity, -Infinity
]
const TEXTS = [
  '', ' ', ',', '0', '1', '2', ' 1', '1,2', '-1', '1.5', 'true', 'false', 'NaN', 'Infinity',
  'loopback', 'loopback,', ',loopback', ' loopback ,\tuniquelocal\n', 'loopback uniquelocal',
  'loopback;linklocal', '10.0.0.0/8,', '127.0.0.1,,::1', 'null', 'undefined', '[]'
]
const PADDING = ['', '', '', ' ', '  ', '\t', '\n', '\r\n', '\xa0', '\ufeff', '\u2028', '\0', '\u200b']

/** What a compiled function may get as a distance if it is called directly. */
const HOPS = [
  () => 0, () => 1, () => 2, () => 3, () => 5, () => -1, () => 0.5, () => NaN, () => Infinity,
  () => undefined, () => null, () => '1', () => 'x', () => 2n, () => [1], () => ({}),
  () => Symbol.for('x'), () => true, () => Object.create(null),
  (n, { log }) => ({ valueOf () { log('valueOf'); return n } }),
  (n, { log }) => ({ [Symbol.toPrimitive] (hint) { log(hint); throw new RangeError('hop') } })
]

/** Makes rounds with values for a setting. */
class SettingMaterial extends Material {
  makeList () {
    const { random } = this
    const kind = random.int(100)
    if (kind < 30) return random.pick(NUMBERS)
    if (kind < 40) return random.pick([true, true, true, false, null, undefined])
    if (kind < 45) return random.pick(TEXTS)
    const list = super.makeList()
    if (kind < 70 || !Array.isArray(list)) return list
    // Makes only strings as entries, because a setting is text.
    return list.map((entry) => this.padded(entry instanceof Made ? entry.text : entry)).join(',')
  }

  padded (entry) {
    return this.random.pick(PADDING) + entry + this.random.pick(PADDING)
  }

  trustQuestion () {
    const { random } = this
    const question = super.trustQuestion()
    return random.once(2)
      ? { ...question, style: 5, hop: new Made(random.pick(HOPS), random.int(6)) }
      : question
  }

  /** proxyaddr() does not accept a setting as a list, so pass functions instead. */
  questionWithList (op) {
    const { random } = this
    return this.request(op, 'function', new Made(random.pick(FUNCTIONS), random.int(6)))
  }
}

/** @param {'express' | 'express4'} name */
function ofExpress (name) {
  const { compileTrust } = require(`${name}/lib/utils`)
  return Object.assign((req, trust) => proxyaddr(req, trust), {
    all: proxyaddr.all,
    compile: (setting) => compileTrust(setting)
  })
}

/** @param {object} lib this package, or a copy of it */
function ofPackage (lib) {
  return Object.assign((req, trust) => lib(req, trust), {
    all: lib.all,
    compile: (setting) => lib.trustProxy(setting)
  })
}

/**
 * Like implementations(), for a setting instead of a list: Express's own reading of
 * it, and trustProxy().
 *
 * @param {'express' | 'express4'} express
 */
function settings (express) {
  return {
    reference: module.exports[express],
    subject: module.exports.own,
    path: `${__filename}#own`,
    referencePath: `${__filename}#${express}`,
    material: SettingMaterial,
    asked: `--settings ${express}`
  }
}

/** The words that explain() adds to an error about such a header. */
const ADDED = /: X-Forwarded-For is an? \w+, not text$/

/** An explanation keeps the message of an error. */
function messageOf (thrown) {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'a value without text was thrown'
  }
}

/**
 * Returns a list with the address, or with the text of an error; both sides throw the
 * errors of invalid arguments.
 */
function answered (lib) {
  return Object.assign((req, trust) => {
    if (!req) return lib(req, trust)
    try {
      return [lib(req, trust)]
    } catch (error) {
      return messageOf(error)
    }
  }, { all: lib.all, compile: lib.compile })
}

/** A socket's address may be a String object whose toString() returns another text. */
function isTrustedByNothing ({ by, verdict, canonical, from }) {
  if (verdict !== 'trusted') return by !== undefined
  if (by === undefined) return true
  return by.rule === 'list' && by.entry === undefined && canonical !== undefined && from !== 'socket'
}

/** Only the first two are checked: each takes a compile. */
function isMisread (lib, { text, canonical }) {
  return canonical !== undefined && !lib.compile(canonical)(text)
}

/**
 * Also checks what must be true of every explanation.
 *
 * @param {object} lib the package
 * @param {Function} compile
 */
function explained (lib, compile) {
  return Object.assign((req, trust) => {
    const explanation = lib.explain(req, trust)
    const { error, hops } = explanation
    const header = hops.filter(({ start }) => start !== undefined)
    const clients = hops.filter(({ verdict }) => verdict !== 'trusted' && verdict !== 'not reached')
    if (('address' in explanation) === (error !== undefined)) throw new Error('an explanation must have either an address or an error')
    if (error === undefined && clients.length > 1) throw new Error('the walk continued past the client')
    if (header.some(({ start, end, text }) => end - start !== text.length)) throw new Error("a hop's start and end do not fit its text")
    if (hops.slice(0, 2).some((hop) => isMisread(lib, hop))) throw new Error("a hop's canonical address differs from what the core reads")
    if (hops.some(isTrustedByNothing)) throw new Error('a hop is trusted by no entry')
    if (String(explanation).split('\n').length < Math.min(hops.length, 8)) throw new Error('the text of the explanation lacks hops')
    if ((explanation.reason === undefined) === (error === undefined)) throw new Error('an explanation must have either a reason or an error')
    return error === undefined ? [explanation.address] : error.replace(ADDED, '')
  }, { all: lib.all, compile })
}

/** Returns whether a question can be put to explain(). */
function aboutRequests (Kind) {
  return class extends Kind {
    trustQuestion () {
      return this.request('proxyaddr', 'compiled')
    }

    request (op, by, trust) {
      return super.request('proxyaddr', by, trust)
    }
  }
}

/** @param {{ reference: object, subject: object }} sides */
function explainedSides (sides) {
  const { subject } = sides
  return {
    ...sides,
    reference: answered(sides.reference),
    subject: explained(subject, subject.compile),
    material: aboutRequests(Material),
    asked: '--explain'
  }
}

/**
 * Like explainedSides(), for settings.
 *
 * @param {{ reference: object, material: Function }} sides
 * @param {object} lib the package
 */
function explainedSettings (sides, lib) {
  return {
    ...sides,
    reference: answered(sides.reference),
    subject: explained(lib, ofPackage(lib).compile),
    material: aboutRequests(sides.material),
    asked: `${sides.asked} --explain`
  }
}

module.exports = {
  SettingMaterial,
  explainedSettings,
  explainedSides,
  implementations,
  ofPackage,
  settings,
  get express () { return ofExpress('express') },
  get express4 () { return ofExpress('express4') },
  get own () { return ofPackage(require(OURS)) }
}
