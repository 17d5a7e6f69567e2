'use strict'

const { ask, listClients } = require('./clients')

/** The properties of Express's `req` that depend on `trust proxy`. */
const ASKED = ['ip', 'ips', 'protocol', 'hostname']

/** Whether the two apps answered a client with the same `req[name]`. */
function isSame (name, native, original) {
  return JSON.stringify(native[name]) === JSON.stringify(original[name])
}

/**
 * Throws unless one app really runs on this package and the other on the original:
 * comparing a package with itself would prove nothing.
 */
function checkSides ({ native, original }) {
  check(native.app.proxyAddr, 'proxy-addr-native', require.resolve('../..'))
  check(original.app.proxyAddr, 'proxy-addr', require.resolve('proxy-addr'))
}

function check ({ name, file, loaded }, expectedName, expectedFile) {
  if (name === expectedName && file === expectedFile && loaded) return
  throw new Error(
    `an app should run on ${expectedName}, but it ` +
    `${loaded ? 'runs on' : 'would find'} ${name} (${file})`
  )
}

/**
 * Sends every client's request to both apps and prints the answers. Resolves to
 * `{ total, different }`: how many answers were compared, and how many differ.
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

module.exports = { ASKED, checkSides, isSame, show }
