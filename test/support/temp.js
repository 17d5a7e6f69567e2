'use strict'

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

/** Makes a directory for one test, which must `remove` it. */
function makeTemp () {
  // npm writes real paths into its links, and /tmp itself may be a link.
  return fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'proxy-addr-native-'))
}

function remove (directory) {
  fs.rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
}

module.exports = { makeTemp, remove }
