'use strict'

/* How to replace proxy-addr with this package, and how to go back. */

const fs = require('node:fs')
const path = require('node:path')
const { name: OWN_NAME, version } = require('../../package.json')
const { manifestOf, membersOf, namesIn, readJson } = require('./graph')

const ALIAS = `npm:${OWN_NAME}@^${version}`
const HERE = `"proxy-addr": "${ALIAS}"`
/** The version that a project gets back if it depends on proxy-addr itself. */
const ORIGINAL = '^2.0.8'

/** Package managers, by their files; npm is last, because it is also the default. */
const LOCK_FILES = Object.freeze({
  'pnpm-lock.yaml': 'pnpm',
  'pnpm-workspace.yaml': 'pnpm',
  '.pnp.cjs': 'yarn',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'deno.lock': 'deno',
  'package-lock.json': 'npm'
})

/** @typedef {typeof LOCK_FILES[keyof typeof LOCK_FILES]} Manager */

const MANAGERS = ['npm', 'pnpm', 'yarn', 'bun', 'deno']
const WORKSPACE = 'pnpm-workspace.yaml'
const WORKSPACE_LINE = /^[ \t]+['"]?proxy-addr['"]?:.*/gm

/**
 * @typedef {object} Place where a manager reads overrides
 * @property {Manager} manager
 * @property {'overrides' | 'resolutions' | 'pnpm.overrides'} field
 * @property {string} file
 */

/**
 * Returns the package manager of a project, and where it reads overrides. That
 * depends on its version, too: pnpm 11 does not read them from package.json.
 *
 * @param {string} root
 * @returns {Place}
 */
function placeOf (root) {
  const { packageManager } = manifestOf(root)
  const [, named, major] = /^([a-z]+)@(\d+)/.exec(typeof packageManager === 'string' ? packageManager : '') ?? []
  const [, found = 'npm'] = Object.entries(LOCK_FILES).find(([file]) => fs.existsSync(path.join(root, file))) ?? []
  const manager = /** @type {Manager} */ (MANAGERS.includes(named) ? named : found)
  if (manager === 'yarn') return { manager, field: 'resolutions', file: 'package.json' }
  if (manager !== 'pnpm') return { manager, field: 'overrides', file: 'package.json' }
  return named === 'pnpm' && Number(major) < 10
    ? { manager, field: 'pnpm.overrides', file: 'package.json' }
    : { manager, field: 'overrides', file: WORKSPACE }
}

/** @param {string} root */
function dependsItself (root) {
  return namesIn(manifestOf(root), ['dependencies']).includes('proxy-addr')
}

/**
 * @param {Place} place
 * @param {string} root
 * @returns {boolean} whether the project's own dependency decides, and not an override
 */
function isByDependency ({ manager }, root) {
  // npm refuses an override that differs from the project's own dependency; Deno looks
  // for the override's version of the package that is asked for.
  return ['npm', 'deno'].includes(manager) && dependsItself(root)
}

/** @param {Manager} manager @param {string} [dependency] @returns {string} an override that equals the project's own dependency */
function sameFor (manager, dependency = ALIAS) {
  return manager === 'npm' ? '$proxy-addr' : dependency
}

/** @param {unknown} present @returns {string} the present value if it names this package, in whatever version or file */
function aliasFor (present) {
  return typeof present === 'string' && present.includes(OWN_NAME) ? present : ALIAS
}

/**
 * @param {string} root
 * @param {string} from the folder that paths are relative to
 * @param {string} file
 */
function nameOf (root, from, file) {
  const name = path.relative(from, path.join(root, file))
  return root === from ? name : `${name} (of the workspace's root)`
}

/**
 * @param {string} root
 * @param {string} from
 * @returns {string[]}
 */
function howToSwitch (root, from) {
  const place = placeOf(root)
  const { manager, field, file } = place
  const name = nameOf(root, from, file)
  if (isByDependency(place, root)) {
    return [`in ${name}: "dependencies": { ${HERE} }`, `in ${name}: "overrides": { "proxy-addr": "${sameFor(manager)}" }`, `${manager} install`]
  }
  const line = file === WORKSPACE
    ? `overrides: { ${HERE} }`
    : field === 'pnpm.overrides' ? `"pnpm": { "overrides": { ${HERE} } }` : `"${field}": { ${HERE} }`
  return [`in ${name}: ${line}`, `${manager} install`]
}

/** @param {unknown} text */
function isVersion (text) {
  return /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?$/.test(String(text))
}

/**
 * @param {string} root
 * @param {string} from
 * @param {string} express the version of Express
 * @returns {string[]}
 */
function howToGoBack (root, from, express) {
  const { manager, field, file } = placeOf(root)
  const remove = `in ${nameOf(root, from, file)}: remove "proxy-addr" from "${field}"` +
    (dependsItself(root) ? `, and depend on "proxy-addr": "${ORIGINAL}" again` : '')
  // npm keeps what is installed, and reads the overrides anew only for what it installs.
  return manager === 'npm'
    ? [remove, 'npm uninstall express', `npm install express${isVersion(express) ? `@${express}` : ''}`]
    : [remove, `${manager} install`]
}

/** @param {any} overrides @param {RegExp} value @returns {boolean} whether proxy-addr has such a value, for all or below a package */
function holdsOverride (overrides, value) {
  if (Object(overrides) !== overrides) return false
  return Object.entries(overrides).some(([name, found]) => name === 'proxy-addr'
    ? value.test(String(found))
    : holdsOverride(found, value))
}

/** @param {string} root @param {RegExp} [value] @returns {boolean} whether the project's files have the switch, or another override of such a value */
function isSwitched (root, value = /proxy-addr-native|^\$proxy-addr$/) {
  const { overrides, resolutions, pnpm } = manifestOf(root)
  const file = path.join(root, WORKSPACE)
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').match(WORKSPACE_LINE) : undefined
  return lines?.some((line) => value.test(line)) ||
    [overrides, resolutions, Object(pnpm).overrides].some((found) => holdsOverride(found, value))
}

/**
 * @param {any} object
 * @param {string[]} keys
 * @param {string | undefined} value undefined to remove the key, and objects that become empty
 */
function put (object, [key, ...keys], value) {
  if (keys.length === 0) {
    if (value === undefined) delete object[key]
    else object[key] = value
    return
  }
  if (Object(object[key]) !== object[key]) {
    if (value === undefined) return
    object[key] = {}
  }
  put(object[key], keys, value)
  if (Object.keys(object[key]).length === 0) delete object[key]
}

/**
 * Returns the text of a workspace file with the override, or without.
 *
 * @param {string} text
 * @param {boolean} isForward
 */
function editWorkspace (text, isForward) {
  if (isForward && text.match(WORKSPACE_LINE)?.some((line) => line.includes(OWN_NAME))) return text
  const lines = text.split('\n').filter((line) => line.match(WORKSPACE_LINE) === null)
  const at = lines.findIndex((line) => /^overrides:\s*(?:\{\s*\}\s*)?$/.test(line))
  if (!isForward) {
    if (at !== -1 && !/^[ \t]+\S/.test(lines[at + 1] ?? '')) lines.splice(at, 1)
    return lines.join('\n')
  }
  const line = `  proxy-addr: '${ALIAS}'`
  if (at !== -1) {
    lines.splice(at, 1, 'overrides:', line)
    return lines.join('\n')
  }
  const rest = lines.join('\n').trimEnd()
  return `${rest === '' ? '' : rest + '\n'}overrides:\n${line}\n`
}

/** @param {string} root @param {boolean} isForward */
function editManifest (root, isForward) {
  const place = placeOf(root)
  const text = fs.readFileSync(path.join(root, 'package.json'), 'utf8')
  const manifest = manifestOf(root)
  const before = JSON.stringify(manifest)
  const isByOwn = isByDependency(place, root)
  const { dependencies } = manifest
  if (dependsItself(root) && !isForward) dependencies['proxy-addr'] = ORIGINAL
  else if (isByOwn) dependencies['proxy-addr'] = aliasFor(dependencies['proxy-addr'])
  if (place.file !== WORKSPACE) {
    const keys = [...place.field.split('.'), 'proxy-addr']
    const override = isByOwn ? sameFor(place.manager, dependencies['proxy-addr']) : aliasFor(keys.reduce((found, key) => Object(found)[key], manifest))
    put(manifest, keys, isForward ? override : undefined)
  }
  if (JSON.stringify(manifest) === before) return text
  const isOneLine = !text.trim().includes('\n')
  const [, indent = isOneLine && !text.includes('{ ') ? undefined : '  '] = /\n([ \t]+)"/.exec(text) ?? []
  const after = JSON.stringify(manifest, undefined, indent)
  return (isOneLine ? after.replace(/\n */g, ' ') : after) + (text.endsWith('\n') ? '\n' : '')
}

/**
 * Returns whether npm reads the dependencies of a package again only if that package
 * is resolved anew: below the members of a workspace, it does not see what is missing.
 *
 * @param {string} root
 */
function isResolvedAnew (root) {
  return membersOf(root).length > 0
}

/**
 * Returns npm's lock file without its entries for proxy-addr, which npm would keep.
 *
 * @param {string} root
 * @param {string} file
 */
function editLock (root, file) {
  const lock = readJson(path.join(root, file))
  for (const [key, entry] of Object.entries(Object(lock.packages))) {
    const isUser = isResolvedAnew(root) && key.includes('node_modules/') && namesIn(Object(entry), ['dependencies']).includes('proxy-addr')
    if (key.endsWith('node_modules/proxy-addr') || isUser) delete lock.packages[key]
  }
  return JSON.stringify(lock, undefined, 2) + '\n'
}

/**
 * Returns Deno's lock file without proxy-addr and all that depends on it: Deno keeps
 * the dependencies of each package in the file.
 *
 * @param {string} root
 * @param {string} file
 */
function editDenoLock (root, file) {
  const lock = readJson(path.join(root, file))
  const packages = Object(lock.npm)
  /** @param {string} key @param {string} name with or without a version */
  const isOf = (key, name) => key === name || key.startsWith(`${name}@`) || key.startsWith(`${name}_`)
  /** @param {string} key @returns {string[]} with versions, or "@npm:" and another name, where that is needed */
  const needsOf = (key) => Array.isArray(packages[key]?.dependencies) ? packages[key].dependencies.map(String) : []
  const keys = Object.keys(packages)
  const gone = new Set(keys.filter((key) => isOf(key, 'proxy-addr') || needsOf(key).some((need) => isOf(need, 'proxy-addr'))))
  // Iterating over a Set includes what is added meanwhile.
  for (const one of gone) for (const key of keys) if (needsOf(key).some((need) => isOf(one, need))) gone.add(key)
  for (const key of gone) delete packages[key]
  for (const [asked, version] of Object.entries(Object(lock.specifiers))) {
    const name = asked.replace(/^npm:/, '').replace(/(?<=.)@[^@]*$/, '')
    if (gone.has(`${name}@${version}`)) delete lock.specifiers[asked]
  }
  return JSON.stringify(lock, undefined, 2) + '\n'
}

/**
 * The lock files of the managers that keep what they have.
 *
 * @type {Readonly<Record<string, [string, (root: string, file: string) => string][]>>}
 */
const LOCKS = Object.freeze({
  npm: [['package-lock.json', editLock], ['node_modules/.package-lock.json', editLock]],
  deno: [['deno.lock', editDenoLock]]
})

/**
 * A file before and after an edit; `after` is undefined if the file becomes empty.
 *
 * @typedef {{ file: string, before: string, after: string | undefined }} Edit
 *
 * @param {string} root
 * @param {boolean} isForward
 * @returns {Edit[]} without those that change nothing
 */
function editsOf (root, isForward) {
  const { manager, file } = placeOf(root)
  const read = (/** @type {string} */ name) => fs.existsSync(path.join(root, name)) ? fs.readFileSync(path.join(root, name), 'utf8') : ''
  const edits = [{ file: 'package.json', before: read('package.json'), after: editManifest(root, isForward) }]
  if (file === WORKSPACE) {
    edits.push({ file: WORKSPACE, before: read(WORKSPACE), after: editWorkspace(read(WORKSPACE), isForward) })
  }
  for (const [lock, edit] of LOCKS[manager] ?? []) {
    if (read(lock) !== '') edits.push({ file: lock, before: read(lock), after: edit(root, lock) })
  }
  return edits.filter(({ before, after }) => before !== after)
    .map((edit) => ({ ...edit, after: edit.after.trim() === '' ? undefined : edit.after }))
}

module.exports = { OWN_NAME, editsOf, howToGoBack, howToSwitch, isResolvedAnew, isSwitched, placeOf }
