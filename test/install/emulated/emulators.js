'use strict'

/*
 * How another machine's Node is started here. Each takes the command that would
 * start it there, and returns the one for here and its environment.
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { FOLDER } = require('../versions/runtimes')

/** Where Debian's cross compilers keep the libraries of that machine. */
const LIBRARIES = '/usr/aarch64-linux-gnu'

/**
 * Tests start processes by process.execPath, which is a program that the kernel
 * here cannot run. So that is made a script that runs it.
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
    // Otherwise it says that it is Windows 7, where Node would not start.
    ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'],
    { env: { ...process.env, ...env }, stdio: 'ignore' })
  if (error) throw error
  if (status !== 0) throw new Error(`wine reg ended with ${status}`)
  return { command: ['wine', node], env }
}

module.exports = { qemu, wine }
