'use strict'

/* Words where an address is expected: what they mean elsewhere, and here. */

const engine = require('../../engine')
const { distance } = require('../explain/faults')

const NAMES = Object.keys(engine.names())

/** Words of other systems for subnets that have a name here. */
const OTHER_WORDS = new Map(Object.entries({
  localhost: 'loopback',
  local: 'loopback',
  self: 'loopback',
  localhostlocaldomain: 'loopback',
  ip6localhost: 'loopback',
  ip6loopback: 'loopback',
  private: 'uniquelocal',
  privateranges: 'uniquelocal',
  privatenetwork: 'uniquelocal',
  privatenetworks: 'uniquelocal',
  internal: 'uniquelocal',
  intranet: 'uniquelocal',
  lan: 'uniquelocal',
  ula: 'uniquelocal',
  rfc1918: 'uniquelocal',
  rfc4193: 'uniquelocal'
}))

const EVERYBODY = new Set([
  '*', '**', '*.*', '*.*.*.*', '*:*', 'all', 'any', 'anyone', 'anybody', 'everyone', 'everybody', 'everything',
  'world', 'public', 'internet', 'always', 'enabled', 'enable', 'trusted'
])

const NOBODY = new Set([
  'none', 'nobody', 'nothing', 'never', 'null', 'nil', 'undefined', 'disabled', 'disable', 'empty', '-', '()'
])

/** Words that choose something elsewhere, and name no address. */
const UNCLEAR = new Set([
  'auto', 'automatic', 'default', 'defaults', 'first', 'last', 'nearest', 'leftmost', 'rightmost', 'trust', 'standard',
  'strict', 'secure', 'xff', 'x-forwarded-for', 'x-real-ip', 'forwarded'
])

/** Providers, and the section of the guide on each. */
const PROVIDERS = new Map(Object.entries({
  cloudflare: 'cloudflare',
  cf: 'cloudflare',
  cloudfront: 'aws-alb-and-cloudfront',
  cloudfrontoriginfacing: 'aws-alb-and-cloudfront',
  awsalb: 'aws-alb-and-cloudfront',
  awselb: 'aws-alb-and-cloudfront',
  aws: 'aws-alb-and-cloudfront',
  amazon: 'aws-alb-and-cloudfront',
  alb: 'aws-alb-and-cloudfront',
  elb: 'aws-alb-and-cloudfront',
  nlb: 'aws-alb-and-cloudfront',
  apigateway: 'api-gateway',
  lambda: 'api-gateway',
  gcp: 'google-cloud',
  google: 'google-cloud',
  googlecloud: 'google-cloud',
  googleloadbalancers: 'google-cloud',
  cloudrun: 'google-cloud',
  appengine: 'google-cloud',
  azure: 'azure',
  frontdoor: 'azure',
  azurefrontdoor: 'azure',
  appservice: 'azure',
  fastly: 'a-cdn-and-a-balancer',
  akamai: 'a-cdn-and-a-balancer',
  bunny: 'a-cdn-and-a-balancer',
  bunnycdn: 'a-cdn-and-a-balancer',
  cdn: 'a-cdn-and-a-balancer',
  keycdn: 'a-cdn-and-a-balancer',
  gcore: 'a-cdn-and-a-balancer',
  edgio: 'a-cdn-and-a-balancer',
  digitalocean: 'a-cdn-and-a-balancer',
  linode: 'a-cdn-and-a-balancer',
  hetzner: 'a-cdn-and-a-balancer',
  ovh: 'a-cdn-and-a-balancer',
  scaleway: 'a-cdn-and-a-balancer',
  imperva: 'a-cdn-and-a-balancer',
  incapsula: 'a-cdn-and-a-balancer',
  sucuri: 'a-cdn-and-a-balancer',
  stackpath: 'a-cdn-and-a-balancer',
  heroku: 'heroku-render-fly',
  render: 'heroku-render-fly',
  fly: 'heroku-render-fly',
  railway: 'heroku-render-fly',
  vercel: 'heroku-render-fly',
  netlify: 'heroku-render-fly'
}))

const AWS = "lists.aws('CLOUDFRONT_ORIGIN_FACING')"
const AZURE = "lists.azure('AzureFrontDoor.Backend', address)"

/** Those of the providers that there is a live list of, and the call that makes it. */
const LISTS = new Map(Object.entries({
  cloudflare: 'lists.cloudflare()',
  cf: 'lists.cloudflare()',
  cloudfront: AWS,
  cloudfrontoriginfacing: AWS,
  aws: AWS,
  amazon: AWS,
  gcp: 'lists.googleLoadBalancers()',
  google: 'lists.googleLoadBalancers()',
  googlecloud: 'lists.googleLoadBalancers()',
  googleloadbalancers: 'lists.googleLoadBalancers()',
  azure: AZURE,
  frontdoor: AZURE,
  azurefrontdoor: AZURE,
  fastly: 'lists.fastly()'
}))

/** Longer words are not a misspelt name. */
const LONGEST = 16
/** At most this many letters may be wrong. */
const FURTHEST = 3

/** @param {string} text */
function wordOf (text) {
  return text.toLowerCase().replace(/[\s_.-]/g, '')
}

/**
 * @param {string} text not a name
 * @returns {{ name: string, how: 'case' | 'word' | 'spelling' } | undefined}
 */
function nameMeant (text) {
  const lower = text.toLowerCase()
  if (NAMES.includes(lower)) return { name: lower, how: 'case' }
  const word = wordOf(text)
  const other = OTHER_WORDS.get(word)
  if (other !== undefined) return { name: other, how: 'word' }
  if (text.length > LONGEST) return undefined
  const name = NAMES.find((known) => distance(word, known) <= FURTHEST)
  return name === undefined ? undefined : { name, how: 'spelling' }
}

/**
 * What a word of another system stands for there.
 *
 * @param {string} text
 * @returns {'everybody' | 'nobody' | 'unclear' | { section: string, list: string | undefined } | undefined}
 */
function keywordMeant (text) {
  const lower = text.toLowerCase().replace(/^\*:[0-9]+$/, '*')
  if (EVERYBODY.has(lower)) return 'everybody'
  if (NOBODY.has(lower)) return 'nobody'
  if (UNCLEAR.has(lower)) return 'unclear'
  const word = wordOf(text)
  const section = PROVIDERS.get(word)
  return section === undefined ? undefined : { section, list: LISTS.get(word) }
}

module.exports = { keywordMeant, nameMeant }
