'use strict'

const { readdir } = require('node:fs/promises')
const path = require('node:path')
const { npm } = require('./npm')
const { makeTemp, remove } = require('./temp')

const ROOT = path.join(__dirname, '..', '..', '..')

let directory
let packed

/**
 * The file that would be published: `npm pack` builds and packs the package
 * once for all the tests. Resolves to the path of the tarball.
 */
function packTarball () {
  packed ??= pack()
  return packed
}

async function pack () {
  directory = await makeTemp()
  await npm(ROOT, 'pack', '--pack-destination', directory)
  const [file] = await readdir(directory)
  return path.join(directory, file)
}

after(function () {
  return directory && remove(directory)
})

module.exports = { ROOT, packTarball }
