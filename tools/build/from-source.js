'use strict'

/*
 * Builds the addon of an installed package: for platforms whose binary is not in the
 * package, and for everybody who builds from source on principle:
 *
 *   npx --yes -p node-gyp@12 -p node-addon-api@8 -- node <package>/tools/build/from-source.js
 *
 * The two packages may also be installed beside this one, or be found by NODE_PATH. Needs
 * a C/C++ compiler, make and Python 3. The result goes to build/Release of the package,
 * where it takes precedence over the binary in the package.
 */

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { nodeGyp } = require('./addon')

const ADDON = 'proxy_addr_native.node'
const ROOT = path.join(__dirname, '..', '..')

/** npx adds only its packages' commands to PATH; the packages lie beside them. */
function find (request) {
  const places = (process.env.PATH ?? '').split(path.delimiter)
    .filter((folder) => folder.endsWith(path.join('node_modules', '.bin')))
  const paths = [ROOT, process.cwd(), ...places.map((folder) => path.join(folder, '..', '..'))]
  try {
    return require.resolve(request, { paths })
  } catch {
    throw new Error(`cannot find ${request}: run ` +
      '"npx --yes -p node-gyp@12 -p node-addon-api@8 -- node ' +
      `${path.relative(process.cwd(), __filename)}"`)
  }
}

/**
 * Builds in a temporary folder, so that only the result remains in the package.
 * The package keeps its gyp file in src/: at the top, it would make npm build on
 * installation.
 */
function build (folder) {
  const script = find('node-gyp/bin/node-gyp.js')
  const addonApi = path.dirname(find('node-addon-api/package.json'))
  fs.cpSync(path.join(ROOT, 'src'), path.join(folder, 'src'), { recursive: true })
  fs.renameSync(path.join(folder, 'src', 'binding.gyp'), path.join(folder, 'binding.gyp'))
  fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'))
  fs.cpSync(addonApi, path.join(folder, 'node_modules', 'node-addon-api'), { recursive: true })
  const { status } = nodeGyp(script, ['configure', 'build'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error('node-gyp failed, see above')
  const target = path.join(ROOT, 'build', 'Release')
  fs.mkdirSync(target, { recursive: true })
  fs.copyFileSync(path.join(folder, 'build', 'Release', ADDON), path.join(target, ADDON))
  console.log(path.join(target, ADDON))
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
try {
  build(folder)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
