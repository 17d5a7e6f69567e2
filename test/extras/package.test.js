'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const ts = require('typescript')
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

const DECLARATIONS = path.join(ROOT, 'lib', 'index.d.ts')

const CONTEXT = `
  import type { IncomingMessage } from 'node:http'
  declare const req: IncomingMessage
`

const IMPORTS = [
  `
    import proxyaddr from 'proxy-addr-native'
    export const ip: string | undefined = proxyaddr(req, proxyaddr.compile('loopback'))
    export const ips: string[] = proxyaddr.all(req)
    export const trust: proxyaddr.TrustFunction = proxyaddr.compile(['loopback'])
  `,
  `
    import proxyaddr = require('proxy-addr-native')
    const ip: string | undefined = proxyaddr(req, proxyaddr.compile('loopback'))
    const ips: string[] = proxyaddr.all(req)
    export const address: proxyaddr.Address = ips[0] ?? ip ?? '::1'
  `,
  `
    import { all, compile, engine, proxyaddr } from 'proxy-addr-native'
    import type { Address, TrustFunction } from 'proxy-addr-native'
    const list: Address[] = ['loopback']
    export const trust: TrustFunction = compile(list)
    export const ip: string | undefined = proxyaddr(req, trust)
    export const ips: string[] = all(req, trust)
    export const name: 'native' | 'wasm' = engine
  `,
  `
    import * as addresses from 'proxy-addr-native'
    export const ip: string | undefined = addresses.proxyaddr(req, addresses.compile('loopback'))
    export const again: string | undefined = addresses.default(req, 'loopback')
    export const ips: string[] = addresses.all(req)
  `
]

/** Typical code with the types of proxy-addr, compiled unchanged. */
const EXISTING = `
  import proxyaddr = require('proxy-addr')
  type Trust = ReturnType<typeof proxyaddr.compile>
  class App {
    trust: Trust = proxyaddr.compile(['loopback', 'uniquelocal'])
    only (hops: number): void { this.trust = (addr, i) => addr.length > 0 && i.valueOf() < hops }
    ip (request: IncomingMessage): string { return proxyaddr(request, this.trust) }
    ips (request: IncomingMessage): string[] { return proxyaddr.all(request, this.trust).reverse() }
  }
  const settings: proxyaddr.Address | proxyaddr.Address[] = ['loopback', process.env.TRUST ?? 'linklocal']
  const resolve: (request: IncomingMessage, trust: Trust) => string = proxyaddr
  const length: number = new App().ip(req).length + proxyaddr(req, settings).split('.').length
  const many: number[] = proxyaddr.all(req).map((addr) => addr.length)
  const hops: string = proxyaddr(req, function (addr: string, i: number): boolean { return i < 2 })
  export = { length, many, hops, resolve }
`

const parsed = new Map()

/** Returns the TypeScript compiler's errors about these texts, compiled as modules. */
function complaints (extension, texts, options) {
  const files = new Map(texts.map((text, i) =>
    [path.join(ROOT, 'test', `consumer-${i}${extension}`), CONTEXT + text]))
  const settings = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    ...options
  }
  const host = ts.createCompilerHost(settings)
  const { fileExists, readFile, getSourceFile } = host

  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, how, ...rest) => {
    if (files.has(name)) return ts.createSourceFile(name, files.get(name), how)

    // Cached, because reading Node's declarations again would take most of the time.
    const key = `${name} ${how.impliedNodeFormat}`

    if (!parsed.has(key)) parsed.set(key, getSourceFile.call(host, name, how, ...rest))
    return parsed.get(key)
  }

  return ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], settings, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

const NODE16 = { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }
const BUNDLER = { module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler }

// The oldest module resolution does not support self-references.
const NODE10 = {
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  paths: { 'proxy-addr-native': [DECLARATIONS] }
}

describe('the type declarations', function () {
  for (const [way, extension, options] of [
    ['a CommonJS module', '.cts', NODE16],
    ['an ES module', '.mts', NODE16],
    ['a bundled module', '.ts', BUNDLER],
    ['a module resolved in the oldest way', '.ts', NODE10]
  ]) {
    for (const esModuleInterop of [true, false]) {
      it(`work for every import in ${way}, esModuleInterop ${esModuleInterop ? 'on' : 'off'}`, () => {
        assert.deepEqual(complaints(extension, IMPORTS, { ...options, esModuleInterop }), [])
      })
    }
  }

  it('work for code written for those of proxy-addr', () => {
    const ours = { paths: { 'proxy-addr': [DECLARATIONS] } }

    for (const esModuleInterop of [true, false]) {
      assert.deepEqual(complaints('.cts', [EXISTING], { ...NODE16, esModuleInterop }), [])
      // The only difference: our proxyaddr() may return undefined.
      const found = complaints('.cts', [EXISTING], { ...NODE16, ...ours, esModuleInterop })
      assert.deepEqual(found.filter((text) => !text.includes('undefined')), [])
      assert.deepEqual(complaints('.cts', [EXISTING], { ...NODE16, ...ours, strict: false, exactOptionalPropertyTypes: false, esModuleInterop }), [])
    }
  })

  it('are found for each subpath by the oldest module resolution, too', () => {
    const { typesVersions: { '*': found }, exports } = require('../../package.json')
    const subpaths = Object.keys(exports).filter((name) => exports[name].types && name !== '.')
    const code = subpaths.map((name, i) => `import * as at${i} from 'proxy-addr-native/${name.slice(2)}'\nexport { at${i} }`)
    const paths = Object.fromEntries(subpaths.map((name) => [`proxy-addr-native/${name.slice(2)}`, found[name.slice(2)]]))

    assert.deepEqual(complaints('.ts', code, { ...NODE10, esModuleInterop: true, baseUrl: ROOT, paths }), [])
    assert.deepEqual(subpaths.map((name) => `./${found[name.slice(2)][0]}`), subpaths.map((name) => exports[name].types))
  })

  it('serve the example of the README, and that of a plain server', () => {
    const readme = require('node:fs').readFileSync(path.join(ROOT, 'README.md'), 'utf8')
    const [, example] = /```js\n(const proxyaddr = [^]*?)```/.exec(readme)
    const code = example.replace("const proxyaddr = require('proxy-addr-native')", "import proxyaddr = require('proxy-addr-native')")
      .replace("trust('10.20.30.40')", "trust('10.20.30.40', 0)").replace('(req) =>', '(req: Parameters<typeof proxyaddr>[0]) =>')
      .replace('const req =', 'const request =').replace('clientOf(req)', 'clientOf(request)')
    const server = `
      import proxyaddr = require('proxy-addr-native')
      import { createServer } from 'node:http'
      createServer((request) => { proxyaddr(request, 'loopback') })`

    assert.deepEqual(complaints('.cts', [code, server], NODE16), [])
  })

  it('need no types except those of the language', () => {
    const program = ts.createProgram([DECLARATIONS], {
      ...NODE16, noEmit: true, strict: true, skipLibCheck: false, types: [], lib: ['lib.es2015.d.ts']
    })

    assert.deepEqual(ts.getPreEmitDiagnostics(program), [])
    assert.deepEqual(program.getSourceFiles().filter(({ fileName }) => fileName.includes('@types')), [])
  })

  it('are really checked: an invalid use is reported', () => {
    assert.deepEqual(
      complaints('.mts', ["import { compile } from 'proxy-addr-native'\ncompile(42)"], NODE16),
      ["Argument of type '42' is not assignable to parameter of type 'Address | readonly Address[]'."]
    )
  })
})
