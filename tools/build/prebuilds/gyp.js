'use strict'

const fs = require('node:fs')
const path = require('node:path')

const { ADDON, gypIn, run, withCopy } = require('./tools')

/** For another Linux: the same build, by other compilers. */
function buildByGyp ({ arch, prefix }, output) {
  withCopy((copy) => {
    gypIn(copy, ['configure', 'build', `--arch=${arch}`], {
      CC: `${prefix}gcc`, CXX: `${prefix}g++`, AR: `${prefix}ar`, LINK: `${prefix}g++`
    })
    fs.copyFileSync(path.join(copy, 'build', 'Release', ADDON), output)
  })
  run(`${prefix}strip`, ['--strip-unneeded', output])
}

module.exports = { buildByGyp }
