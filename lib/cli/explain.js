'use strict'

/* explain: which address of a request is the client's, and why. */

const { Refusal, quoted } = require('./output')
const { NAME, fromFile, joined } = require('./request')
const { TEXT, TRUST, load, readSetting } = require('./arguments')

/** @type {import('./arguments').Options} */
const options = {
  ...TRUST,
  ...TEXT,
  peer: { type: 'string', example: '10.0.0.1' },
  xff: { type: 'string', multiple: true, example: "'203.0.113.9, 10.0.0.2'" },
  header: {
    type: 'string', short: 'H', multiple: true, example: "'X-Forwarded-For: 203.0.113.9'"
  },
  request: { type: 'string', example: 'request.txt' }
}

const help = `
Say which address of a request is the client's, and why it is that one.

  proxy-addr-native explain --trust <setting> --peer <address>
    [--xff <value> | -H <header> | --request <file>] [--json]

Options
  --trust <setting>  the trust proxy setting: true, false, a number of hops, or
                     addresses, subnets and names, separated by commas
  --text             the setting is a text in the code, as in
                     app.set('trust proxy', '1'), which is an address
  --peer <address>   the address at the other end of the socket; '' if it has
                     none, as with a Unix socket
  --xff <value>      the value of X-Forwarded-For; if given more than once, they
                     are joined, as Node joins them
  -H, --header <header>
                     a header, as for curl; may be given more than once
  --request <file>   a file with the headers of a request as the app got them, as
                     text or JSON, or a line of a log; - is standard input. What
                     curl -v prints lacks what proxies add
  {common}

Examples
  proxy-addr-native explain --trust loopback,10.0.0.0/8 --peer 10.0.0.1 \\
    --xff '198.51.100.7, 203.0.113.9, 10.0.0.2'
  proxy-addr-native explain --trust 1 --peer 10.0.0.1 -H 'X-Forwarded-For: 203.0.113.9'
  proxy-addr-native explain --trust uniquelocal --peer ::1 --request - < request.txt

Nearest first, it shows where each address stands in the header, whether it is
trusted, and by which entry of the setting. Addresses that are not reached may be
forged.

Exit code 0: the request was explained, whatever the answer.`

/** @type {Record<import('../index').Explanation.Hop['verdict'], import('./output').Style>} */
const STYLES = {
  trusted: 'good',
  untrusted: 'strong',
  'not asked': 'strong',
  'not reached': 'faint',
  'not judged': 'faint'
}

/**
 * @param {string | undefined} peer
 * @returns {string | undefined} undefined for no address
 */
function readPeer (peer) {
  if (peer === undefined) {
    throw new Refusal('--peer is missing: give the address of the socket, as in --peer 10.0.0.1')
  }
  if (peer === '') return undefined
  load()
  const { describeAddress } = require('../why/facts')
  const facts = describeAddress(peer)
  if (facts.address !== undefined) return peer
  const { faultOf } = require('../why/explain/faults')
  throw new Refusal(`--peer ${quoted(peer)} is not an address (${faultOf(peer, facts).message}): ` +
    'give the address of the socket alone, as in --peer 10.0.0.1')
}

/**
 * @param {Record<string, any>} values
 * @returns {Promise<{ headers: import('./request').Headers, view?: string }>}
 */
async function readHeaders ({ xff, header, request }) {
  const given = [xff && '--xff', header && '-H', request !== undefined && '--request'].filter(Boolean)
  if (given.length > 1) throw new Refusal(`${given.join(' and ')} are given: give one of them`)
  if (request !== undefined) return fromFile(request)
  if (header) return { headers: joined(header, () => 'the value of -H') }
  return { headers: xff ? { [NAME]: xff.join(', ') } : {} }
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
async function run ({ values, positionals }, output) {
  if (positionals.length > 0) {
    throw new Refusal(`unexpected argument ${quoted(positionals[0])}: give the setting as --trust, the address ` +
      'of the socket as --peer and the header as --xff')
  }
  const setting = readSetting(values)
  const remoteAddress = readPeer(values.peer)
  const { headers, view } = await readHeaders(values)
  const { explain, trustProxy } = load()
  const explanation = explain({ headers, socket: { remoteAddress } }, trustProxy(setting))
  if (values.json) return output.printJson(explanation)
  const { linesOf } = require('../why/explain/trace')
  for (const { text, verdict } of linesOf(explanation)) {
    output.print(output.paint(verdict === undefined ? 'strong' : STYLES[verdict], text))
  }
  if (view !== undefined) output.print(output.paint('strong', `note: ${view}`))
}

module.exports = { options, help, run }
