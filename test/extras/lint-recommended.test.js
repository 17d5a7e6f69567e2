'use strict'

/*
 * Settings that hosting guides and the documentation of frameworks recommend, each with
 * the level that it deserves: that of its worst problem. Also what holds for lint() with
 * any setting.
 */

const assert = require('node:assert/strict')
const { compile, lint } = require('../../lib')

/** As published by Cloudflare. */
const CLOUDFLARE = [
  '173.245.48.0/20', '103.21.244.0/22', '103.22.200.0/22', '103.31.4.0/22', '141.101.64.0/18',
  '108.162.192.0/18', '190.93.240.0/20', '188.114.96.0/20', '197.234.240.0/22', '198.41.128.0/17',
  '162.158.0.0/15', '104.16.0.0/13', '104.24.0.0/14', '172.64.0.0/13', '131.0.72.0/22',
  '2400:cb00::/32', '2606:4700::/32', '2803:f800::/32', '2405:b500::/32', '2405:8100::/32',
  '2a06:98c0::/29', '2c0f:f248::/32'
]

/** Some of the ranges that AWS publishes for CloudFront, including the widest. */
const CLOUDFRONT = [
  '120.52.22.96/27', '205.251.249.0/24', '180.163.57.128/26', '204.246.168.0/22', '18.160.0.0/15',
  '205.251.252.0/23', '54.192.0.0/16', '204.246.173.0/24', '54.230.200.0/21', '120.253.240.192/26',
  '116.129.226.128/26', '130.176.0.0/17', '108.156.0.0/14', '99.86.0.0/16', '13.32.0.0/15',
  '13.224.0.0/14', '70.132.0.0/18', '15.158.0.0/16', '3.160.0.0/14', '52.84.0.0/15', '2600:9000:f000::/36'
]

/** As published by Akamai for origins. */
const AKAMAI = [
  '2.16.0.0/13', '23.0.0.0/12', '23.192.0.0/11', '23.32.0.0/11', '95.100.0.0/15', '184.24.0.0/13', '2a02:26f0::/32',
  '2600:1400::/24', '2405:9600::/32'
]

const NO_SHORTER_WAY = 'right only if every request passes exactly that many proxies'
const OWN_NETWORK = 'only the network of one\'s own can send from there'
const ANYONE = 'a client that bypasses the proxies, or whose edge appends to the header, can choose its address'
const AS_PUBLISHED = 'narrow ranges from which the provider lets nobody else send'

