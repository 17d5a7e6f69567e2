'use strict'

const assert = require('node:assert')
const { writeFile } = require('node:fs/promises')
const { createRequire } = require('node:module')
const path = require('node:path')
const { askJson, install, packTarball } = require('./support/project')
const { codes, rowsOf } = require('../support/script')
const { makeTemp, remove } = require('../support/temp')

/** Each form of Fastify's setting, and invalid settings. */
const SETTINGS = {
  'nothing at all': undefined,
  false: false,
  true: true,
  'the number 0': 0,
  'the number 1': 1,
  'a name': 'loopback',
  'an address': '127.0.0.1',
  'a subnet': '127.0.0.0/8',
  'a mapped subnet': '::ffff:127.0.0.0/104',
  'a netmask': '127.0.0.0/255.0.0.0',
  'an address that is not the peer': '10.0.0.1',
  'a list in a string': 'loopback, 10.0.0.0/8 ,fd00::/8',
  'an array': ['loopback', 'linklocal', 'uniquelocal'],
  'an empty array': [],
  'a function of the address': (address) => /^(127|10)\./.test(address),
  'a function of the place': (address, place) => place < 2,
  'an empty string': '',
  'a comma': ',',
  'an unknown name': 'banana',
  'a list with an unknown name': 'loopback, Loopback',
  'a subnet that is too long': ['10.0.0.0/33'],
  'a subnet that is everybody': '0.0.0.0/0',
  'an object': {},
  'an array with a number': [10]
}

const ADDRESSES = ['127.0.0.1', '10.0.0.5', '::ffff:10.0.0.6', 'fd00::1', '169.254.0.1',
  '203.0.113.7', '2001:db8::7', '198.51.100.2']
const HEADERS = [
  undefined, '', '203.0.113.7', '203.0.113.7, 10.0.0.5', '192.0.2.1, 203.0.113.7, 10.0.0.5',
  '127.0.0.1', '10.0.0.5', 'unknown, 10.0.0.5', ',,10.0.0.5,', '203.0.113.7:80, 10.0.0.5', '[fd00::1]:80',
  '203.0.113.7,10.0.0.5 , ::ffff:10.0.0.6', '2001:db8::7, fd00::1',
  // Each pair of addresses, after an entry that no walk reaches.
  ...ADDRESSES.flatMap((one) => ADDRESSES.map((two) => `192.0.2.1, ${one}, ${two}`))
]

const PAGE = 'docs/compatibility.md'

describe('Fastify, with this package in place of @fastify/proxy-addr', function () {
  const directories = {}
  const fastify = {}

  before(async function () {
    directories.original = await project({})
    directories.own = await project({ '@fastify/proxy-addr': `file:${await packTarball()}` })
    for (const [side, directory] of Object.entries(directories)) {
      const requireFrom = createRequire(path.join(directory, 'index.js'))
      fastify[side] = requireFrom('fastify')
    }
  })

  after(async function () {
    await Promise.all(Object.values(directories).map(remove))
  })

  it('runs on it', function () {
    const asked = (directory) => createRequire(createRequire(path.join(directory, 'index.js')).resolve('fastify'))(
      '@fastify/proxy-addr/package.json').name

    assert.strictEqual(asked(directories.own), 'proxy-addr-native')
    assert.strictEqual(asked(directories.original), '@fastify/proxy-addr')
  })

  for (const [name, setting] of Object.entries(SETTINGS)) {
    it(`treats ${name} as trustProxy as with the original`, async function () {
      const answers = await both((create) => answersOf(create, setting))

      assert.strictEqual(answers.own.error, answers.original.error)
      assert.deepStrictEqual(answers.own, answers.original)
    })
  }

  it('finds the client on a real socket', async function () {
    const answers = await both(async (create) => {
      const app = build(create, 'loopback, uniquelocal')
      const url = await app.listen({ host: '127.0.0.1', port: 0 })
      try {
        return await askJson(url, {
          Host: 'app.example',
          'X-Forwarded-For': '192.0.2.1, 203.0.113.7, 10.0.0.5',
          'X-Forwarded-Proto': 'https',
          'X-Forwarded-Host': 'shop.example'
        })
      } finally {
        await app.close()
      }
    })

    assert.deepStrictEqual(answers.own, {
      ip: '203.0.113.7',
      ips: ['127.0.0.1', '10.0.0.5', '203.0.113.7'],
      protocol: 'https',
      hostname: 'shop.example'
    })
    assert.deepStrictEqual(answers.original, answers.own)
  })

  describe('differs from the original only as docs/compatibility.md says:', function () {
    for (const [form, subnet, address, here, there] of rowsOf(PAGE, '| form | subnet | address | here | there |')) {
      it(`${form}, ${subnet} and ${address}`, async function () {
        const verdicts = await both(async (create) => {
          const { error, answers } = await answersOf(create, codes(subnet), [undefined, '203.0.113.7'], codes(address)[0])
          return error === undefined ? { '203.0.113.7': 'yes', [codes(address)[0]]: 'no' }[answers[1].ip] : 'error'
        })

        assert.deepStrictEqual(verdicts, { own: here, original: there })
      })
    }

    for (const [form, header, here, there] of rowsOf(PAGE, '| form | header | `all(req)` here | `all(req)` there |')) {
      it(`${form}, ${header}`, async function () {
        const answers = await both((create) => answersOf(create, true, codes(header)))

        assert.deepStrictEqual(answers.own.answers[0].ips, ['127.0.0.1', ...codes(here)])
        assert.deepStrictEqual(answers.original.answers[0].ips, ['127.0.0.1', ...codes(there)])
      })
    }
  })

  async function both (call) {
    return { own: await call(fastify.own), original: await call(fastify.original) }
  }

  /** An empty project that depends on Fastify. */
  async function project (overrides) {
    const directory = makeTemp()
    await writeFile(path.join(directory, 'package.json'),
      JSON.stringify({ private: true, dependencies: { fastify: '^5' }, overrides }))
    await install(directory)
    return directory
  }
})

/** An application that answers with Fastify's view of the client. */
function build (create, trustProxy) {
  const app = create({ trustProxy })
  app.get('/', async ({ ip, ips, protocol, hostname }) => ({ ip, ips, protocol, hostname }))
  return app
}

/** The answers of an application with this setting to each header, or its error. */
async function answersOf (create, setting, headers = HEADERS, remoteAddress = '127.0.0.1') {
  let app
  try {
    app = build(create, setting)
  } catch ({ name, message }) {
    return { error: `${name}: ${message}` }
  }
  const answers = []
  for (const header of headers) {
    const { body } = await app.inject({
      url: '/',
      remoteAddress,
      headers: {
        'x-forwarded-proto': 'http, https',
        'x-forwarded-host': 'evil.example, shop.example',
        ...header !== undefined && { 'x-forwarded-for': header }
      }
    })
    answers.push(JSON.parse(body))
  }
  await app.close()
  return { answers }
}
