'use strict'

/*
 * Measures a row in this process and sends the results to the parent:
 *
 *   node row.js <topic> <row> [<JSON array of the candidates to measure>]
 */

const { compare } = require('./harness')

const [topic, row, only] = process.argv.slice(2)
const subject = require(`./topics/${topic}`).rows[row]()
if (only) {
  // Candidates that are named are measured however slow they are.
  subject.slowest = Infinity
  subject.rounds = 15
}

compare(subject, only && JSON.parse(only)).then((results) => {
  process.send(results, () => process.exit())
})
