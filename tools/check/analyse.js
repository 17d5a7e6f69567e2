'use strict'

/*
 * Analyses the published C and C++ code by gcc's -fanalyzer, clang-tidy and
 * cppcheck. Needs all three, and a build of the addon, which records where Node's
 * headers are. Exit code 1 if one of them finds anything.
 *
 * .clang-tidy lists clang-tidy's checks, with reasons; other suppressions are below.
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const { C11, CORE, ROOT, filesIn } = require('../build/toolchain')

const ADDON = ['addon.cc', 'strict.cc'].map((name) => path.join('src', 'node', name))

/** The folders of headers that the addon includes and that are not ours. */
function foreignHeaders () {
  const configuration = path.join(ROOT, 'build', 'config.gypi')
  // A comment comes first.
  const text = fs.readFileSync(configuration, 'utf8').replace(/^#.*/, '')
  const { nodedir } = JSON.parse(text).variables
  return [path.join(nodedir, 'include', 'node'), path.dirname(require.resolve('node-addon-api'))]
}

function analyse (name, command, args) {
  const begin = Date.now()
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' })
  if (error) throw error
  const seconds = Math.round((Date.now() - begin) / 1000)
  console.log(`${name}: ${status === 0 ? 'nothing found' : 'FAILED'} (${seconds} s)`)
  if (status !== 0) console.log(stdout + stderr)
  return status === 0
}

function analyseAll () {
  const core = filesIn(CORE, '.c')
  const headers = foreignHeaders()
  const cxx = ['-std=c++17', '-DNAPI_VERSION=8', '-DNODE_ADDON_API_DISABLE_DEPRECATED',
    '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', ...headers.flatMap((folder) => ['-isystem', folder])]
  const cppcheck = ['--quiet', '--error-exitcode=1', '--enable=warning,style,performance,portability',
    '--inconclusive', '--platform=unix64',
    // Comparisons are branchless on purpose: see bits128.h.
    '--suppress=bitwiseOnBoolean']
  // This takes a struct that is passed by value for unread, because it misses that a line
  // keeps the address of its answers until it is written.
  const ofLogs = ['unreadVariable', 'redundantAssignment'].map((kind) => `--suppress=${kind}:${path.join(CORE, 'logs', 'line.c')}`)
    .concat(`--suppress=variableScope:${path.join(CORE, 'logs', 'block.c')}`)
  return [
    ...core.map((file) => analyse(`gcc -fanalyzer, ${file}`, 'gcc',
      [...C11, '-O2', '-fanalyzer', '-c', file, '-o', '/dev/null'])),
    analyse('clang-tidy, core', 'clang-tidy', ['--quiet', ...core, '--', '-std=c11']),
    // clang-tidy does not follow the destructor of a struct that contains a Text,
    // and reports Text's memory as leaked. LeakSanitizer shows that it is not: test/native/instrumented.sh.
    analyse('clang-tidy, addon', 'clang-tidy',
      ['--quiet', '--checks=-clang-analyzer-unix.Malloc', ...ADDON, '--', ...cxx]),
    analyse('cppcheck, core', 'cppcheck', [...cppcheck, ...ofLogs, '--std=c11', ...core]),
    // Text's buffer is not zeroed for every call: Node-API writes it before
    // anything reads it.
    analyse('cppcheck, addon', 'cppcheck', [...cppcheck, '--std=c++17', '-DNAPI_VERSION=8',
      `--suppress=uninitMemberVar:${path.join('src', 'node', 'values.h')}`, ...ADDON])
  ]
}

if (!analyseAll().every(Boolean)) process.exitCode = 1
