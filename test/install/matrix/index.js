'use strict'

/*
 * Installs the packed package into empty projects by every package manager, runs
 * it in every runtime, through each door, and bundles it. docs/matrix.md must be
 * what comes out, apart from the versions of others.
 *
 *   node test/install/matrix/index.js [--write] [--only yarn] [--keep]
 */

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { throughBundlers } = require('./bundlers')
const { throughDoors } = require('./doors')
const { MANAGERS } = require('./managers')
const project = require('./project')
const { startRegistry } = require('./registry')
const { page, withoutVersions } = require('./page')
const { RUNTIMES, ROOT, install } = require('../versions/runtimes')

const PAGE = path.join(ROOT, 'docs', 'matrix.md')

const { values } = parseArgs({
  options: {
    write: { type: 'boolean' },
    keep: { type: 'boolean' },
    only: { type: 'string', default: '' }
  }
})

const place = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'proxy-addr-matrix-'))

/** The binaries of the tools that are installed already, by name. */
const binaries = new Map()

/** The command that starts a package manager or a runtime. */
function get (tool) {
  if (!binaries.has(tool.name)) binaries.set(tool.name, install(tool)[0])
  return [binaries.get(tool.name), ...tool.args]
}

const runtime = (name) => get(RUNTIMES.find((one) => one.name === name))

function pack () {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', place], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  return path.join(place, fs.readdirSync(place).find((file) => file.endsWith('.tgz')))
}

/**
 * An environment of nothing but what is named here: no compiler can be found,
 * and no setting of the machine at work.
 */
function environment (registry) {
  const bin = path.join(place, 'bin')
  fs.mkdirSync(bin)
  fs.symlinkSync(process.execPath, path.join(bin, 'node'))
  // npm wants one to run scripts, which would be seen then.
  fs.symlinkSync('/bin/sh', path.join(bin, 'sh'))
  return {
    PATH: bin,
    HOME: path.join(place, 'home'),
    DENO_DIR: path.join(place, 'home', 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
    NPM_CONFIG_REGISTRY: registry,
    npm_config_registry: registry,
    npm_config_update_notifier: 'false',
    BUN_CONFIG_REGISTRY: registry,
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false'
  }
}

function version (command) {
  return /\d+\.\d+\.\d+/.exec(execFileSync(command[0], [...command.slice(1), '--version'], { encoding: 'utf8' }))[0]
}

async function tryManager (manager, env, i) {
  const folder = path.join(place, `manager-${i}`)
  const own = get(manager.tool)
  const node = manager.on ? runtime(manager.on)[0] : process.execPath
  const command = manager.self ? own : [node, ...own]
  const row = { ...manager, version: version(command) }
  await project.create(folder, manager.fields, manager.files)
  try {
    for (const args of manager.run) await project.install(folder, [...command, ...args], env)
  } catch (error) {
    return { ...row, results: [{ door: 'installation', error: error.message }] }
  }
  const start = [manager.self ? own[0] : node, ...manager.start ?? []]
  return { ...row, folder, results: await throughDoors(folder, start, env) }
}

async function tryRuntime (name, folder, env) {
  const command = runtime(name)
  return { title: name, version: version(command.slice(0, 1)), results: await throughDoors(folder, command, env) }
}

function report ({ title, command = '', scripts = '', version: of, results }) {
  const errors = results.filter(({ error }) => error)
  console.log(`${[title.padEnd(22), of.padEnd(9), command.padEnd(8), scripts.padEnd(4)].join(' ')}` +
    `${results.length - errors.length} of ${results.length} doors`)
  for (const { door, error } of errors) console.log(`  ${door}: ${error.replaceAll('\n', '\n    ')}`)
  if (errors.length > 0) process.exitCode = 1
}

function compare (text) {
  if (values.only) return
  if (values.write) return fs.writeFileSync(PAGE, text)
  if (fs.existsSync(PAGE) && withoutVersions(fs.readFileSync(PAGE, 'utf8')) === withoutVersions(text)) return
  console.log(`docs/matrix.md is not what came out, which is:\n\n${text}`)
  process.exitCode = 1
}

async function main () {
  const tarball = pack()
  const registry = await startRegistry(tarball)
  const env = environment(registry.url)
  const managers = []
  const runtimes = []
  let bundlers
  try {
    for (const [i, manager] of MANAGERS.entries()) {
      // The first project is the one that the runtimes run.
      if (i > 0 && !manager.title.includes(values.only)) continue
      managers.push(await tryManager(manager, env, i))
      report(managers.at(-1))
    }
    for (const { name } of RUNTIMES.filter((one) => one.name.includes(values.only))) {
      runtimes.push(await tryRuntime(name, managers[0].folder, env))
      report(runtimes.at(-1))
    }
    bundlers = await throughBundlers(place, tarball, values.only)
    bundlers.forEach(report)
  } finally {
    registry.close()
    if (!values.keep) fs.rmSync(place, { recursive: true, force: true })
  }
  compare(page({ managers, runtimes, bundlers }))
}

main()
