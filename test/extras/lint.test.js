'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const vm = require('node:vm')
const { compile, lint, trustProxy } = require('../../lib')
const { lists } = require('../../lib/lists')
const { createResolver } = require('../../lib/resolver')
const { LEVELS } = require('../../lib/why/lint/problem')

const API = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'api.md'), 'utf8')
/** A row of the tables of codes: its codes, with or without a dagger. */
const ROW = /^\| ((?:`[a-z-]+`,? ?†? ?)+)\| (danger|warning|hint) \|/gm

const EDGE = lists.googleLoadBalancers()

const revoked = Proxy.revocable([], {})
revoked.revoke()

/** Returns `count` IPv4 subnets that are not wide. */
function twelves (count) {
  return Array.from({ length: count }, (_, i) => `${32 + (i >> 4)}.${i % 16 * 16}.0.0/12`)
}

/**
 * For each code: settings that it is reported for, with what to use instead, and
 * settings that nearly get it.
 */
const CASES = {
  'trusts-everybody': {
    on: [[true], [Infinity], [trustProxy(true)]],
    off: [1, 'true', false, () => true]
  },
  hops: {
    on: [[1], [2], [16], [trustProxy(1)]],
    off: [0, -0, 17, -1, NaN, Infinity, '1']
  },
  'hops-many': { on: [[17], [1e308]], off: [16, Infinity] },
  'hops-fraction': { on: [[1.5, 2], [0.1, 1]], off: [1, 0, -0.5, 99.5] },
  'hops-negative': { on: [[-1, false], [-Infinity, false], [-0.5, false]], off: [-0, 0, NaN] },
  'hops-nan': { on: [[NaN, false], [trustProxy(NaN), false]], off: [0, Infinity, 'NaN', undefined] },
  'numeric-text': {
    on: [['1', 1], [' 02 ', 2], ['16', 16], ['17'], ['2130706433']],
    off: ['4294967296', '9'.repeat(400), 1, '1,2', ['1'], '1.5', '-1', '0x1']
  },
  'boolean-text': {
    on: [['true'], ['FALSE', false], ['yes'], ['off', false], ['on'], ['no', false], [['true']], ['loopback, true']],
    off: [false, 'truth', 'null']
  },
  'promise-function': {
    on: [[async () => false], [async function * () {}], [function * () {}], [vm.runInNewContext('async () => true')]],
    off: [() => true, () => Promise.resolve(false), class {}, new Proxy(async () => true, {})]
  },
  'resolver-setting': {
    on: [[createResolver({ hops: 1 })]],
    off: [createResolver({ hops: 1 }).trust, Object.assign(() => true, { resolve: 1 }), Object.assign(() => true, { resolve () {} })]
  },
  'unsupported-setting': {
    on: [
      [EDGE],
      [{}], [Symbol('one')], [1n], [new String('loopback')], [new Number(1)], [/loopback/], [new Set(['loopback'])], // eslint-disable-line no-new-wrappers
      [revoked.proxy], [new Proxy([], { get () { throw new Error('no') } })],
      [Object.defineProperty([], '0', { get () { throw new Error('no') } })]
    ],
    off: [[], null, undefined, 0n, '', new Proxy(['loopback'], {}), EDGE.trust]
  },

  'entry-type': {
    on: [[[1]], [['loopback', EDGE]], [['loopback', EDGE.trust]], [['loopback', null]], [[['10.0.0.1']]], [[undefined]], [[new Proxy(new String('::1'), {})]]], // eslint-disable-line no-new-wrappers
    off: [[], ['1'], [new String('loopback')]] // eslint-disable-line no-new-wrappers
  },
  'empty-entry': { on: [[''], [' '], ['loopback,', 'loopback'], [',loopback,,::1', ['loopback', '::1']], [','], [['']]], off: [[], [' '], 'loopback', undefined] },
  'blank-around': {
    on: [[[' loopback'], 'loopback'], [['10.0.0.0/8\n'], '10.0.0.0/8'], [['\t::1 '], '::1']],
    off: [' loopback ', 'loopback, ::1', ['loop back'], [' blargh']]
  },
  'several-entries': {
    on: [
      [['loopback,10.0.0.1'], ['loopback', '10.0.0.1']], [['::1 , ::2,'], ['::1', '::2']], [['loopback,'], ['loopback']],
      [['a.b, c.d']], ['loopback;::1', ['loopback', '::1']], [['10.0.0.1 10.0.0.2'], ['10.0.0.1', '10.0.0.2']]
    ],
    off: ['loopback,10.0.0.1', 'loopback;blargh', 'unique local', [','], [' ']]
  },
  'wrong-case': { on: [['Loopback', 'loopback'], ['UNIQUELOCAL', 'uniquelocal'], ['LinkLocal', 'linklocal']], off: ['linklocal', 'Loopbak', '::FFFF:0'] },
  'misspelt-name': {
    on: [
      ['uniquelocale', 'uniquelocal'], ['loopbak', 'loopback'], ['lopoback', 'loopback'], ['olopxxck', 'loopback'], ['link-local', 'linklocal'],
      ['unique_local', 'uniquelocal'], ['Unique Local', 'uniquelocal'], ['localhost', 'loopback'], ['private', 'uniquelocal'],
      ['rfc1918', 'uniquelocal'], ['linklokal', 'linklocal'], ['xinklocaxx', 'linklocal']
    ],
    off: ['loopback', 'Loopback', 'proxy', 'xxinklocxx', 'loopback.example', 'constructor', 'loopback'.repeat(1e5)]
  },
  'host-name': {
    on: [['nginx'], ['proxy.example'], ['unknown'], ['_hidden'], ['*.proxy.example'], ['AS13335'], ['constructor'], ['a'.repeat(1e6)]],
    off: ['localhost', '10.0.0.1', '*', 'true', 'cloudflare']
  },
  'invalid-address': {
    on: [
      ['10.0.0.1:80', '10.0.0.1'], ['[::1]:80', '::1'], ['[::1]', '::1'],
      ['10.0.0', '10.0.0.0/24'], ['256.0.0.1'], ['-1'], ['1.5'], ['::1::'], ['10.*.*.*', '10.0.0.0/8'],
      ['10.0.0.0-10.0.0.255', '10.0.0.0/24'], ['\ud800']
    ],
    off: ['10.0.0.1', '10.0.0.0/33', 'blargh', '::']
  },
  'invalid-range': {
    on: [['10.0.0.0/33'], ['::/129'], ['0.0.0.0/0'], ['::/0'], ['10.0.0.0/', '10.0.0.0'], ['10.0.0.0/x'], ['10.0.0.0/255.0.255.0'], ['fd00::/255.0.0.0']],
    off: ['10.0.0.0/32', '::1/128', '10.0.0.0/255.0.0.0', 'blargh/8']
  },

  keyword: {
    on: [['*'], ['any'], ['none', false], ['null', false], ['loopback, none'], ['cloudflare'], ['Azure']],
    off: ['private', 'nginx', 'true', 'constructor', '__proto__']
  },
  'json-text': {
    on: [
      ['["loopback", "10.0.0.0/8"]', ['loopback', '10.0.0.0/8']], [[['["loopback"]'][0]], 'loopback'], ['[1]', 1], ['{"hops": 2}', 2],
      ['[]', false], ['{}', false], ['[true]'], ["['loopback']", 'loopback'], ['["blargh"]']
    ],
    off: ['[::1]', '[::1]:80', '[fd00::]/8', 'loopback']
  },
  'quoted-text': {
    on: [['"loopback"', 'loopback'], [['"10.0.0.1"'], '10.0.0.1'], ["'1'", 1], ['"true"'], ['"false"', false], ['"loopback","::1"', ['loopback', '::1']], ['\u201cloopback\u201d', 'loopback']],
    off: ['loopback', '["loopback"]']
  },
  'assignment-text': {
    on: [['TRUST_PROXY=loopback', 'loopback'], ['export A=1', 1], ['--trust 10.0.0.0/8', '10.0.0.0/8'], ['A=', false], ['trust proxy: loopback', 'loopback'], ['hops:2', 2], ['proxies:\n - ::1\n - ::2', ['::1', '::2']]],
    off: ['-1', 'loopback', '--']
  },

  'one-part': {
    on: [['10/8', '10.0.0.0/8'], ['192/8'], [['1']], [['2130706433'], '127.0.0.1'], [['16777216'], '1.0.0.0'], [['16777215']], ['300/8'], ['010/8'], ['0x7f000001', '127.0.0.1'], ['10/32', '10.0.0.0/32']],
    off: ['10.0.0.0/8', '1', '10.0/8']
  },
  octal: { on: [['010.0.0.1', '10.0.0.1'], ['010.0.0.0/8', '10.0.0.0/8'], ['0300.0250.0.1'], ['010.1.1.1/8']], off: ['10.0.0.1', '0x10.0.0.1', '10.0.0.0'] },
  'unread-digits': { on: [['09.0.0.1', '9.0.0.1'], ['10.0.0.08', '10.0.0.8']], off: ['9.0.0.1', '07.0.0.1'] },
  hex: { on: [['0x7f.0.0.1', '127.0.0.1'], ['0xa.0.0.0/8', '10.0.0.0/8']], off: ['127.0.0.1', 'fd00::/8', '0x7f000001'] },
  'mapped-too-short': {
    on: [['::ffff:10.0.0.0/8', '10.0.0.0/8'], ['::ffff:10.0.0.0/32', '10.0.0.0/32'], ['::ffff:10.0.0.0/33'], ['::ffff:0:0/95']],
    off: ['::ffff:10.0.0.0/104', '::ffff:0:0/96', '::ffff:10.0.0.1', '10.0.0.0/8']
  },
  mapped: { on: [['::ffff:10.0.0.1', '10.0.0.1'], ['::ffff:a00:0/104', '10.0.0.0/8']], off: ['10.0.0.1', '::10.0.0.1', '::ffff:10.0.0.0/8'] },
  zone: { on: [['fe80::1%eth0', 'fe80::1'], ['fe80::%1/10', 'fe80::/10']], off: ['fe80::1', '10.0.0.1%eth0'] },
  'port-like': {
    on: [['::1:3000', '::1'], ['fd00::1:443', 'fd00::1'], [['::1:8080'], '::1']],
    off: ['::1', '::1:1', '::1:abcd', '2606:4700::1111', 'fd00:0:0:0:0:0:0:8080', '::1:30000']
  },
  'host-bits': {
    on: [['10.1.2.3/8', '10.0.0.0/8'], ['127.0.0.1/8', '127.0.0.0/8'], ['fd00::1/8', 'fd00::/8'], ['10.1.2.3/255.0.0.0', '10.0.0.0/8']],
    off: ['10.0.0.0/8', '10.1.2.3/32', '10.1.2.3', 'loopback', '11.0.0.0/8']
  },
  spelling: { on: [['::00001', '::1'], ['fd00:0:0:0:0:0:0:00001/128', 'fd00::1'], ['10.0.0.0/08', '10.0.0.0/8']], off: ['fd00:0:0:0:0:0:0:1', 'FD00::1', '::ffff:10.0.0.1'] },

  'very-wide': {
    on: [
      ['11.0.0.0/8'], ['8.8.8.8/8'], ['172.0.0.0/8', '172.16.0.0/12'], ['192.168.0.0/8', '192.168.0.0/16'], ['0.0.0.0/1'],
      ['10.0.0.0/7', '10.0.0.0/8'], ['2000::/3'], ['::/1'], ['2600::/16'], ['::ffff:0:0/96'], ['172.16.1.1/255.0.0.0', '172.16.0.0/12']
    ],
    off: ['10.0.0.0/8', '11.0.0.0/9', 'fc00::/7', '2600::/17', '127.0.0.0/8', 'loopback, linklocal, uniquelocal', 'ff00::/8']
  },
  wide: { on: [['11.0.0.0/9'], ['11.0.0.0/11'], ['2600::/17'], ['2600::/24']], off: ['11.0.0.0/8', '11.0.0.0/12', '100.64.0.0/10', '2600::/25', '2600::/16'] },
  'documentation-range': {
    on: [['192.0.2.1'], ['198.51.100.0/24'], ['203.0.113.255'], ['2001:db8::/32'], ['2001:db8:ffff::1'], ['3fff:fff::']],
    off: ['192.0.3.0', '198.51.101.0/24', '203.0.112.0/23', '2001:db8::/31', '2001:db9::', '3fff:1000::']
  },
  'multicast-range': { on: [['224.0.0.1'], ['239.255.255.255'], ['224.0.0.0/4'], ['ff02::1'], ['ff00::/8']], off: ['223.255.255.255', '240.0.0.0', 'fec0::', '224.0.0.0/3'] },
  'reserved-range': {
    on: [['0.0.0.0'], ['0.0.0.0/8'], ['240.0.0.0/4'], ['255.255.255.255'], ['198.18.0.1'], ['192.0.0.1'], ['::'], ['100::1'], ['4000::/2'], ['8000::/1']],
    off: ['1.0.0.0', '198.20.0.0', '192.0.1.0', '::1', '64:ff9b::/96', '2000::/3']
  },

  'outdated-range': {
    on: [['104.16.0.0/12', ['104.16.0.0/13', '104.24.0.0/14']], ['104.24.0.0/13', '104.24.0.0/14'], ['104.28.0.0/14'], ['104.30.0.0/16'], ['104.64.0.0/10'], ['172.232.0.0/13'], ['184.84.0.0/14, 23.0.0.0/12']],
    off: ['172.232.0.0/24', '184.24.0.0/13', '104.16.0.0/13', '104.24.0.0/14', '104.28.1.1', '104.0.0.0/11', '104.32.0.0/14']
  },
  rentable: {
    on: [[twelves(8)], [twelves(63)]],
    off: [twelves(7), twelves(64), ['23.32.0.0/11', '23.192.0.0/11', '2.16.0.0/13', '23.0.0.0/12', '184.24.0.0/13', '95.100.0.0/15', ...twelves(6)], '10.0.0.0/8, 172.16.0.0/12', '2400::/25']
  },
  'viewer-facing': {
    on: [['13.32.0.0/15, 13.224.0.0/14, 99.86.0.0/16']],
    off: ['13.32.0.0/15, 13.224.0.0/14', '13.32.0.0/16, 13.224.0.0/15, 99.86.0.0/17', '130.176.0.0/17, 15.158.0.0/16, 64.252.64.0/18']
  },
  'one-loopback': {
    on: [['127.0.0.1', 'loopback'], ['127.0.0.0/8, 10.0.0.0/8', 'loopback'], ['::1', 'loopback'], ['::ffff:127.0.0.1', 'loopback']],
    off: ['127.0.0.1, ::1', 'loopback', '127.0.0.2', '0.0.0.0/1', '::/1', '10.0.0.1']
  },

  'covers-everything': {
    on: [['0.0.0.0/1, 128.0.0.0/1'], [['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/2']], ['::/1'], ['2000::/4,3000::/4'], ['::ffff:0:0/96']],
    off: ['0.0.0.0/1, 128.0.0.0/2', '0.0.0.0/1, 0.0.0.0/1', '2000::/4,3000::/5', '0.0.0.0/1,128.0.0.0/2,192.0.0.0/3,224.0.0.0/4,240.0.0.0/5,248.0.0.0/6,252.0.0.0/7,254.0.0.0/8', '::/3', '4000::/2']
  },
  'very-wide-together': {
    on: [[twelves(256)]],
    off: [twelves(255), '11.0.0.0/8', '64.0.0.0/3', '224.0.0.0/4, 240.0.0.0/4', Array(256).fill('11.0.0.0/12')]
  },
  'wide-together': {
    on: [[twelves(64)]],
    off: [
      twelves(63),
      twelves(256),
      '64.0.0.0/5',
      [...twelves(60), '10.0.0.0/8', '127.0.0.0/8'],
      'loopback, linklocal, uniquelocal, 100.64.0.0/10, 224.0.0.0/4, 240.0.0.0/4'
    ]
  },
  duplicate: {
    on: [['::1,::1'], ['10.0.0.0/8, 10.1.2.3/8'], ['loopback, loopback'], ['10.0.0.1, ::ffff:10.0.0.1'], ['10.0.0.1, 10.0.0.1/32'], ['10.0.0.0/8, 10.0.0.0/255.0.0.0']],
    off: ['::1, ::2', '10.0.0.0/8, 10.0.0.0/9', '::ffff:10.0.0.0/8, ::ffff:10.0.0.0/8', 'uniquelocal, 10.0.0.0/8', '10.0.0.0/9, 10.0.0.0/8']
  },
  redundant: {
    on: [['loopback, 127.0.0.1'], ['127.0.0.1, loopback'], ['10.0.0.0/8, uniquelocal'], ['fd00::/8, fd00::1'], ['10.0.0.0/9, 10.0.0.0/8'], ['127.0.0.0/8, ::1, loopback'], ['fc00::/7,linklocal,fe80::1']],
    off: ['127.0.0.0/8, fd00::/8', '10.0.0.0/9, 10.128.0.0/9', '10.0.0.1, ::a00:1', '::1, ::1']
  }
}

