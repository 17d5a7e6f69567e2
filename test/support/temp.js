'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const ROOT = path.join(__dirname, '..', '..')
/** What a copy of the package consists of. */
const NAMES = ['lib', 'src', 'tools', 'package.json', 'prebuilds.js']

/** Makes a directory for one test, which must `remove` it. */
function makeTemp () {
  // npm writes real paths into its links, and /tmp itself may be a link.
  return fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'proxy-addr-native-'))
}

function remove (directory) {
  fs.rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
}

/** Makes a copy of the package's own sources, to be changed and built. */
class Copy {
  constructor () {
    this.directory = makeTemp()
    for (const name of NAMES) fs.cpSync(path.join(ROOT, name), path.join(this.directory, name), { recursive: true })
  }

  remove () {
    remove(this.directory)
  }

  /** Copies a file of the package that its build made. */
  take (file) {
    fs.mkdirSync(path.dirname(path.join(this.directory, file)), { recursive: true })
    fs.copyFileSync(path.join(ROOT, file), path.join(this.directory, file))
  }

  /** Changes a file, which must contain the text exactly once. */
  edit (file, text, replacement) {
    const place = path.join(this.directory, file)
    const parts = fs.readFileSync(place, 'utf8').split(text)
    assert.equal(parts.length, 2, text)
    fs.writeFileSync(place, parts.join(replacement))
  }

  /** Builds the WebAssembly engine. */
  compile () {
    return spawnSync(process.execPath, [path.join(this.directory, 'tools', 'build', 'wasm.js'), 'engine'], { encoding: 'utf8' })
  }

  /** Runs a script with the copy as `proxyaddr`, in a process of its own. */
  run (engine, script = '') {
    return spawnSync(process.execPath,
      ['-e', `const proxyaddr = require(${JSON.stringify(path.join(this.directory, 'lib'))})\n${script}`],
      { encoding: 'utf8', env: { ...process.env, PROXY_ADDR_ENGINE: engine } })
  }

  /** Calls a function, given as text, with the copy; returns its result. */
  ask (engine, text) {
    const { stdout, stderr } = this.run(engine, `console.log(JSON.stringify((${text})(proxyaddr)))`)
    assert.equal(stderr, '')
    return JSON.parse(stdout)
  }

  /** Returns the lines that say why no engine could be loaded; none if one was. */
  refusal (engine) {
    return this.run(engine).stderr.split('\n').filter((line) => line.startsWith('- ')).join('\n')
  }
}

module.exports = { Copy, makeTemp, remove }
