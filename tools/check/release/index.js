'use strict'

/*
 * What can be tried of a release without GitHub: the workflows are read and
 * checked, the package is packed from the binaries in prebuilds/, which must be
 * in it as they were before, to the byte, and npm publishes it without doing so.
 *
 *   node tools/check/release/index.js
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { problemsOf } = require('./workflows')

const ROOT = path.join(__dirname, '..', '..', '..')
const WORKFLOWS = path.join('.github', 'workflows')

async function checkWorkflows () {
  const { scripts } = require('../../../package.json')
  const hasFile = (name) => fs.existsSync(path.join(ROOT, name))
  const names = fs.readdirSync(path.join(ROOT, WORKFLOWS)).sort()
  for (const name of names) {
    const file = path.join(WORKFLOWS, name)
    const text = fs.readFileSync(path.join(ROOT, file), 'utf8')
    assert.deepEqual(await problemsOf(text, file, { scripts, hasFile }), [], file)
  }
  return names
}

/** Sums of the binaries below a folder. */
function sums (folder) {
  const places = fs.readdirSync(path.join(folder, 'prebuilds')).sort()
  return places.map((platform) => {
    const file = path.join(folder, 'prebuilds', platform, 'proxy_addr_native.node')
    return `${platform} ${createHash('sha256').update(fs.readFileSync(file)).digest('hex')}`
  })
}

function checkPacking (folder) {
  const before = sums(ROOT)
  assert.ok(before.length > 0)
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' })
  const [tarball] = fs.readdirSync(folder)
  execFileSync('tar', ['-xzf', tarball], { cwd: folder })
  assert.deepEqual(sums(path.join(folder, 'package')), before)
  // Says what it would do; a package that npm would not take ends here.
  execFileSync('npm', ['publish', '--dry-run', '--access', 'public', `./${tarball}`], { cwd: folder, stdio: 'pipe' })
  return { tarball, size: fs.statSync(path.join(folder, tarball)).size, binaries: before.length }
}

async function main () {
  const workflows = await checkWorkflows()
  console.log(`${workflows.join(', ')}: as they must be`)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
  try {
    const { tarball, size, binaries } = checkPacking(folder)
    console.log(`${tarball}: ${size} bytes, ${binaries} binaries as they were tested`)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

main()
