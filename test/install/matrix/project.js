'use strict'

/*
 * The package managers: where each comes from, the setting that replaces proxy-addr, and
 * the command, with install scripts on and off. Also creates an empty project for each,
 * installs it, starts it, and sends it requests on each engine.
 */

const { execFile, spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs/promises')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { isDeepStrictEqual, promisify } = require('node:util')

const { name: NAME, version: VERSION } = require('../../../package.json')
const { RUNTIMES } = require('../versions')

const run = promisify(execFile)

const APP = path.join(__dirname, 'app.cjs')
const DEPENDENCIES = {
  '@nestjs/common': '^11',
  '@nestjs/core': '^11',
  '@nestjs/platform-express': '^11',
  express: '^5',
  express4: 'npm:express@^4',
  fastify: '^5',
  'reflect-metadata': '^0.2',
  rxjs: '^7'
}

const OWN = `npm:${NAME}@^${VERSION}`
const OVERRIDES = { 'proxy-addr': OWN, '@fastify/proxy-addr': OWN }

const runtime = (wanted) => RUNTIMES.find((one) => one.name === wanted)
const tool = (wanted, binary) =>
  ({ name: wanted.replace('/', '-'), package: wanted, binary, args: [] })

const NPM = { fields: { overrides: OVERRIDES }, override: '`overrides`' }
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error']
const npm = (line, node, off, on) => {
  const common = { ...NPM, title: `npm ${line}`, tool: tool(`npm@${line}`, 'bin/npm-cli.js'), on: node }
  return [
    { ...common, command: 'install', scripts: 'on', run: [['install', ...QUIET, ...on]] },
    { ...common, command: 'install', scripts: 'off', run: [['install', ...QUIET, ...off]] },
    // It needs the lock file that the first command writes, and installs from scratch.
    { ...common, command: 'ci', scripts: 'on', run: [['install', ...QUIET, '--package-lock-only'], ['ci', ...QUIET, ...on]] },
    { ...common, command: 'ci', scripts: 'off', run: [['install', ...QUIET, '--package-lock-only'], ['ci', ...QUIET, ...off]] }
  ]
}

const pnpm = (scripts) => ({
  title: 'pnpm 10',
  tool: tool('pnpm@10', 'bin/pnpm.cjs'),
  command: 'install',
  scripts,
  override: '`pnpm.overrides`',
  fields: { pnpm: { overrides: OVERRIDES, dangerouslyAllowAllBuilds: scripts === 'on' } },
  run: [['install', ...scripts === 'on' ? [] : ['--ignore-scripts']]]
})

const yarn = (linker, scripts) => ({
  title: `yarn 4, ${linker === 'pnp' ? 'PnP' : linker}`,
  tool: tool('@yarnpkg/cli-dist@4', 'bin/yarn.js'),
  command: 'install',
  scripts,
  override: '`resolutions`',
  fields: { resolutions: OVERRIDES },
  files: {
    // An empty lock file makes the folder a project of its own.
    'yarn.lock': '',
    '.yarnrc.yml': `nodeLinker: ${linker}\nenableScripts: ${scripts === 'on'}\nenableTelemetry: false\n`
  },
  run: [['install']],
  start: linker === 'pnp' ? ['-r', './.pnp.cjs'] : []
})

const bun = (scripts) => ({
  title: 'Bun 1',
  tool: runtime('bun@1'),
  self: true,
  command: 'install',
  scripts,
  override: '`overrides`',
  fields: { overrides: OVERRIDES, ...scripts === 'on' && { trustedDependencies: [NAME, 'proxy-addr', '@fastify/proxy-addr'] } },
  run: [['install', ...scripts === 'on' ? [] : ['--ignore-scripts']]]
})

const deno = (scripts) => ({
  title: 'Deno 2',
  tool: { ...runtime('deno@2'), args: [] },
  self: true,
  command: 'install',
  scripts,
  override: '`overrides`',
  fields: { overrides: OVERRIDES },
  files: { 'deno.json': '{ "nodeModulesDir": "auto" }\n' },
  run: [['install', ...scripts === 'on' ? ['--allow-scripts'] : []]],
  start: ['run', '-A']
})

/**
 * One for each line of the table. `tool` is the manager. It runs on the Node that `on`
 * names, or on the running one; with `self`, it is itself a runtime.
 */
const MANAGERS = [
  ...npm(11, undefined, ['--ignore-scripts'], []),
  ...npm(12, 'node@24', ['--ignore-scripts'], ['--dangerously-allow-all-scripts']),
  pnpm('on'), pnpm('off'),
  yarn('node-modules', 'on'), yarn('node-modules', 'off'),
  yarn('pnp', 'on'), yarn('pnp', 'off'),
  bun('on'), bun('off'),
  deno('on'), deno('off')
]

/**
 * The engines, and how an installed package is made to use each: by default, by
 * PROXY_ADDR_ENGINE, and by removing its binaries.
 */
const ENGINES = [
  { title: 'native', engine: 'native', env: {} },
  { title: 'WebAssembly, forced', engine: 'wasm', env: { PROXY_ADDR_ENGINE: 'wasm' } },
  { title: 'WebAssembly, no binary', engine: 'wasm', env: {}, remove: true }
]

/** The requests to each application, which trusts loopback and private addresses. */
const REQUESTS = [
  { header: undefined, ip: '127.0.0.1', ips: [] },
  { header: '203.0.113.7', ip: '203.0.113.7', ips: ['203.0.113.7'] },
  // The client made up the first entry.
  { header: '192.0.2.1, 203.0.113.7, 10.0.0.5', ip: '203.0.113.7', ips: ['203.0.113.7', '10.0.0.5'] },
  {
    header: '127.0.0.1, 2001:db8::7, fd00::1, ::ffff:10.0.0.5',
    ip: '2001:db8::7',
    ips: ['2001:db8::7', 'fd00::1', '::ffff:10.0.0.5']
  },
  { header: 'unknown, 10.0.0.5', ip: 'unknown', ips: ['unknown', '10.0.0.5'] }
]

/**
 * @param {string} folder
 * @param {object} fields of its package.json
 * @param {Record<string, string>} files by name
 */
async function create (folder, fields, files = {}) {
  await fs.mkdir(folder, { recursive: true })
  await fs.copyFile(APP, path.join(folder, 'app.cjs'))
  const manifest = { name: 'project', private: true, dependencies: DEPENDENCIES, ...fields }
  await fs.writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  for (const [name, text] of Object.entries(files)) await fs.writeFile(path.join(folder, name), text)
}

/** Runs a command of a package manager. */
async function install (folder, command, env) {
  try {
    await run(command[0], command.slice(1), { cwd: folder, env, maxBuffer: 1 << 26 })
  } catch (error) {
    throw new Error(`${command.join(' ')} failed\n${error.stdout}\n${error.stderr}`)
  }
}

/**
 * Starts the applications and sends each the requests. Resolves, after they have
 * ended, to what each runs on and which of its answers were wrong.
 *
 * @returns {Promise<{ framework: string, proxyAddr: any, wrong: string[] }[]>}
 */
async function ask (folder, command, env) {
  const child = spawn(command[0], [...command.slice(1), 'app.cjs'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text })
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      ended.then(([code, signal]) => { throw new Error(`the application ended with ${code ?? signal}\n${stderr}`) })
    ])
    const servers = []
    for (const server of JSON.parse(line)) servers.push({ ...server, wrong: await check(server.url) })
    return servers
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

