'use strict'

/*
 * One small app, bundled or traced in each way that the tests and docs/matrix.md
 * cover. The result runs in a folder with nothing else.
 */

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { askJson, install, startScript } = require('./project')

const TOOLS = { esbuild: '^0.28.2', webpack: '^5.112.2', '@vercel/nft': '^1.11.5', postject: '^1.0.0-alpha.6' }

/** Prints its address, as startScript() expects, and names the client. */
const APP = `
  const http = require('node:http')
  const proxyaddr = require('proxy-addr-native')
  const trust = proxyaddr.compile(['loopback', '10.0.0.0/8'])
  const server = http.createServer((req, res) => {
    const addons = process.report.getReport().sharedObjects.filter((name) => name.endsWith('.node'))
    res.end(JSON.stringify({ ip: proxyaddr(req, trust), engine: proxyaddr.engine, addons }))
  })
  server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port))
  process.once('SIGTERM', () => server.close())
`

/** In an executable, `require` finds only built-in modules. This one finds files beside it. */
const BANNER = "require = require('node:module').createRequire(process.execPath)"
/** The marker that Node looks for in its own executable. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
const EXECUTABLE = process.platform === 'win32' ? 'app.exe' : 'app'

const isAddon = (file) => file.endsWith('.node')

/** Runs a script that may require the project's packages. */
function script (project, source) {
  return execFileSync(process.execPath, ['-e', source], { cwd: project, encoding: 'utf8', stdio: 'pipe' })
}

function esbuild (project, out, options) {
  const warnings = script(project, `
    require('esbuild').build({
      entryPoints: ['index.js'], bundle: true, platform: 'node', logLevel: 'silent',
      outfile: ${JSON.stringify(path.join(out, 'index.js'))}, ...${JSON.stringify(options)}
    }).then(({ warnings }) => console.log(warnings.map(({ text }) => text).join('\\n')))
  `).trim()
  if (warnings) throw new Error(warnings)
}

function webpack (project, out) {
  script(project, `
    require('webpack')({
      mode: 'production', target: 'node', entry: './index.js', externals: [/[.]node$/],
      externalsType: 'commonjs', output: { path: ${JSON.stringify(out)}, filename: 'index.js' }
    }, (error, stats) => {
      if (error || stats.hasErrors()) throw error ?? new Error(stats.toString())
    })
  `)
}

function trace (project, out, wanted = () => true) {
  const files = JSON.parse(script(project, `
    require('@vercel/nft').nodeFileTrace(['index.js'])
      .then(({ fileList }) => console.log(JSON.stringify([...fileList])))
  `))
  for (const file of files.filter(wanted)) fs.cpSync(path.join(project, file), path.join(out, file))
}

/** Makes a single executable application of Node; if it uses the addon, that is beside it. */
function executable (project, out, options) {
  const work = fs.mkdtempSync(path.join(project, 'sea-'))
  esbuild(project, work, options)
  fs.writeFileSync(path.join(work, 'sea.json'),
    JSON.stringify({ main: 'index.js', output: 'app.blob', disableExperimentalSEAWarning: true }))
  execFileSync(process.execPath, ['--experimental-sea-config', 'sea.json'], { cwd: work, stdio: 'pipe' })
  const file = path.join(out, EXECUTABLE)
  fs.copyFileSync(process.execPath, file)
  fs.chmodSync(file, 0o755)
  script(project, `
    require('postject').inject(${JSON.stringify(file)}, 'NODE_SEA_BLOB',
      require('node:fs').readFileSync(${JSON.stringify(path.join(work, 'app.blob'))}),
      { sentinelFuse: '${FUSE}' })
  `)
  for (const addon of fs.readdirSync(work).filter(isAddon)) fs.copyFileSync(path.join(work, addon), path.join(out, addon))
  fs.rmSync(work, { recursive: true })
}

const SEA = {
  tool: 'Node SEA, by esbuild',
  run: (out) => [path.join(out, EXECUTABLE)],
  // macOS requires a new signature.
  possible: process.platform !== 'darwin'
}

/**
 * `engine` must answer; `single` means that the result is one file; `make` writes the
 * result into the folder `out`.
 */
