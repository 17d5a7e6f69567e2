'use strict'

/*
 * Reads the formats in which address lists are published. Lists of customers'
 * addresses are recognised and refused: anyone who rents a machine there could
 * choose the address they seem to come from.
 */

const { ListError } = require('./rules')

/** @typedef {{ entries: string[], etag?: string | undefined }} Parsed */

/** AWS's services that are proxies. */
const AWS_SERVICES = ['CLOUDFRONT_ORIGIN_FACING', 'CLOUDFRONT', 'GLOBALACCELERATOR', 'ROUTE53_HEALTHCHECKS']

/** Azure's tags that are proxies, with or without a region. */
const AZURE_TAGS = /^(?:AzureFrontDoor\.(?:Backend|Frontend)|ApiManagement|AzureTrafficManager)(?:\.|$)/

/**
 * @param {string} message
 * @param {unknown} [seen]
 */
function unreadable (message, seen) {
  return new ListError('format', message, seen)
}

/** @param {string} what */
function customers (what) {
  return new ListError('customers', `this is ${what}: its addresses are customers', not those of ` +
    'proxies, and anyone who rents one could choose the address they seem to come from', what)
}

/** @param {unknown} value @param {string} where @returns {any[]} */
function array (value, where) {
  if (Array.isArray(value)) return value
  throw unreadable(`${where} is not an array`, typeof value)
}

/** @param {unknown} value @param {string} where @returns {string} */
function text (value, where) {
  if (typeof value === 'string') return value
  throw unreadable(`${where} is not text`, typeof value)
}

/** @param {unknown} value @param {string} where @returns {string[]} */
function texts (value, where) {
  return array(value, where).map((one, i) => text(one, `${where}[${i}]`))
}

/**
 * Reads one entry a line; a comment begins with #.
 *
 * @param {string} source
 * @returns {Parsed}
 */
