'use strict'

const assert = require('node:assert')
const { once } = require('node:events')
const http = require('node:http')
const { setImmediate } = require('node:timers/promises')
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

    it('may be installed again, and the last options apply', async () => {
      const app = make(express, undefined, install)
      const { set } = app

      assert.equal(install(app, { remember: true }), app)
      assert.equal(install(app), app)
      assert.equal(app.set, set)
      app.set('trust proxy', 2)
      assert.equal((await ask(app)).ip, '203.0.113.7')
    })

    it('reads a header each time, unless `remember` is set', async () => {
      const answers = (remember) => {
        const app = install(express(), { remember })

        app.set('trust proxy', 2)
        app.get('/', (req, res) => {
          const before = [req.ip, ...req.ips]

          delete req.headers['x-forwarded-for']
          res.json([before, [req.ip, ...req.ips]])
        })
        return ask(app)
      }
      const client = ['203.0.113.7', '203.0.113.7', '10.0.0.5']

      assert.deepStrictEqual(await answers(false), [client, ['127.0.0.1']])
      assert.deepStrictEqual(await answers(true), [client, client])
    })

    describe('with the option lint', () => {
      /** Resolves to the warnings that the process emits while `act` runs. */
      async function warnings (act) {
        const seen = []
        const listener = (warning) => seen.push(warning)

        process.on('warning', listener)
        try {
          act()
          await setImmediate()
          return seen
        } finally {
          process.off('warning', listener)
        }
      }

      it('warns of a danger, and sets it nevertheless', async () => {
        const app = install(express(), { lint: 'warn' })
        const [warning, ...more] = await warnings(() => app.set('trust proxy', true))

        assert.equal(warning.name, 'TrustProxyWarning')
        assert.equal(typeof warning.code, 'string')
        assert.match(warning.message, /^trust proxy/)
        assert.deepStrictEqual(more, [])
        assert.equal((await ask(app.get('/', answer))).ip, '192.0.2.1')
      })

      it('names the entry and what to use instead, and omits hints', async () => {
        const app = install(express(), { lint: 'warn' })
        const seen = await warnings(() => app.set('trust proxy', '10.1.2.3/8, 10.0.0.0/8'))

        assert.deepStrictEqual(seen.map(({ code, message }) => [code, message]), [['host-bits',
          'trust proxy, "10.1.2.3/8": The address has bits behind the length, which do not count: ' +
          'all of 10.0.0.0/8 is trusted. Instead: 10.0.0.0/8']])
      })

      it('throws for a danger, and leaves the setting unchanged', async () => {
        const app = install(express(), { lint: 'throw' })

        app.set('trust proxy', 'loopback')
        assert.throws(() => app.set('trust proxy', true), { name: 'TypeError', message: /^trust proxy/ })
        assert.throws(() => app.enable('trust proxy'), TypeError)
        assert.equal(app.get('trust proxy'), 'loopback')
        assert.equal((await ask(app.get('/', answer))).ip, '10.0.0.5')
      })

      it('checks the current setting before it changes anything', () => {
        const app = express()
        const { set } = app

        app.enable('trust proxy')
        assert.throws(() => install(app, { lint: 'throw' }), TypeError)
        assert.equal(app.set, set)
        assert.deepStrictEqual(Reflect.ownKeys(app.request), ['app'])
      })

      it('prints nothing about a plain list, if it is off, or about other settings', async () => {
        assert.deepStrictEqual(await warnings(() => {
          install(express(), { lint: 'warn' }).set('trust proxy', 'loopback, 10.0.0.0/8')
          install(express(), { lint: 'throw' }).set('trust proxy', ['uniquelocal']).enable('etag')
          install(express()).enable('trust proxy')
          install(express(), { lint: 'off' }).enable('trust proxy')
          install(install(express(), { lint: 'throw' })).enable('trust proxy')
        }), [])
      })
    })

    describe('with the option lint, and requests', () => {
      /** Resolves to the warnings of an app that receives three requests. */
      async function warned (options, setting, headers = THREE_ENTRIES) {
        const seen = []
        const listener = ({ code, message }) => seen.push([code, message])
        const app = install(express(), options)

        if (setting !== undefined) app.set('trust proxy', setting)
        app.get('/', answer)
        const port = await listenApp(app)
        process.on('warning', listener)
        try {
          for (let i = 0; i < 3; i++) assert.equal((await get(port, '/', headers)).status, 200)
          await setImmediate()
          return seen
        } finally {
          process.off('warning', listener)
        }
      }

      it('warns once of a header from a peer that is not trusted', async () => {
        for (const lint of ['warn', 'throw']) {
          for (const setting of [undefined, '10.0.0.1', (address) => address === '::1']) {
            assert.deepStrictEqual(await warned({ lint }, setting), [['unread-header',
              'trust proxy: X-Forwarded-For arrives from 127.0.0.1, which is not trusted, so it is not read: ' +
              'if that is your proxy, trust it; if it is a client, ignore this']])
          }
        }
      })

      it('says nothing if the peer is trusted, there is no header, or the code is ignored', async () => {
        assert.deepStrictEqual(await warned({ lint: 'warn' }, 'loopback'), [])
        assert.deepStrictEqual(await warned({ lint: 'warn' }, undefined, {}), [])
        assert.deepStrictEqual(await warned({}, undefined), [])
        assert.deepStrictEqual(await warned({ lint: 'warn', ignore: ['unread-header'] }), [])
      })

      it('names arguments that app.set() drops, and leaves out ignored codes', async () => {
        const seen = []
        const listener = ({ code, message }) => seen.push([code, message])

        process.on('warning', listener)
        try {
          install(express(), { lint: 'warn' }).set('trust proxy', '10.0.0.0/24', '192.0.2.3\u009d', 1)
          install(express(), { lint: 'warn', ignore: ['extra-argument', 'hops'] }).set('trust proxy', 1, 2)
          install(express()).set('trust proxy', '10.0.0.0/24', '192.0.2.3')
          assert.throws(() => install(express(), { lint: 'warn' }).set('trust proxy', ['\u009b\u202e\u001b[31m']), TypeError)
          await setImmediate()
        } finally {
          process.off('warning', listener)
        }
        assert.deepStrictEqual(seen[0], ['extra-argument', 'trust proxy: app.set() takes one value, and drops ' +
          '"192.0.2.3\\u009d", number: give one text with commas, or one array'])
        assert.strictEqual(seen.length, 2)
        assert.match(seen[1][1], /^[ -~]+$/)
      })
    })

    describe('when the socket has been closed', () => {
      /** Resolves to req.ip and req.ips of an aborted request, read before and after. */
      async function aborted (app, { sub = false, first = true } = {}) {
        const end = new Promise((resolve) => {
          const handler = (req) => {
            const before = first ? [req.ip, req.ips] : undefined

            req.socket.once('close', () => {
              // Node's sockets keep their peer's address once it was read.
              // Other objects used as sockets may not.
              req.socket._peername = undefined
              resolve({ before, after: [req.ip, req.ips] })
            })
            req.socket.destroy()
          }
          const target = sub ? express() : app

          target.get('/', handler)
          if (sub) {
            app.use((req, res, next) => {
              req.outside = req.ip
              next()
            })
            target.set('trust proxy', 'loopback')
            app.use(target)
          }
        })
        const req = http.get({ host: '127.0.0.1', port: await listenApp(app), agent: false, headers: THREE_ENTRIES })

        await once(req, 'error')
        return end
      }

      it('has no answer by itself', async () => {
        const { before, after } = await aborted(trusting(install(express())))

        assert.deepStrictEqual(before, ['10.0.0.5', ['10.0.0.5']])
        assert.deepStrictEqual(after, [undefined, []])
      })

      it('keeps the answers read before, if `remember` is set', async () => {
        const { before, after } = await aborted(trusting(install(express(), { remember: true })))

        assert.deepStrictEqual(before, ['10.0.0.5', ['10.0.0.5']])
        assert.deepStrictEqual(after, before)
      })

      it('remembers the peer from when the request arrived, even if nothing read it', async () => {
        for (const sub of [false, true]) {
          const { after } = await aborted(trusting(install(express(), { remember: true })), { first: false, sub })

          assert.deepStrictEqual(after, ['10.0.0.5', ['10.0.0.5']])
        }
      })

      it('keeps the answers for a sub-app with another setting, too', async () => {
        const app = install(express(), { remember: true })

        app.set('trust proxy', true)
        const { after } = await aborted(app, { sub: true, first: false })

        assert.deepStrictEqual(after, ['10.0.0.5', ['10.0.0.5']])
      })

      function trusting (app) {
        return app.set('trust proxy', 'loopback')
      }
    })
  })
}

