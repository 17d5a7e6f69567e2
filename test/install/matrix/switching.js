'use strict'

/*
 * switch and back in the layouts that real package managers make. A project that had
 * Express before is switched to this package and back, which must leave no trace.
 */

const { execFile, execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { promisify } = require('node:util')
const { ROOT, RUNTIMES } = require('../versions')

const BIN = path.join(ROOT, 'bin', 'proxy-addr.js')

const runtime = (wanted) => RUNTIMES.find(({ name }) => name === wanted)
const tool = (wanted, binary) => ({ name: wanted.replace('/', '-'), package: wanted, binary, args: [] })

const NPM = { tool: tool('npm@11', 'bin/npm-cli.js'), install: ['install', '--no-audit', '--no-fund', '--loglevel=error'] }
const YARN = { tool: tool('@yarnpkg/cli-dist@4', 'bin/yarn.js'), install: ['install'] }
const yarnrc = (linker) => ({ 'yarn.lock': '', '.yarnrc.yml': `nodeLinker: ${linker}\nenableTelemetry: false\n` })
const pnpm = (line, binary, manifest = {}) =>
  ({ title: `pnpm ${line}`, tool: tool(`pnpm@${line}`, binary), install: ['install'], manifest })
const workspaces = { workspaces: ['apps/*'] }

/** `in` is the member of a workspace that has the application. */
const LAYOUTS = [
  { title: 'npm', ...NPM },
  { title: 'npm, workspaces', ...NPM, manifest: workspaces, in: 'apps/api' },
  { title: 'npm, proxy-addr of its own', ...NPM, manifest: { dependencies: { express: '^5', 'proxy-addr': '^2.0.8' } } },
  { ...pnpm(9, 'bin/pnpm.cjs', { packageManager: 'pnpm@9' }) },
  { ...pnpm(10, 'bin/pnpm.cjs') },
  // It needs a newer Node than the oldest supported one.
  { ...pnpm(11, 'bin/pnpm.mjs'), on: 'node@24' },
  { ...pnpm(11, 'bin/pnpm.mjs'), on: 'node@24', title: 'pnpm 11, workspaces', files: { 'pnpm-workspace.yaml': "packages:\n  - 'apps/*'\n" }, in: 'apps/api' },
  { title: 'yarn 1', tool: tool('yarn@1', 'bin/yarn.js'), install: ['install', '--silent'], files: { 'yarn.lock': '' } },
  { title: 'yarn 4, node-modules', ...YARN, files: yarnrc('node-modules') },
  { title: 'yarn 4, workspaces', ...YARN, files: yarnrc('node-modules'), manifest: workspaces, in: 'apps/api' },
  { title: 'yarn 4, PnP', ...YARN, files: yarnrc('pnp'), start: ['-r', './.pnp.cjs'] },
  { title: 'Bun 1', tool: runtime('bun@1'), self: true, install: ['install'] },
  { title: 'Deno 2', tool: { ...runtime('deno@2'), args: [] }, self: true, install: ['install'], files: { 'deno.json': '{ "nodeModulesDir": "auto" }\n' } }
]

const IGNORED = ['node_modules', '.pnp.*', '.yarn', '.npm-*'].join('\n') + '\n'

/** Prints what Express runs on, and the client's address of a request. */
const APP = `
  const { createRequire } = require('node:module')
  const inside = createRequire(require.resolve('express'))
  const { name } = inside('proxy-addr/package.json')
  const app = require('express')()
  app.set('trust proxy', 'loopback')
  const req = Object.setPrototypeOf({ headers: { 'x-forwarded-for': '192.0.2.1, 203.0.113.7' }, socket: { remoteAddress: '127.0.0.1' }, app }, app.request)
  console.log(name + ' ' + req.ip)
`

const manifest = (fields) => JSON.stringify({ name: 'project', version: '1.0.0', private: true, ...fields }, null, 2) + '\n'

/** Makes a project on Express, tracked by git. */
function create (folder, { files = {}, manifest: fields = {}, in: member }) {
  const dependencies = { express: '^5' }
  const all = {
    'package.json': manifest(member ? fields : { dependencies, ...fields }),
    '.gitignore': IGNORED,
    [path.join(member ?? '', 'app.cjs')]: APP,
    ...member && { [path.join(member, 'package.json')]: manifest({ name: 'api', dependencies }) },
    ...files
  }
  for (const [name, text] of Object.entries(all)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
}

/**
 * @param {object} layout one of LAYOUTS
 * @param {string} folder a new one
 * @param {string[]} manager its command
 * @param {string} node that runs the application, if the manager does not
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} what went wrong
 */
async function trySwitch (layout, folder, manager, node, env) {
  const wrong = []
  const git = (...args) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, encoding: 'utf8' })
  // Not synchronously: the registry is in this process.
  const run = async (command, cwd = folder) => {
    try {
      return (await promisify(execFile)(command[0], command.slice(1), { cwd, env, maxBuffer: 1 << 26 })).stdout
    } catch (error) {
      throw new Error(`${command.join(' ')} failed\n${error.stdout}\n${error.stderr}`)
    }
  }
  const expect = async (name) => {
    const answer = (await run([node, ...layout.start ?? [], 'app.cjs'], path.join(folder, layout.in ?? ''))).trim()
    if (answer !== `${name} 203.0.113.7`) wrong.push(`expected ${name}, got ${answer}`)
  }
  const step = async (name) => {
    const { done, install } = JSON.parse(await run([process.execPath, BIN, name, '--yes', '--json', path.join(folder, layout.in ?? '')]))
    if (!done || !install.endsWith(' install')) wrong.push(`${name} says ${install}`)
    await run([...manager, ...layout.install])
  }
  create(folder, layout)
  await run([...manager, ...layout.install])
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'before')
  await expect('proxy-addr')
  await step('switch')
  await expect('proxy-addr-native')
  await step('back')
  await expect('proxy-addr')
  const residue = git('status', '--porcelain') + git('diff')
  if (residue !== '') wrong.push(`left over:\n${residue}`)
  return wrong
}

module.exports = { LAYOUTS, trySwitch }
