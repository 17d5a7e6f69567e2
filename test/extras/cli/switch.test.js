'use strict'

/* doctor, switch and back in the layouts that package managers make. */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { version } = require('../../../package.json')
const { makeTemp, remove } = require('../../support/temp')
const { ROOT, run } = require('../../support/command')

const ALIAS = `npm:proxy-addr-native@^${version}`
const EXPRESS = { dependencies: { express: '^5.1.0' } }

describe('a project', function () {
  this.timeout(120_000)

  let directory

  beforeEach(async () => { directory = fs.realpathSync(makeTemp()) })
  afterEach(() => remove(directory))

  function write (file, content) {
    const target = path.join(directory, file)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2) + '\n')
  }

  const read = (file) => fs.readFileSync(path.join(directory, file), 'utf8')
  const manifest = () => JSON.parse(read('package.json'))
  const exists = (file) => fs.existsSync(path.join(directory, file))

  /** Puts a package that does nothing below the project. */
  function place (where, name, version, others = {}) {
    write(`${where}/package.json`, { name, version, main: 'index.js', ...others })
    write(`${where}/index.js`, 'module.exports = () => "10.0.0.1"\n')
  }

  const express = (where = 'node_modules') =>
    place(`${where}/express`, 'express', '5.1.0', { dependencies: { 'proxy-addr': '^2.0.7' } })
  const original = (where = 'node_modules', version = '2.0.8') => place(`${where}/proxy-addr`, 'proxy-addr', version)

  function own (where) {
    fs.mkdirSync(path.join(directory, where), { recursive: true })
    fs.symlinkSync(ROOT, path.join(directory, where, 'proxy-addr'), 'junction')
  }

  const command = (...args) => run(args, { cwd: directory })
  const doctor = () => command('doctor')
  const json = () => JSON.parse(command('doctor', '--json').stdout)

  describe('is examined by doctor, which reports', () => {
    it('this package below Express, where npm puts it if Express was there before', () => {
      write('package.json', { ...EXPRESS, overrides: { 'proxy-addr': ALIAS } })
      express()
      own('node_modules/express/node_modules')
      const { status, stdout } = doctor()

      assert.equal(status, 0)
      assert.match(stdout, new RegExp(`^express 5\\.1\\.0 runs on proxy-addr-native ${version.replaceAll('.', '\\.')}`, 'm'))
      assert.match(stdout, /npm install express@5\.1\.0\n$/)
    })

    it('Express of a dependency, and whose dependency it is', () => {
      write('package.json', { dependencies: { platform: '1' } })
      place('node_modules/platform', 'platform', '1.0.0', { dependencies: { inner: '1' } })
      place('node_modules/platform/node_modules/inner', 'inner', '1.0.0', EXPRESS)
      express('node_modules/platform/node_modules/inner/node_modules')
      original('node_modules/platform/node_modules')
      assert.match(doctor().stdout, /^express 5\.1\.0 \(of inner, of platform\) runs on proxy-addr 2\.0\.8\n/m)
    })

    it('each copy of proxy-addr, and an error for a vulnerable one', () => {
      write('package.json', { dependencies: { express: '5', filter: '1' }, devDependencies: null, optionalDependencies: 'none' })
      express()
      original()
      place('node_modules/filter', 'filter', '1.0.0', { dependencies: { 'proxy-addr': '2.0.7' } })
      original('node_modules/filter/node_modules', '2.0.7')
      const { status, stdout } = doctor()

      assert.equal(status, 1)
      assert.match(stdout, /^express 5\.1\.0 runs on proxy-addr 2\.0\.8\n/m)
      assert.match(stdout, /\nfilter 1\.0\.0 runs on proxy-addr 2\.0\.7\n {2}vulnerable: CVE-2026-90711, fixed in 2\.0\.8\n/)
    })

    it('a peer dependency only once, however often it occurs', () => {
      write('package.json', '\ufeff{ "dependencies": { "one": "1" } }')
      place('node_modules/one', 'one', '1.0.0', { peerDependencies: { two: '1' } })
      place('node_modules/two', 'two', '1.0.0', { dependencies: { one: '1', 'proxy-addr': '2' } })
      original()
      assert.deepEqual(doctor().stdout.match(/^.* runs on proxy-addr 2\.0\.8$/gm), ['two 1.0.0 (of one) runs on proxy-addr 2.0.8'])
    })

    it('which versions are vulnerable', () => {
      const fails = (version) => {
        original('node_modules', version)
        return doctor().status === 1
      }

      for (const version of ['2.0.7', '1.9.9', '2.0.0']) assert.ok(fails(version), version)
      for (const version of ['2.0.8', '2.1.0', '3.0.0', 'latest']) assert.ok(!fails(version), version)
    })

    it('a switch that is half done', () => {
      write('package.json', { ...EXPRESS, overrides: { 'proxy-addr': ALIAS } })
      express()
      original()
      const { status, stdout } = doctor()

      assert.equal(status, 1)
      assert.match(stdout, /switch to this package is half done/)
      write('package.json', { ...EXPRESS, overrides: { express: { 'proxy-addr': ALIAS } } })
      assert.equal(doctor().status, 1)
    })

    it('packages of a store that are linked, as by pnpm', () => {
      write('package.json', EXPRESS)
      write('pnpm-lock.yaml', '')
      express('node_modules/.pnpm/express@5.1.0/node_modules')
      original('node_modules/.pnpm/express@5.1.0/node_modules')
      fs.symlinkSync(path.join(directory, 'node_modules/.pnpm/express@5.1.0/node_modules/express'),
        path.join(directory, 'node_modules/express'), 'junction')
      assert.equal(json().uses[0].version, '2.0.8')
      assert.equal(json().advice.manager, 'pnpm')
    })

    it("the members of a workspace, and where the root's files are", () => {
      write('package.json', { workspaces: ['apps/*', './tools/**', '!old', 'lib', 1] })
      write('old/package.json', { name: 'old', ...EXPRESS })
      express('old/node_modules')
      write('package-lock.json', '{}')
      write('apps/api/package.json', { name: 'api', ...EXPRESS })
      write('tools/deep/cli/package.json', {})
      write('tools/.hidden/package.json', {})
      express()
      original()
      assert.match(doctor().stdout, /^express 5\.1\.0 \(of api\) runs on proxy-addr 2\.0\.8\n/m)
      assert.doesNotMatch(doctor().stdout, /of old/)
      const inside = run(['doctor'], { cwd: path.join(directory, 'apps/api') })
      assert.match(inside.stdout, /in \.\.\/\.\.\/package\.json \(of the workspace's root\): "overrides"/)
      const other = run(['doctor', '--json'], { cwd: path.join(directory, 'tools') })
      assert.equal(JSON.parse(other.stdout).advice.express[0].startsWith('in package.json'), true)
    })

    it('the members that pnpm-workspace.yaml names', () => {
      write('pnpm-workspace.yaml', "packages:\n  # all of them\n  - 'apps/*-api'\n  - \"lib\"\n")
      write('apps/shop-api/package.json', { name: 'shop', ...EXPRESS })
      write('apps/other/package.json', EXPRESS)
      express('apps/shop-api/node_modules')
      original('apps/shop-api/node_modules')
      assert.match(doctor().stdout, /^express 5\.1\.0 \(of shop\)/m)
      assert.match(run(['doctor'], { cwd: path.join(directory, 'apps/shop-api') }).stdout,
        /in \.\.\/\.\.\/pnpm-workspace\.yaml \(of the workspace's root\): overrides: \{ "proxy-addr"/)
    })

    it('other sources if node_modules is empty', () => {
      write('.pnp.cjs', '')
      assert.match(doctor().stdout, /^This project uses Plug'n'Play: .* yarn why proxy-addr/)
      fs.rmSync(path.join(directory, '.pnp.cjs'))
      write('deno.lock', '{}')
      assert.match(doctor().stdout, /^Deno keeps packages outside/)
      write('node_modules/.keep', '')
      assert.match(doctor().stdout, /^Neither Express/)
    })

    it('the manager that package.json names, by its version', () => {
      express()
      original()
      const first = (packageManager) => {
        write('package.json', { ...EXPRESS, packageManager })
        return json().advice.express[0]
      }

      assert.match(first('pnpm@9.15.0'), /^in package\.json: "pnpm": \{ "overrides"/)
      assert.match(first('pnpm@10.0.0'), /^in pnpm-workspace\.yaml: overrides/)
      assert.match(first('pnpm@11.2.0'), /^in pnpm-workspace\.yaml: overrides/)
      assert.match(first('yarn@4.1.0'), /^in package\.json: "resolutions"/)
      assert.match(first('other@1.0.0'), /^in package\.json: "overrides"/)
      assert.match(first(1), /^in package\.json: "overrides"/)
    })

    it('no escape sequence, and no command with an invalid version', () => {
      const evil = '4.0.0; curl x | sh\u001b]0;\u009d\u202e'
      place('node_modules/express', 'express', evil, { dependencies: { 'proxy-addr': '2', '../..': '1' } })
      place('node_modules/express/node_modules/proxy-addr', '\u001b[2J\u202e', `${evil}${'x'.repeat(1e5)}`)
      const { stdout } = doctor()

      assert.match(stdout, /^[ -~\n]+$/)
      assert.ok(stdout.length < 2000)
      fs.rmSync(path.join(directory, 'node_modules/express/node_modules'), { recursive: true })
      own('node_modules')
      assert.match(doctor().stdout, /\n {2}npm install express\n$/)
    })
  })

  describe('is edited by switch and back', () => {
    const MANIFEST = { name: 'app', ...EXPRESS }

    function both (file = 'package.json') {
      const before = exists(file) ? read(file) : undefined
      const shown = command('switch')
      assert.match(shown.stdout, /Nothing is changed yet: add --yes\n$/)
      assert.equal(exists(file) ? read(file) : undefined, before)
      const done = command('switch', '--yes')
      assert.deepEqual([done.status, done.stderr], [0, ''])
      const during = read(file)
      assert.equal(command('switch', '--yes').stdout, 'There is nothing to do\n')
      assert.match(command('back', '--yes').stdout, /Done\. Now run: \w+ install\n$/)
      assert.equal(exists(file) ? read(file) : undefined, before)
      assert.equal(command('back').stdout, 'There is nothing to do\n')
      return during
    }

    it('with npm, where old entries of lock files are removed, and the app runs until the installation', () => {
      write('package.json', MANIFEST)
      const lock = { packages: { '': {}, 'node_modules/proxy-addr': {}, 'node_modules/forwarded': {} } }
      write('package-lock.json', lock)
      write('node_modules/.package-lock.json', lock)
      express()
      original()
      assert.deepEqual(JSON.parse(both()), { ...MANIFEST, overrides: { 'proxy-addr': ALIAS } })
      assert.deepEqual(Object.keys(JSON.parse(read('package-lock.json')).packages), ['', 'node_modules/forwarded'])
      assert.equal(exists('node_modules/proxy-addr'), true)
    })

    it('with npm and no lock file, where the folders are removed, and this is said before and after', () => {
      const copy = path.join('node_modules', 'express', 'node_modules', 'proxy-addr')
      const folder = `${copy}\n  - the whole folder: without a package-lock.json, npm would keep it\n`
      write('package.json', MANIFEST)
      express()
      original('node_modules/express/node_modules')
      const shown = command('switch').stdout
      assert.ok(shown.endsWith(`${folder}Nothing is changed yet: add --yes; then the app does not start until npm install has run\n`), shown)
      assert.deepEqual(JSON.parse(command('switch', '--json').stdout).removes, [copy])
      assert.equal(exists(copy), true)
      const done = command('switch', '--yes').stdout
      assert.ok(done.endsWith(`${folder}Done. The app does not start until this has run: npm install\n`), done)
      assert.equal(exists(copy), false)
      assert.equal(exists('node_modules/express/package.json'), true)
    })

    it('with npm and no lock file, where only the folder is left of proxy-addr', () => {
      write('package.json', { ...MANIFEST, overrides: { 'proxy-addr': ALIAS } })
      express()
      original()
      assert.match(command('switch', '--yes').stdout, /^node_modules.proxy-addr\n {2}- the whole folder.*\nDone\. The app does not start/)
      assert.equal(exists('node_modules/proxy-addr'), false)
    })

    it('with npm, where the project depends on proxy-addr itself', () => {
      write('package.json', { dependencies: { 'proxy-addr': '^2.0.8' } })
      assert.deepEqual(JSON.parse(both()),
        { dependencies: { 'proxy-addr': ALIAS }, overrides: { 'proxy-addr': '$proxy-addr' } })
    })

    it('with other overrides, which stay', () => {
      write('package.json', { ...MANIFEST, overrides: { qs: '6' } })
      assert.deepEqual(JSON.parse(both()).overrides, { qs: '6', 'proxy-addr': ALIAS })
    })

    it('with its indentation, and without a last line end', () => {
      write('package.json', JSON.stringify(MANIFEST, undefined, '\t'))
      assert.match(both(), /^\{\n\t"name"[^]*\}$/)
    })

    it('with yarn', () => {
      write('package.json', MANIFEST)
      write('yarn.lock', '')
      assert.deepEqual(JSON.parse(both()).resolutions, { 'proxy-addr': ALIAS })
    })

    it('with yarn, where the project depends on proxy-addr itself', () => {
      write('package.json', { dependencies: { 'proxy-addr': '^2.0.8' } })
      write('yarn.lock', '')
      assert.deepEqual(JSON.parse(both()).dependencies, { 'proxy-addr': '^2.0.8' })
    })

    it('with Bun and Deno', () => {
      write('package.json', MANIFEST)
      for (const lock of ['bun.lock', 'deno.lock']) {
        write(lock, '')
        assert.deepEqual(JSON.parse(both()).overrides, { 'proxy-addr': ALIAS })
        fs.rmSync(path.join(directory, lock))
      }
    })

    it('with Deno, where all that leads to proxy-addr, by either name, leaves the lock file', () => {
      for (const [need, key] of [['proxy-addr', 'proxy-addr@2.0.8'], ['proxy-addr@npm:proxy-addr-native@0.1.0', 'proxy-addr-native@0.1.0']]) {
        write('package.json', MANIFEST)
        write('deno.lock', {
          version: '5',
          specifiers: { 'npm:@a/server@1': '1.0.0_b@2.0.0', 'npm:express@^5.1.0': '5.3.0', 'npm:qs@6': '6.0.0' },
          npm: {
            '@a/server@1.0.0_b@2.0.0': { dependencies: ['express@5.3.0', 'b'] },
            'b@2.0.0': {},
            'express@5.3.0': { integrity: 'x', dependencies: ['qs', need] },
            'express-ip@1.0.0': { dependencies: ['b'] },
            [key]: { dependencies: ['forwarded'] },
            'forwarded@0.2.0': {},
            'qs@6.0.0': { dependencies: 'none' }
          },
          workspace: {}
        })
        both()
        const { specifiers, npm, workspace } = JSON.parse(read('deno.lock'))
        assert.deepEqual(specifiers, { 'npm:qs@6': '6.0.0' })
        assert.deepEqual(Object.keys(npm).filter((name) => name !== 'proxy-addr-native@0.1.0'),
          ['b@2.0.0', 'express-ip@1.0.0', 'forwarded@0.2.0', 'qs@6.0.0'])
        assert.deepEqual(workspace, {})
      }
      fs.rmSync(path.join(directory, 'deno.lock'))
    })

    it('with Deno, where the project depends on proxy-addr itself', () => {
      write('package.json', { dependencies: { 'proxy-addr': '^2.0.8' } })
      write('deno.lock', '')
      assert.deepEqual(JSON.parse(both()), { dependencies: { 'proxy-addr': ALIAS }, overrides: { 'proxy-addr': ALIAS } })
    })

    it('with pnpm 9', () => {
      write('package.json', { ...MANIFEST, packageManager: 'pnpm@9.0.0' })
      assert.deepEqual(JSON.parse(both()).pnpm, { overrides: { 'proxy-addr': ALIAS } })
    })

    it('with pnpm 10 and 11, in a file that is created and removed', () => {
      write('package.json', MANIFEST)
      write('pnpm-lock.yaml', '')
      assert.equal(both('pnpm-workspace.yaml'), `overrides:\n  proxy-addr: '${ALIAS}'\n`)
    })

    it('with pnpm, in a file with other settings', () => {
      write('package.json', MANIFEST)
      write('pnpm-workspace.yaml', 'packages:\n  - apps/*\n')
      assert.match(both('pnpm-workspace.yaml'), /^packages:\n {2}- apps\/\*\noverrides:\n {2}proxy-addr: 'npm:/)
      write('pnpm-workspace.yaml', 'overrides:\n  qs: 6\n')
      assert.match(both('pnpm-workspace.yaml'), /^overrides:\n {2}proxy-addr: 'npm:[^']*'\n {2}qs: 6\n$/)
      assert.equal(command('switch', '--yes').status, 0)
      express()
      original()
      assert.match(doctor().stdout, /half done/)
      write('pnpm-workspace.yaml', 'overrides:\n  proxy-addr: npm:proxy-addr-native@0.1.0')
      assert.equal(command('back', '--yes').status, 0)
      assert.equal(exists('pnpm-workspace.yaml'), false)
    })

    it('at the root of a workspace', () => {
      write('package.json', { workspaces: { packages: ['apps/*'] } })
      write('apps/api/package.json', MANIFEST)
      // npm looks at Express's dependencies again only if it resolves Express anew.
      write('package-lock.json', { packages: { '': {}, 'apps/api': EXPRESS, 'node_modules/express': { dependencies: { 'proxy-addr': '2' } } } })
      express()
      const { stdout } = run(['switch', '--yes', path.join(directory, 'apps/api')])
      assert.match(stdout, /^package\.json\n/)
      assert.deepEqual(manifest().overrides, { 'proxy-addr': ALIAS })
      assert.deepEqual(Object.keys(JSON.parse(read('package-lock.json')).packages), ['', 'apps/api'])
      assert.equal(exists('node_modules/express'), true)
    })

    it('at the root of a workspace without a lock file, where Express is removed, too', () => {
      write('package.json', { workspaces: ['apps/*'] })
      write('apps/api/package.json', MANIFEST)
      express()
      original()
      assert.deepEqual(JSON.parse(command('switch', '--json', '--yes').stdout).removes,
        [path.join('node_modules', 'proxy-addr'), path.join('node_modules', 'express')])
      assert.deepEqual([exists('node_modules/express'), exists('node_modules/proxy-addr')], [false, false])
    })

    it('not where an override in any form already works', () => {
      express()
      own('node_modules')
      for (const override of ['npm:proxy-addr-native@0.1.0', 'file:../copy.tgz', ALIAS]) {
        for (const overrides of [{ 'proxy-addr': override }, { express: { 'proxy-addr': override } }]) {
          write('package.json', `{ "overrides": ${JSON.stringify(overrides)} }`)
          write('package-lock.json', { packages: { 'node_modules/proxy-addr': { name: 'proxy-addr-native' } } })
          assert.equal(command('switch').stdout, 'There is nothing to do\n')
        }
      }
      write('package.json', MANIFEST)
      assert.match(command('switch').stdout, /^package\.json\n/)
    })

    it('not back where proxy-addr is in use', () => {
      write('package.json', { ...MANIFEST, overrides: { 'proxy-addr': '2.0.8' } })
      write('package-lock.json', { packages: { 'node_modules/proxy-addr': {} } })
      express()
      original()
      assert.equal(command('back').stdout, 'There is nothing to do\n')
    })

    it('not where the files name a version that is not installed yet', () => {
      const pinned = 'npm:proxy-addr-native@0.1.0'
      const stays = (manifest) => {
        write('package.json', manifest)
        assert.equal(command('switch').stdout, 'There is nothing to do\n')
      }

      stays(`{"overrides":{ "proxy-addr":"${pinned}"}}`)
      stays({ dependencies: { 'proxy-addr': pinned }, overrides: { 'proxy-addr': '$proxy-addr' } })
      write('deno.lock', '')
      stays({ dependencies: { 'proxy-addr': pinned }, overrides: { 'proxy-addr': pinned } })
      write('pnpm-lock.yaml', '')
      write('pnpm-workspace.yaml', `overrides:\n  qs: 6\n  proxy-addr: ${pinned}\n`)
      stays('{"name":  "app"}')
    })

    it('on one line, if package.json has one', () => {
      for (const text of ['{"name":"app","files":[]}', '{ "name": "app" }\n']) {
        write('package.json', text)
        assert.equal(both(), text.replace(/ ?\}/, (end) => end === '}'
          ? `,"overrides":{"proxy-addr":"${ALIAS}"}}`
          : `, "overrides": { "proxy-addr": "${ALIAS}" } }`))
      }
    })

    it('with the result as JSON', () => {
      write('package.json', MANIFEST)
      assert.deepEqual(JSON.parse(command('switch', '--json').stdout),
        { root: directory, edits: ['package.json'], removes: [], done: false, install: 'npm install' })
    })

    it('only if it exists', () => {
      assert.match(command('switch').stderr, /there is no package\.json in '.*': give the folder of a project\n$/)
      assert.match(command('back', 'a', 'b').stderr, /unexpected argument 'b': give one directory\n$/)
      assert.match(command('switch', '-h').stdout, /^Make Express/)
    })
  })
})
