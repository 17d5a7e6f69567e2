'use strict'

/*
 * Puts binding.gyp where it is packed: at the top of a package npm would take
 * it for the wish to be built on installation.
 */

const { copyFileSync } = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..', '..')
copyFileSync(path.join(root, 'binding.gyp'), path.join(root, 'src', 'binding.gyp'))
