'use strict'

/*
 * Bundles the package for browsers and edge runtimes, into lib/web, and the
 * playground, into one HTML file, build/playground.html. Needs the WebAssembly
 * that wasm.js builds.
 *
 *   node tools/build/web.js
 */

const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const zlib = require('node:zlib')
const esbuild = require('esbuild')

const { ROOT, replace } = require('./toolchain')

const WEB = path.join(ROOT, 'lib', 'web')
const PAGE = path.join(ROOT, 'build', 'playground.html')

/** The maximal size of the page, in bytes. */
const LARGEST = 150 * 1000

const TARGET = 'es2022'

/** Files of lib, with what the bundle has in their place. */
const TWINS = {
  'lib/engine/instantiate.js': "module.exports = require('../web/index').instantiate",
  'lib/engine/load.js': "module.exports = require('../web/index').load",
  'lib/engine/string-builtins.js': "module.exports = require('../web/index')",
  'lib/engine/wasm-binary.js': "module.exports = 'engine'",
  'lib/resolver/wasm-binary.js': "module.exports = 'resolver'"
}

const twins = {
  name: 'twins',
  setup (build) {
    build.onResolve({ filter: /^node:/ }, () => ({ path: path.join(WEB, 'index.js') }))
    build.onLoad({ filter: /[\\/]lib[\\/](?:engine|resolver)[\\/]/ }, ({ path: file }) => {
      const contents = TWINS[path.relative(ROOT, file).replaceAll(path.sep, '/')]
      return contents === undefined ? undefined : { contents, resolveDir: path.dirname(file) }
    })
  }
}

/**
 * Replaces what some runtimes lack. Without a registry, as in workerd by default before
 * May 2025, compiled sets are never freed.
 */
const GLOBALS = `const environment = globalThis.process?.env ?? {}
const Registry = globalThis.FinalizationRegistry ?? class { register () {} unregister () {} }`

/** The page reads no files, though it shares a reader of requests that can. */
const withoutFiles = {
  name: 'without files',
  setup (build) {
    build.onResolve({ filter: /^node:/ }, ({ path: name }) => ({ path: name, namespace: 'absent' }))
    build.onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: 'module.exports = {}' }))
  }
}

function read (name) {
  return fs.readFileSync(path.join(ROOT, name), 'utf8')
}

/** Bundles without writing; returns the text. */
async function bundle (options) {
  const { outputFiles, warnings } = await esbuild.build({
    absWorkingDir: ROOT, bundle: true, write: false, target: TARGET, logLevel: 'silent', ...options
  })
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'))
  return outputFiles[0].text
}

function core () {
  return bundle({
    entryPoints: ['lib/web/index.js'],
    format: 'esm',
    legalComments: 'none',
    plugins: [twins],
    banner: { js: GLOBALS },
    define: { 'process.env': 'environment', FinalizationRegistry: 'Registry' }
  })
}

/** A module that exports what require() of a file of lib returns. */
function wrapper (name, given, modules) {
  const names = Object.keys(require(path.join(ROOT, 'lib', name === 'resolver' ? 'resolver' : 'index.js')))
    .filter((one) => one !== 'default')
  return [
    ...modules.map((one) => `import ${one}Module from '${given(one)}'`),
    "import core from './core.mjs'",
    '',
    `core.give({ ${modules.map((one) => `${one}: ${one}Module`).join(', ')} })`,
    `const found = core.${name}()`,
    '',
    'export default found',
    `export const { ${names.join(', ')} } = found`,
    ''
  ].join('\n')
}

/** Returns a module that holds WebAssembly as text, and compiles it. */
function embedded (base64) {
  return `const bytes = atob('${base64}')\n\n` +
    'export default new WebAssembly.Module(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))\n'
}

/** Returns the content of each file of lib/web, by name. */
async function webFiles () {
  const byName = { engine: read('lib/engine/wasm-binary.js'), resolver: read('lib/resolver/wasm-binary.js') }
  const base64 = (name) => /'([\w+/=]{1000,})'/.exec(byName[name])[1]
  const inBrowser = (name) => `./${name}-module.mjs`
  const compiled = (name) => `./${name}.wasm?module`
  const modules = { proxyaddr: ['engine'], resolver: ['engine', 'resolver'] }
  return {
    'core.mjs': await core(),
    'browser.mjs': wrapper('proxyaddr', inBrowser, modules.proxyaddr),
    'browser-resolver.mjs': wrapper('resolver', inBrowser, modules.resolver),
    'edge.mjs': wrapper('proxyaddr', compiled, modules.proxyaddr),
    'edge-resolver.mjs': wrapper('resolver', compiled, modules.resolver),
    'engine-module.mjs': embedded(base64('engine')),
    'resolver-module.mjs': embedded(base64('resolver')),
    'engine.wasm': Buffer.from(base64('engine'), 'base64'),
    'resolver.wasm': Buffer.from(base64('resolver'), 'base64')
  }
}

/** Returns the hash by which a Content-Security-Policy names an inline script or style. */
function hashOf (text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** Returns the page's policy: it may run these scripts, and connect to nobody. */
function policyFor (scripts, style) {
  return [
    "default-src 'none'", "connect-src 'none'", "base-uri 'none'", "form-action 'none'", 'img-src data:',
    `script-src ${scripts.map(hashOf).join(' ')} 'wasm-unsafe-eval'`, `style-src ${hashOf(style)}`,
    "require-trusted-types-for 'script'", 'trusted-types playground'
  ].join('; ')
}

/**
 * Returns a script that holds another one, compressed to a third, and runs it. The page's
 * policy has the hashes of both, and permits turning text into a script only once. A
 * stream of a Blob would cross processes.
 */
function carrier (script) {
  const base64 = zlib.deflateRawSync(script, { level: 9 }).toString('base64')
  return `const run = async (base64) => {
const bytes = Uint8Array.fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))
const { readable, writable } = new DecompressionStream('deflate-raw')
const writer = writable.getWriter()
writer.write(bytes)
writer.close()
const text = await new Response(readable).text()
if (document.readyState === 'loading') await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve))
const policy = globalThis.trustedTypes?.createPolicy('playground', { createScript: (text) => text })
const script = document.createElement('script')
script.text = policy ? policy.createScript(text) : text
document.body.append(script)
}
run('${base64}')
`
}

async function page () {
  const { version } = require('../../package.json')
  const script = await bundle({
    entryPoints: ['playground/main.mjs'],
    format: 'iife',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    conditions: ['browser'],
    plugins: [withoutFiles],
    define: { VERSION: JSON.stringify(version) }
  })
  const style = await bundle({ entryPoints: ['playground/style.css'], minify: true, charset: 'utf8' })
  const outer = carrier(script)
  const parts = { policy: policyFor([outer, script], style), style, script: outer }
  const text = read('playground/index.html').replace(/\n +/g, '\n')
    .replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name])
  const size = Buffer.byteLength(text)
  if (size > LARGEST) throw new Error(`the playground has ${size} bytes, the limit is ${LARGEST}`)
  return text
}

async function main () {
  for (const [name, content] of Object.entries(await webFiles())) replace(path.join(WEB, name), content)
  const text = await page()
  fs.mkdirSync(path.dirname(PAGE), { recursive: true })
  replace(PAGE, text)
  console.log(`build/playground.html: ${Buffer.byteLength(text)} bytes`)
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
