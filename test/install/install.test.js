'use strict'

const assert = require('node:assert')
const { execFile, execFileSync, spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { cp, mkdir, readdir, realpath, rm, symlink, writeFile } = require('node:fs/promises')
const path = require('node:path')
const { promisify } = require('node:util')
const original = require('proxy-addr')
const { ROOT, askJson, install, npm, packTarball, startScript } = require('./support/project')
const { makeTemp, remove } = require('../support/temp')

const run = promisify(execFile)

/** README's command that builds the addon. */
const [COMMAND] = /^npx .*from-source\.js$/m.exec(readFileSync(path.join(ROOT, 'README.md'), 'utf8'))

/**
 * The commands in the documentation that show what a project runs on: in blocks, and
 * within lines.
 */
const DOCTORS = ['README.md', 'docs/cli.md'].flatMap((file) => {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  return [/^node node_modules\/.* doctor$/m, /npx proxy-addr-native doctor/].map((command) => ({ file, command: command.exec(text)?.[0] }))
})

/** What a command that begins like this prints about Express in a project. */
function diagnoses (directory, start) {
  return DOCTORS.filter(({ command }) => command?.startsWith(start)).map(({ command }) => {
    const { status, stdout } = spawnSync(command, { cwd: directory, shell: true, encoding: 'utf8' })
    return [status, /^express [\d.]+ runs on [\w-]+/m.exec(stdout)?.[0].replace(/[\d.]+ /, '')]
  })
}

/** The name of the package that Express gets when it requires proxy-addr. */
function usedByExpress (directory) {
  return execFileSync(process.execPath, ['-p', `
    const places = { paths: [require.resolve('express')] }
    require(require.resolve('proxy-addr/package.json', places)).name
  `], { cwd: directory, encoding: 'utf8' }).trim()
}

describe('the installation that README describes', function () {
  let directory
  let packed

  /** Installs a project with these fields in its package.json. */
  async function project (fields) {
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({ private: true, ...fields }))
    await install(directory)
  }

  beforeEach(async function () {
    directory = makeTemp()
    packed = `file:${await packTarball()}`
  })

  afterEach(function () {
    return remove(directory)
  })

  it('works in a project that had Express before', async function () {
    const dependencies = { express: '^5' }

    await project({ dependencies })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr')
    await project({ dependencies, overrides: { 'proxy-addr': packed } })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr-native')
    // npm has put the package below Express, where npx does not look.
    assert.deepStrictEqual(diagnoses(directory, 'node '), Array(2).fill([0, 'express runs on proxy-addr-native']))
  })

  it('works in a project that depends on proxy-addr itself', async function () {
    const dependencies = { express: '^5', 'proxy-addr': packed }

    await project({ dependencies, overrides: { 'proxy-addr': '$proxy-addr' } })
    assert.strictEqual(usedByExpress(directory), 'proxy-addr-native')
    assert.strictEqual(
      execFileSync(process.execPath, ['-p', "require('proxy-addr').engine"], { cwd: directory, encoding: 'utf8' }),
      'native\n'
    )
    assert.deepStrictEqual(diagnoses(directory, 'npx '), Array(2).fill([0, 'express runs on proxy-addr-native']))
  })

  it('can be undone', async function () {
    const dependencies = { express: '^5' }

    await project({ dependencies })
    await project({ dependencies, overrides: { 'proxy-addr': packed } })
    await project({ dependencies })
    await npm(directory, 'uninstall', 'express')
    await npm(directory, 'install', '--ignore-scripts', 'express')
    assert.strictEqual(usedByExpress(directory), 'proxy-addr')
  })
})

