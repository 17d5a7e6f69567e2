'use strict'

/*
 * doctor: which package decides on client addresses in a project. It resolves
 * packages from the folder of each that requires them, because each can get its
 * own copy.
 */

const fs = require('node:fs')
const path = require('node:path')
const { locate, namesIn, packageAt, rootOf, walk } = require('./graph')
const { Refusal, plain, quoted, whyNot } = require('./output')
const { OWN_NAME, howToGoBack, howToSwitch, isSwitched, placeOf } = require('./switching')

/** @typedef {import('./graph').Package} Package */

const ASKED = ['proxy-addr', '@fastify/proxy-addr', OWN_NAME]
/** Packages that are looked for even if the project does not depend on them. */
const KNOWN = ['express', 'fastify', ...ASKED]
/** This package, whose code is running already. */
const OWN_FOLDER = path.join(__dirname, '..', '..')

/** @type {import('./arguments').Options} */
const options = { 'no-load': { type: 'boolean' } }

const help = `
Say what Express, Fastify and everything else that requires proxy-addr runs on in a
project: which package decides on the addresses of clients, from where, in which
version and with which engine, how to switch to this one, and how to go back. All
packages are followed, through dependencies and members of a workspace. Those that
decide on addresses are loaded, which runs their code: its folder is printed before.
Node looks for packages in all folders above the project too.

  proxy-addr-native doctor [--no-load] [--json] [<directory>]

Options
  --no-load          load nothing, so that only this command's code runs; then engines,
                     and packages that cannot be loaded, are not reported
  {common}

Examples
  proxy-addr-native doctor
  proxy-addr-native doctor --json ../another-project

Exit code 0: all is as it should be. 1: a copy is missing, vulnerable or cannot be loaded,
or a switch to this package is half done.`

/**
 * @typedef {object} Use
 * @property {string} by the package that asks, or '' for the project
 * @property {string} [byVersion]
 * @property {string[]} [through] the packages that lead to that one
 * @property {string} asks the name of the package asked for
 * @property {string} name that of the package it gets
 * @property {string} version
 * @property {string} folder
 * @property {string} [engine]
 * @property {string} [error] why it cannot be loaded
 * @property {string} [vulnerable] the advisory, and the version that fixes it
 */

/**
 * Returns what a package runs on: only this one has engines to choose from.
 *
 * @param {string} folder
 * @returns {{ engine: string } | { error: string }}
 */
function load (folder) {
  try {
    return { engine: String(require(folder).engine ?? 'JavaScript') }
  } catch (/** @type {any} */ error) {
    return { error: String(error.message).split('\n')[0] }
  }
}

/**
 * @param {string} name
 * @param {string} version
 */
function vulnerabilityOf (name, version) {
  const [, ...numbers] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []
  const [major, minor, patch] = numbers.map(Number)
  const isOld = name === 'proxy-addr' && (major < 2 || (major === 2 && minor === 0 && patch < 8))
  return isOld ? 'CVE-2026-90711, fixed in 2.0.8' : undefined
}

/** @param {Package} user @returns {Pick<Use, 'by' | 'byVersion' | 'through'>} */
function userOf ({ name, version, through }) {
  return { by: name, ...version !== '' && { byVersion: version }, ...through.length > 0 && { through } }
}

/**
 * @param {Package} user
 * @param {boolean} isProject
 * @returns {Use[]}
 */
function usesOf (user, isProject) {
  const { folder, manifest } = user
  const names = namesIn(manifest, ['dependencies', 'optionalDependencies', 'peerDependencies'])
  return ASKED.filter((asked) => isProject ? asked !== '@fastify/proxy-addr' : names.includes(asked)).flatMap((asks) => {
    // The project may be that package itself.
    const found = isProject && manifest.name === asks ? folder : locate(folder, asks)
    if (found === undefined) return []
    const { name: own, version: ownVersion } = packageAt(found, asks, [])
    const vulnerable = vulnerabilityOf(own, ownVersion)
    return [{
      ...userOf(user),
      asks,
      name: own,
      version: ownVersion,
      folder: found,
      ...vulnerable && { vulnerable }
    }]
  })
}

