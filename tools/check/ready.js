'use strict'

/*
 * Checks that the project can be released under a tag. Exit code 1 if it cannot.
 *
 *   node tools/check/ready.js v1.2.3
 */

const fs = require('node:fs')
const path = require('node:path')

/**
 * @param {string} tag
 * @param {{ version: string, repository?: unknown }} manifest
 * @param {string} changelog
 * @returns {string[]} what is missing
 */
function missing (tag, manifest, changelog) {
  const { version, repository } = manifest
  const found = []
  if (tag !== `v${version}`) found.push(`package.json says ${version}, the tag is ${tag}`)
  const heading = changelog.split('\n').find((line) => line.startsWith(`## [${version}]`))
  if (!/ - \d{4}-\d\d-\d\d$/.test(heading ?? '')) found.push(`CHANGELOG.md has no date for ${version}`)
  // npm compares it with the repository that the workflow ran in.
  if (!repository) found.push('package.json names no repository, which provenance needs')
  return found
}

function main () {
  const root = path.join(__dirname, '..', '..')
  const read = (name) => fs.readFileSync(path.join(root, name), 'utf8')
  const found = missing(process.argv[2] ?? '', JSON.parse(read('package.json')), read('CHANGELOG.md'))
  for (const line of found) console.error(line)
  if (found.length > 0) process.exitCode = 1
}

if (require.main === module) main()

module.exports = { missing }
