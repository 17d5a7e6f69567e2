'use strict'

const { ask, listClients } = require('./clients')
const { ASKED, isSame } = require('./compare')

/**
 * Sends every client's request to both apps and prints what came of it.
 * Resolves to `{ total, different }`, the number of answers compared.
 */
async function show (stage, network, report, print) {
  let total = 0
  let different = 0
  for (const [i, client] of listClients(network).entries()) {
    const native = await ask(client, stage.native)
    const original = await ask(client, stage.original)
    print(report.scene(i + 1, client, network, native, original))
    total += ASKED.length
    different += ASKED.filter((name) => !isSame(name, native, original)).length
  }
  return { total, different }
}

module.exports = { show }
