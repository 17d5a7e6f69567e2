'use strict'

/* Puts the built addon where the published package looks for it. */

const { copyFileSync, mkdirSync } = require('node:fs')
const path = require('node:path')

const ADDON = 'proxy_addr_native.node'
const root = path.join(__dirname, '..')
const folder = path.join(root, 'prebuilds', `${process.platform}-${process.arch}`)

mkdirSync(folder, { recursive: true })
copyFileSync(path.join(root, 'build', 'Release', ADDON), path.join(folder, ADDON))
