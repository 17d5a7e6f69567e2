'use strict'

const { mkdtemp, realpath, rm } = require('node:fs/promises')
const os = require('node:os')
const path = require('node:path')

/** Makes a directory for one test, which must `remove` it. */
async function makeTemp () {
  // npm writes real paths into its links, and /tmp itself may be a link.
  const base = await realpath(os.tmpdir())
  return mkdtemp(path.join(base, 'proxy-addr-native-'))
}

function remove (directory) {
  return rm(directory, { recursive: true, force: true, maxRetries: 3 })
}

module.exports = { makeTemp, remove }
