'use strict'

/*
 * The layers of the project, as docs/design.md draws them: which files may
 * require or include which. Each rule is a folder and what it must not require.
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { ESLint } = require('eslint')

const ROOT = path.join(__dirname, '..', '..')

const REQUIRE = /\b(?:require\(\s*|from\s+)'(\.[^']*)'\s*\)?/g
const LAZY = /^\s+.*\brequire\(\s*'(\.[^']*)'\s*\)/gm
const INCLUDE = /^#include "([^"]+)"/gm

const CAPABILITIES = 'lib/(?:why|cli|frameworks|resolver|lists|logs)/'

/** Folders, and what they must never require. */
const NEVER = [
  ['lib/engine/', /^lib\/(?!engine\/)/],
  ['lib/', /^(?:test|tools|bench|examples|bin|playground)\//],
  ['lib/(?!cli/)', /^lib\/cli\//],
  ['tools/', /^(?:test|bench|examples)\//],
  ['bench/', /^(?:test|examples)\//],
  ['examples/', /^(?:test|tools|bench)\//],
  ['playground/', /^(?:test|tools|bench|examples|bin)\/|^lib\/(?:index|trust|header|engine|resolver|why)/],
  ['bin/', /^(?!lib\/)/]
]

/** Files, with what they may require only inside of functions. */
const NOT_AT_FIRST = [['lib/(?:index|header|trust/[^/]+)\\.js', new RegExp(`^${CAPABILITIES}`)]]

const INCLUDES_NEVER = [
  ['src/core/', /^src\/(?:node|wasm)\//],
  ['src/node/', /^src\/wasm\//],
  ['src/wasm/', /^src\/node\//]
]

function tracked (...patterns) {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns],
    { cwd: ROOT, encoding: 'utf8' }).split('\n').filter((file) => file && fs.existsSync(path.join(ROOT, file)))
}

const read = (file) => fs.readFileSync(path.join(ROOT, file), 'utf8')

/** The file that a relative name denotes, from the root. */
function resolve (from, name) {
  const place = path.join(path.dirname(from), name)
  const found = [place, `${place}.js`, path.join(place, 'index.js')]
    .find((file) => fs.statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.isFile())
  return (found ?? place).split(path.sep).join('/')
}

const requiredBy = (file) => Array.from(read(file).matchAll(REQUIRE), ([, name]) => resolve(file, name))

/** Returns the files required at load. What a function requires is indented. */
function requiredAtFirst (file) {
  const text = read(file).replace(LAZY, '')
  return Array.from(text.matchAll(REQUIRE), ([, name]) => resolve(file, name))
}

function includedBy (file) {
  return Array.from(read(file).matchAll(INCLUDE), ([, name]) =>
    [path.join(path.dirname(file), name), path.join('src/core', name), path.join('src', name)]
      .find((place) => fs.existsSync(path.join(ROOT, place))) ?? name)
}

/** @returns {string[]} the violations of the rules */
function broken (files, rules, uses) {
  return files.flatMap((file) => {
    const forbidden = rules.filter(([folder]) => new RegExp(`^${folder}`).test(file)).map(([, reached]) => reached)
    return uses(file).filter((used) => forbidden.some((rule) => rule.test(used))).map((used) => `${file} -> ${used}`)
  })
}

/** A capability or the engine is a folder of lib; the rest of lib is the drop-in. */
function folderOf (file) {
  return file.match(new RegExp(`^(?:${CAPABILITIES}|lib/engine/)`))?.[0] ?? file.split('/')[0]
}

/** Returns, for each folder, the other folders that its files require. */
function foldersUsedBy (files, uses) {
  const used = new Map()
  for (const file of files) {
    const folders = used.get(folderOf(file)) ?? new Set()
    for (const other of uses(file).map(folderOf).filter((folder) => folder !== folderOf(file))) folders.add(other)
    used.set(folderOf(file), folders)
  }
  return used
}

/** @returns {string[] | undefined} files that require each other in a circle */
function circle (files, uses) {
  const done = new Set()
  const visit = (file, way) => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const used of uses(file).filter((one) => files.includes(one))) {
      const found = visit(used, [...way, file])
      if (found) return found
    }
    done.add(file)
    return undefined
  }
  for (const file of files) {
    const found = visit(file, [])
    if (found) return found
  }
  return undefined
}

describe('the layers', () => {
  const scripts = tracked('*.js', '*.cjs', 'playground/*.mjs')

  it('are visible: the files and what they require', () => {
    assert.ok(scripts.length > 100)
    assert.ok(requiredBy('lib/index.js').includes('lib/engine/index.js'))
    assert.ok(requiredBy('lib/index.js').includes('lib/why/explain/index.js'))
    assert.ok(!requiredAtFirst('lib/index.js').includes('lib/why/explain/index.js'))
    assert.ok(includedBy('src/node/addon.cc').some((file) => file.startsWith('src/core/')))
    assert.deepEqual(broken(['test/extras/layers.test.js'], [['test/', /^lib\//]], () => ['lib/index.js']),
      ['test/extras/layers.test.js -> lib/index.js'])
    assert.deepEqual(circle(['a', 'b'], (file) => file === 'a' ? ['b'] : ['a']), ['a', 'b', 'a'])
  })

  it('require only those below', () => {
    assert.deepEqual(broken(scripts, NEVER, requiredBy), [])
  })

  it('load no capability with the drop-in', () => {
    assert.deepEqual(broken(scripts, NOT_AT_FIRST, requiredAtFirst), [])
  })

  it('contain no circle of files', () => {
    assert.equal(circle(scripts, requiredAtFirst), undefined)
  })

  it('contain no circle of folders', () => {
    const used = foldersUsedBy(scripts, requiredAtFirst)

    assert.ok(used.get('test').has('lib') && used.has('lib/why/'))
    assert.equal(circle([...used.keys()], (folder) => [...used.get(folder)]), undefined)
  })

  it('include only those below', () => {
    assert.deepEqual(broken(tracked('src/*.c', 'src/*.cc', 'src/*.h'), INCLUDES_NEVER, includedBy), [])
  })
})

describe('the lint rules', () => {
  it('refuse a regular expression of the product that takes more than linear time', async () => {
    const eslint = new ESLint({ cwd: ROOT })
    const rulesFor = async (code, filePath) => {
      const [{ messages }] = await eslint.lintText(`'use strict'\n\nmodule.exports = ${code}\n`, { filePath: path.join(ROOT, filePath) })
      return messages.map(({ ruleId }) => ruleId)
    }

    assert.deepEqual(await rulesFor('/ *,/', 'lib/cli/output.js'), ['regexp/no-super-linear-move'])
    assert.deepEqual(await rulesFor('/^a*a*$/', 'lib/resolver/address.js'), ['regexp/no-super-linear-backtracking'])
    assert.deepEqual(await rulesFor('/(?<! ) *,/', 'lib/header.js'), [])
    assert.deepEqual(await rulesFor('/^a*a*$/', 'test/run.js'), [])
  })
})
