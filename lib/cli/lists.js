'use strict'

/* lists: fetch a published list, or say what a file would trust. */

const fs = require('node:fs')
const path = require('node:path')
const { escape, show } = require('../why/explain/faults')
const { Refusal, listed, quoted, whyNot } = require('./output')
const { load } = require('./arguments')

const help = `
Fetch a published list and print it, one entry a line; or say what the list in a
file would trust, how much of the internet that is, and whose it looks like.

  proxy-addr-native lists cloudflare | fastly | google-load-balancers
  proxy-addr-native lists aws <service>
  proxy-addr-native lists azure <tag> <address>
  proxy-addr-native lists url <address>
  proxy-addr-native lists check <file>

Options
  --snapshot <file>  write the list to this snapshot, or update it
  --parse <format>   the format of url and check: lines, cloudflare, aws, google,
                     fastly or azure. A file's format is recognised
  --service <name>   the service of AWS, or the tag of Azure, in url and check
  {common}

Examples
  proxy-addr-native lists cloudflare --snapshot cloudflare.json
  proxy-addr-native lists aws CLOUDFRONT_ORIGIN_FACING
  proxy-addr-native lists check proxies.txt

Exit code 0: the list was accepted. 1: it was refused, or could not be fetched;
then the snapshot's entries are printed, and it stays. For check, also 1 if lint
finds a danger.`

/** @type {import('./arguments').Options} */
const options = {
  snapshot: { type: 'string', example: 'cloudflare.json' },
  parse: { type: 'string', example: 'lines' },
  service: { type: 'string', example: 'CLOUDFRONT_ORIGIN_FACING' }
}

/**
 * What each list needs besides its name, and the function that makes it.
 *
 * @type {Record<string, { needs: string[], method: string }>}
 */
const LISTS = {
  cloudflare: { needs: [], method: 'cloudflare' },
  fastly: { needs: [], method: 'fastly' },
  'google-load-balancers': { needs: [], method: 'googleLoadBalancers' },
  aws: { needs: ['a service'], method: 'aws' },
  azure: { needs: ['a tag', 'the address of the service tags'], method: 'azure' },
  url: { needs: ['an address'], method: 'url' }
}

/** Some of the ranges that providers have published, to recognise whose a list is. */
const OWNERS = {
  Cloudflare: '173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 ' +
    '190.93.240.0/20 188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 ' +
    '172.64.0.0/13 131.0.72.0/22 2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 ' +
    '2a06:98c0::/29 2c0f:f248::/32',
  Fastly: '23.235.32.0/20 43.249.72.0/22 103.244.50.0/24 103.245.222.0/23 103.245.224.0/24 104.156.80.0/20 ' +
    '140.248.64.0/18 140.248.128.0/17 146.75.0.0/17 151.101.0.0/16 157.52.64.0/18 167.82.0.0/16 172.111.64.0/18 ' +
    '185.31.16.0/22 199.27.72.0/21 199.232.0.0/16 2a04:4e40::/32 2a04:4e42::/32',
  CloudFront: '120.52.22.96/27 205.251.249.0/24 180.163.57.128/26 204.246.168.0/22 18.160.0.0/15 205.251.252.0/23 ' +
    '54.192.0.0/16 54.230.0.0/16 13.32.0.0/15 13.224.0.0/14 99.84.0.0/16 130.176.0.0/16 2600:9000::/28',
  'Azure Front Door': '147.243.0.0/16 13.73.248.16/29 20.36.120.104/29 20.37.64.104/29 2a01:111:2050::/44',
  "Google's load balancers": '130.211.0.0/22 35.191.0.0/16',
  "customers' machines at Google": '34.64.0.0/10 35.184.0.0/13 2600:1900::/28',
  "customers' machines at DigitalOcean": '5.101.96.0/20 24.144.64.0/18 24.199.64.0/18 37.139.0.0/19 45.55.0.0/16',
  'private networks': '127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7'
}

/** IPv6 addresses that are in use on the internet, 2000::/3, are an eighth of all. */
const OF_INTERNET = { 4: 1, 6: 8 }

/**
 * Returns whose the entries probably are.
 *
 * @param {readonly string[]} entries
 * @returns {{ owner: string, entries: number }[]} those that have some, most first
 */
function ownersOf (entries) {
  const { compile } = load()
  return Object.entries(OWNERS)
    .map(([owner, subnets]) => {
      const trust = compile(subnets.split(' '))
      return { owner, entries: entries.filter((entry) => trust(entry.split('/')[0], 0)).length }
    })
    .filter(({ entries }) => entries > 0)
    .sort((a, b) => b.entries - a.entries)
}