/** @param {string} project @returns {Package[]} the project, and those that may require proxy-addr */
function packagesIn (project) {
  return walk(project, KNOWN)
}

/**
 * Returns who requires proxy-addr: Express and Fastify first, the project itself last.
 *
 * @param {Package[]} all the project first
 * @returns {Use[]}
 */
function findUses ([itself, ...packages]) {
  const rank = (/** @type {Package} */ { name }) => name === 'express' ? 0 : name === 'fastify' ? 1 : 2
  const sorted = packages.filter(({ name }) => name !== OWN_NAME).sort((a, b) => rank(a) - rank(b))
  return [...sorted.flatMap((user) => usesOf(user, false)), ...usesOf(itself, true)]
}

/**
 * Returns the packages that cannot find one that they depend on: Node would throw as soon
 * as they are loaded.
 *
 * @param {Package[]} packages
 * @returns {Pick<Use, 'by' | 'byVersion' | 'through' | 'asks'>[]}
 */
function findMissing (packages) {
  return packages.flatMap((user) => {
    const needs = namesIn(user.manifest, ['dependencies'])
    return ASKED.filter((asks) => needs.includes(asks) && locate(user.folder, asks) === undefined)
      .map((asks) => ({ ...userOf(user), asks }))
  })
}

/**
 * Loads each package once, after saying so.
 *
 * @param {Use[]} uses
 * @param {(folder: string) => void} announce
 * @returns {Use[]} with engines, or why there is none
 */
function loadAll (uses, announce) {
  const folders = [...new Set(uses.map(({ folder }) => folder))]
  const foreign = folders.filter((folder) => folder !== OWN_FOLDER)
  foreign.forEach(announce)
  const loaded = new Map(folders.map((folder) => [folder, load(folder)]))
  return uses.map((use) => ({ ...use, ...loaded.get(use.folder) }))
}

/**
 * @param {string} directory as given
 */
function realDirectory (directory) {
  try {
    const root = fs.realpathSync(directory)
    if (fs.statSync(root).isDirectory()) return root
  } catch (error) {
    throw new Refusal(`cannot read ${quoted(directory)}: ${whyNot(error)}; doctor takes the folder of a project`)
  }
  throw new Refusal(`${quoted(directory)} is not a directory: give the folder of a project`)
}

/**
 * @param {string} directory
 * @param {Use[]} uses
 */
function advise (directory, uses) {
  const root = rootOf(directory)
  const { manager } = placeOf(root)
  const express = uses.filter(({ asks }) => asks === 'proxy-addr').find(({ by }) => by !== '') ?? uses.find(({ by }) => by === 'express')
  const fastify = uses.find(({ by }) => by === 'fastify')
  const isHalfDone = isSwitched(root) && uses.some(({ asks, name }) => asks === 'proxy-addr' && name !== OWN_NAME)
  return {
    manager,
    ...isHalfDone && { halfDone: howToSwitch(root, directory) },
    ...!isHalfDone && express && express.name !== OWN_NAME && { express: howToSwitch(root, directory) },
    ...express && express.name === OWN_NAME && {
      back: howToGoBack(root, directory, String(uses.find(({ by }) => by === 'express')?.byVersion))
    },
    ...fastify && fastify.name !== OWN_NAME && {
      fastify: [`${manager} ${manager === 'npm' ? 'install' : 'add'} ${OWN_NAME}`,
        `in your code: fastify({ trustProxy: require('${OWN_NAME}').trustProxy(setting) })`]
    }
  }
}

/**
 * Returns a note on a project that has nothing in node_modules.
 *
 * @param {string} directory
 * @returns {string | undefined}
 */