/** @param {unknown} setting */
function show (setting) {
  if (typeof setting === 'string') return JSON.stringify(setting.length > 40 ? setting.slice(0, 40) + '...' : setting)
  try {
    if (!Array.isArray(setting)) return String(setting).slice(0, 40)
    return setting.length > 4 ? `${setting.length} entries` : `[${setting.map(show)}]`
  } catch {
    return 'what cannot be shown'
  }
}

/** The codes that api.md lists, with their levels. */
function listed () {
  return Array.from(API.matchAll(ROW)).flatMap(([, codes, level]) =>
    Array.from(codes.matchAll(/`([a-z-]+)`/g), ([, code]) => [code, level, codes.includes('†')]))
}

function refuses (setting) {
  try {
    trustProxy(setting)
    return false
  } catch {
    return true
  }
}

describe('lint()', function () {
  it('has cases of every code', () => assert.deepEqual(Object.keys(CASES).sort(), Object.keys(LEVELS).sort()))

  it('is documented with every code and its level', () => {
    assert.deepEqual(Object.fromEntries(listed().map(([code, level]) => [code, level])), LEVELS)
  })

  for (const [code, { on, off }] of Object.entries(CASES)) {
    for (const [setting, instead] of on) {
      it(`finds ${code} in ${show(setting)}`, () => {
        const found = lint(setting).find((problem) => problem.code === code)

        assert.equal(found?.level, LEVELS[code])
        if (!/duplicate|redundant/.test(code)) assert.deepEqual(found.instead, instead)
        assert.match(found.reason, /^[^\n]{10,300}[^.]$/)
      })
    }

    for (const setting of off) {
      it(`finds no ${code} in ${show(setting)}`, () => {
        assert.deepEqual(lint(setting).filter((problem) => problem.code === code), [])
      })
    }
  }

  it('finds nothing wrong with settings that trust nobody, or private subnets', () => {
    const fine = [
      undefined, null, false, 0, -0, [], trustProxy(false), compile([]), 'loopback', 'uniquelocal',
      ['loopback', 'linklocal', 'uniquelocal'], '10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, 127.0.0.0/8, ::1',
      '100.64.0.0/10', '10.0.0.0/255.0.0.0', 'fe80::/10', '8.8.8.8', '2606:4700::1111', compile('10.0.0.0/8')
    ]

    for (const setting of fine) assert.deepEqual(lint(setting), [], show(setting))
  })

  it('says what to give in place of a live list, of its name, and of a resolver', () => {
    const reasons = [EDGE, ['loopback', EDGE], ['loopback', EDGE.trust], createResolver({ hops: 1 }), 'cloudflare', 'Front Door']
      .map((setting) => lint(setting)[0].reason)

    assert.match(reasons[0], /a live list is not a trust function, but has one; give edge\.trust$/)
    for (const reason of reasons.slice(1, 3)) assert.match(reason, /this one is a live list: give its trust function, edge\.trust, as the whole setting/)
    assert.match(reasons[3], /give its trust function, client\.trust/)
    assert.match(reasons[4], /give lists\.cloudflare\(\)\.trust, of proxy-addr-native\/lists/)
    assert.match(reasons[5], /give lists\.azure\('AzureFrontDoor\.Backend', address\)\.trust/)
  })

  it('calls a setting refused exactly if trustProxy() refuses it', () => {
    const refused = new Set(listed().filter(([, , isRefused]) => isRefused).map(([code]) => code))
    const settings = Object.values(CASES).flatMap(({ on, off }) => [...on.map(([setting]) => setting), ...off])

    for (const setting of settings) {
      const isRefused = lint(setting).some(({ code }) => refused.has(code))
      assert.equal(isRefused, refuses(setting), show(setting))
    }
  })

  it('proposes nothing that is dangerous itself', () => {
    for (const { on } of Object.values(CASES)) {
      for (const [setting] of on) {
        for (const { code, instead } of lint(setting)) {
          const dangers = lint(instead).filter(({ level }) => level === 'danger').map(({ code }) => code)
          assert.deepEqual(dangers, [], `${code} of ${show(setting)}: ${instead}`)
        }
      }
    }
  })
})
