'use strict'

/*
 * The core alone, without Node: a C program that is compiled with the core's
 * sources. See ../core/measure.h.
 */

const { execFile } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { promisify } = require('node:util')
const { C11, CORE, ROOT, compile, filesIn, findCompiler } = require('../../tools/build/toolchain')

const PROGRAM = path.join(ROOT, 'build', 'core-bench')
const FLAGS = [...C11, '-O3', '-D_POSIX_C_SOURCE=200809L', '-I', CORE]

const NATIVE = 'proxy-addr-native'

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

/** Compiles the program, once per run. */
async function build () {
  if (built) return
  const files = [CORE, path.join('bench', 'core')].flatMap((folder) => filesIn(folder, '.c'))
  fs.mkdirSync(path.dirname(PROGRAM), { recursive: true })
  await compile(findCompiler(process.env.CC), [...FLAGS, ...files, '-o', PROGRAM])
  built = true
}

/** Reads a line of the program's output: a candidate and its result. */
function result (line) {
  const [name, ...figures] = line.split('\t')
  const candidate = name === 'core' ? NATIVE : name
  if (figures[0] === 'different') {
    return [candidate, { different: Number(figures[1]), of: Number(figures[2]) }]
  }
  return [candidate, { value: Number(figures[0]), ratio: Number(figures[1]) }]
}

async function measure (row) {
  await build()
  const { stdout } = await promisify(execFile)(PROGRAM, rows[row])
  return Object.fromEntries(stdout.trim().split('\n').map(result))
}

module.exports = {
  title: 'The core alone, called from C',
  unit: 'ns',
  candidates: [NATIVE, 'inet_pton'],
  rows,
  measure
}
