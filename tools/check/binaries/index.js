'use strict'

/*
 * How the built addon, and the binaries in prebuilds/, are hardened, and what
 * they show to others and want from them: read from the files themselves, on
 * Linux, with binutils.
 *
 *   node tools/check/binaries/index.js [file of linux-x64]
 *
 * Exit code 1 if something is not as it must be.
 */

const fs = require('node:fs')
const path = require('node:path')

const { EXPORTS } = require('./allowed')
const { checkElf } = require('./elf')
const { checkPe } = require('./pe')

const ROOT = path.join(__dirname, '..', '..', '..')
const ADDON = 'proxy_addr_native.node'

const CHECKS = {
  'linux-x64': (file) => checkElf(file, 'x64'),
  'linux-arm64': (file) => checkElf(file, 'arm64'),
  'win32-x64': checkPe
}

/** Those of other systems come from their own compilers, and are run there. */
function filesHere () {
  const built = path.join(ROOT, 'build', 'Release', ADDON)
  const folder = path.join(ROOT, 'prebuilds')
  const platforms = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []
  return [
    { platform: `linux-${process.arch}`, file: built },
    ...platforms.map((platform) => ({ platform, file: path.join(folder, platform, ADDON) }))
  ]
}

function main (file) {
  if (process.platform !== 'linux') {
    console.log('The files are looked at on Linux only.')
    return
  }
  const files = file ? [{ platform: 'linux-x64', file }] : filesHere()
  for (const { platform, file } of files) {
    const check = CHECKS[platform]
    const found = check ? `hardened; exports ${EXPORTS.length} symbols, ${check(file)}` : 'not looked at'
    console.log(`${path.relative(ROOT, file)} (${platform}): ${found}`)
  }
}

main(...process.argv.slice(2))