/** Returns the requests with a wrong answer, each with that answer. */
async function check (url) {
  const wrong = []
  for (const { header, ...right } of REQUESTS) {
    const headers = header === undefined ? {} : { 'X-Forwarded-For': header }
    const answer = await (await fetch(url, { headers })).json()
    if (!isDeepStrictEqual(answer, right)) wrong.push(`${header}: ${JSON.stringify(answer)}`)
  }
  return wrong
}

/** Renames the prebuilds folders of the packages that the applications run on; returns the undo. */
async function setAside (servers) {
  const folders = new Set(servers.map(({ proxyAddr }) => path.join(path.dirname(proxyAddr.manifest), 'prebuilds')))
  for (const folder of folders) await fs.rename(folder, `${folder}-aside`)
  return async () => {
    for (const folder of folders) await fs.rename(`${folder}-aside`, folder)
  }
}

function judge (servers, engine) {
  for (const { framework, proxyAddr, wrong } of servers) {
    if (proxyAddr.name !== NAME || proxyAddr.version !== VERSION) {
      throw new Error(`${framework} runs on ${proxyAddr.name} ${proxyAddr.version}`)
    }
    if (proxyAddr.engine !== engine) throw new Error(`${framework} runs on the ${proxyAddr.engine} engine`)
    if (wrong.length > 0) throw new Error(`${framework} gives wrong answers\n${wrong.join('\n')}`)
  }
  return servers.map(({ framework }) => framework)
}

/**
 * Sends requests to the applications of a project on each engine.
 *
 * @returns {Promise<{ engine: string, frameworks?: string[], error?: string }[]>}
 */
async function onEachEngine (folder, command, env) {
  const results = []
  let servers
  for (const { title, engine, env: more, remove } of ENGINES) {
    let putBack
    try {
      if (remove) {
        if (!servers) throw new Error('not tried: no application reported where its binary is')
        putBack = await setAside(servers)
      }
      servers = await ask(folder, command, { ...env, ...more })
      results.push({ engine: title, frameworks: judge(servers, engine) })
    } catch (error) {
      results.push({ engine: title, error: error.message })
    }
    await putBack?.()
  }
  return results
}

module.exports = { ENGINES, MANAGERS, REQUESTS, create, install, onEachEngine }
