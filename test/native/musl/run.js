'use strict'

/*
 * Runs the one binary for Linux on musl: musl's own loader loads it and binds all symbols
 * at once; then it is registered and called. A small host in C takes the place of Node;
 * see host.c. Needs musl-gcc, and the binary in prebuilds/.
 *
 *   node test/native/musl/run.js
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { NODE_API } = require('../../../tools/check/binaries')

const ROOT = path.join(__dirname, '..', '..', '..')
const FOLDER = path.join(ROOT, 'build', 'musl')
const HOST = path.join(FOLDER, 'host')
const BINARY = path.join(ROOT, 'prebuilds', `linux-${process.arch}`, 'proxy_addr_native.node')

const run = (command, ...args) => execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' })

/** Generates what the binary imports and host.c lacks: functions that end the program. */
function refusals () {
  const written = fs.readFileSync(path.join(__dirname, 'host.c'), 'utf8')
  const others = NODE_API.filter((name) => !new RegExp(`\\b${name}\\(`).test(written))
  assert.ok(others.length > 0 && others.length < NODE_API.length)
  const file = path.join(FOLDER, 'refusals.c')
  const functions = others.map((name) => `void ${name}(void);\nvoid ${name}(void) {\n  refuse("${name}");\n}\n`)
  fs.writeFileSync(file, [
    '#include <stdio.h>',
    '#include <stdlib.h>',
    'static _Noreturn void refuse(const char *name) {',
    '  fprintf(stderr, "%s: not in host.c\\n", name);',
    '  exit(1);',
    '}',
    ...functions
  ].join('\n'))
  return file
}

function buildHost () {
  const headers = path.join(path.dirname(require.resolve('node-api-headers/package.json')), 'include')
  fs.mkdirSync(FOLDER, { recursive: true })
  run('musl-gcc', '-std=c11', '-Wall', '-Wextra', '-Werror', '-rdynamic', '-DNAPI_VERSION=8', '-isystem', headers,
    path.join(__dirname, 'host.c'), refusals(), '-o', HOST)
}

/** Returns the addon's answers about a peer and a header. */
function ask (subnet, peer, header) {
  return run(HOST, BINARY, subnet, peer, header).trim()
}

buildHost()
assert.match(run('readelf', '-p', '.interp', HOST), /ld-musl/, 'the host is not linked to musl')
assert.equal(ask('10.0.0.0/8', '10.1.2.3', '192.0.2.1, 203.0.113.7'), `Node-API 8: trusted, ${11 * 512 + 11}`)
assert.equal(ask('10.0.0.0/8', '192.0.2.9', '203.0.113.7'), 'Node-API 8: not trusted, 0')
assert.equal(ask('fd00::/8', 'fd12::1', '2001:db8::1'), `Node-API 8: trusted, ${-1 - 11}`)
assert.equal(ask('::ffff:10.0.0.0/104', '10.255.255.255', '10.0.0.1'), `Node-API 8: trusted, ${-1 - 8}`)

// The host notices a function that glibc has and musl lacks.
const foreign = path.join(FOLDER, 'foreign.so')
const source = path.join(FOLDER, 'foreign.c')
fs.writeFileSync(source, 'void __strcpy_chk(void);\nvoid call(void);\nvoid call(void) { __strcpy_chk(); }\n')
run('musl-gcc', '-shared', '-fPIC', source, '-o', foreign)
assert.throws(() => run(HOST, foreign, '::/0', '::', ''), /dlopen: .*__strcpy_chk: symbol not found/)

console.log('opened, registered and called on musl: 4 answers are right')
