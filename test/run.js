'use strict'

/*
 * Runs the suite in JavaScript on both engines side by side: everything below test/
 * except what needs other tools (install, playground) or much time (native). If
 * WebAssembly was not built because clang is missing, prints that and succeeds; in CI
 * it fails.
 *
 *   node test/run.js [--engine native|wasm]
 */

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const ROOT = path.join(__dirname, '..')
const WASM = path.join(ROOT, 'lib', 'engine', 'wasm-binary.js')
const ENGINES = ['native', 'wasm']

/** Mocha's arguments that select the suite. */
const SUITE = ['test/**/*.test.js', '--ignore', 'test/{install,native,playground}/**']

/**
 * Runs the suite on one engine.
 *
 * @param {string} engine
 * @returns {Promise<{ passed: boolean, printed: string }>} the output in one piece,
 *   so that two runs do not mix
 */
function runSuite (engine) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [require.resolve('mocha/bin/mocha.js'), ...SUITE],
      { cwd: ROOT, env: { ...process.env, PROXY_ADDR_ENGINE: engine }, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ passed: code === 0, printed: Buffer.concat(chunks).toString() }))
  })
}

async function check (engine) {
  if (engine === 'wasm' && !fs.existsSync(WASM)) {
    console.log('skipped: the WebAssembly engine was not built; install clang and lld')
    return !process.env.CI
  }
  const { passed, printed } = await runSuite(engine)
  console.log(`\nthe suite on the engine '${engine}'${passed ? '' : ': FAILED'}\n${printed}`)
  return passed
}

async function main () {
  const { values } = parseArgs({ options: { engine: { type: 'string' } } })
  const engines = values.engine === undefined ? ENGINES : [values.engine]
  const results = await Promise.all(engines.map(check))
  if (!results.every(Boolean)) process.exitCode = 1
}

if (require.main === module) main()

module.exports = { SUITE }
