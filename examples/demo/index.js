'use strict'

// `npm start` runs this. Exit code 0 if both apps agree about every client, 1 if
// they do not or an error occurred, 2 if the command line is invalid.

const { parseArgs } = require('node:util')

const { chooseNetwork } = require('./clients')
const { checkSides, createReport, measureSpeed, show } = require('./report')
const { setStage } = require('./stage')

const USAGE = `Usage: npm start [-- --serve | --lists]

Runs a real Express app behind two reverse proxies, once on this package and once
on the original proxy-addr, and compares what they answer to each client.

  --serve   keep both running afterwards, to try them with curl
  --lists   show an app whose trust is a live list that changes under load
  --help    show this text
`

/** Parses the command line. Throws an Error for an unknown option or argument. */
function readOptions (args) {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', default: false },
      lists: { type: 'boolean', default: false },
      serve: { type: 'boolean', default: false }
    }
  })
  return values
}

async function demonstrate ({ serve, lists }) {
  const print = (text) => process.stdout.write(`${text}\n`)
  if (lists) return require('./lists').demonstrateLists(print)
  const report = createReport({ colour: process.stdout.hasColors?.() ?? false })
  const network = await chooseNetwork()
  const stage = await setStage(network)
  const stopped = serve ? untilStopped() : undefined
  try {
    checkSides(stage)
    print(report.heading(stage, network))
    const { total, different } = await show(stage, network, report, print)
    print(report.verdict(total, different))
    print(report.speed(measureSpeed()))
    if (serve) {
      print(`\n${invite(stage, network)}`)
      await stopped
    }
    return different === 0 ? 0 : 1
  } finally {
    await stage.stop()
  }
}

/** Returns the commands to try while both apps keep running. */
function invite ({ native, original }, network) {
  const here = `http://127.0.0.1:${native.ports['127.0.0.1']}/`
  const there = `http://127.0.0.1:${original.ports['127.0.0.1']}/`
  const past = url(native.appHost, native.app.port)
  return [
    'Both apps keep running. Try, from another terminal:',
    '',
    '   # through both proxies, on proxy-addr-native',
    `   curl ${here}`,
    '   # the same on the original proxy-addr',
    `   curl ${there}`,
    '   # with a forged header',
    `   curl -H 'X-Forwarded-For: ${network.edgeAddress}' ${here}`,
    ...(network.ipv6
      ? ['   # over IPv6', `   curl '${url('::1', native.ports['::1'])}'`]
      : []),
    '   # past the proxies, straight to the app',
    `   curl '${past}'`,
    '',
    'Ctrl+C ends it.'
  ].join('\n')
}

/**
 * Resolves when this process should end: on a signal, or when the process that
 * started it has ended (npm, when killed, does not pass the signal on).
 */
function untilStopped () {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, resolve)
    }
    const parent = process.ppid
    setInterval(() => process.ppid !== parent && resolve(), 250).unref()
  })
}

function url (host, port) {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

async function main () {
  let options
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error.message.split('. ')[0]}. See --help.\n`)
    return 2
  }
  if (options.help) {
    process.stdout.write(USAGE)
    return 0
  }
  return demonstrate(options)
}

main().then(
  (code) => { process.exitCode = code },
  (error) => {
    process.stderr.write(`The demonstration failed: ${error.message}\n`)
    process.exitCode = 1
  }
)
