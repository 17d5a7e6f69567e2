/* The hostings of docs/guide.md, and what to copy from the page: lines of code, and text. */

const CLOUDFLARE = '173.245.48.0/20, 103.21.244.0/22, 103.22.200.0/22, 103.31.4.0/22, 141.101.64.0/18, 108.162.192.0/18, ' +
  '190.93.240.0/20, 188.114.96.0/20, 197.234.240.0/22, 198.41.128.0/17, 162.158.0.0/15, 104.16.0.0/13, 104.24.0.0/14, ' +
  '172.64.0.0/13, 131.0.72.0/22, 2400:cb00::/32, 2606:4700::/32, 2803:f800::/32, 2405:b500::/32, 2405:8100::/32, ' +
  '2a06:98c0::/29, 2c0f:f248::/32'

/** Rows of the guide: what is between the client and the app, the setting, the peer, X-Forwarded-For. */
export const GALLERY = [
  ['nothing', 'false', '198.51.100.7', '1.2.3.4'],
  ['nginx on the same host', 'loopback', '127.0.0.1', '1.2.3.4, 198.51.100.7'],
  ['one proxy on a private network', '10.0.0.5', '10.0.0.5', '1.2.3.4, 198.51.100.7'],
  ['a CDN and a balancer', '10.0.0.0/16, 151.101.0.0/16, 2a04:4e42::/32', '10.0.3.4', '1.2.3.4, 198.51.100.7, 151.101.2.9'],
  ['a Kubernetes ingress', '10.244.0.0/16', '::ffff:10.244.1.17', '198.51.100.7'],
  ['an AWS ALB', '10.0.0.0/16', '10.0.1.23', '1.2.3.4, 198.51.100.7'],
  ['CloudFront and an ALB', '10.0.0.0/16, 130.176.0.0/17', '10.0.1.23', '1.2.3.4, 198.51.100.7, 130.176.1.82'],
  ['Cloudflare', CLOUDFLARE, '::ffff:172.68.1.2', '1.2.3.4, 198.51.100.7'],
  ['Traefik, Caddy, HAProxy', '10.0.0.5', '10.0.0.5', '1.2.3.4, 198.51.100.7'],
  ['a proxy in Docker Compose', '172.18.0.0/16', '::ffff:172.18.0.4', '1.2.3.4, 198.51.100.7'],
  ['a Google Cloud balancer, or Cloud Run', '130.211.0.0/22, 35.191.0.0/16, 34.120.1.1', '35.191.10.20', '1.2.3.4, 198.51.100.7, 34.120.1.1'],
  ['Azure', '10.0.2.0/24', '10.0.2.4', '198.51.100.7:50123'],
  ['API Gateway', '10.0.1.0/24', '10.0.1.9', '', 'forwarded: by=3.3.3.3;for=198.51.100.7;proto=https'],
  ['Heroku, Render, Fly and the like', '1', '10.1.2.3', '1.2.3.4, 198.51.100.7'],
  ['a proxy that calls over a Unix socket', '1', '', '1.2.3.4, 198.51.100.7']
].map(([name, setting, peer, header, more = '']) => ({ name, setting, peer, header, more }))

/** Writes a value as code, text in single quotes. @param {unknown} value */
function literal (value) {
  if (typeof value !== 'string') return String(value)
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${escaped.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`
}

/** Writes a value, an array or an object as code. @param {any} value */
export function code (value) {
  if (Array.isArray(value)) return `[${value.map(code).join(', ')}]`
  if (Object(value) !== value) return literal(value)
  const pairs = Object.entries(value).map(([name, one]) => `${/^[a-z_]\w*$/i.test(name) ? name : literal(name)}: ${code(one)}`)
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

/** Returns the resolver's options that come closest to a setting. */
function optionsFor (setting) {
  if (setting === true) return undefined
  if (typeof setting === 'number') return setting > 0 ? { hops: setting } : { trust: false }
  return { trust: typeof setting === 'string' ? setting.split(',').map((entry) => entry.trim()) : setting }
}

/** Returns the call that finds the client, as code. */
function callOf ({ setting, options, refused }) {
  if (options) return `createResolver(${code(options)})(req)`
  return refused ? `proxyaddr.fromEnv('TRUST_PROXY', ${code({ TRUST_PROXY: setting })})` : `proxyaddr(req, proxyaddr.trustProxy(${code(setting)}))`
}

/** Returns the case as a test for Node's test runner. */
function testOf (answer, { headers, socket: { remoteAddress } }) {
  const { explanation, options } = answer
  const library = options ? "{ createResolver } = require('proxy-addr-native/resolver')" : "proxyaddr = require('proxy-addr-native')"
  const call = callOf(answer)
  return [
    "const assert = require('node:assert/strict')",
    "const { test } = require('node:test')",
    `const ${library}`,
    '',
    "test('the client of this request', () => {",
    `  const req = { headers: ${code({ ...headers })}, socket: { remoteAddress: ${code(remoteAddress)} } }`,
    explanation ? `  assert.equal(${call}, ${code(explanation.address)})` : `  assert.throws(() => ${call})`,
    '})'
  ].join('\n')
}

const NO_RESOLVER = '// The resolver has no such setting: true lets anyone choose their address.'

/** @param {any} options */
function resolverOf (options) {
  return options ? `const { createResolver } = require('proxy-addr-native/resolver')\n\nconst client = createResolver(${code(options)})` : NO_RESOLVER
}

/**
 * Returns the texts to copy, each with its name.
 *
 * @param {any} answer
 * @param {any} req
 * @returns {[string, string][]}
 */
export function outputs (answer, req) {
  const { setting, options, trace, error } = answer
  const last = [['Trace', trace ?? error], ['Test', testOf(answer, req)]]
  if (error !== undefined) return last
  if (options) return [['Resolver', resolverOf(options)], ...last]
  // In an environment variable, these texts would mean something else.
  const isOther = typeof setting === 'string' && /^\s*(?:\d+|true|false)\s*$/.test(setting)
  return [
    ['Express', `app.set('trust proxy', ${code(setting)})`],
    ...isOther ? [] : [['Environment', `TRUST_PROXY=${[setting].flat().join(',')}`]],
    ['Resolver', resolverOf(optionsFor(setting))],
    ...last
  ]
}