describe('the installed package', function () {
  let directory
  let installed

  beforeEach(async function () {
    directory = makeTemp()
    installed = path.join(directory, 'node_modules', 'proxy-addr')
    const tarball = `file:${await packTarball()}`
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({
      private: true, dependencies: { express: '^5' }, overrides: { 'proxy-addr': tarball }
    }))
    await install(directory)
    await rm(path.join(installed, 'prebuilds'), { recursive: true })
  })

  afterEach(function () {
    return remove(directory)
  })

  it('builds its addon by one command, and then finds the client', async function () {
    execFileSync(COMMAND, { cwd: directory, shell: true, stdio: 'pipe' })

    assert.deepStrictEqual(await readdir(path.join(installed, 'build', 'Release')), ['proxy_addr_native.node'])
    const answer = execFileSync(process.execPath, ['-p', `
      const proxyaddr = require('proxy-addr')
      const request = {
        headers: { 'x-forwarded-for': '192.0.2.1, 203.0.113.7, 10.0.0.5' },
        socket: { remoteAddress: '::ffff:10.0.0.1' }
      }
      proxyaddr.engine + ' ' + proxyaddr(request, '10.0.0.0/8')
    `], { cwd: directory, encoding: 'utf8' })
    assert.strictEqual(answer, 'native 203.0.113.7\n')
  })

  it('names what is missing for the build', function () {
    const { status, stderr } = spawnSync(process.execPath, [path.join(installed, 'tools', 'build', 'from-source.js')],
      { cwd: directory, env: { ...process.env, PATH: '' }, encoding: 'utf8' })

    assert.strictEqual(status, 1)
    assert.match(stderr, /^cannot find node-gyp.*: run "npx .*from-source\.js"\n$/)
  })
})

const ENTRIES = ['127.0.0.1', '10.0.0.5', '::ffff:192.168.0.1', 'fd00::1', '203.0.113.7', '2001:db8::7', 'unknown']
const HEADERS = ENTRIES.flatMap((one) => ENTRIES.flatMap((two) => ENTRIES.map((three) => `${one}, ${two},${three}`)))

/** The original's answers to the headers, with the trust list of the example. */
const trust = original.compile(['loopback', 'uniquelocal'])
const EXPECTED = HEADERS.map((header) => {
  const addresses = original.all({ headers: { 'x-forwarded-for': header }, socket: { remoteAddress: '127.0.0.1' } }, trust)
  return { ip: addresses.at(-1), ips: addresses.slice(1).reverse() }
})

describe('an empty Express project, without a compiler or install scripts,', function () {
  let directory
  let installed

  before(async function () {
    directory = makeTemp()
    installed = path.join(directory, 'node_modules', 'proxy-addr')
    await cp(path.join(ROOT, 'examples', 'overrides', 'express.js'), path.join(directory, 'index.js'))
    await writeFile(path.join(directory, 'package.json'),
      JSON.stringify({ private: true, overrides: { 'proxy-addr': '$proxy-addr' } }))
    const env = { ...process.env, PATH: await onlyNode(directory) }
    for (const compiler of ['cc', 'gcc', 'g++', 'clang', 'make', 'python3']) {
      await assert.rejects(run(compiler, ['--version'], { env }), { code: 'ENOENT' })
    }

    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline',
      'express@5', `proxy-addr@file:${await packTarball()}`], { cwd: directory, env })
  })

  after(function () {
    return remove(directory)
  })

  it('answers right on the binary in the package', async function () {
    assert.strictEqual(await engine(), 'native')
    assert.deepStrictEqual(await answers(), EXPECTED)
  })

  it('answers the same on WebAssembly, without the binary', async function () {
    await rm(path.join(installed, 'prebuilds'), { recursive: true })

    assert.strictEqual(await engine(), 'wasm')
    assert.deepStrictEqual(await answers(), EXPECTED)
  })

  /** Which engine Express's proxy-addr runs on. */
  async function engine () {
    const { stdout } = await run(process.execPath, ['-p', `
      require('module').createRequire(require.resolve('express'))('proxy-addr').engine
    `], { cwd: directory })
    return stdout.trim()
  }

  async function answers () {
    const { url, stop } = await startScript(directory)
    const found = []
    for (const header of HEADERS) {
      const { ip, ips } = await askJson(url, { 'X-Forwarded-For': header })
      found.push({ ip, ips })
    }
    assert.deepStrictEqual(await stop(), { code: 0, signal: null, stderr: '' })
    return found
  }
})

/** A PATH with nothing but Node, npm, and the shell that npm runs scripts in. */
async function onlyNode (directory) {
  const bin = path.join(directory, 'bin')
  await mkdir(bin)
  await symlink(process.execPath, path.join(bin, 'node'))
  for (const name of ['npm', 'sh']) await symlink(await find(name), path.join(bin, name))
  return bin
}

async function find (name) {
  for (const folder of process.env.PATH.split(path.delimiter)) {
    const file = await realpath(path.join(folder, name)).catch(() => undefined)
    if (file) return file
  }
  throw new Error(`${name} not found on PATH`)
}
