'use strict'

/*
 * How long it takes to require the package, by each door: the median of
 * processes of their own, with warm file caches. Prints; asserts nothing.
 *
 *   npm run bench:require
 */

const { execFileSync } = require('node:child_process')
const path = require('node:path')

const RUNS = 31

const SCRIPT = `
  const begin = process.hrtime.bigint()
  require(${JSON.stringify(path.join(__dirname, '..', 'lib'))})
  console.log(Number(process.hrtime.bigint() - begin) / 1e6)
`

for (const engine of ['native', 'wasm']) {
  const times = Array.from({ length: RUNS }, () => Number(execFileSync(process.execPath, ['-e', SCRIPT],
    { env: { ...process.env, PROXY_ADDR_ENGINE: engine }, encoding: 'utf8' }))).sort((a, b) => a - b)
  console.log(`${engine}: ${times[RUNS >> 1].toFixed(2)} ms (${times[0].toFixed(2)} to ${times[RUNS - 1].toFixed(2)})`)
}
