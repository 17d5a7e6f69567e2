'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const proxyaddr = require('../../lib')

/** The engine in use: the native one, unless another is forced. */
const ENGINE = process.env.PROXY_ADDR_ENGINE || 'native'

const ROOT = path.join(__dirname, '..', '..')

/** Runs an ES module in the root of the package; returns what it prints. */
function runModule (source) {
  const { status, stdout, stderr } = spawnSync(process.execPath,
    ['--input-type=module', '-e', source], { cwd: ROOT, encoding: 'utf8' })

  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return stdout.trim()
}

describe('the exported function', () => {
  it('equals its properties default and proxyaddr', () => {
    assert.equal(proxyaddr.default, proxyaddr)
    assert.equal(proxyaddr.proxyaddr, proxyaddr)
  })

  it('names its engine', () => assert.equal(proxyaddr.engine, ENGINE))

  it('has these properties and no others', () => {
    assert.deepEqual(Reflect.ownKeys(proxyaddr).sort(), [
      'all', 'compile', 'default', 'engine', 'explain', 'fromEnv', 'length', 'lint', 'name', 'prototype',
      'proxyaddr', 'trustProxy'
    ])
  })
})

describe('the package', () => {
  it('can be required by its name', () => assert.equal(require('proxy-addr-native'), proxyaddr))

  it('can be imported, as a whole and in parts, as the very same functions', async () => {
    const namespace = await import('proxy-addr-native')

    assert.equal(namespace.default, proxyaddr)
    assert.equal(namespace.proxyaddr, proxyaddr)
    assert.equal(namespace.all, proxyaddr.all)
    assert.equal(namespace.compile, proxyaddr.compile)
    assert.equal(namespace.trustProxy, proxyaddr.trustProxy)
    assert.equal(namespace.fromEnv, proxyaddr.fromEnv)
    assert.equal(namespace.explain, proxyaddr.explain)
    assert.equal(namespace.lint, proxyaddr.lint)
    assert.equal(namespace.engine, ENGINE)
  })

  it('can be imported from a file', async () => {
    assert.equal((await import('../../lib/index.js')).default, proxyaddr)
  })

  it('serves each form of import in an ES module', () => {
    assert.equal(runModule(`
      import def, { all, compile, engine, fromEnv, proxyaddr, trustProxy } from 'proxy-addr-native'
      import * as namespace from 'proxy-addr-native'
      import { createRequire } from 'node:module'

      const req = { headers: { 'x-forwarded-for': '192.0.2.1' }, socket: { remoteAddress: '::1' } }
      const required = createRequire(import.meta.url)('proxy-addr-native')

      console.log(def(req, 'loopback'), proxyaddr(req, compile('loopback')), all(req).join(),
        namespace.default === def, required === def, engine,
        def(req, trustProxy(fromEnv('A', { A: '1' }))))
    `), `192.0.2.1 192.0.2.1 ::1,192.0.2.1 true true ${ENGINE} 192.0.2.1`)
  })

  it('exports its package.json', () => {
    assert.equal(require('proxy-addr-native/package.json').name, 'proxy-addr-native')
  })

  it('exports nothing else', () => {
    assert.throws(() => require('proxy-addr-native/lib/index.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' })
    assert.throws(() => require('proxy-addr-native/lib/engine'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' })
  })
})

describe('a compiled trust function', () => {
  it('reveals nothing when it is printed, or its properties are listed', () => {
    const trust = proxyaddr.compile('loopback')

    assert.deepEqual(Object.getOwnPropertyNames(trust).sort(), ['length', 'name', 'prototype'])
    assert.equal(require('node:util').inspect(trust), '[Function: trust]')
  })
})