describe('proxy-addr-native/express', () => {
  const MESSAGE = 'app must be an Express app: pass what express() returned ' +
    '(in NestJS, app.getHttpAdapter().getInstance())'

  it('refuses a value that is not an Express app, and names what to pass', () => {
    for (const express of Object.values(EXPRESS)) {
      const listening = http.createServer(express())

      for (const wrong of [undefined, null, 1, 'app', {}, () => {}, express, express.Router(),
        express.application, listening, Object.assign(() => {}, { set () {}, request: {}, settings: {} })]) {
        assert.throws(() => install(wrong), { name: 'TypeError', message: MESSAGE })
      }
    }
  })

  it('refuses invalid options, and leaves the app unchanged', () => {
    const app = EXPRESS['Express 5']()
    const { set } = app
    const wrong = [
      [null, 'options must be an object, such as { remember: true }'],
      [true, 'options must be an object, such as { remember: true }'],
      [['remember'], 'options must be an object, such as { remember: true }'],
      [{ rember: true }, 'unknown option "rember": give one of remember, lint, ignore'],
      [{ ignore: ['hop'] }, /^unknown code "hop": give one of /],
      [{ ignore: 'hops' }, "ignore must be an array of codes, such as ['hops']"],
      [{ remember: 1 }, 'the option remember must be true or false'],
      [{ remember: 'true' }, 'the option remember must be true or false'],
      [{ lint: true }, "the option lint must be 'off', 'warn' or 'throw'"],
      [{ lint: 'error' }, "the option lint must be 'off', 'warn' or 'throw'"]
    ]

    for (const [options, message] of wrong) {
      assert.throws(() => install(app, options), { name: 'TypeError', message })
    }
    assert.equal(app.set, set)
    assert.deepStrictEqual(Reflect.ownKeys(app.request), ['app'])
    assert.equal(install(app, { remember: undefined }), app)
  })

  it('can be imported', async () => {
    const namespace = await import('proxy-addr-native/express')

    assert.equal(namespace.default, install)
    assert.equal(install.default, install)
  })
})
