'use strict'

/*
 * Installs the packed package into empty projects by every package manager, runs
 * it on every runtime and engine, and bundles it. docs/matrix.md must equal the
 * result, apart from the versions of other projects.
 *
 *   node test/install/matrix/index.js [--write] [--only yarn] [--switch] [--keep]
 *
 * It also switches a project to the package and back in each layout; with --switch,
 * only that.
 */

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const project = require('./project')
const { startRegistry } = require('./registry')
const { LAYOUTS, trySwitch } = require('./switching')
const { page, withoutVersions } = require('./page')
const { WAYS, answerOf, createProject, versionOf } = require('../support/bundlers')
const { RUNTIMES, ROOT, install } = require('../versions')

const PAGE = path.join(ROOT, 'docs', 'matrix.md')

const CLIENT = '192.0.2.1'
const TITLES = { native: 'native', wasm: 'WebAssembly' }

const { values } = parseArgs({
  options: {
    write: { type: 'boolean' },
    switch: { type: 'boolean' },
    keep: { type: 'boolean' },
    only: { type: 'string', default: '' }
  }
})

const place = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'proxy-addr-matrix-'))

/** The binaries of the tools installed so far, by name. */
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
 * An environment that holds nothing but what is listed here: no compiler, and no
 * setting of this machine.
 */
function environment (registry) {
  const bin = path.join(place, 'bin')
  fs.mkdirSync(bin)
  fs.symlinkSync(process.execPath, path.join(bin, 'node'))
  // npm runs scripts in a shell; without one, a script would go unnoticed.
  fs.symlinkSync('/bin/sh', path.join(bin, 'sh'))
  return {
    PATH: bin,
    HOME: path.join(place, 'home'),
    DENO_DIR: path.join(place, 'home', 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
    NPM_CONFIG_REGISTRY: registry,
    npm_config_registry: registry,
    npm_config_update_notifier: 'false',
    // pnpm 11 reads no variables of npm.
    pnpm_config_registry: registry,
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
    return { ...row, results: [{ engine: 'installation', error: error.message }] }
  }
  const start = [manager.self ? own[0] : node, ...manager.start ?? []]
  return { ...row, folder, results: await project.onEachEngine(folder, start, env) }
}

/** Switches a project to the package and back, in each layout. */
async function trySwitches (env) {
  for (const [i, layout] of LAYOUTS.filter(({ title }) => title.includes(values.only)).entries()) {
    const own = get(layout.tool)
    const node = layout.on ? runtime(layout.on)[0] : process.execPath
    const command = layout.self ? own : [node, ...own]
    const results = [{ engine: 'switch and back' }]
    try {
      const wrong = await trySwitch(layout, path.join(place, `switch-${i}`), command, node, env)
      if (wrong.length > 0) results[0].error = wrong.join('\n')
    } catch (error) {
      results[0].error = error.message
    }
    report({ title: layout.title, command: 'switch', version: version(command), results })
  }
}

async function tryRuntime (name, folder, env) {
  const command = runtime(name)
  return { title: name, version: version(command.slice(0, 1)), results: await project.onEachEngine(folder, command, env) }
}

function judge (way, { ip, engine }) {
  if (ip !== CLIENT) throw new Error(`wrong client ${ip}`)
  if (engine !== way.engine) throw new Error(`wrong engine ${engine}`)
  return TITLES[engine]
}

async function tryWay (way, project, out) {
  const row = { title: way.tool, how: way.how, version: versionOf(way, project) }
  fs.mkdirSync(out)
  try {
    const title = judge(way, await answerOf(way, project, out))
    return { ...row, ranOn: title, results: [{ engine: title }] }
  } catch (error) {
    return { ...row, ranOn: 'no', results: [{ engine: way.how, error: error.message }] }
  } finally {
    fs.rmSync(out, { recursive: true })
  }
}

/**
 * Bundles an application in each way whose title contains `--only`, and sends it a
 * request.
 *
 * @returns {Promise<object[]>} a row for each way
 */
async function tryBundlers (tarball) {
  const ways = WAYS.filter(({ tool, possible }) => possible !== false && tool.includes(values.only))
  if (ways.length === 0) return []
  const project = path.join(place, 'bundled')
  fs.mkdirSync(project)
  await createProject(project, tarball)
  const rows = []
  for (const way of ways) rows.push(await tryWay(way, project, path.join(place, 'bundle')))
  return rows
}

function report ({ title, command = '', scripts = '', version: of, results }) {
  const errors = results.filter(({ error }) => error)
  console.log(`${[title.padEnd(22), of.padEnd(9), command.padEnd(8), scripts.padEnd(4)].join(' ')}` +
    `${results.length - errors.length} of ${results.length}`)
  for (const { engine, error } of errors) console.log(`  ${engine}: ${error.replaceAll('\n', '\n    ')}`)
  if (errors.length > 0) process.exitCode = 1
}

function compare (text) {
  if (values.only) return
  if (values.write) return fs.writeFileSync(PAGE, text)
  if (fs.existsSync(PAGE) && withoutVersions(fs.readFileSync(PAGE, 'utf8')) === withoutVersions(text)) return
  console.log(`docs/matrix.md is outdated: run this with --write. The result is:\n\n${text}`)
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
    await trySwitches(env)
    if (values.switch) return
    for (const [i, manager] of project.MANAGERS.entries()) {
      // The first project is the one that the runtimes run.
      if (i > 0 && !manager.title.includes(values.only)) continue
      managers.push(await tryManager(manager, env, i))
      report(managers.at(-1))
    }
    for (const { name } of RUNTIMES.filter((one) => one.name.includes(values.only))) {
      runtimes.push(await tryRuntime(name, managers[0].folder, env))
      report(runtimes.at(-1))
    }
    bundlers = await tryBundlers(tarball)
    bundlers.forEach(report)
  } finally {
    registry.close()
    if (!values.keep) fs.rmSync(place, { recursive: true, force: true })
  }
  compare(page({ managers, runtimes, bundlers }))
}

main()
