'use strict'

/*
 * The packages of a project, as they are installed: from its root and the
 * members of its workspace through all dependencies, each resolved as Node does.
 */

const fs = require('node:fs')
const path = require('node:path')
const { Refusal, quoted, whyNot } = require('./output')

/**
 * @typedef {object} Package
 * @property {string} folder real, without symbolic links
 * @property {string} name
 * @property {string} version
 * @property {any} manifest
 * @property {string[]} through the packages that lead to it, the nearest last
 */

const KINDS = ['dependencies', 'optionalDependencies', 'peerDependencies']

/** At most this many packages are read, and this many folders searched for members. */
const MOST = 20_000

/** @param {string} file */
function readJson (file) {
  try {
    const value = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\ufeff/, ''))
    if (Object(value) === value && !Array.isArray(value)) return value
  } catch (/** @type {any} */ error) {
    throw new Refusal(`cannot read ${quoted(file)}: ${whyNot(error)}; fix it, or remove it`)
  }
  throw new Refusal(`cannot read ${quoted(file)}: it is not an object; fix it, or remove it`)
}

/** @param {string} folder @returns {any} an empty one if there is none */
function manifestOf (folder) {
  const file = path.join(folder, 'package.json')
  return fs.existsSync(file) ? readJson(file) : {}
}

/**
 * @param {any} manifest
 * @param {string[]} kinds
 * @returns {string[]} names
 */
function namesIn (manifest, kinds) {
  const names = kinds.flatMap((kind) => Object(manifest[kind]) === manifest[kind] ? Object.keys(manifest[kind]) : [])
  return [...new Set(names)].filter((name) => /^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name) && !name.startsWith('.'))
}

/**
 * Returns the package that require() would find by a name in a folder.
 *
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined} a real folder
 */
function locate (from, name) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const found = path.join(folder, 'node_modules', name)
    if (fs.existsSync(path.join(found, 'package.json'))) return fs.realpathSync(found)
    if (folder === path.dirname(folder)) return undefined
  }
}

/**
 * @param {string} folder
 * @param {string} name by which it is required
 * @param {string[]} through
 * @returns {Package}
 */
function packageAt (folder, name, through) {
  const manifest = readJson(path.join(folder, 'package.json'))
  const { name: own, version } = manifest
  return {
    folder, manifest, through, name: typeof own === 'string' ? own : name, version: typeof version === 'string' ? version : '(no version)'
  }
}

/**
 * The patterns of a workspace's members.
 *
 * @param {string} root
 * @returns {string[]}
 */
function patternsOf (root) {
  const { workspaces } = manifestOf(root)
  const listed = Array.isArray(workspaces) ? workspaces : Object(workspaces).packages
  const patterns = Array.isArray(listed) ? listed.filter((pattern) => typeof pattern === 'string') : []
  const file = path.join(root, 'pnpm-workspace.yaml')
  if (!fs.existsSync(file)) return patterns
  const [, block = ''] = /^packages:[^\n]*\n((?:[ \t]*(?:[-#][^\n]*)?\n)*)/m.exec(fs.readFileSync(file, 'utf8') + '\n') ?? []
  return [...patterns, ...Array.from(block.matchAll(/^[ \t]*-[ \t]*['"]?([^'"\n#]+)/gm), ([, pattern]) => pattern.trim())]
}

/** @param {string} folder @returns {string[]} */
function foldersIn (folder) {
  if (!fs.existsSync(folder)) return []
  return fs.readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => path.join(folder, name))
}

/**
 * @param {string[]} folders
 * @param {string} part of a pattern: a name, * or **
 */
function expand (folders, part) {
  if (part === '**') {
    const all = [...folders]
    for (let i = 0; i < all.length && all.length < MOST; i++) {
      for (const folder of foldersIn(all[i])) all.push(folder)
    }
    return all
  }
  if (!part.includes('*')) return folders.map((folder) => path.join(folder, part))
  const [start, end] = [part.slice(0, part.indexOf('*')), part.slice(part.lastIndexOf('*') + 1)]
  return folders.flatMap(foldersIn)
    .filter((folder) => path.basename(folder).startsWith(start) && path.basename(folder).endsWith(end))
}

/**
 * The folders of a workspace's members.
 *
 * @param {string} root
 * @returns {string[]}
 */
function membersOf (root) {
  const patterns = patternsOf(root).filter((pattern) => !pattern.startsWith('!'))
  const folders = patterns.flatMap((pattern) => pattern.split('/').filter((part) => part !== '' && part !== '.').reduce(expand, [root]))
  return [...new Set(folders)].filter((folder) => folder !== root && fs.existsSync(path.join(folder, 'package.json')))
}

/**
 * Returns where overrides and the lock file of a project belong: in the root of the
 * workspace that it is a member of, or in the project itself.
 *
 * @param {string} folder
 */
function rootOf (folder) {
  for (let parent = path.dirname(folder); parent !== path.dirname(parent); parent = path.dirname(parent)) {
    if (membersOf(parent).includes(folder)) return parent
  }
  return folder
}

/**
 * Returns all packages, each once, beginning with the project and its members.
 *
 * @param {string} project
 * @param {string[]} known names that count as dependencies of the project
 * @returns {Package[]}
 */
function walk (project, known) {
  /** @type {Package[]} */
  const packages = [project, ...membersOf(project)].map((folder) => ({
    folder, manifest: manifestOf(folder), through: [], version: '', name: folder === project ? '' : String(manifestOf(folder).name ?? path.basename(folder))
  }))
  const own = packages.length
  const seen = new Set(packages.map(({ folder }) => folder))
  /** @param {Package} by @param {string[]} names */
  function follow ({ folder, name, through }, names) {
    for (const wanted of names) {
      const found = locate(folder, wanted)
      if (found === undefined || seen.has(found)) continue
      seen.add(found)
      packages.push(packageAt(found, wanted, name === '' ? through : [...through, name]))
    }
  }
  for (let i = 0; i < packages.length && packages.length < MOST; i++) {
    if (i === own) follow(packages[0], known)
    follow(packages[i], namesIn(packages[i].manifest, i < own ? [...KINDS, 'devDependencies'] : KINDS))
  }
  if (packages.length === own) follow(packages[0], known)
  return packages
}

module.exports = { locate, manifestOf, membersOf, namesIn, packageAt, readJson, rootOf, walk }
