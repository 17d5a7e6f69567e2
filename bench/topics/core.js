'use strict'

/*
 * The core alone, without Node: a program in C, compiled with the core's
 * sources. See ../core/measure.h.
 */

const { execFile, execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { promisify } = require('node:util')

const ROOT = path.join(__dirname, '..', '..')
const FOLDERS = [path.join('src', 'core'), path.join('bench', 'core')]
const PROGRAM = path.join(ROOT, 'build', 'core-bench')
const FLAGS = ['-std=c11', '-O3', '-D_POSIX_C_SOURCE=200809L', '-I', FOLDERS[0]]

const CORE = 'proxy-addr-native'

const rows = {
  'read IPv4': ['parse', 'ipv4'],
  'read mapped IPv4': ['parse', 'mapped'],
  'read short IPv6': ['parse', 'short-ipv6'],
  'read full IPv6': ['parse', 'full-ipv6'],
  'read lenient forms': ['parse', 'lenient']
}
for (const family of ['IPv4', 'IPv6']) {
  for (const count of [7, 100, 1000, 10000, 100000, 1000000]) {
    rows[`look up ${family}, ${count.toLocaleString('en')} subnets`] =
      ['look-up', family.toLowerCase(), String(count)]
  }
}
for (const entries of [1, 4, 64, 1000]) {
  rows[`step over an entry, ${entries.toLocaleString('en')} in a header`] =
    ['hops', String(entries)]
}

let built = false

/** Compiles the program, once a run. */
function build () {
  if (built) return
  const files = FOLDERS.flatMap((folder) => fs.readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.c')).map((name) => path.join(folder, name)))
  fs.mkdirSync(path.dirname(PROGRAM), { recursive: true })
  execFileSync(process.env.CC ?? 'cc', [...FLAGS, ...files, '-o', PROGRAM], { cwd: ROOT })
  built = true
}

/** A line of the program's output as a result, by candidate. */
function result (line) {
  const [name, ...figures] = line.split('\t')
  const candidate = name === 'core' ? CORE : name
  if (figures[0] === 'different') {
    return [candidate, { different: Number(figures[1]), of: Number(figures[2]) }]
  }
  return [candidate, { value: Number(figures[0]), ratio: Number(figures[1]) }]
}

async function measure (row) {
  build()
  const { stdout } = await promisify(execFile)(PROGRAM, rows[row])
  return Object.fromEntries(stdout.trim().split('\n').map(result))
}

module.exports = {
  title: 'The core alone, called from C',
  unit: 'ns',
  candidates: [CORE, 'inet_pton'],
  rows,
  measure
}
