'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { version } = require('../../../package.json')
const proxyaddr = require('../../../lib')
const { makeTemp, remove } = require('../../support/temp')
const { ROOT, run } = require('../../support/command')

const versionOf = (name) => JSON.parse(
  fs.readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version

const EXPRESS = versionOf('express')
const FASTIFY_PROXY_ADDR = versionOf('@fastify/proxy-addr')
const HERE = `"proxy-addr": "npm:proxy-addr-native@^${version}"`

describe('doctor', function () {
  let directory

  beforeEach(async () => { directory = makeTemp() })
  afterEach(() => remove(directory))

  const place = (name) => path.join(directory, 'node_modules', name)

  /** Copies a real package to where npm would put it. */
  function copy (name) {
    fs.cpSync(path.join(ROOT, 'node_modules', name), place(name), { recursive: true })
  }

  function link (name) {
    fs.symlinkSync(ROOT, place(name), 'junction')
  }

  function write (file, text) {
    fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true })
    fs.writeFileSync(path.join(directory, file), text)
  }

  function doctor (...args) {
    return run(['doctor', ...args], { cwd: directory })
  }

  /** @param {string[]} loaded packages in node_modules whose code doctor says it runs */
  function says (status, loaded, ...lines) {
    const announced = loaded.map((name) => `Runs the code in ${path.join('node_modules', name)}`)
    assert.deepEqual(doctor(), { status, stdout: [...announced, ...lines].join('\n') + '\n', stderr: '' })
  }

  it('finds nothing in an empty project', () => {
    says(0, [], 'Neither Express nor Fastify is installed here, nor proxy-addr')
  })

  it('says what Express runs on, and how to switch', () => {
    copy('express')
    copy('proxy-addr')
    link('proxy-addr-native')
    copy('forwarded')
    says(0, ['proxy-addr'],
      `express ${EXPRESS} runs on proxy-addr 2.0.8`,
      `  from    ${path.join('node_modules', 'proxy-addr')}`,
      '  engine  JavaScript',
      "require('proxy-addr') in the project gets proxy-addr 2.0.8",
      `  from    ${path.join('node_modules', 'proxy-addr')}`,
      '  engine  JavaScript',
      `require('proxy-addr-native') in the project gets proxy-addr-native ${version}`,
      `  from    ${path.relative(directory, fs.realpathSync(ROOT))}`,
      proxyaddr.engine === 'wasm' ? '  engine  wasm (with PROXY_ADDR_ENGINE=native set, the error says why it is not native)' : '  engine  native',
      '',
      'To make Express use this package (proxy-addr-native switch makes the edits)',
      `  in package.json: "overrides": { ${HERE} }`,
      '  npm install'
    )
  })

  it('says that Express runs on this package, and how to go back', () => {
    copy('express')
    link('proxy-addr')
    const { stdout } = doctor()

    assert.ok(stdout.startsWith(`express ${EXPRESS} runs on proxy-addr-native ${version}\n`))
    assert.ok(stdout.endsWith(`
To go back to proxy-addr (proxy-addr-native back makes the edits)
  in package.json: remove "proxy-addr" from "overrides"
  npm uninstall express
  npm install express@${EXPRESS}
`))
  })

  it('says what Fastify runs on, and how to give it the trust function', () => {
    write('node_modules/fastify/package.json',
      '{"name":"fastify","version":"5.0.0","dependencies":{"@fastify/proxy-addr":"^5"}}')
    write('node_modules/fastify/index.js', "require('@fastify/proxy-addr')")
    copy('@fastify/proxy-addr')
    copy('@fastify/forwarded')
    copy('ipaddr.js')
    says(0, ['@fastify/proxy-addr'],
      `fastify 5.0.0 runs on @fastify/proxy-addr ${FASTIFY_PROXY_ADDR}`,
      `  from    ${path.join('node_modules', '@fastify', 'proxy-addr')}`,
      '  engine  JavaScript',
      '',
      "To give Fastify this package's trust function",
      '  npm install proxy-addr-native',
      "  in your code: fastify({ trustProxy: require('proxy-addr-native').trustProxy(setting) })"
    )
  })

  for (const [file, manager, line, place = 'package.json'] of [
    ['yarn.lock', 'yarn', `"resolutions": { ${HERE} }`],
    ['pnpm-lock.yaml', 'pnpm', `overrides: { ${HERE} }`, 'pnpm-workspace.yaml'],
    ['bun.lock', 'bun', `"overrides": { ${HERE} }`],
    ['bun.lockb', 'bun', `"overrides": { ${HERE} }`],
    ['deno.lock', 'deno', `"overrides": { ${HERE} }`],
    ['package-lock.json', 'npm', `"overrides": { ${HERE} }`]
  ]) {
    it(`knows ${manager} by ${file}`, () => {
      copy('express')
      copy('proxy-addr')
      copy('forwarded')
      write(file, '')
      write('package.json', '{"dependencies":{"express":"^5"}}')
      assert.deepEqual(JSON.parse(doctor('--json').stdout).advice, {
        manager, express: [`in ${place}: ${line}`, `${manager} install`]
      })
    })
  }

  it('knows Fastify with other managers than npm, and a project that is itself a user', () => {
    const { advice, uses } = JSON.parse(run(['doctor', '--json']).stdout)
    assert.match(advice.fastify.at(-1), /trustProxy: require\('proxy-addr-native'\)/)
    assert.equal(uses.at(-1).folder, fs.realpathSync(ROOT))
    assert.match(run(['doctor']).stdout, /\n {2}from {4}\.\n/)

    write('node_modules/fastify/package.json',
      '{"name":"fastify","version":"5.0.0","dependencies":{"@fastify/proxy-addr":"^5"}}')
    write('node_modules/fastify/index.js', '')
    write('yarn.lock', '')
    copy('@fastify/proxy-addr')
    assert.equal(JSON.parse(doctor('--json').stdout).advice.fastify[0], 'yarn add proxy-addr-native')
  })

  it('knows how to go back with other managers than npm', () => {
    copy('express')
    link('proxy-addr')
    write('yarn.lock', '')
    assert.deepEqual(JSON.parse(doctor('--json').stdout).advice, {
      manager: 'yarn', back: ['in package.json: remove "proxy-addr" from "resolutions"', 'yarn install']
    })
  })

  it('mentions proxy-addr if the project itself depends on it', () => {
    copy('express')
    link('proxy-addr')
    write('package.json', '{"dependencies":{"proxy-addr":"npm:proxy-addr-native"}}')
    assert.equal(JSON.parse(doctor('--json').stdout).advice.back[0],
      'in package.json: remove "proxy-addr" from "overrides", and depend on "proxy-addr": "^2.0.8" again')
  })

  it('proposes both changes if the project itself depends on proxy-addr', () => {
    copy('express')
    copy('proxy-addr')
    write('package.json', '{"dependencies":{"proxy-addr":"^2"}}')
    assert.deepEqual(JSON.parse(doctor('--json').stdout).advice.express, [
      `in package.json: "dependencies": { ${HERE} }`,
      'in package.json: "overrides": { "proxy-addr": "$proxy-addr" }',
      'npm install'
    ])
  })

  it('exits with 1 if something cannot be loaded', () => {
    // Its dependencies are missing.
    copy('proxy-addr')
    says(1, ['proxy-addr'],
      "require('proxy-addr') in the project gets proxy-addr 2.0.8",
      `  from    ${path.join('node_modules', 'proxy-addr')}`,
      "  it cannot be loaded: Cannot find module 'forwarded'"
    )
    assert.equal(doctor('--json').status, 1)
  })

  it('names the code that it runs before it runs it, and runs none with --no-load', () => {
    const shared = path.join(directory, 'node_modules', 'proxy-addr')
    const project = path.join(directory, 'project')
    write('node_modules/proxy-addr/package.json', '{"name":"proxy-addr","version":"2.0.8"}')
    write('node_modules/proxy-addr/index.js', "require('node:fs').writeSync(1, 'I run\\n')")
    write('project/package.json', '{}')
    const ask = (...args) => run(['doctor', ...args], { cwd: project })
    const announcement = `Runs the code in ${shared}, which is outside of ${project}\n`

    const { stdout } = ask()
    assert.ok(stdout.startsWith(`${announcement}I run\n`), stdout)
    const json = ask('--json')
    assert.equal(json.stderr, announcement)
    assert.ok(json.stdout.startsWith('I run\n{\n'))
    const { uses: [{ folder, ...use }] } = JSON.parse(ask('--json', '--no-load').stdout)
    assert.equal(folder, shared)
    assert.deepEqual(use, { by: '', asks: 'proxy-addr', name: 'proxy-addr', version: '2.0.8' })
    assert.equal(ask('--no-load').stdout, [
      "require('proxy-addr') in the project gets proxy-addr 2.0.8", `  from    ${path.join('..', 'node_modules', 'proxy-addr')}`, ''
    ].join('\n'))
  })

  it('examines the given directory', () => {
    const { status, stdout } = run(['doctor', '--json', directory])

    assert.equal(status, 0)
    assert.deepEqual(JSON.parse(stdout), { directory, uses: [], missing: [], advice: { manager: 'npm' } })
  })

  it('exits with 1 if Express or the project cannot find what it depends on', () => {
    copy('express')
    says(1, [], `express ${EXPRESS} cannot find proxy-addr: run npm install`)
    assert.deepEqual(JSON.parse(doctor('--json', '--no-load').stdout).missing, [{ by: 'express', byVersion: EXPRESS, asks: 'proxy-addr' }])
    write('package.json', '{"dependencies":{"proxy-addr-native":"^0.1.0"},"optionalDependencies":{"@fastify/proxy-addr":"^5"}}')
    write('yarn.lock', '')
    says(1, [], 'the project cannot find proxy-addr-native: run yarn install', `express ${EXPRESS} cannot find proxy-addr: run yarn install`)
    write('.pnp.cjs', '')
    assert.equal(doctor().status, 0)
  })

  it('names whose dependency it is that cannot find proxy-addr', () => {
    write('package.json', '{"dependencies":{"platform":"1"}}')
    write('node_modules/platform/package.json', '{"name":"platform","version":"1.0.0","dependencies":{"express":"^5"}}')
    copy('express')
    fs.renameSync(place('express'), path.join(directory, 'express'))
    fs.mkdirSync(place('platform/node_modules'))
    fs.renameSync(path.join(directory, 'express'), place('platform/node_modules/express'))
    says(1, [], `express ${EXPRESS} (of platform) cannot find proxy-addr: run npm install`)
  })

  it('skips a package.json without a name, and files outside of packages', () => {
    write('node_modules/proxy-addr/package.json', '{"name":"proxy-addr","main":"lib/index.js"}')
    write('node_modules/proxy-addr/lib/package.json', '{"type":"commonjs"}')
    write('node_modules/proxy-addr/lib/index.js', '')
    write('node_modules/proxy-addr-native.js', '')
    says(0, ['proxy-addr'],
      "require('proxy-addr') in the project gets proxy-addr (no version)",
      `  from    ${path.join('node_modules', 'proxy-addr')}`,
      '  engine  JavaScript'
    )
  })

  it('skips dependencies that are not an object of names', () => {
    write('package.json', '{"dependencies":{"uses":"1"}}')
    copy('proxy-addr')
    copy('forwarded')
    for (const odd of ['null', '[]', '["proxy-addr"]', '7', '"proxy-addr"', 'true', '{"proxy-addr":null}', '{"..":1,"":1,"__proto__":1}']) {
      write('node_modules/uses/package.json',
        `{"name":"uses","version":"1.0.0","dependencies":${odd},"optionalDependencies":${odd},"peerDependencies":${odd}}`)
      const { status, stdout, stderr } = doctor()
      assert.deepEqual([status, stderr], [0, ''], odd)
      assert.match(stdout, /require\('proxy-addr'\) in the project gets proxy-addr 2\.0\.8\n/)
    }
  })

  it('names the file that it cannot parse, in one line', () => {
    for (const text of ['{', '[]', 'null']) {
      write('node_modules/express/package.json', text)
      const { status, stderr } = doctor()
      assert.equal(status, 2)
      assert.match(stderr, /^proxy-addr-native: cannot read '.*package\.json': [^\n]+; fix it, or remove it\n$/)
    }
  })

  it('works even if this package cannot be loaded', () => {
    for (const name of ['bin', 'lib', 'package.json', 'prebuilds.js']) {
      fs.cpSync(path.join(ROOT, name), path.join(directory, name), { recursive: true })
    }
    fs.rmSync(path.join(directory, 'lib', 'engine'), { recursive: true })
    const bin = path.join(directory, 'bin', 'proxy-addr.js')
    const { status, stdout } = run(['doctor'], { cwd: directory, bin })
    assert.equal(status, 1)
    assert.match(stdout, /\n {2}it cannot be loaded: Cannot find module '\.\.\/engine'\n/)
  })
})
