'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { differences, used } = require('../../tools/build/toolchain')
const { missing } = require('../../tools/check/ready')
const { problemsOf } = require('../../tools/check/release')
const { makeTemp, remove } = require('../support/temp')

const ROOT = path.join(__dirname, '..', '..')
const CHECKOUT = `actions/checkout@${'0'.repeat(40)} # v1.2.3`

/** A correct workflow, with one thing replaced. */
function workflow (was, is) {
  const text = `
on: push
permissions: {}
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
      - run: npm run there
`
  assert.ok(text.includes(was))
  return text.replace(was, is)
}

const project = { scripts: { there: '' }, hasFile: (name) => name === 'there.js' }
const problems = (was, is) => problemsOf(workflow(was, is), 'one.yml', project)

describe('a workflow', function () {
  it('is accepted if it is correct', async function () {
    assert.deepEqual(await problems('', ''), [])
  })

  const FAULTS = {
    'whose own permissions are not empty': ['permissions: {}', 'permissions: read-all', /own permissions must be \{\}/],
    'with a job that sets no permissions': ['    permissions:\n      contents: read\n', '', /job sets no permissions/],
    'with a permission that does not exist': ['contents: read', 'content: read', /unknown permission scope/],
    'with a job without a time limit': ['    timeout-minutes: 5\n', '', /no timeout-minutes/],
    'with an action that is named by a tag': [CHECKOUT, 'actions/checkout@v7', /not pinned/],
    'with a commit without a version comment': [' # v1.2.3', '', /no version comment/],
    'that keeps the token of a checkout': ['persist-credentials: false', 'fetch-depth: 1', /keeps its token/],
    'that runs an unknown npm script': ['npm run there', 'npm run gone', /unknown npm script gone/],
    'that runs a missing file': ['npm run there', 'node gone.js', /no such file: gone\.js/],
    'that interpolates an expression into a script': ['npm run there', 'echo $' + '{{ github.ref }}', /interpolated into a script/],
    'that runs on an unknown runner': ['ubuntu-24.04', 'ubuntu-24.05', /unknown runner/],
    'whose container is named by a tag': ['    timeout', '    container: node:20\n    timeout', /node:20 is named without a digest/],
    'that runs an image named by a tag': ['run: npm run there', 'run: docker run "$IMAGE" true\n        env:\n          IMAGE: node:20',
      /node:20 is named without a digest/],
    'that runs an image named in the command': ['npm run there', 'docker run node:20', /image is not \$IMAGE/],
    'that installs whatever version there is': ['npm run there', 'apt-get install --yes clang lld=1 $(node there.js)',
      /clang is named without a version/],
    'that is not valid YAML': ['steps:', 'steps', /at line \d+, column \d+/]
  }

  for (const [name, [was, is, message]] of Object.entries(FAULTS)) {
    it(`${name} is refused`, async function () {
      const found = await problems(was, is)

      assert.equal(found.filter((problem) => message.test(problem)).length, 1, found.join('\n'))
    })
  }
})

describe('the workflows of a release', function () {
  const WORKFLOWS = path.join(ROOT, '.github', 'workflows')
  const { scripts } = require('../../package.json')
  const hasFile = (name) => fs.existsSync(path.join(ROOT, name))

  async function found (file, was, is) {
    const text = fs.readFileSync(path.join(WORKFLOWS, file), 'utf8')
    assert.ok(text.includes(was), was)
    return problemsOf(text.replaceAll(was, is), file, { scripts, hasFile })
  }

  it('are accepted', async function () {
    assert.deepEqual(await found('release.yml', '', ''), [])
    assert.deepEqual(await found('package.yml', '', ''), [])
  })

  const FAULTS = {
    'publishes without all checks': ['release.yml', '[checks, package]', '[package]', /publishes, and does not need .*checks\.yml/],
    'publishes what was not packed by the workflow': ['release.yml', '[checks, package]', '[checks]', /property "package" is not defined/],
    'publishes without an approval': ['release.yml', '    environment: npm\n', '', /needs no approval/],
    'publishes without comparing the sum': ['release.yml', 'sha256sum --check', 'cat', /does not compare the sum/],
    'tests something else than the tarball': ['package.yml', 'tools/check/tarball.js', 'tools/check/package.js', /is not tested/],
    'builds while it packs': ['package.yml', '- run: npm pack', '- run: npm run prebuilds && npm pack', /it packs, and builds/]
  }

  for (const [name, [file, was, is, message]] of Object.entries(FAULTS)) {
    it(`are refused if one ${name}`, async function () {
      const problems = await found(file, was, is)

      assert.ok(problems.some((problem) => message.test(problem)), problems.join('\n'))
    })
  }
})