/** @param {string} file @param {any} values */
function readFile (file, { parse, service }) {
  const { FORMATS, parseText } = require('../lists/formats')
  if (parse !== undefined && !FORMATS.includes(parse)) {
    throw new Refusal(`unknown format ${quoted(parse)} (expected ${listed(FORMATS)})`)
  }
  let text
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch (error) {
    throw new Refusal(`cannot read ${quoted(file)}: ${whyNot(error)}; check takes the file of a list`)
  }
  return [...new Set(parseText(text, parse, service).entries)]
}

/** @param {number} entries */
function counted (entries) {
  return `${entries} ${entries === 1 ? 'entry' : 'entries'}`
}

/** @param {string} file @param {any} values */
function judge (file, values) {
  const { judgeAlone } = require('../lists/rules')
  const entries = readFile(file, values)
  const size = judgeAlone(entries, { allowWide: false, allowShrink: false, allowGrowth: false })
  const families = /** @type {const} */ ([4, 6]).map((family) => ({
    family,
    entries: size.families[family].entries,
    internet: Math.min(size.families[family].share * OF_INTERNET[family], 1)
  }))
  return { entries, families, owners: ownersOf(entries), problems: load().lint(entries) }
}

/**
 * @param {string} file
 * @param {any} values
 * @param {import('./output').Output} output
 */
function check (file, values, output) {
  const found = judge(file, values)
  const isDangerous = found.problems.some(({ level }) => level === 'danger')
  if (values.json) {
    output.printJson(found)
    return isDangerous ? 1 : 0
  }
  for (const { family, entries, internet } of found.families) {
    const percent = Number((internet * 100).toPrecision(2))
    if (entries > 0) output.print(`IPv${family}: ${counted(entries)}, ${percent} % of the internet's addresses`)
  }
  const all = counted(found.entries.length)
  for (const { owner, entries } of found.owners) output.print(`looks like ${owner}: ${entries} of ${all}`)
  if (found.owners.length === 0) output.print('does not look like the list of any known provider')
  for (const { level, code, entry, reason } of found.problems) {
    output.print(output.paint(level === 'danger' ? 'bad' : 'doubtful', `${level}  ${code}  ${show(String(entry))}`))
    output.print(`  ${reason}`)
  }
  if (found.problems.length === 0) output.print(output.paint('good', 'nothing is wrong'))
  return isDangerous ? 1 : 0
}

/**
 * @param {string} name
 * @param {string[]} given
 * @param {any} values those that were given
 */
function makeList (name, given, values) {
  const { needs, method } = LISTS[name]
  if (given.length < needs.length) throw new Refusal(`${needs[given.length]} is missing after lists ${name}; --help has examples`)
  if (given.length > needs.length) throw new Refusal(`unexpected argument ${quoted(given[needs.length])} after lists ${name}`)
  if (name !== 'url' && (values.parse ?? values.service) !== undefined) {
    throw new Refusal(`--parse and --service are for url and check: the format of ${name} is known`)
  }
  try {
    const { lists } = require('../lists')
    return /** @type {any} */ (lists)[method](...given, values)
  } catch (/** @type {any} */ error) {
    throw new Refusal(error.message)
  }
}

/**
 * @param {string} name
 * @param {string[]} given
 * @param {Record<string, any>} values
 * @param {import('./output').Output} output
 */
async function fetchList (name, given, { json, help, ...values }, output) {
  const list = makeList(name, given, values.snapshot ? { ...values, snapshot: path.resolve(values.snapshot) } : values)
  const result = await list.refresh()
  list.close()
  const { lastError, ...state } = list.state
  const error = lastError ?? result.error
  const refused = error && { rule: error.rule, message: error.message }
  if (json) output.printJson({ outcome: result.outcome, ...refused && { refused }, ...state, entries: list.entries })
  else for (const entry of list.entries) output.print(entry)
  if (refused && !json) process.stderr.write(`proxy-addr-native: refused (${refused.rule}): ${escape(refused.message)}\n`)
  return refused ? 1 : 0
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
async function run ({ values, positionals }, output) {
  const [name, ...given] = positionals
  load()
  if (name === 'check') {
    if (given.length !== 1) throw new Refusal('give check one file, as in lists check proxies.txt')
    try {
      return check(given[0], values, output)
    } catch (/** @type {any} */ error) {
      if (error.name !== 'ListError') throw error
      const { rule, message } = error
      if (values.json) output.printJson({ refused: { rule, message } })
      else output.print(output.paint('bad', `refused (${rule}): ${escape(message)}`))
      return 1
    }
  }
  if (name !== undefined && Object.hasOwn(LISTS, name)) return fetchList(name, given, values, output)
  const known = [...Object.keys(LISTS), 'check']
  throw new Refusal(name === undefined
    ? `the name of a list is missing (expected ${listed(known)})`
    : `unknown list ${quoted(name)} (expected ${listed(known)})`)
}

module.exports = { options, help, run }
