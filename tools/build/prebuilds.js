'use strict'

/*
 * Builds the package's binaries into prebuilds/, and the WebAssembly modules, and
 * records each build. Without --target, builds what this machine can: on Linux all
 * of TARGETS, elsewhere its own binary.
 *
 *   npm run prebuilds [-- --target linux-arm64 --target wasm] [--pinned]
 *
 * `--target host` stands for the machine's own platform. With --pinned, as for a
 * release, nothing is built unless each compiler has the version that toolchain.js
 * names.
 */

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { nodeGyp } = require('./addon')
const { forget, record } = require('./pack')
const { differences, used } = require('./toolchain')

const ROOT = path.join(__dirname, '..', '..')
const ADDON = 'proxy_addr_native.node'
const HOST = `${process.platform}-${process.arch}`

/** The targets of Debian's compilers, each with the prefix of its commands. */
const TARGETS = {
  'linux-x64': { build: buildByGyp, arch: 'x64', prefix: 'x86_64-linux-gnu-' },
  'linux-arm64': { build: buildByGyp, arch: 'arm64', prefix: 'aarch64-linux-gnu-' },
  'win32-x64': { build: buildByMingw, arch: 'x64', prefix: 'x86_64-w64-mingw32-' },
  wasm: {}
}

/** Options that remove what only a debugger needs; MSVC keeps that in a separate file. */
const STRIP = { linux: ['--strip-unneeded'], darwin: ['-x'] }

const HOOK = path.join(__dirname, 'node-host.c')

/** node-gyp's own hook, for Microsoft's compiler; HOOK replaces it. */
const NOT_OURS = /win_delay_load_hook\.cc$/

/** The flags that common.gypi adds to C++ on Linux, where gcc compiles too. */
const CXX_FLAGS = ['-std=gnu++17', '-fno-rtti', '-fno-exceptions']

/**
 * These make the file depend on nothing but its sources, and at run time on nothing but
 * Windows.
 */
const LINK_FLAGS = ['-shared', '-s', '-static-libgcc', '-Wl,--no-insert-timestamp']

/** Runs a command; throws an error with its output if it fails or is missing. */
function run (command, args, options = {}) {
  const { status, error, stdout, stderr } =
    spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options })
  if (error) throw new Error(`could not run ${command}: ${error.message}`)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`)
  return stdout
}

/**
 * Calls a function with a copy of the addon's sources, so that a build for another
 * machine leaves the ordinary build alone.
 */
function withCopy (callback) {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
  const addonApi = path.dirname(require.resolve('node-addon-api/package.json'))
  try {
    for (const name of ['binding.gyp', 'package.json', 'src']) {
      fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true })
    }
    // Not a link, because gyp writes files beside those that it reads.
    fs.cpSync(addonApi, path.join(copy, 'node_modules', 'node-addon-api'), { recursive: true })
    return callback(copy)
  } finally {
    fs.rmSync(copy, { recursive: true, force: true })
  }
}

/** Runs node-gyp in a folder; throws an error with its output if it fails. */
function gypIn (folder, args, env = {}) {
  const { status, stdout, stderr } = nodeGyp(require.resolve('node-gyp/bin/node-gyp.js'), args,
    { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`node-gyp ${args.join(' ')}\n${stdout}${stderr}`)
}

/** Builds for another Linux in the ordinary way, with other compilers. */
function buildByGyp ({ arch, prefix }, output) {
  withCopy((copy) => {
    gypIn(copy, ['configure', 'build', `--arch=${arch}`], {
      CC: `${prefix}gcc`, CXX: `${prefix}g++`, AR: `${prefix}ar`, LINK: `${prefix}g++`
    })
    fs.copyFileSync(path.join(copy, 'build', 'Release', ADDON), output)
  })
  run(`${prefix}strip`, ['--strip-unneeded', output])
}

/** @returns {{ sources: string[], defines: string[], c: string[], cxx: string[], folders: string[] }} */
function settings (copy) {
  gypIn(copy, ['configure', '--arch=x64', '--', '-f', 'gypd', '-DOS=win'])
  // gyp writes this in Python's notation.
  const python = 'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))'
  const input = fs.readFileSync(path.join(copy, 'binding.gypd'))
  const { targets: [target] } = JSON.parse(run('python3', ['-c', python], { input }))
  const { cflags, cflags_c: c, cflags_cc: cxx, defines, include_dirs: folders } = target.configurations.Release
  return {
    sources: target.sources.filter((file) => !NOT_OURS.test(file)),
    // Definitions with a variable that only Visual Studio fills in are left out.
    defines: defines.filter((define) => !define.includes('<(')),
    c: [...cflags, ...c],
    cxx: [...cflags, ...cxx, ...CXX_FLAGS],
    folders
  }
}

/**
 * Makes an import library of Node-API that is bound at the first call, so that the name
 * of the program does not matter; see HOOK.
 *
 * @returns {string} the path of the library
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

/**
 * Builds for Windows with mingw-w64. node-gyp does not support that, but gyp prints
 * what binding.gyp means for Windows: sources, definitions, flags and folders.
 */
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
    // Linked by the C compiler, because it adds no C++ library.
    run(`${prefix}gcc-posix`,
      [...LINK_FLAGS, ...objects, importLibrary(prefix, copy), '-ldelayimp', '-o', output])
  })
}

/** Makes the ordinary build, so that the tested binary is the packed one. */
function buildHere (output) {
  run(process.execPath, [path.join(ROOT, 'tools', 'build', 'addon.js')])
  fs.copyFileSync(path.join(ROOT, 'build', 'Release', ADDON), output)
  const options = STRIP[process.platform]
  if (options) run('strip', [...options, output])
}

function buildBinary (name) {
  const folder = path.join(ROOT, 'prebuilds', name)
  const output = path.join(folder, ADDON)
  fs.mkdirSync(folder, { recursive: true })
  // If a build fails, no older file may be left to be packed.
  fs.rmSync(output, { force: true })
  if (name === HOST) buildHere(output)
  else TARGETS[name].build(TARGETS[name], output)
  return `prebuilds/${name}/${ADDON}: ${fs.statSync(output).size} bytes`
}

/** Builds the modules, and the bundles that contain them. */
function buildWasm () {
  return ['wasm.js', 'web.js'].map((tool) => run(process.execPath, [path.join(ROOT, 'tools', 'build', tool)]).trim()).join('\n')
}

function prebuild (name) {
  forget(name)
  console.log(name === 'wasm' ? buildWasm() : buildBinary(name))
  record(name)
}

function chosen (target) {
  if (target === 'host' || target === HOST) return HOST
  if (target === 'wasm' || (process.platform === 'linux' && Object.hasOwn(TARGETS, target))) return target
  throw new Error(`cannot build ${target} on ${HOST} (expected host, ` +
    (process.platform === 'linux' ? Object.keys(TARGETS).join(', ') : 'wasm') + ')')
}

/** @throws {Error} if a compiler does not have the version that toolchain.js names */
function checkToolchains (targets) {
  const found = targets.flatMap((target) => differences(target, used(target).packages))
  if (found.length > 0) throw new Error(`${found.join('\n')}\nInstall these: apt-get install $(node tools/build/toolchain.js)`)
}

function main () {
  const { values } = parseArgs({ options: { target: { type: 'string', multiple: true }, pinned: { type: 'boolean' } } })
  const all = process.platform === 'linux' ? Object.keys(TARGETS) : [HOST]
  const targets = values.target?.map(chosen) ?? all
  if (values.pinned) checkToolchains(targets)
  targets.forEach(prebuild)
}

try {
  main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
