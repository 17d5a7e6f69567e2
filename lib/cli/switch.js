'use strict'

/* switch and back: make Express in a project use this package, or proxy-addr again. */

const fs = require('node:fs')
const path = require('node:path')
const { findUses, packagesIn, realDirectory } = require('./doctor')
const { namesIn, rootOf, walk } = require('./graph')
const { Refusal, plain, quoted } = require('./output')
const { OWN_NAME, editsOf, isResolvedAnew, isSwitched, placeOf } = require('./switching')

/** @type {import('./arguments').Options} */
const options = { yes: { type: 'boolean', short: 'y' } }

/** @param {'switch' | 'back'} name */
function helpFor (name) {
  const what = name === 'switch'
    ? 'Make Express, and whatever else in a project requires proxy-addr, use this package.'
    : 'Make Express, and whatever else in a project requires proxy-addr, use it again.'
  return `
${what}
The edits are shown: those of package.json or pnpm-workspace.yaml, at the root of a
workspace, and of the lock files of npm and Deno, which would keep what they have.
Without a package-lock.json, npm would keep the installed folders too: they are shown,
and removed. Nothing is changed without --yes. After that, run the package manager, as
the last line says; if folders were removed, the app does not start until it has run.

  proxy-addr-native ${name} [--yes] [--json] [<directory>]

Options
  -y, --yes          make the edits
  {common}

Examples
  proxy-addr-native ${name}
  proxy-addr-native ${name} --yes ../another-project

Exit code 0: the edits were shown, or made, or there is nothing to do.`
}

/**
 * The lines that only one of two texts has, as a patch shows them.
 *
 * @param {string} before
 * @param {string} after
 */
function changedLines (before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const [has, had] = [new Set(now), new Set(old)]
  return [...old.filter((line) => !has.has(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !had.has(line)).map((line) => `+ ${line.trim()}`)]
}

/**
 * @param {string} root
 * @param {import('./switching').Edit} edit
 */
function write (root, { file, after }) {
  const target = path.join(root, file)
  if (after === undefined) fs.rmSync(target)
  else fs.writeFileSync(target, after)
}

/**
 * Returns whether all that requires proxy-addr gets what it is to get, for the reason that
 * the project's files say so. Then it does not matter how they say it.
 *
 * @param {string} root
 * @param {boolean} isForward
 */
function isDone (root, isForward) {
  const uses = findUses(packagesIn(root)).filter(({ asks }) => asks === 'proxy-addr')
  return uses.length > 0 && uses.every(({ name }) => (name === OWN_NAME) === isForward) &&
    isSwitched(root, isForward ? /./ : undefined) === isForward
}

/**
 * Returns the folders that npm installed as proxy-addr, and would keep; in a workspace
 * also those of packages that depend on it. With a lock file, npm keeps what is in that
 * file, and replaces the folders itself.
 *
 * @param {string} root
 * @returns {string[]}
 */
function installedCopies (root) {
  if (placeOf(root).manager !== 'npm' || fs.existsSync(path.join(root, 'package-lock.json'))) return []
  const inside = path.join(root, 'node_modules') + path.sep
  return walk(root, ['express', 'proxy-addr'])
    .flatMap(({ folder, manifest }) => isResolvedAnew(root) && namesIn(manifest, ['dependencies']).includes('proxy-addr')
      ? [folder]
      : [path.join(folder, 'node_modules', 'proxy-addr')])
    .concat(path.join(root, 'node_modules', 'proxy-addr'))
    .filter((folder, i, all) => folder.startsWith(inside) && all.indexOf(folder) === i && fs.existsSync(folder))
}

/**
 * @param {import('./switching').Edit[]} edits
 * @param {string[]} removes folders, relative to the root
 * @param {import('./output').Output} output
 */
function printEdits (edits, removes, output) {
  for (const { file, before, after = '' } of edits) {
    output.print(output.paint('strong', file))
    if (/lock(?:\.json)?$/.test(file)) output.print(`  - ${file === 'deno.lock' ? 'Deno' : 'npm'}'s entries for proxy-addr`)
    else for (const line of changedLines(before, after)) output.print(`  ${plain(line)}`)
  }
  for (const folder of removes) {
    output.print(output.paint('strong', plain(folder)))
    output.print('  - the whole folder: without a package-lock.json, npm would keep it')
  }
}

/**
 * @param {boolean} isChange
 * @param {boolean} isBroken whether the app lacks a package until the next installation
 * @param {boolean} isMade
 * @param {string} install the command
 */
function lastLine (isChange, isBroken, isMade, install) {
  if (!isChange) return 'There is nothing to do'
  if (isMade) return isBroken ? `Done. The app does not start until this has run: ${install}` : `Done. Now run: ${install}`
  return 'Nothing is changed yet: add --yes' + (isBroken ? `; then the app does not start until ${install} has run` : '')
}

/**
 * @param {boolean} isForward
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
function run (isForward, { values, positionals }, output) {
  const [directory = '.', other] = positionals
  if (other !== undefined) throw new Refusal(`unexpected argument ${quoted(other)}: give one directory`)
  const root = rootOf(realDirectory(directory))
  if (!fs.existsSync(path.join(root, 'package.json'))) {
    throw new Refusal(`there is no package.json in ${quoted(root)}: give the folder of a project`)
  }
  const isNeeded = !isDone(root, isForward)
  const edits = isNeeded ? editsOf(root, isForward) : []
  const removes = isNeeded ? installedCopies(root).map((folder) => path.relative(root, folder)) : []
  const install = `${placeOf(root).manager} install`
  if (values.yes) {
    for (const edit of edits) write(root, edit)
    for (const folder of removes) fs.rmSync(path.join(root, folder), { recursive: true, force: true })
  }
  if (values.json) {
    return output.printJson({ root, edits: edits.map(({ file }) => file), removes, done: values.yes === true, install })
  }
  printEdits(edits, removes, output)
  output.print(lastLine(edits.length + removes.length > 0, removes.length > 0, values.yes, install))
}

/** @type {import('./index').Command} */
const forward = { options, help: helpFor('switch'), run: (args, output) => run(true, args, output) }
/** @type {import('./index').Command} */
const back = { options, help: helpFor('back'), run: (args, output) => run(false, args, output) }

module.exports = { back, forward }
