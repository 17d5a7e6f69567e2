'use strict'

/*
 * Tests a tarball as it will be published: runs the rules and the differential tests of
 * the drop-in, and those of the resolver, on its content, with each engine. Works on any
 * platform, and builds nothing. Exit code 1 if a test fails.
 *
 *   node tools/check/tarball.js proxy-addr-native-1.2.3.tgz [--types]
 *
 * With --types, the types in it are tested as well. Everything runs at once, and ends at
 * the first failure.
 */

const { execFileSync, spawn } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const ROOT = path.join(__dirname, '..', '..')
const ENGINES = ['native', 'wasm']
const SUITE = ['test/{spec,compare,resolver}/**/*.test.js']

/** What the tests need beside the package. The package's own files are kept. */
const ADDED = ['test', 'tools', '.mocharc.js', 'tsconfig.json']

/** Unpacks the package, and adds the tests to it. */
function layOut (tarball, folder) {
  // Only a name, because tar on Windows takes a colon in a path for that of a host.
  fs.copyFileSync(tarball, path.join(folder, 'package.tgz'))
  execFileSync('tar', ['-xzf', 'package.tgz'], { cwd: folder })
  const root = path.join(folder, 'package')
  for (const name of ADDED) {
    fs.cpSync(path.join(ROOT, name), path.join(root, name), { recursive: true, force: false })
  }
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'), 'junction')
  return root
}

/**
 * Runs a script in the unpacked package. Several run at once, so each prints its output
 * in one piece.
 */
function run (root, title, script, args, { engine, signal }) {
  return new Promise((resolve, reject) => {
    const env = engine ? { ...process.env, PROXY_ADDR_ENGINE: engine } : process.env
    const child = spawn(process.execPath, [path.join(ROOT, 'node_modules', ...script), ...args],
      { cwd: root, env, signal, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => {
      if (!signal.aborted) console.log(`\nin the tarball: ${title}\n${Buffer.concat(chunks)}`)
      if (status === 0) resolve()
      else reject(new Error(`the tarball does not pass: ${title}`))
    })
  })
}

/** Checks that an engine is the one in the package. */
function checkEngine (root, engine) {
  const code = `const { engine } = require('.'); console.log(engine, Object.keys(require.cache).filter((file) =>
    /\\.node$|wasm-binary/.test(file)).join(' '))`
  const env = { ...process.env, PROXY_ADDR_ENGINE: engine }
  const [loaded, file = ''] = execFileSync(process.execPath, ['-e', code], { cwd: root, env, encoding: 'utf8' }).trim().split(' ')
  const expected = engine === 'wasm' ? 'wasm-binary.js' : path.join('prebuilds', `${process.platform}-${process.arch}`)
  if (loaded === engine && path.relative(fs.realpathSync(root), file).includes(expected)) return
  throw new Error(`the tarball's engine is ${loaded} from ${file}, not ${engine} from ${expected}`)
}

async function testTypes (root, signal) {
  await run(root, 'declarations', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json'], { signal })
  await run(root, 'types', ['tstyche', 'build', 'bin.js'], [], { signal })
}

async function test (root, types) {
  ENGINES.forEach((engine) => checkEngine(root, engine))
  const controller = new AbortController()
  const { signal } = controller
  const all = ENGINES.map((engine) => run(root, `rules and comparisons, ${engine}`,
    ['mocha', 'bin', 'mocha.js'], ['--bail', ...SUITE], { engine, signal }))
  if (types) all.push(testTypes(root, signal))
  let failure
  await Promise.all(all.map((one) => one.catch((error) => {
    failure ??= error
    controller.abort()
  })))
  if (failure) throw failure
}

async function main () {
  const { values, positionals: [tarball] } = parseArgs({ options: { types: { type: 'boolean' } }, allowPositionals: true })
  if (!tarball) throw new Error('name the tarball: node tools/check/tarball.js FILE')
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'proxy-addr-native-'))
  try {
    await test(layOut(tarball, folder), values.types)
  } finally {
    // On Windows, a process that was ended may still hold a file open.
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
