'use strict'

const assert = require('node:assert')
const { once } = require('node:events')
const http = require('node:http')
const path = require('node:path')
const { startApp } = require('../../examples/demo/app')
const { textOf } = require('./support/server')

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
        assert.deepStrictEqual(await get(native, `/${setting}/`), expected)
        assert.deepStrictEqual(await get(original, `/${setting}/`), expected)
      })
    }

    for (const [setting, expected] of Object.entries(REFUSED)) {
      it(`are refused with the same message: '${setting}'`, async function () {
        const url = `/refused?setting=${encodeURIComponent(setting)}`

        assert.deepStrictEqual(await get(native, url), expected)
        assert.deepStrictEqual(await get(original, url), expected)
      })
    }
  })
}

async function get ({ port }, path) {
  const req = http.get({ host: '127.0.0.1', port, path, agent: false, headers: HEADERS })
  const [res] = await once(req, 'response')
  return JSON.parse(await textOf(res))
}
