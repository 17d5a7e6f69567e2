'use strict'

const { parseArgs } = require('node:util')

const USAGE = `Usage: npm start [-- --serve]

Shows a real Express app behind two reverse proxies, on this package and on
the original proxy-addr, and compares what they say about each client.

  --serve   keep both running afterwards, to be tried with curl
  --help    show this text
`

/** Reads the command line; throws an Error for what it doesn't know. */
function readOptions (args) {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', default: false },
      serve: { type: 'boolean', default: false }
    }
  })
  return values
}

module.exports = { USAGE, readOptions }