const WAYS = [
  {
    tool: 'esbuild',
    how: "`loader: { '.node': 'copy' }`",
    engine: 'native',
    make: (project, out) => esbuild(project, out, { loader: { '.node': 'copy' } })
  },
  {
    tool: 'esbuild',
    how: "`external: ['*.node']`",
    engine: 'wasm',
    single: true,
    make: (project, out) => esbuild(project, out, { external: ['*.node'], minify: true })
  },
  {
    tool: 'esbuild',
    how: "`external: ['*.node']`, and the folder `prebuilds` of the package copied beside the bundle",
    engine: 'native',
    make: (project, out) => {
      esbuild(project, out, { external: ['*.node'] })
      fs.cpSync(path.join(project, 'node_modules', 'proxy-addr-native', 'prebuilds'), path.join(out, 'prebuilds'), { recursive: true })
    }
  },
  { tool: 'webpack', how: '`externals: [/[.]node$/]`', engine: 'wasm', single: true, make: webpack },
  { tool: '@vercel/nft', how: 'the files it lists', engine: 'native', make: (project, out) => trace(project, out) },
  {
    tool: '@vercel/nft',
    how: 'the same without the addon',
    engine: 'wasm',
    make: (project, out) => trace(project, out, (file) => !isAddon(file))
  },
  {
    ...SEA,
    how: "`external: ['*.node']`",
    engine: 'wasm',
    single: true,
    make: (project, out) => executable(project, out, { external: ['*.node'], minify: true })
  },
  {
    ...SEA,
    how: "`loader: { '.node': 'copy' }`, the addon beside it, and `banner.js`",
    engine: 'native',
    make: (project, out) => executable(project, out, { loader: { '.node': 'copy' }, banner: { js: BANNER } })
  }
]

/** Creates, in a folder, the project that all ways bundle. */
async function createProject (folder, tarball) {
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({
    private: true,
    dependencies: { 'proxy-addr-native': `file:${tarball}` },
    devDependencies: TOOLS
  }))
  fs.writeFileSync(path.join(folder, 'index.js'), APP)
  await install(folder)
}

/** The app for browsers and edge runtimes. */
const WEB_APP = `
  import proxyaddr, { engine, explain, trustProxy } from 'proxy-addr-native'
  import { createResolver } from 'proxy-addr-native/resolver'
  const req = { headers: { 'x-forwarded-for': '192.0.2.1, 10.0.0.2' }, socket: { remoteAddress: '10.0.0.1' } }
  globalThis.answer = JSON.stringify([engine, proxyaddr(req, '10.0.0.0/8'), explain(req, trustProxy(1)).address,
    createResolver({ trust: '10.0.0.0/8' })(req)])
  export default { fetch: () => new Response(globalThis.answer) }
`

/** As wrangler leaves an import of WebAssembly, and as Next.js turns it into a global. */
const WASM_IMPORTS = {
  workerd: 'build.onResolve({ filter: /[.]wasm[?]module$/ }, ({ path }) => ({ path, external: true }))',
  'edge-light': `
    build.onResolve({ filter: /[.]wasm[?]module$/ }, ({ path }) => ({ path: path.slice(2).split('.')[0], namespace: 'wasm' }))
    build.onLoad({ filter: /./, namespace: 'wasm' }, ({ path }) => ({ contents: 'export default globalThis.modules.' + path }))`
}

/**
 * Bundles the app for the web.
 *
 * @param {string} project
 * @param {string} out
 * @param {'esbuild' | 'webpack' | 'workerd' | 'edge-light'} how
 * @returns {Promise<string>} the script
 */
async function bundleForWeb (project, out, how) {
  const outfile = path.join(out, 'index.js')
  fs.writeFileSync(path.join(project, 'web.mjs'), WEB_APP)
  script(project, how === 'webpack'
    ? `require('webpack')({ mode: 'production', target: 'web', entry: './web.mjs', output: { path: ${JSON.stringify(out)}, filename: 'index.js' } },
        (error, stats) => { if (error || stats.hasErrors()) throw error ?? new Error(stats.toString()) })`
    : `require('esbuild').build({ entryPoints: ['web.mjs'], bundle: true, outfile: ${JSON.stringify(outfile)}, logLevel: 'error',
        format: '${how === 'workerd' ? 'esm' : 'iife'}', conditions: ['${how}', 'worker', 'browser'],
        plugins: [{ name: 'wasm', setup (build) { ${WASM_IMPORTS[how] ?? ''} } }] })`)
  return fs.readFileSync(outfile, 'utf8')
}

/** Returns the version of the tool; for an executable, Node's. */
function versionOf ({ tool, run }, project) {
  if (run) return process.versions.node
  return JSON.parse(fs.readFileSync(path.join(project, 'node_modules', tool, 'package.json'), 'utf8')).version
}

/**
 * Bundles in one way, into an empty folder, and requests an answer from the result.
 *
 * @returns {Promise<{ files: string[], ip: string, engine: string, addons: string[] }>}
 *   `addons` are those in its process
 */
async function answerOf ({ make, run }, project, out) {
  make(project, out)
  const files = fs.readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map(({ name }) => name)
  const { url, stop } = await startScript(out, run?.(out))
  try {
    return { files, ...await askJson(url, { 'x-forwarded-for': '198.51.100.1, 192.0.2.1, 10.0.0.2' }) }
  } finally {
    await stop()
  }
}

module.exports = { BANNER, WAYS, answerOf, bundleForWeb, createProject, isAddon, versionOf }
