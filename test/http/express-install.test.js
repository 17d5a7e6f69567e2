'use strict'

const assert = require('node:assert')
const proxyaddr = require('proxy-addr-native')
const install = require('proxy-addr-native/express')
const Brand = require('../../lib/trust/brand')
const { EXPRESS, answer, closeAll, get, listenApp } = require('./support/server')

const SETTINGS = {
  unset: undefined,
  no: false,
  yes: true,
  none: 0,
  one: 1,
  two: 2,
  'three and a half': 3.5,
  NaN,
  text: ' loopback ,uniquelocal',
  list: ['loopback', '10.0.0.0/8'],
  empty: [],
  nobody: null,
  function: (address, i) => i < 2,
  compiled: proxyaddr.compile(['loopback', '10.0.0.5']),
  'of trustProxy': proxyaddr.trustProxy(2),
  'from the environment': proxyaddr.fromEnv('A', { A: 'loopback,10.0.0.0/8' })
}

const FORWARDED = [
  {},
  { 'X-Forwarded-For': '192.0.2.1' },
  { 'X-Forwarded-For': '192.0.2.1, 203.0.113.7, 10.0.0.5' },
  { 'X-Forwarded-For': 'unknown,, 10.0.0.6 ,\t10.0.0.5 ,' },
  { 'X-Forwarded-For': '192.0.2.1, ' + '10.0.0.5, '.repeat(60) + '10.0.0.6' },
  { 'X-Forwarded-For': '192.0.2.1, 10.0.0.5', 'X-Forwarded-Host': 'shop.example', 'X-Forwarded-Proto': 'https' }
]
const [, , THREE_ENTRIES] = FORWARDED

/** Makes an app that answers requests, with a setting or without one. */
function make (express, setting, prepare = () => {}) {
  const app = express()

  prepare(app)
  if (setting !== undefined) app.set('trust proxy', setting)
  app.get('/', answer)
  return app
}

