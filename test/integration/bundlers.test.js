'use strict'

/*
 * Apps that were bundled, or traced for a container, run alone: in a folder
 * where there is nothing but what the tool put there.
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { askJson } = require('./support/ask')
const { startScript } = require('./support/child')
const { install } = require('./support/npm')
const { packTarball } = require('./support/tarball')
const { makeTemp, remove } = require('./support/temp')

const ADDON = 'proxy_addr_native.node'
const PLATFORM = `${process.platform}-${process.arch}`

/** Prints its address, as startScript() expects, and names the client. */
const APP = `
  const http = require('node:http')
  const proxyaddr = require('proxy-addr-native')
  const trust = proxyaddr.compile(['loopback', '10.0.0.0/8'])
  const server = http.createServer((req, res) => {
    res.end(JSON.stringify({ ip: proxyaddr(req, trust), engine: proxyaddr.engine }))
  })
  server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port))
  process.once('SIGTERM', () => server.close())
`

/** What an app in a folder answers to a real request. */
async function answer (folder) {
  const { url, stop } = await startScript(folder)
  try {
    return await askJson(url, { 'x-forwarded-for': '198.51.100.1, 192.0.2.1, 10.0.0.2' })
  } finally {
    await stop()
  }
}

describe('an app that was bundled', function () {
  this.timeout(300_000)

  let project
  let out
  let addon

  before(async () => {
    project = await makeTemp()
    fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify({
      private: true,
      dependencies: { 'proxy-addr-native': `file:${await packTarball()}` },
      devDependencies: { esbuild: '^0.28.2', webpack: '^5.112.2', '@vercel/nft': '^1.11.5' }
    }))
    fs.writeFileSync(path.join(project, 'index.js'), APP)
    await install(project)
    addon = path.join(project, 'node_modules', 'proxy-addr-native', 'prebuilds', PLATFORM, ADDON)
  })

  beforeEach(async () => { out = await makeTemp() })

  afterEach(() => remove(out))

  after(() => remove(project))

  /** Runs a script that may require the project's packages. */
  function script (source) {
    return execFileSync(process.execPath, ['-e', source], { cwd: project, encoding: 'utf8', stdio: 'pipe' })
  }

  /** Bundles with esbuild; returns its warnings. */
  function esbuild (options) {
    return JSON.parse(script(`
      require('esbuild').build({
        entryPoints: ['index.js'], bundle: true, platform: 'node', logLevel: 'silent',
        outfile: ${JSON.stringify(path.join(out, 'index.js'))}, ...${JSON.stringify(options)}
      }).then(({ warnings }) => console.log(JSON.stringify(warnings.map(({ text }) => text))))
    `))
  }

  it('by esbuild, with the addon copied beside it, is native', async () => {
    assert.deepEqual(esbuild({ loader: { '.node': 'copy' } }), [])
    assert.ok(fs.readdirSync(out).some((name) => /^proxy_addr_native-.*\.node$/.test(name)))
    assert.deepEqual(await answer(out), { ip: '192.0.2.1', engine: 'native' })
  })

  it('by esbuild, with addons left out, is one file and takes WebAssembly', async () => {
    assert.deepEqual(esbuild({ external: ['*.node'], minify: true }), [])
    assert.deepEqual(fs.readdirSync(out), ['index.js'])
    assert.deepEqual(await answer(out), { ip: '192.0.2.1', engine: 'wasm' })
  })

  it('by webpack, without a loader for addons, takes WebAssembly', async () => {
    script(`
      require('webpack')({
        mode: 'production', target: 'node', entry: './index.js', externals: [/[.]node$/],
        externalsType: 'commonjs', output: { path: ${JSON.stringify(out)}, filename: 'index.js' }
      }, (error, stats) => {
        if (error || stats.hasErrors()) throw error ?? new Error(stats.toString())
      })
    `)
    assert.deepEqual(await answer(out), { ip: '192.0.2.1', engine: 'wasm' })
  })

  it('traced by @vercel/nft has the addon of its platform with it', async () => {
    const files = JSON.parse(script(`
      require('@vercel/nft').nodeFileTrace(['index.js'])
        .then(({ fileList }) => console.log(JSON.stringify([...fileList])))
    `))
    assert.ok(files.includes(path.relative(project, addon)), files.join())
    assert.ok(files.includes(path.join('node_modules', 'proxy-addr-native', 'lib', 'engine', 'wasm-binary.js')))
    for (const file of files) fs.cpSync(path.join(project, file), path.join(out, file))
    assert.deepEqual(await answer(out), { ip: '192.0.2.1', engine: 'native' })
    fs.rmSync(path.join(out, path.relative(project, addon)))
    assert.deepEqual(await answer(out), { ip: '192.0.2.1', engine: 'wasm' })
  })
})
