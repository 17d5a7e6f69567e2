'use strict'

/*
 * Compiles C for every script that builds the core. Also names the compilers of the
 * published binaries: packages of Debian 12, each in one version. Run by itself, this
 * script prints them as arguments of apt-get:
 *
 *   apt-get install $(node tools/build/toolchain.js)
 *
 * On macOS, and on Windows for arm64, the compilers are those of the runner's image,
 * which has a version but no digest; the versions of both are recorded.
 */

const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..')
const CORE = path.join('src', 'core')
const TESTS = path.join('test', 'core')

const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror']
const C11 = ['-std=c11', ...WARNINGS]

/** Lists the files of a folder that have a suffix, as paths from the root. */
function filesIn (folder, ending) {
  return fs.readdirSync(path.resolve(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => path.join(folder, name))
}

function works (command) {
  return spawnSync(command[0], [...command.slice(1), '--version'], { stdio: 'ignore' }).status === 0
}

/** @returns {string[]} a compiler: a command, and its first arguments if it has any */
function findCompiler (wanted) {
  const commands = wanted ? [wanted] : ['cc', 'gcc', 'clang']
  const found = commands.map((command) => command.trim().split(/\s+/)).find(works)
  if (!found) throw new Error(`no C compiler found (tried ${commands.join(', ')}): install one, or name it with --cc`)
  return found
}

/** Replaces a file at once: a concurrent reader sees either the old or the new one. */
function replace (file, text) {
  const made = `${file}.${process.pid}.tmp`
  fs.writeFileSync(made, text)
  fs.renameSync(made, file)
}

/** Runs a compiler; rejects with its output if it fails. */
function compile (compiler, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(compiler[0], [...compiler.slice(1), ...args], { cwd: ROOT })
    let printed = ''
    child.stdout.on('data', (text) => { printed += text })
    child.stderr.on('data', (text) => { printed += text })
    child.on('error', reject)
    child.on('close', (status) => {
      if (status === 0) resolve(printed)
      else reject(new Error(`${[...compiler, ...args].join(' ')}\n${printed}`))
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** @returns {Promise<string[]>} the object files */
function compileAll (compiler, files, flags, folder) {
  fs.mkdirSync(path.resolve(ROOT, folder), { recursive: true })
  return Promise.all(files.map(async (file) => {
    const object = path.join(folder, file.replaceAll(path.sep, '-') + '.o')
    await compile(compiler, [...flags, '-c', file, '-o', object])
    return object
  }))
}

/** For each target: packages with their versions, and commands that print a version. */
const TOOLCHAINS = {
  'linux-x64': {
    packages: { binutils: '2.40-2', 'g++-12': '12.2.0-14+deb12u1' },
    commands: ['x86_64-linux-gnu-g++', 'x86_64-linux-gnu-ld']
  },
  'linux-arm64': {
    packages: {
      'binutils-aarch64-linux-gnu': '2.40-2',
      'g++-12-aarch64-linux-gnu': '12.2.0-14cross1',
      'g++-aarch64-linux-gnu': '4:12.2.0-3',
      'libc6-dev-arm64-cross': '2.36-8cross1'
    },
    commands: ['aarch64-linux-gnu-g++', 'aarch64-linux-gnu-ld']
  },
  'win32-x64': {
    packages: {
      'binutils-mingw-w64-x86-64': '2.40-2+10.4',
      'g++-mingw-w64-x86-64': '12.2.0-14+25.2',
      'g++-mingw-w64-x86-64-posix': '12.2.0-14+deb12u1+25.2+b1',
      'mingw-w64-x86-64-dev': '10.0.0-3'
    },
    commands: ['x86_64-w64-mingw32-g++-posix', 'x86_64-w64-mingw32-ld']
  },
  wasm: {
    packages: {
      clang: '1:14.0-55.7~deb12u1', 'clang-14': '1:14.0.6-12', lld: '1:14.0-55.7~deb12u1', 'lld-14': '1:14.0.6-12'
    },
    commands: ['clang', 'wasm-ld']
  }
}

/** The tools of a target that is not built with Debian's packages. */
const OTHER = { packages: {}, commands: process.platform === 'win32' ? [] : ['c++'] }

/** @returns {string | undefined} the first line that a command prints */
function firstLine (command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  return status === 0 ? stdout.split('\n')[0].trim() : undefined
}

/** Returns the version of an installed package; undefined if it or dpkg is missing. */
function installed (name) {
  return firstLine('dpkg-query', ['--show', '--showformat', '${Version}', name]) // eslint-disable-line no-template-curly-in-string
}

/**
 * @param {string} target
 * @returns {{ packages: Record<string, string | undefined>, versions: string[] }} the tools that
 *   build it on this machine
 */
function used (target) {
  const { packages, commands } = TOOLCHAINS[target] ?? OTHER
  const { ImageOS, ImageVersion } = process.env
  return {
    packages: Object.fromEntries(Object.keys(packages).map((name) => [name, installed(name)])),
    versions: [
      ...commands.map((command) => `${command}: ${firstLine(command, ['--version']) ?? 'none'}`),
      // The variables in which GitHub names a runner's image.
      ...ImageOS && !TOOLCHAINS[target] ? [`image: ${ImageOS} ${ImageVersion}`] : []
    ]
  }
}

/**
 * @param {string} target
 * @param {Record<string, string | undefined>} packages that it is or was built with
 * @returns {string[]} the packages whose versions differ from those listed above
 */
function differences (target, packages) {
  return Object.entries(TOOLCHAINS[target]?.packages ?? {})
    .filter(([name, version]) => packages[name] !== version)
    .map(([name, version]) => `${target}: ${name} must be ${version}, but is ${packages[name] ?? 'missing'}`)
}

function main () {
  const all = Object.values(TOOLCHAINS).flatMap(({ packages }) => Object.entries(packages))
  console.log(all.map(([name, version]) => `${name}=${version}`).join('\n'))
}

if (require.main === module) main()

module.exports = { C11, CORE, ROOT, TESTS, WARNINGS, compile, compileAll, differences, filesIn, findCompiler, replace, used, works }
