'use strict'

/*
 * Builds for Windows with mingw-w64. node-gyp does not support that, but gyp prints
 * what binding.gyp means for Windows: sources, definitions, flags and folders.
 */

const fs = require('node:fs')
const path = require('node:path')

const { gypIn, run, withCopy } = require('./gyp')

const HOOK = path.join(__dirname, 'node-host.c')

/** node-gyp's own hook, for Microsoft's compiler; HOOK replaces it. */
const NOT_OURS = /win_delay_load_hook\.cc$/

/** The flags that common.gypi adds to C++ on Linux, where gcc compiles too. */
const CXX_FLAGS = ['-std=gnu++17', '-fno-rtti', '-fno-exceptions']

/** These make the file depend only on its sources, and at run time only on Windows. */
const LINK_FLAGS = ['-shared', '-s', '-static-libgcc', '-Wl,--no-insert-timestamp']

/** @returns {{ sources: string[], defines: string[], c: string[], cxx: string[], folders: string[] }} */
function settings (copy) {
  gypIn(copy, ['configure', '--arch=x64', '--', '-f', 'gypd', '-DOS=win'])
  // gyp writes Python.
  const python = 'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))'
  const input = fs.readFileSync(path.join(copy, 'binding.gypd'))
  const { targets: [target] } = JSON.parse(run('python3', ['-c', python], { input }))
  const { cflags, cflags_c: c, cflags_cc: cxx, defines, include_dirs: folders } = target.configurations.Release
  return {
    sources: target.sources.filter((file) => !NOT_OURS.test(file)),
    // Left out: definitions with a variable that only Visual Studio fills in.
    defines: defines.filter((define) => !define.includes('<(')),
    c: [...cflags, ...c],
    cxx: [...cflags, ...cxx, ...CXX_FLAGS],
    folders
  }
}

/**
 * Makes an import library of Node-API that is bound at the first call, so that the
 * name of the program does not matter; see HOOK.
 *
 * @returns {string} the library
 */
function importLibrary (prefix, copy) {
  const folder = path.join(path.dirname(require.resolve('node-api-headers/package.json')), 'def')
  const names = ['js_native_api.def', 'node_api.def'].flatMap((file) =>
    fs.readFileSync(path.join(folder, file), 'utf8').split(/\s+/).filter((word) => /^(napi|node_api)_/.test(word)))
  const definitions = path.join(copy, 'node.def')
  const library = path.join(copy, 'libnode.a')
  fs.writeFileSync(definitions, ['NAME node.exe', 'EXPORTS', ...names].join('\n') + '\n')
  run(`${prefix}dlltool`, ['-d', definitions, '-y', library])
  return library
}

function buildByMingw ({ prefix }, output) {
  withCopy((copy) => {
    const { sources, defines, folders, c, cxx } = settings(copy)
    const common = [...defines.map((define) => `-D${define}`), ...folders.flatMap((folder) => ['-I', folder])]
    const objects = [...sources, HOOK].map((source, i) => {
      const object = path.join(copy, `${i}.o`)
      // Of the two thread models, this one has the headers that C++ needs.
      const [compiler, flags] = source.endsWith('.c') ? ['gcc-posix', c] : ['g++-posix', cxx]
      run(prefix + compiler, [...common, ...flags, '-c', source, '-o', object], { cwd: copy })
      return object
    })
    // Linked by the C compiler, which adds no C++ library.
    run(`${prefix}gcc-posix`,
      [...LINK_FLAGS, ...objects, importLibrary(prefix, copy), '-ldelayimp', '-o', output])
  })
}

module.exports = { buildByMingw }