describe('a release', function () {
  const manifest = { version: '1.2.3', repository: 'somewhere' }
  const changelog = '# Changelog\n\n## [1.2.3] - 2026-01-31\n'

  const SIGNED = 'object 1\ntype commit\ntag v1.2.3\n\n1.2.3\n-----BEGIN SSH SIGNATURE-----\n'

  it('is ready if tag, version and date agree', function () {
    assert.deepEqual(missing('v1.2.3', manifest, changelog, SIGNED), [])
  })

  it('is not ready if the tag is of another version', function () {
    assert.deepEqual(missing('v1.2.4', manifest, changelog, SIGNED), ['package.json says 1.2.3, the tag is v1.2.4'])
  })

  it('is not ready if the version has no date', function () {
    const undated = changelog.replace('2026-01-31', 'not yet released')

    assert.deepEqual(missing('v1.2.3', manifest, undated, SIGNED), ['CHANGELOG.md has no date for 1.2.3'])
    assert.deepEqual(missing('v1.2.3', manifest, '', SIGNED), ['CHANGELOG.md has no date for 1.2.3'])
  })

  it('is not ready if its tag is not signed', function () {
    const problem = ['the tag v1.2.3 is not signed: git tag --sign v1.2.3']

    assert.deepEqual(missing('v1.2.3', manifest, changelog, 'object 1\ntype commit\ntag v1.2.3\n\n1.2.3\n'), problem)
    assert.deepEqual(missing('v1.2.3', manifest, changelog, undefined), problem)
  })

  it('is not ready if no repository is named', function () {
    assert.deepEqual(missing('v1.2.3', { version: '1.2.3' }, changelog, SIGNED),
      ['package.json names no repository, which provenance needs'])
  })
})

describe('packing', function () {
  const ENGINE = 'lib/engine/wasm-binary.js'
  const HOST = `${process.platform}-${process.arch}`
  const BINARY = `prebuilds/${HOST}/proxy_addr_native.node`
  let copy

  /** Makes a copy of the project, with records of what is built. */
  beforeEach(async function () {
    copy = makeTemp()
    for (const name of ['bin', 'binding.gyp', 'build/playground.html', 'lib', 'package.json', 'package-lock.json', 'playground', 'src', 'tools']) {
      fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true })
    }
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'), 'junction')
    fs.mkdirSync(path.join(copy, 'prebuilds', HOST), { recursive: true })
    fs.copyFileSync(path.join(ROOT, 'build', 'Release', 'proxy_addr_native.node'), path.join(copy, BINARY))
    const { record } = require(path.join(copy, 'tools', 'build', 'pack'))
    record('wasm')
    record(HOST)
  })

  afterEach(function () {
    return remove(copy)
  })

  /** Runs what `npm pack` runs first; if this fails, `npm pack` stops. */
  function prepack () {
    const { status, stderr } = spawnSync(process.execPath, [path.join(copy, 'tools', 'build', 'pack.js')], { encoding: 'utf8' })
    return { status, stderr }
  }

  it('takes what was built, with a sum of each file', function () {
    assert.deepEqual(prepack(), { status: 0, stderr: '' })
    const sums = fs.readFileSync(path.join(copy, 'SHA256SUMS'), 'utf8')
    for (const name of [ENGINE, BINARY, 'lib/index.js', 'lib/index.d.ts', 'sbom.cdx.json']) {
      assert.match(sums, new RegExp(`^[0-9a-f]{64}  ${name}$`, 'm'))
    }
    const sbom = JSON.parse(fs.readFileSync(path.join(copy, 'sbom.cdx.json'), 'utf8'))
    assert.equal(sbom.metadata.component.name, 'proxy-addr-native')
    assert.deepEqual(sbom.components.filter(({ type }) => type === 'library').map(({ name }) => name), ['node-addon-api'])
    assert.ok(sbom.components.some(({ name, properties }) => name === BINARY && properties.length > 0))
  })

  const FAULTS = {
    'WebAssembly that was changed': [() => fs.appendFileSync(path.join(copy, ENGINE), '\n'), `${ENGINE} is not what was built`],
    'a binary that was changed': [() => fs.appendFileSync(path.join(copy, BINARY), '\n'), `${BINARY} is not what was built`],
    'a binary that is gone': [() => fs.rmSync(path.join(copy, BINARY)), `${BINARY} is missing`],
    'a binary without a record': [() => fs.rmSync(path.join(copy, 'prebuilds', HOST, 'build.json')), `${BINARY} has no record of its build`],
    'sources that were changed': [() => fs.appendFileSync(path.join(copy, 'src', 'core', 'address.c'), '\n'), 'wasm was built from other sources']
  }

  for (const [name, [change, message]] of Object.entries(FAULTS)) {
    it(`refuses ${name}`, function () {
      change()
      const { status, stderr } = prepack()

      assert.equal(status, 1)
      assert.ok(stderr.includes(message), stderr)
    })
  }
})

describe('a toolchain', function () {
  it('differs by the version of a package, or by its absence', function () {
    const { packages } = used('wasm')
    const exact = Object.fromEntries(Object.keys(packages).map((name) => [name, '0']))

    assert.ok(Object.keys(packages).includes('clang-14'))
    assert.equal(differences('wasm', exact).length, Object.keys(packages).length)
    assert.match(differences('wasm', {}).join('\n'), /^wasm: clang-14 must be 1:14\.0\.6-12, but is missing$/m)
    assert.deepEqual(differences('darwin-arm64', {}), [])
  })
})
