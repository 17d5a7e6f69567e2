'use strict'

/*
 * Measures one row in this process and reports to the parent: see topics.js.
 * With a JSON array as a third argument, only the candidates it names.
 */

const { compare } = require('./harness')

const [topic, row, only] = process.argv.slice(2)
const subject = require(`./topics/${topic}`).rows[row]()
if (only) {
  // Whoever names them wants their figures, however long they take.
  subject.slowest = Infinity
  subject.rounds = 9
}

compare(subject, only && JSON.parse(only)).then((results) => {
  process.send(results, () => process.exit())
})
