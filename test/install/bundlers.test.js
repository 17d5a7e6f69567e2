'use strict'

/*
 * Runs apps that were bundled, or traced for a container, in a folder that has only the
 * tool's output.
 */

const assert = require('node:assert/strict')
const { readFileSync, realpathSync } = require('node:fs')
const fs = require('node:fs/promises')
const path = require('node:path')
const { EdgeVM } = require('@edge-runtime/vm')
const { Miniflare } = require('miniflare')
const { needs } = require('../support/skip')
const { WAYS, answerOf, bundleForWeb, createProject, isAddon } = require('./support/bundlers')
const { packTarball, startBrowser } = require('./support/project')
const { makeTemp, remove } = require('../support/temp')

describe('an app that was bundled', function () {
  let project
  let out

  before(async () => {
    project = makeTemp()
    await createProject(project, await packTarball())
  })

  /** The folder in which the app is deployed; `out` is its bundle's folder there. */
  let place

  beforeEach(async () => {
    place = makeTemp()
    out = path.join(place, 'app', 'dist')
    await fs.mkdir(out, { recursive: true })
  })

  afterEach(() => remove(place))

  /** Copies the package's own binary to every place around the bundle where it may be sought. */
  async function plant () {
    const binary = 'proxy_addr_native.node'
    const folder = `${process.platform}-${process.arch}`
    const source = path.join(project, 'node_modules', 'proxy-addr-native')
    for (const around of [place, path.join(place, 'app')]) {
      for (const inner of ['.', path.join('build', 'Release'), path.join('prebuilds', folder), folder]) {
        await fs.mkdir(path.join(around, inner), { recursive: true })
        await fs.copyFile(path.join(source, 'prebuilds', folder, binary), path.join(around, inner, binary))
      }
      await fs.copyFile(path.join(source, 'package.json'), path.join(around, 'package.json'))
    }
  }

  after(() => remove(project))

  for (const way of WAYS) {
    it(`by ${way.tool}, ${way.how}, answers on the ${way.engine} engine`, async function () {
      needs(this, way.possible !== false, 'the executable must be signed here')
      await plant()
      const { files, addons, ...answer } = await answerOf(way, project, out)
      assert.equal(addons.length, way.engine === 'native' ? 1 : 0, addons.join())
      for (const addon of addons) assert.ok(addon.startsWith(realpathSync(out) + path.sep), `loaded from outside: ${addon}`)
      assert.deepEqual(answer, { ip: '192.0.2.1', engine: way.engine })
      assert.equal(files.some(isAddon), way.engine === 'native', files.join())
      if (way.single) assert.equal(files.length, 1, files.join())
    })
  }

  /**
   * What the app for the web answers: the engine, and the results of the drop-in,
   * explain() and the resolver.
   */
  const ANSWER = ['wasm', '192.0.2.1', '10.0.0.2', '192.0.2.1']
  const fileOf = (name) => path.join(project, 'node_modules', 'proxy-addr-native', 'lib', 'web', name)
  const compiled = (name) => readFileSync(fileOf(`${name}.wasm`))

  describe('and runs in a browser', () => {
    let browser
    let page

    before(async () => {
      browser = await startBrowser()
      page = await browser.newPage()
      // That host serves nothing but the package.
      await page.route('http://package.test/**', (route) => {
        const { pathname } = new URL(route.request().url())
        if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: '' })
        return route.fulfill({ contentType: 'text/javascript', path: fileOf(path.basename(pathname)) })
      })
    })

    beforeEach(() => page.goto('http://package.test/'))

    after(() => browser?.close())

    for (const tool of ['esbuild', 'webpack']) {
      it(`bundled by ${tool}`, async () => {
        await page.addScriptTag({ content: await bundleForWeb(project, out, tool) })
        assert.deepEqual(JSON.parse(await page.evaluate(() => globalThis.answer)), ANSWER)
      })
    }

    it('without a bundler, as its modules are', async () => {
      const found = await page.evaluate(async () => {
        const { default: proxyaddr, engine, explain, trustProxy } = await import('http://package.test/browser.mjs')
        const { createResolver } = await import('http://package.test/browser-resolver.mjs')
        const req = { headers: { 'x-forwarded-for': '192.0.2.1, 10.0.0.2' }, socket: { remoteAddress: '10.0.0.1' } }
        return [engine, proxyaddr(req, '10.0.0.0/8'), explain(req, trustProxy(1)).address, createResolver({ trust: '10.0.0.0/8' })(req)]
      })
      assert.deepEqual(found, ANSWER)
    })
  })

  it('answers in workerd, where WebAssembly is compiled at build time only', async () => {
    const contents = await bundleForWeb(project, out, 'workerd')
    const modules = ['engine', 'resolver'].map((name) => ({ type: 'CompiledWasm', path: `${name}.wasm?module`, contents: compiled(name) }))
    const workerd = new Miniflare({ modules: [{ type: 'ESModule', path: 'index.mjs', contents }, ...modules], compatibilityDate: '2025-01-01' })
    try {
      assert.deepEqual(await (await workerd.dispatchFetch('http://worker.test/')).json(), ANSWER)
    } finally {
      await workerd.dispose()
    }
  })

  it('answers in the edge runtime, where WebAssembly is compiled at build time only', async () => {
    const runtime = new EdgeVM({
      codeGeneration: { strings: false, wasm: false },
      extend: (context) => Object.assign(context, {
        modules: { engine: new WebAssembly.Module(compiled('engine')), resolver: new WebAssembly.Module(compiled('resolver')) }
      })
    })
    assert.throws(() => runtime.evaluate('new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))'), /disallowed/)
    runtime.evaluate(await bundleForWeb(project, out, 'edge-light'))
    assert.deepEqual(JSON.parse(runtime.evaluate('answer')), ANSWER)
  })
})
