'use strict'

/*
 * Sends requests from a process of its own, so that the CPU time of servers is
 * theirs alone:
 *
 *   node load.js <subnets>
 *
 * It sends {} once it is ready. It gets { url, seconds } and answers with
 * { requests, seconds } or { error }.
 */

const autocannon = require('autocannon')
const { headers } = require('../topics/http')

const CONNECTIONS = 16
/** The interval at which autocannon checks whether its time is over. */
const LOOK_MS = 20

const requests = headers(Number(process.argv[2])).map((header) =>
  ({ headers: { 'x-forwarded-for': header } }))

/**
 * The time is taken from the first answer on: what comes before is building
 * requests and connecting.
 */
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
