'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const LIB = path.join(__dirname, '..', '..', 'lib')

const NO_BINARY = `proxy-addr-native has no binary for ${process.platform}-${process.arch}. ` +
  'Remove its override to go back to proxy-addr, or build it: see README.md, "Limits"'

/** What requiring the package throws, in a process of its own. */
function failure (lib, { flags = [], before = '' } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', `
    ${before}
    try {
      require(${JSON.stringify(lib)})
    } catch ({ name, code, message }) {
      console.log(JSON.stringify({ name, code, message }))
    }
  `], { encoding: 'utf8' })

  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return JSON.parse(stdout)
}

describe('requiring the package', () => {
  let directory

  before(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'proxy-addr-native-'))
    fs.cpSync(LIB, path.join(directory, 'lib'), { recursive: true })
  })

  after(() => fs.rmSync(directory, { recursive: true, force: true }))

  it('says what to do where there is no binary', () => {
    assert.deepEqual(failure(path.join(directory, 'lib')), { name: 'Error', message: NO_BINARY })
  })

  it('says so where no binary is found in its own folders either', () => {
    const before = `
      const Module = require('node:module')
      const resolve = Module._resolveFilename
      Module._resolveFilename = (name, ...rest) => resolve(name.replace(/[.]node$/, '.absent'), ...rest)
    `

    assert.deepEqual(failure(LIB, { before }), { name: 'Error', message: NO_BINARY })
  })

  it('fails as Node says where there is a binary that may not be loaded', () => {
    const { code } = failure(LIB, { flags: ['--no-addons'] })

    assert.equal(code, 'ERR_DLOPEN_DISABLED')
  })

  it('fails as Node says where the binary is none', () => {
    const build = path.join(directory, 'build', 'Release')

    fs.mkdirSync(build, { recursive: true })
    fs.writeFileSync(path.join(build, 'proxy_addr_native.node'), 'no binary')
    assert.equal(failure(path.join(directory, 'lib')).code, 'ERR_DLOPEN_FAILED')
  })
})
