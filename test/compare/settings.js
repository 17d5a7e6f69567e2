'use strict'

/*
 * trustProxy() and Express's own reading of its `trust proxy` setting, both in the
 * shape of proxy-addr, where compile() takes a setting; and rounds of values for it.
 */

const proxyaddr = require('proxy-addr')

const { FUNCTIONS } = require('./requests')
const { Made } = require('./odd-values')
const { Material } = require('./rounds')

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

/** Values for the distance, if a function is called directly. */
const HOPS = [
  () => 0, () => 1, () => 2, () => 3, () => 5, () => -1, () => 0.5, () => NaN, () => Infinity,
  () => undefined, () => null, () => '1', () => 'x', () => 2n, () => [1], () => ({}),
  () => Symbol.for('x'), () => true, () => Object.create(null),
  (n, { log }) => ({ valueOf () { log('valueOf'); return n } }),
  (n, { log }) => ({ [Symbol.toPrimitive] (hint) { log(hint); throw new RangeError('hop') } })
]

class SettingMaterial extends Material {
  makeList () {
    const { random } = this
    const kind = random.int(100)
    if (kind < 30) return random.pick(NUMBERS)
    if (kind < 40) return random.pick([true, true, true, false, null, undefined])
    if (kind < 45) return random.pick(TEXTS)
    const list = super.makeList()
    if (kind < 70 || !Array.isArray(list)) return list
    // Only strings are made as entries: a setting is text.
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

module.exports = {
  SettingMaterial,
  ofPackage,
  get express () { return ofExpress('express') },
  get express4 () { return ofExpress('express4') },
  get own () { return ofPackage(require('../../lib')) }
}