/** Who recommends a setting, the setting, its level, and the reason for that level. */
const RECOMMENDED = [
  ['Express, its default', false, 'fine', 'nobody is trusted'],
  ['Express, "behind proxies"', 'loopback', 'fine', OWN_NETWORK],
  ['Express, "behind proxies"', 'loopback, 123.123.123.123', 'fine', 'a single address of one\'s own'],
  ['Express, "behind proxies"', 'loopback, linklocal, uniquelocal', 'fine', OWN_NETWORK],
  ['Express, "behind proxies"', ['loopback', 'linklocal', 'uniquelocal'], 'fine', OWN_NETWORK],
  ['Express, "behind proxies"', (ip) => ip === '127.0.0.1' || ip === '123.123.123.123', 'fine', 'a function cannot be judged'],
  ['Express, app.enable("trust proxy")', true, 'danger', ANYONE],
  ['nginx on the same host', '127.0.0.1', 'hint', 'nginx may also call from ::1'],
  ['nginx on the same host, over either family', ['127.0.0.1', '::1'], 'fine', OWN_NETWORK],
  ['nginx on the same host, written out from "loopback"', '127.0.0.1/8', 'warning', 'the address has bits that do not count'],
  ['Heroku, its router', 1, 'warning', NO_SHORTER_WAY],
  ['Heroku, older guides', true, 'danger', ANYONE],
  ['Render', 1, 'warning', NO_SHORTER_WAY],
  ['Render, with Cloudflare before its balancer', 2, 'warning', NO_SHORTER_WAY],
  ['Fly, whose header ends with the app\'s own address', 2, 'warning', NO_SHORTER_WAY],
  ['Railway, whose edge is in the shared address space', '100.64.0.0/10', 'fine', OWN_NETWORK],
  ['AWS ALB in a VPC', '10.0.0.0/16', 'fine', OWN_NETWORK],
  ['AWS ALB in the default VPC', '172.31.0.0/16', 'fine', OWN_NETWORK],
  ['AWS CloudFront before an ALB', ['10.0.0.0/16', ...CLOUDFRONT], 'hint', 'CloudFront calls from fewer'],
  ['AWS CloudFront before an ALB, by number', 2, 'warning', NO_SHORTER_WAY],
  ['AWS Lambda behind an API gateway', true, 'danger', ANYONE],
  ['Cloudflare', CLOUDFLARE, 'fine', AS_PUBLISHED],
  ['Akamai', AKAMAI, 'fine', AS_PUBLISHED],
  ['Cloudflare before nginx on the same host', ['loopback', ...CLOUDFLARE], 'fine', AS_PUBLISHED],
  ['Kubernetes, an ingress among the pods', 'uniquelocal', 'fine', OWN_NETWORK],
  ['Kubernetes, the pods of a cluster', '10.244.0.0/16', 'fine', OWN_NETWORK],
  ['Kubernetes, balancer and ingress', 2, 'warning', NO_SHORTER_WAY],
  ['Azure App Service', 1, 'warning', NO_SHORTER_WAY],
  ['Azure, its platform\'s own address and the VNet', ['168.63.129.16', '10.0.0.0/8'], 'fine', 'a single address of the platform'],
  ['Azure Front Door', ['147.243.0.0/16', '2a01:111:2050::/44'], 'fine', AS_PUBLISHED],
  ['Google Cloud, its balancers', ['130.211.0.0/22', '35.191.0.0/16'], 'fine', AS_PUBLISHED],
  ['Google Cloud, App Engine', true, 'danger', ANYONE],
  ['DigitalOcean App Platform', 1, 'warning', NO_SHORTER_WAY],
  ['DigitalOcean, a balancer in the VPC', '10.108.0.0/20', 'fine', OWN_NETWORK],
  ['Netlify functions', 1, 'warning', NO_SHORTER_WAY],
  ['Vercel', 1, 'warning', NO_SHORTER_WAY],
  ['Docker, its bridge', '172.17.0.0/16', 'fine', OWN_NETWORK],
  ['Docker, networks of Compose', 'loopback, 172.16.0.0/12', 'fine', OWN_NETWORK],
  ['private networks, written out', '127.0.0.0/8, ::1, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fe80::/10', 'fine', OWN_NETWORK],
  ['private networks, by name and written out', ['uniquelocal', '10.0.0.0/8'], 'hint', 'one of them is in the other'],
  ['dual-stack sockets', '::ffff:127.0.0.1', 'hint', 'the mapped form needs no entry of its own'],
  ['an environment variable, passed on unchanged', '1', 'danger', 'it is the address 0.0.0.1']
]

describe('what guides recommend', () => {
  it('is more than thirty settings', () => assert.ok(RECOMMENDED.length > 30))

  for (const [who, setting, level, why] of RECOMMENDED) {
    it(`is ${level} of ${who}: ${why}`, () => {
      assert.equal(lint(setting).at(0)?.level ?? 'fine', level)
    })
  }
})

describe('the options and answers of lint()', () => {
  it('leave out the codes to be ignored, and no others', () => {
    assert.deepEqual(lint(1, { ignore: ['hops'] }), [])
    assert.deepEqual(lint('10.1.2.3/8, c.d', { ignore: ['host-bits'] }).map(({ code }) => code), ['host-name'])
    assert.deepEqual(lint(1, {}), lint(1))
    assert.deepEqual(lint(1, { ignore: ['unread-header'] }), lint(1))
  })

  it('are checked: unknown options and codes are refused, with a list of the known ones', () => {
    const refusal = (options, message) => assert.throws(() => lint(1, options), { name: 'TypeError', message })

    refusal(null, "options must be an object, such as { ignore: ['hops'] }")
    refusal({ ignored: [] }, 'unknown option "ignored": give ignore')
    refusal({ ignore: 'hops' }, "ignore must be an array of codes, such as ['hops']")
    refusal({ ignore: ['hop\u001b'] }, /^unknown code "hop\\u001b": give one of trusts-everybody, hops-many, .*unread-header$/)
    refusal({ ignore: [undefined] }, /^unknown code of type undefined: /)
    refusal({ ignore: [1] }, /^unknown code of type number: /)
    refusal({ ignore: ['toString'] }, /^unknown code "toString": /)
  })

  it('name the type of an entry, and whether it is certainly refused', () => {
    const reason = (value) => lint(['loopback', value])[0].reason

    assert.equal(reason(null), 'Entries must be text, and this one is null, which is refused')
    assert.equal(reason(undefined), 'Entries must be text, and this one is undefined, which is refused')
    assert.equal(reason(true), 'Entries must be text, and this one is a boolean, which is refused')
    assert.match(reason(1), /a number, which is refused: a number of hops must be the whole setting$/)
    assert.match(reason({ ip: '::1' }), /an object: it is refused, or accepted by chance if its own text/)
    assert.match(reason(['10.0.0.1']), /an array: it is refused, or accepted by chance/)
  })

  it('judge the parts of a text with other separators, too', () => {
    assert.deepEqual(lint('10.0.0.7\n10.1.2.3/16').map(({ code, instead }) => [code, instead]), [
      ['several-entries', ['10.0.0.7', '10.1.2.3/16']], ['host-bits', '10.1.0.0/16']
    ])
  })
})

