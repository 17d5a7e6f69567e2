'use strict'

const assert = require('node:assert')
const { once } = require('node:events')
const http = require('node:http')
const path = require('node:path')
const { setImmediate } = require('node:timers/promises')
const install = require('proxy-addr-native/express')
const { startApp } = require('../../examples/demo/app')
const { EXPRESS, answer, closeAll, get, listenApp, textOf } = require('./support/server')

const APP = path.join(__dirname, 'support', 'settings-app.js')
const VERSIONS = { 'Express 4': 'express4', 'Express 5': 'express' }
const HEADERS = {
  Host: 'app.example',
  'X-Forwarded-For': '192.0.2.1, 203.0.113.7, 10.0.0.5',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'shop.example'
}
const BEHIND = { protocol: 'https', hostname: 'shop.example' }
const DIRECT = { protocol: 'http', hostname: 'app.example' }
const TO_THE_CLIENT = { ip: '203.0.113.7', ips: ['203.0.113.7', '10.0.0.5'], ...BEHIND }

const EXPECTED = {
  unset: { ip: '127.0.0.1', ips: [], ...DIRECT },
  false: { ip: '127.0.0.1', ips: [], ...DIRECT },
  true: { ip: '192.0.2.1', ips: ['192.0.2.1', '203.0.113.7', '10.0.0.5'], ...BEHIND },
  one: { ip: '10.0.0.5', ips: ['10.0.0.5'], ...BEHIND },
  two: TO_THE_CLIENT,
  names: TO_THE_CLIENT,
  list: TO_THE_CLIENT,
  subnets: TO_THE_CLIENT,
  mask: { ip: '10.0.0.5', ips: ['10.0.0.5'], ...BEHIND },
  function: { ip: '10.0.0.5', ips: ['10.0.0.5'], ...BEHIND }
}

const REFUSED = {
  '': { class: 'TypeError', message: 'invalid IP address: ' },
  nonsense: { class: 'TypeError', message: 'invalid IP address: nonsense' },
  '10.0.0.1/6000': { class: 'TypeError', message: 'invalid range on address: 10.0.0.1/6000' },
  'loopback, ': { class: 'TypeError', message: 'invalid IP address: ' },
  loopback: 'accepted'
}

for (const [name, express] of Object.entries(VERSIONS)) {
  describe(`the trust proxy settings of ${name}`, function () {
    let native
    let original

    before(async function () {
      native = await startApp({ file: APP, native: true, args: [express] })
      original = await startApp({ file: APP, native: false, args: [express] })
    })

    after(async function () {
      await Promise.all([native?.stop(), original?.stop()])
    })

    it('are compiled by this package', function () {
      assert.strictEqual(native.proxyAddr.name, 'proxy-addr-native')
      assert.strictEqual(native.proxyAddr.loaded, true)
      assert.strictEqual(original.proxyAddr.name, 'proxy-addr')
      assert.strictEqual(original.proxyAddr.loaded, true)
    })

    for (const [setting, expected] of Object.entries(EXPECTED)) {
      it(`have the same meaning as before: ${setting}`, async function () {
        assert.deepStrictEqual(await answerOf(native, `/${setting}/`), expected)
        assert.deepStrictEqual(await answerOf(original, `/${setting}/`), expected)
      })
    }

    for (const [setting, expected] of Object.entries(REFUSED)) {
      it(`are refused with the same message: '${setting}'`, async function () {
        const url = `/refused?setting=${encodeURIComponent(setting)}`

        assert.deepStrictEqual(await answerOf(native, url), expected)
        assert.deepStrictEqual(await answerOf(original, url), expected)
      })
    }
  })
}

async function answerOf ({ port }, path) {
  const req = http.get({ host: '127.0.0.1', port, path, agent: false, headers: HEADERS })
  const [res] = await once(req, 'response')
  return JSON.parse(await textOf(res))
}

for (const [name, express] of Object.entries(EXPRESS)) {
  describe(`an app of ${name} with proxy-addr-native/express`, function () {
    afterEach(closeAll)

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
        assert.equal((await get(await listenApp(app.get('/', answer)), '/', HEADERS)).body.ip, '192.0.2.1')
      })

      it('names the entry and what to use instead, and omits hints', async () => {
        const app = install(express(), { lint: 'warn' })
        const seen = await warnings(() => app.set('trust proxy', '10.1.2.3/8, 10.0.0.0/8'))

        assert.deepStrictEqual(seen.map(({ code, message }) => [code, message]), [['host-bits',
          'trust proxy, "10.1.2.3/8": The address has bits beyond the length, which do not count: ' +
          'all of 10.0.0.0/8 is trusted. Instead: 10.0.0.0/8']])
      })

      it('throws for a danger, and leaves the setting unchanged', async () => {
        const app = install(express(), { lint: 'throw' })

        app.set('trust proxy', 'loopback')
        assert.throws(() => app.set('trust proxy', true), { name: 'TypeError', message: /^trust proxy/ })
        assert.throws(() => app.enable('trust proxy'), TypeError)
        assert.equal(app.get('trust proxy'), 'loopback')
        assert.equal((await get(await listenApp(app.get('/', answer)), '/', HEADERS)).body.ip, '10.0.0.5')
      })

      it('checks the present setting before it changes anything', () => {
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
      async function warned (options, setting, headers = HEADERS) {
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
        assert.deepStrictEqual(await warned({}, 'loopback', { 'X-Real-IP': '192.0.2.1' }), [])
      })

      it('warns once of another header in the place of X-Forwarded-For', async () => {
        for (const name of ['x-real-ip', 'forwarded', 'fastly-client-ip']) {
          assert.deepStrictEqual(await warned({ lint: 'warn' }, 'loopback', { [name]: '192.0.2.1' }), [['unread-header',
            `trust proxy: ${name} arrives without X-Forwarded-For, the only header that is read: have the proxy send that`]])
        }
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
      [{ client: () => {} }, 'unknown option "client": give one of remember, lint, ignore, or the resolver itself in place of options'],
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
