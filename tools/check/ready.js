'use strict'

/*
 * Checks that the project can be released under a tag. Exit code 1 if it cannot.
 *
 *   node tools/check/ready.js v1.2.3
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

/**
 * @param {string} tag
 * @param {{ version: string, repository?: unknown }} manifest
 * @param {string} changelog
 * @param {string | undefined} object the tag object, if there is one
 * @returns {string[]} what is missing
 */
function missing (tag, manifest, changelog, object) {
  const { version, repository } = manifest
  const found = []
  if (tag !== `v${version}`) found.push(`package.json says ${version}, the tag is ${tag}`)
  const heading = changelog.split('\n').find((line) => line.startsWith(`## [${version}]`))
  if (!/ - \d{4}-\d\d-\d\d$/.test(heading ?? '')) found.push(`CHANGELOG.md has no date for ${version}`)
  // npm compares it with the repository in which the workflow ran.
  if (!repository) found.push('package.json names no repository, which provenance needs')
  if (!/^-----BEGIN (PGP|SSH) SIGNATURE-----$/m.test(object ?? '')) found.push(`the tag ${tag} is not signed: git tag --sign ${tag}`)
  return found
}

function main () {
  const root = path.join(__dirname, '..', '..')
  const read = (name) => fs.readFileSync(path.join(root, name), 'utf8')
  const tag = process.argv[2] ?? ''
  // A lightweight tag, which is only a name for a commit, has no such object.
  const { stdout } = spawnSync('git', ['cat-file', 'tag', tag], { cwd: root, encoding: 'utf8' })
  const found = missing(tag, JSON.parse(read('package.json')), read('CHANGELOG.md'), stdout)
  for (const line of found) console.error(line)
  if (found.length > 0) process.exitCode = 1
}

if (require.main === module) main()

module.exports = { missing }
