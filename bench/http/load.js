'use strict'

/*
 * Sends requests from its own process, so that the CPU time of a server is the
 * server's alone:
 *
 *   node load.js <subnets>
 *
 * It sends {} once it is ready. For each { url, seconds } that it receives, it
 * answers with { requests, seconds } or { error }.
 */

const autocannon = require('autocannon')
const { headers } = require('../topics/http')

const CONNECTIONS = 16
/** How often autocannon checks whether its time is over. */
const LOOK_MS = 20

const requests = headers(Number(process.argv[2])).map((header) =>
  ({ headers: { 'x-forwarded-for': header } }))

/** Timed from the first answer: before it, requests are built and connections opened. */
function load ({ url, seconds }) {
  return new Promise((resolve, reject) => {
    let first
    const options = {
      url, requests, connections: CONNECTIONS, duration: seconds, sampleInt: LOOK_MS
    }
    const run = autocannon(options, (error, result) => {
      if (error) return reject(error)
      const failed = result.errors + result.timeouts + result.non2xx
      if (failed > 0 || first === undefined) return reject(new Error(`${failed} requests failed`))
      resolve({
        requests: result['2xx'],
        seconds: Number(process.hrtime.bigint() - first) / 1e9
      })
    })
    run.once('response', () => { first = process.hrtime.bigint() })
  })
}

process.on('message', (message) => {
  load(message).then(
    (figures) => process.send(figures),
    ({ message: error }) => process.send({ error }))
})
process.once('disconnect', () => process.exit())
process.send({})