describe('lint(), whatever the setting', () => {
  it('names the other entry of two', () => {
    assert.deepEqual(lint(['10.0.0.1', 'uniquelocal', 'fd00::/8', 'fd00::/8']).map(({ index, reason }) => [index, reason]), [
      [0, 'It is inside "uniquelocal", entry 1'],
      [2, 'It is inside "uniquelocal", entry 1'],
      [3, 'It is inside "uniquelocal", entry 1']
    ])
    assert.equal(lint(['::2', '::3', '::2'])[0].reason, 'The same is trusted by "::2", entry 0')
  })

  it('says which route to the app must not exist', () => {
    assert.match(lint(1)[0].reason, /^Whoever reaches this server directly can /)
    assert.match(lint(2)[0].reason, /^Whoever reaches this server through fewer than 2 proxies can /)
  })

  it('says of a subnet what share of the internet it trusts', () => {
    const share = (setting) => / has (.*?) of the internet's (IPv[46]) /.exec(lint(setting)[0].reason).slice(1)

    assert.deepEqual(share('128.0.0.0/2'), ['25 %', 'IPv4'])
    assert.deepEqual(share('11.0.0.0/8'), ['0.39 %', 'IPv4'])
    assert.deepEqual(share('2000::/4'), ['50 %', 'IPv6'])
    assert.deepEqual(share('2600::/20'), ['0.00076 %', 'IPv6'])
  })

  it('reads a list only once, and never calls a function', () => {
    let reads = 0
    const list = Object.defineProperty([], '0', { get: () => `10.0.0.${++reads}` })

    assert.deepEqual(lint(list), [])
    assert.equal(reads, 1)
    assert.deepEqual(lint(() => assert.fail('called')), [])
    assert.deepEqual(lint([{ toString: () => assert.fail('asked') }]).map(({ code }) => code), ['entry-type'])
  })

  it('stops at the first of billions of elements that are not strings', () => {
    const list = new Array(2 ** 32 - 1)
    list[0] = '10.1.2.3/8'

    assert.deepEqual(lint(list).map(({ code, index }) => [code, index]), [['entry-type', 1], ['host-bits', 0]])
  })

  it('does not change a list', () => {
    const list = Object.freeze(['uniquelocal', '10.0.0.1'])

    assert.equal(lint(list).length, 1)
    assert.equal(lint(compile(list)).length, 1)
  })

  it('judges a long list whose entries are all inside others', () => {
    const list = Array.from({ length: 100_000 }, (_, i) => `10.${i >> 16}.${i >> 8 & 255}.${i & 255}`)

    assert.deepEqual(lint(list), [])
    assert.equal(lint([...list, 'uniquelocal']).length, list.length)
    assert.equal(lint([...list, ...list]).length, list.length)
    assert.deepEqual(lint(compile([...list, ...list])), [])
  })

  it('returns plain data: the entry and its index, or neither', () => {
    assert.deepEqual(lint('loopback , 10.1.2.3/8'), [{
      code: 'host-bits',
      level: 'warning',
      reason: 'The address has bits beyond the length, which do not count: all of 10.0.0.0/8 is trusted',
      instead: '10.0.0.0/8',
      entry: '10.1.2.3/8',
      index: 1
    }])
    assert.deepEqual(lint(-1), [{
      code: 'hops-negative',
      level: 'danger',
      reason: 'A negative number of hops trusts nobody, so all clients have the address of the nearest proxy',
      instead: false
    }])
  })

  it('begins with the most dangerous, and keeps the order of the list otherwise', () => {
    const codes = lint(['::2', '::2', '10.1.2.3/8', 'blargh', 'fe80::1%a', '11.0.0.0/8', 'c.d']).map(({ code, index }) => [code, index])

    assert.deepEqual(codes, [
      ['host-name', 3], ['very-wide', 5], ['host-name', 6], ['host-bits', 2], ['zone', 4], ['duplicate', 1]
    ])
  })
})
