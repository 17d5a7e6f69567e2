'use strict'

/* Times one row in this process and reports to the parent: see index.js. */

const { candidates, REFERENCE } = require('./candidates')
const { compare } = require('./harness')

const [topic, row] = process.argv.slice(2)
const { subnets, inputs } = require(`./topics/${topic}`)[row]()

const runs = {}
for (const [name, make] of Object.entries(candidates[topic])) {
  runs[name] = make(subnets)
}

process.send(compare(runs, REFERENCE, inputs))