function elsewhere (directory) {
  const root = rootOf(directory)
  if (fs.existsSync(path.join(root, '.pnp.cjs'))) {
    return "This project uses Plug'n'Play: nothing is in node_modules. Ask there: yarn why proxy-addr --recursive"
  }
  if (placeOf(root).manager === 'deno' && !fs.existsSync(path.join(root, 'node_modules'))) {
    return 'Deno keeps packages outside of this project. Ask there: deno info --json; or set "nodeModulesDir": "auto"'
  }
}

const WHY_WASM = ' (with PROXY_ADDR_ENGINE=native set, the error says why it is not native)'

/** @param {Pick<Use, 'by' | 'byVersion' | 'through'>} use */
function nameOf ({ by, byVersion, through = [] }) {
  return plain([by, byVersion, through.length > 0 ? `(of ${[...through].reverse().join(', of ')})` : ''].filter(Boolean).join(' '))
}

/**
 * @param {string} root
 * @param {Use} use
 * @param {import('./output').Output} output
 */
function printUse (root, use, output) {
  const { by, asks, name, version, folder, engine, error, vulnerable } = use
  const who = by === '' ? `require('${asks}') in the project gets` : `${nameOf(use)} runs on`
  const style = error !== undefined || vulnerable ? 'bad' : name === OWN_NAME ? 'good' : 'strong'
  output.print(`${who} ${output.paint(style, plain(`${name} ${version}`))}`)
  if (vulnerable !== undefined) output.print(`  ${output.paint(style, `vulnerable: ${vulnerable}`)}`)
  output.print(`  from    ${plain(path.relative(root, folder) || '.')}`)
  if (engine !== undefined) output.print(`  engine  ${plain(engine)}${engine === 'wasm' ? WHY_WASM : ''}`)
  if (error !== undefined) output.print(`  ${output.paint(style, `it cannot be loaded: ${plain(error)}`)}`)
}

/**
 * @param {string} title
 * @param {string[] | undefined} steps
 * @param {import('./output').Output} output
 */
function printSteps (title, steps, output) {
  if (steps === undefined) return
  output.print(`\n${title}`)
  for (const step of steps) output.print(`  ${plain(step)}`)
}

/**
 * @param {string} root
 * @param {{ uses: Use[], missing: ReturnType<typeof findMissing>, advice: ReturnType<typeof advise> }} found
 * @param {import('./output').Output} output
 */
function print (root, { uses, missing, advice }, output) {
  const note = elsewhere(root)
  if (note !== undefined) output.print(note)
  else if (uses.length + missing.length === 0) output.print('Neither Express nor Fastify is installed here, nor proxy-addr')
  for (const use of missing) {
    output.print(output.paint('bad', `${nameOf(use) || 'the project'} cannot find ${use.asks}: run ${advice.manager} install`))
  }
  for (const use of uses) printUse(root, use, output)
  printSteps('The switch to this package is half done: proxy-addr is still in use. Check that the project has this', advice.halfDone, output)
  printSteps('To make Express use this package (proxy-addr-native switch makes the edits)', advice.express, output)
  printSteps('To go back to proxy-addr (proxy-addr-native back makes the edits)', advice.back, output)
  printSteps("To give Fastify this package's trust function", advice.fastify, output)
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
function run ({ values, positionals }, output) {
  if (positionals.length > 1) {
    throw new Refusal(`unexpected argument ${quoted(positionals[1])}: doctor takes one directory`)
  }
  const directory = realDirectory(positionals[0] ?? '.')
  const packages = packagesIn(directory)
  const found = findUses(packages)
  const uses = values['no-load'] ? found : loadAll(found, (folder) => output.announceCode(folder, directory, Boolean(values.json)))
  // Without node_modules, the package manager itself finds packages.
  const missing = elsewhere(directory) === undefined ? findMissing(packages) : []
  const advice = advise(directory, uses)
  if (values.json) output.printJson({ directory, uses, missing, advice })
  else print(directory, { uses, missing, advice }, output)
  return advice.halfDone || missing.length > 0 || uses.some(({ error, vulnerable }) => error !== undefined || vulnerable !== undefined) ? 1 : 0
}

module.exports = { findUses, options, help, packagesIn, realDirectory, run }
