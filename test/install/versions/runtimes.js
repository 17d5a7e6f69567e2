'use strict'

/* Where the runtimes come from: npm packages that hold nothing but a binary. */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..', '..')
const FOLDER = path.join(ROOT, 'build', 'versions')

const { platform, arch } = process
const BUN_ARCH = { x64: 'x64', arm64: 'aarch64' }[arch]
const DENO_ARCH = { x64: 'x64', arm64: 'arm64' }[arch]

const node = (line, end) => ({
  name: `node@${line}`, package: `node-${platform}-${arch}@${line}`, binary: 'bin/node', kind: 'node', args: [], end
})

const RUNTIMES = [
  node(20, 'oldest'),
  node(22),
  node(24),
  node(26, 'newest'),
  {
    name: 'bun@1', package: `@oven/bun-${platform}-${BUN_ARCH}@1`, binary: 'bin/bun', kind: 'other', args: []
  },
  {
    name: 'deno@2', package: `@deno/${platform}-${DENO_ARCH}-glibc@2`, binary: 'deno', kind: 'other', args: ['run', '-A']
  }
]

/**
 * Installs a runtime, which may be another machine's (`foreign`); returns the
 * command that starts it.
 */
function install ({ name, package: wanted, binary, args, foreign }) {
  const directory = path.join(FOLDER, name)
  fs.mkdirSync(directory, { recursive: true })
  fs.writeFileSync(path.join(directory, 'package.json'), '{ "private": true }\n')
  const { status, stderr } = spawnSync('npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...foreign ? ['--force'] : [], wanted],
    { cwd: directory, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${wanted} cannot be installed\n${stderr}`)
  const packageName = wanted.slice(0, wanted.lastIndexOf('@'))
  return [path.join(directory, 'node_modules', packageName, binary), ...args]
}

module.exports = { RUNTIMES, ROOT, FOLDER, install }
