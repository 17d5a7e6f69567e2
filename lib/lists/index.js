'use strict'

/* The public lists and their options, which index.d.ts describes. */

const { quote } = require('../why/explain/faults')
const { FORMATS } = require('./formats')
const { LiveList } = require('./list')
const { ListError } = require('./rules')
const {
  LONGEST_TIMER, checkAwsService, checkAzureTag, checkOption, constantSource, fileSource, functionSource, urlSource
} = require('./sources')

const SECOND = 1000
const HOUR = 3600 * SECOND
const WEEK = 7 * 24 * HOUR

/**
 * @typedef {object} Kind the values that an option accepts
 * @property {(value: any) => boolean} is
 * @property {string} expected
 */

/** @type {Kind} */
const BOOLEAN = { is: (value) => typeof value === 'boolean', expected: 'true or false' }
/** @type {Kind} */
const TEXT = { is: (value) => typeof value === 'string' && value !== '', expected: 'text' }
/** @type {Kind} */
const TIME = {
  is: (value) => typeof value === 'number' && value >= 10 && value <= LONGEST_TIMER,
  expected: `a number of milliseconds from 10 to ${LONGEST_TIMER}`
}

/** @type {Record<string, Kind>} */
const COMMON = {
  snapshot: TEXT,
  timeout: TIME,
  interval: TIME,
  maxAge: {
    is: (value) => typeof value === 'number' && value >= 10,
    expected: 'a number of milliseconds from 10 on, or Infinity'
  },
  allowWide: BOOLEAN,
  allowShrink: BOOLEAN,
  allowGrowth: BOOLEAN
}

/** @type {Record<string, Kind>} */
const CONNECTION = {
  agent: { is: (value) => typeof value?.addRequest === 'function', expected: 'an https.Agent' },
  ca: {
    is: (value) => typeof value === 'string' || ArrayBuffer.isView(value) || Array.isArray(value),
    expected: 'certificates as for tls.connect()'
  }
}

/** @type {Record<string, Kind>} */
const PARSING = {
  parse: {
    is: (value) => typeof value === 'function' || FORMATS.includes(value),
    expected: `a function or one of ${FORMATS.join(', ')}`
  },
  service: TEXT,
  name: TEXT
}

const DEFAULTS = {
  snapshot: undefined,
  timeout: 10 * SECOND,
  interval: HOUR,
  maxAge: WEEK,
  allowWide: false,
  allowShrink: false,
  allowGrowth: false
}

/**
 * @param {any} options
 * @param {Record<string, Kind>} kinds
 */
function readOptions (options, kinds) {
  if (Object(options) !== options || Array.isArray(options) || typeof options === 'function') {
    throw new TypeError("options must be an object, such as { snapshot: 'list.json' }")
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) {
      throw new TypeError(`unknown option ${quote(name)} (expected ${Object.keys(kinds).join(', ')})`)
    }
    if (value !== undefined && !kinds[name].is(value)) {
      throw new TypeError(`the option ${name} must be ${kinds[name].expected}`)
    }
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/**
 * @param {any} options
 * @param {Record<string, Kind>} kinds besides the common ones
 * @param {(options: Record<string, any>) => import('./sources').Source} makeSource
 * @param {Record<string, any>} [defaults]
 */
function make (options, kinds, makeSource, defaults) {
  const read = readOptions(options, { ...COMMON, ...kinds })
  return new LiveList(makeSource(read), { ...DEFAULTS, ...defaults, ...read })
}

/**
 * Checks the service, without which a format that contains many lists is
 * ambiguous.
 *
 * @param {Record<string, any>} options
 */
function checkService ({ parse, service }) {
  if (parse === 'aws') checkOption(() => checkAwsService(service))
  if (parse === 'azure') checkOption(() => checkAzureTag(service))
}

/** @param {any} value @param {string} what */
function checkText (value, what) {
  if (!TEXT.is(value)) throw new TypeError(`${what} must be text`)
}

/** @param {any} file @param {any} [options] */
function file (file, options = {}) {
  checkText(file, 'the path of the file')
  return make(options, PARSING, (read) => {
    checkService(read)
    return fileSource(file, read)
  }, { interval: SECOND })
}

/** @param {any} address @param {any} [options] */
function url (address, options = {}) {
  checkText(address, 'the address')
  return make(options, { ...PARSING, ...CONNECTION, type: TEXT }, (read) => {
    /** @type {Record<string, any>} */
    const how = { parse: 'lines', ...read }
    checkService(how)
    const id = how.service === undefined ? address : `${address} ${how.service}`
    return urlSource(how.name ?? address, [address], how, id)
  })
}

/** @param {any} ask @param {any} [options] */
function from (ask, options = {}) {
  if (typeof ask !== 'function') throw new TypeError('the argument of from() must be a function that returns entries')
  return make(options, { name: TEXT }, ({ name, snapshot }) => {
    if (snapshot !== undefined && name === undefined) {
      throw new TypeError('the option name is missing: it identifies the snapshot')
    }
    return functionSource(ask, name ?? 'from()')
  })
}

const CLOUDFLARE = 'https://api.cloudflare.com/client/v4/ips'
const CLOUDFLARE_TEXTS = ['https://www.cloudflare.com/ips-v4', 'https://www.cloudflare.com/ips-v6']

/** @param {any} [options] */
function cloudflare (options = {}) {
  const format = { is: (/** @type {any} */ value) => ['json', 'text'].includes(value), expected: "'json' or 'text'" }
  return make(options, { ...CONNECTION, format }, ({ format, ...read }) => format === 'text'
    ? urlSource('cloudflare', CLOUDFLARE_TEXTS, { parse: 'lines', ...read })
    : urlSource('cloudflare', [CLOUDFLARE], { parse: 'cloudflare', ...read }))
}

/** @param {any} service @param {any} [options] */
function aws (service, options = {}) {
  checkService({ parse: 'aws', service })
  return make(options, CONNECTION, (read) => urlSource(`aws ${service}`,
    ['https://ip-ranges.amazonaws.com/ip-ranges.json'], { parse: 'aws', service, ...read }))
}

/** @param {any} [options] */
function fastly (options = {}) {
  return make(options, CONNECTION, (read) =>
    urlSource('fastly', ['https://api.fastly.com/public-ip-list'], { parse: 'fastly', ...read }))
}

/** @param {any} tag @param {any} address @param {any} [options] */
function azure (tag, address, options = {}) {
  checkService({ parse: 'azure', service: tag })
  checkText(address, "the address of this week's service tags")
  return make(options, CONNECTION, (read) =>
    urlSource(`azure ${tag}`, [address], { parse: 'azure', service: tag, ...read }))
}

/** https://cloud.google.com/load-balancing/docs/https#how-connections-work */
const GOOGLE_LOAD_BALANCERS = ['130.211.0.0/22', '35.191.0.0/16']

/** @param {any} [options] */
function googleLoadBalancers (options = {}) {
  return make(options, {}, () =>
    constantSource('google load balancers', GOOGLE_LOAD_BALANCERS), { maxAge: Infinity })
}

const lists = Object.freeze({ file, url, from, cloudflare, aws, fastly, azure, googleLoadBalancers })

module.exports = { lists, ListError }
