'use strict'

// What `npm start` runs. Ends with 0 if both apps agree about every client,
// with 1 if not or if something went wrong, with 2 for a wrong command line.

const { checkSides } = require('./compare')
const { chooseNetwork } = require('./network')
const { USAGE, readOptions } = require('./options')
const { createReport } = require('./report')
const { invite, untilStopped } = require('./serve')
const { show } = require('./show')
const { measureSpeed } = require('./speed')
const { setStage } = require('./stage')

async function demonstrate ({ serve }) {
  const print = (text) => process.stdout.write(`${text}\n`)
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