for (const [name, express] of Object.entries(EXPRESS)) {
  describe(`an app of ${name} with proxy-addr-native/express`, function () {
    afterEach(closeAll)

    /** Returns an app's answer to a request with three entries. */
    async function ask (app, path = '/') {
      const { status, body } = await get(await listenApp(app), path, THREE_ENTRIES)

      assert.equal(status, 200, JSON.stringify(body))
      return body
    }

    for (const [setting, value] of Object.entries(SETTINGS)) {
      it(`answers as ${name} does by itself: ${setting}`, async () => {
        const plain = await listenApp(make(express, value))
        const ours = await listenApp(make(express, value, install))
        const late = make(express, value)
        const lately = await listenApp(install(late))
        const parent = install(express())

        parent.set('trust proxy', value)
        parent.use('/sub', make(express))
        parent.use('/own', make(express, value))

        const parently = await listenApp(parent)

        for (const headers of FORWARDED) {
          const expected = await get(plain, '/', headers)

          assert.equal(expected.status, 200)
          assert.deepStrictEqual(await get(ours, '/', headers), expected)
          assert.deepStrictEqual(await get(lately, '/', headers), expected)
          assert.deepStrictEqual(await get(parently, '/sub', headers), expected)
          assert.deepStrictEqual(await get(parently, '/own', headers), expected)
        }
      })
    }

    it('accepts functions of trustProxy() even if it is not installed', async () => {
      for (const [setting, client] of [[1, '10.0.0.5'], [2, '203.0.113.7'], [true, '192.0.2.1'],
        [false, '127.0.0.1'], ['loopback', '10.0.0.5']]) {
        const { ip } = await ask(make(express, proxyaddr.trustProxy(setting)))

        assert.equal(ip, client)
      }
    })

    it('refuses the same settings as before, with the same messages', () => {
      for (const wrong of ['', 'blargh', '10.0.0.1/33', {}, [1]]) {
        const message = (app) => {
          try {
            app.set('trust proxy', wrong)
          } catch (error) {
            return `${error.constructor.name}: ${error.message}`
          }
        }

        assert.match(message(express()), /^TypeError: /)
        assert.equal(message(install(express())), message(express()))
      }
    })

    it('compiles the setting each time it is set, in whatever way', async () => {
      const app = make(express, undefined, install)
      const client = async () => (await ask(app)).ip
      const isOurs = () => Brand.setOf(app.get('trust proxy fn')) !== undefined

      assert.equal(await client(), '127.0.0.1')
      assert.equal(app.set('trust proxy', 'loopback'), app)
      assert.equal(await client(), '10.0.0.5')
      assert.ok(isOurs())
      app.enable('trust proxy')
      assert.equal(await client(), '192.0.2.1')
      assert.ok(isOurs())
      app.disable('trust proxy')
      assert.equal(await client(), '127.0.0.1')
      assert.ok(isOurs())
      app.set('trust proxy', 2)
      assert.equal(await client(), '203.0.113.7')
      assert.ok(isOurs())
      assert.equal(app.set('trust proxy'), 2)
      assert.equal(app.get('trust proxy'), 2)
      assert.equal(app.set('etag', false), app)
    })

    it('leaves a function alone that was set directly, before or after it was installed', async () => {
      const own = (address, i) => i < 1
      const before = make(express, 'loopback, 10.0.0.0/8', (app) => {
        app.set('trust proxy', true)
      })
      const after = make(express, true, install)

      before.set('trust proxy fn', own)
      install(before)
      after.set('trust proxy fn', own)
      for (const app of [before, after]) {
        assert.equal(app.get('trust proxy fn'), own)
        assert.equal((await ask(app)).ip, '10.0.0.5')
        app.set('trust proxy', 2)
        assert.equal((await ask(app)).ip, '203.0.113.7')
      }
    })

    it('leaves a list alone that was compiled and set directly before it was installed', async () => {
      const app = make(express, 'loopback, 10.0.0.0/8')

      app.set('trust proxy fn', require('proxy-addr').compile('loopback'))
      assert.equal((await ask(install(app))).ip, '10.0.0.5')
    })

    it('passes the setting on to sub-apps, which may have their own', async () => {
      const plain = express()
      const parent = install(express())

      for (const app of [plain, parent]) {
        const nested = express()
        const own = make(express, 1)
        const late = make(express)

        nested.use('/deep', make(express))
        nested.use('/none', make(express, false))
        app.use('/nested', nested)
        app.use('/own', own)
        app.use('/late', late)
        app.get('/', answer)
        app.use('/installed', make(express, 2, install))
        app.set('trust proxy', true)
        late.set('trust proxy', 2)
      }

      const expected = {
        '/': '192.0.2.1',
        '/nested/deep': '192.0.2.1',
        '/nested/none': '127.0.0.1',
        '/own': '10.0.0.5',
        '/late': '203.0.113.7',
        '/installed': '203.0.113.7'
      }
      for (const [path, client] of Object.entries(expected)) {
        const body = await ask(plain, path)

        assert.equal(body.ip, client)
        assert.deepStrictEqual(await ask(parent, path), body)
      }
    })

    it('restores the setting of the app after a sub-app', async () => {
      const app = install(express())
      const sub = express()

      app.set('trust proxy', 2)
      sub.set('trust proxy', false)
      sub.use((req, res, next) => {
        req.inside = req.ip
        next()
      })
      app.use(sub)
      app.use((req, res) => res.json([req.inside, req.ip]))
      assert.deepStrictEqual(await ask(app), ['127.0.0.1', '203.0.113.7'])
    })

    it('changes nothing but the app', () => {
      const getters = () => ['ip', 'ips'].map((key) => Object.getOwnPropertyDescriptor(express.request, key))
      const before = getters()
      const { set } = express.application
      const app = install(express())
      const other = express()

      assert.deepStrictEqual(getters(), before)
      assert.equal(express.application.set, set)
      assert.equal(other.set, set)
      assert.equal(Object.hasOwn(other.request, 'ip'), false)
      assert.deepStrictEqual(Reflect.ownKeys(app.request), ['app', 'ip', 'ips'])
      for (const key of ['ip', 'ips']) {
        const { get, ...rest } = Object.getOwnPropertyDescriptor(app.request, key)

        assert.deepStrictEqual(rest, { set: undefined, enumerable: true, configurable: true })
      }
    })

    it('returns a new list of addresses at each read', async () => {
      for (const remember of [false, true]) {
        const app = install(express(), { remember })

        app.enable('trust proxy')
        app.get('/', (req, res) => {
          req.ips.push('mine')
          res.json(req.ips)
        })
        assert.deepStrictEqual(await ask(app), ['192.0.2.1', '203.0.113.7', '10.0.0.5'])
      }
    })

    it('may be installed again, and the last options apply', async () => {
      const app = make(express, undefined, install)
      const { set } = app

      assert.equal(install(app, { remember: true }), app)
      assert.equal(install(app), app)
      assert.equal(app.set, set)
      app.set('trust proxy', 2)
      assert.equal((await ask(app)).ip, '203.0.113.7')
    })

    it('fails as before without a trust function', async () => {
      for (const remember of [false, true]) {
        const app = install(express(), { remember })

        app.set('trust proxy fn', undefined)
        app.get('/', (req, res) => {
          const message = (read) => {
            try {
              return read()
            } catch (error) {
              return error.message
            }
          }
          res.json([message(() => req.ip), message(() => req.ips)])
        })
        assert.deepStrictEqual(await ask(app),
          ['trust argument is required', ['192.0.2.1', '203.0.113.7', '10.0.0.5']])
      }
    })
  })
}