function readLines (source) {
  const lines = source.split(/\r?\n/)
    .map((line) => line.replace(/^([^#]*)#.*$/, '$1').trim())
    .filter((line) => line !== '')
  if (lines.length > 0 && /^[\d.:a-f/]+,[A-Z]{2},/i.test(lines[0])) throw customers("DigitalOcean's list")
  return { entries: lines }
}

/**
 * Cloudflare's API: https://developers.cloudflare.com/api/resources/ips
 *
 * @param {any} json
 * @returns {Parsed}
 */
function readCloudflare (json) {
  if (json.success !== true) throw unreadable('success is not true', json.success)
  const { ipv4_cidrs: of4, ipv6_cidrs: of6, etag } = json.result ?? {}
  return {
    entries: [...texts(of4, 'result.ipv4_cidrs'), ...texts(of6, 'result.ipv6_cidrs')],
    ...typeof etag === 'string' && { etag }
  }
}

/** @param {string | undefined} service */
function checkAwsService (service) {
  if (service !== undefined && AWS_SERVICES.includes(service)) return
  throw customers(service === undefined
    ? `all of AWS (name a service: ${AWS_SERVICES.join(', ')})`
    : `AWS's ${service} (expected one of ${AWS_SERVICES.join(', ')})`)
}

/**
 * https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html
 *
 * @param {any} json
 * @param {string} [service]
 * @returns {Parsed}
 */
function readAws (json, service) {
  checkAwsService(service)
  const is = (/** @type {any} */ one) => one?.service === service
  const of4 = array(json.prefixes, 'prefixes').filter(is)
  const of6 = array(json.ipv6_prefixes, 'ipv6_prefixes').filter(is)
  return {
    entries: [
      ...of4.map(({ ip_prefix: prefix }) => text(prefix, 'an ip_prefix')),
      ...of6.map(({ ipv6_prefix: prefix }) => text(prefix, 'an ipv6_prefix'))
    ]
  }
}

/** Google's DNS servers are in goog.json, the list of all its addresses. */
const GOOGLE_DNS = '8.8.8.0/24'

/**
 * https://support.google.com/a/answer/10026322, for lists of one's own.
 *
 * @param {any} json
 * @returns {Parsed}
 */
function readGoogle (json) {
  const entries = array(json.prefixes, 'prefixes').map((one, i) => {
    if (one?.service === 'Google Cloud') throw customers("Google's cloud.json")
    return text(one?.ipv4Prefix ?? one?.ipv6Prefix, `prefixes[${i}].ipv4Prefix or .ipv6Prefix`)
  })
  if (entries.includes(GOOGLE_DNS)) throw customers("Google's goog.json")
  return { entries }
}

/**
 * https://developer.fastly.com/reference/api/utils/public-ip-list/
 *
 * @param {any} json
 * @returns {Parsed}
 */
function readFastly (json) {
  return { entries: [...texts(json.addresses, 'addresses'), ...texts(json.ipv6_addresses, 'ipv6_addresses')] }
}

/** @param {string | undefined} tag */
function checkAzureTag (tag) {
  if (tag !== undefined && AZURE_TAGS.test(tag)) return
  throw customers(tag === undefined
    ? 'all of Azure (name a tag, such as AzureFrontDoor.Backend)'
    : `Azure's ${tag} (expected AzureFrontDoor.Backend, AzureFrontDoor.Frontend, ` +
      'ApiManagement or AzureTrafficManager)')
}

/**
 * https://learn.microsoft.com/azure/virtual-network/service-tags-overview
 *
 * @param {any} json
 * @param {string} [tag]
 * @returns {Parsed}
 */
function readAzure (json, tag) {
  checkAzureTag(tag)
  const found = array(json.values, 'values').filter((one) => one?.name === tag)
  if (found.length !== 1) throw unreadable(`values has ${found.length} elements named ${tag}`, found.length)
  return { entries: texts(found[0].properties?.addressPrefixes, `addressPrefixes of ${tag}`) }
}

/** @type {Record<string, (json: any, service?: string) => Parsed>} */
const JSON_FORMATS = {
  cloudflare: readCloudflare,
  aws: readAws,
  google: readGoogle,
  fastly: readFastly,
  azure: readAzure
}

const FORMATS = ['lines', ...Object.keys(JSON_FORMATS)]

/**
 * Returns the format of a file, which its shape shows.
 *
 * @param {any} json
 */
function recognise (json) {
  if (json.result?.ipv4_cidrs !== undefined) return 'cloudflare'
  if (json.ipv6_prefixes !== undefined) return 'aws'
  if (json.prefixes !== undefined) return 'google'
  if (json.addresses !== undefined) return 'fastly'
  if (json.values !== undefined) return 'azure'
  if (json.actions !== undefined || json.hooks !== undefined) throw customers("GitHub's meta, with its actions")
  throw unreadable(`the JSON matches none of the formats ${Object.keys(JSON_FORMATS).join(', ')}`,
    Object.keys(json).slice(0, 8))
}

/** @param {string} source */
function readJson (source) {
  let json
  try {
    json = JSON.parse(source)
  } catch (/** @type {any} */ error) {
    throw unreadable(`the text is not JSON: ${error.message}`, source.slice(0, 64))
  }
  if (Object(json) === json && !Array.isArray(json)) return json
  throw unreadable('the JSON is not an object', source.slice(0, 64))
}

/**
 * Parses a text.
 *
 * @param {string} source
 * @param {string | undefined} format one of FORMATS; if undefined, the shape decides
 * @param {string} [service] of AWS, or a tag of Azure
 * @returns {Parsed}
 * @throws {ListError}
 */
function parseText (source, format, service) {
  const bare = source.replace(/^\uFEFF/, '')
  if (format === 'lines') return readLines(bare)
  if (format === undefined && !/^\s*[{[]/.test(bare)) return readLines(bare)
  const json = readJson(bare)
  const known = format ?? recognise(json)
  return JSON_FORMATS[known](json, service)
}

/** From this size on, JSON is parsed in a worker. AWS's 2 MB take up to 20 ms. */
const LARGE = 1 << 20

const WORKER = `
  const { parentPort, workerData: { file, bytes, format, service } } = require('node:worker_threads')
  const { parseText } = require(file)
  try {
    parentPort.postMessage({ parsed: parseText(Buffer.from(bytes).toString(), format, service) })
  } catch ({ rule, message, seen }) {
    parentPort.postMessage({ refused: { rule, message, seen } })
  }`

/**
 * The same in a worker, because JSON.parse() cannot be interrupted.
 *
 * @param {Buffer} bytes
 * @param {string} format
 * @param {string} [service]
 * @returns {Promise<Parsed>}
 */
function parseInWorker (bytes, format, service) {
  const { Worker } = require('node:worker_threads')
  return /** @type {Promise<Parsed>} */ (new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { eval: true, workerData: { file: __filename, bytes, format, service } })
    worker.unref()
    // In a bundle, there may be no file that a worker can load.
    worker.once('error', () => Promise.resolve(bytes.toString())
      .then((source) => parseText(source, format, service)).then(resolve, reject))
    worker.once('message', ({ parsed, refused }) => {
      if (parsed) return resolve(parsed)
      reject(new ListError(refused.rule, refused.message, refused.seen))
    })
  }))
}

/**
 * @param {Buffer} bytes
 * @param {string | undefined} format
 * @param {string} [service]
 * @returns {Promise<Parsed>}
 */
async function parseBytes (bytes, format, service) {
  if (bytes.length < LARGE || format === undefined || format === 'lines') {
    return parseText(bytes.toString(), format, service)
  }
  return parseInWorker(bytes, format, service)
}

module.exports = { FORMATS, checkAwsService, checkAzureTag, parseBytes, parseText }
