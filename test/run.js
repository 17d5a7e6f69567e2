'use strict'

/*
 * Runs the tests, all side by side: those of the core in C, and the suite in JavaScript
 * on both engines. The suite is everything below test/ except what needs other tools
 * (install, playground) or much time (native). The parts in which the engine makes no
 * difference run once; with --whole, they run on both engines, too. If clang is missing,
 * so that WebAssembly was not built, prints that and succeeds; in CI, fails.
 *
 *   node test/run.js [--engine native|wasm] [--whole]
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
 * The parts of the suite in which the engine makes no difference: most start processes or
 * choose engines themselves.
 */
const ONCE = {
  'the command line': ['test/extras/cli/*.test.js', 'test/logs/cli.test.js'],
  'loading, documents, frameworks': [
    ...['docs', 'facts', 'handshake', 'layers', 'lint-recommended', 'loading', 'native', 'package', 'wasm-memory']
      .map((name) => `test/extras/${name}.test.js`),
    ...['express-install', 'rate-limit'].map((name) => `test/http/${name}.test.js`),
    'test/lists/*.test.js',
    'test/resolver/engines.test.js',
    'test/resolver/frameworks.test.js'
  ]
}

/**
 * Runs tests in a process of their own.
 *
 * @param {string[]} script with its arguments
 * @param {string} [engine]
 * @returns {Promise<{ passed: boolean, printed: string }>} the output in one piece,
 *   so that two runs do not mix
 */
function run (script, engine) {
  // Node 20 reads these certificates at each start, though none of these tests needs them.
  const { NODE_EXTRA_CA_CERTS, ...env } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, script, {
      cwd: ROOT,
      env: engine ? { ...env, PROXY_ADDR_ENGINE: engine } : env,
      stdio: ['ignore', 'pipe', 'pipe']
    })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ passed: code === 0, printed: Buffer.concat(chunks).toString() }))
  })
}

async function check (title, script, engine) {
  const start = performance.now()
  const { passed, printed } = await run(script, engine)
  const seconds = Math.round((performance.now() - start) / 1000)
  console.log(`\n${title}${passed ? '' : ': FAILED'}, ${seconds} s\n${printed}`)
  return passed
}

/**
 * @param {string} title
 * @param {string} engine
 * @param {string[]} selection mocha's arguments
 */
async function checkOn (title, engine, selection) {
  if (engine === 'wasm' && !fs.existsSync(WASM)) {
    console.log('skipped: the WebAssembly engine was not built; install clang and lld')
    return !process.env.CI
  }
  return check(title, [require.resolve('mocha/bin/mocha.js'), ...selection], engine)
}

async function main () {
  const { values: { engine: only, whole } } =
    parseArgs({ options: { engine: { type: 'string' }, whole: { type: 'boolean' } } })
  const engines = only === undefined ? ENGINES : [only]
  const everywhere = whole ? SUITE : [...SUITE, ...Object.values(ONCE).flat().flatMap((files) => ['--ignore', files])]
  const results = await Promise.all([
    ...engines.map((engine) => checkOn(`the suite on the engine '${engine}'`, engine, everywhere)),
    ...Object.entries(whole ? {} : ONCE).map(([title, files]) => checkOn(title, engines[0], files)),
    check('the core in C', [path.join(__dirname, 'core', 'run.js')])
  ])
  if (!results.every(Boolean)) process.exitCode = 1
}

if (require.main === module) main()

module.exports = { SUITE }
