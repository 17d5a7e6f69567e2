'use strict'

const path = require('node:path')

const reference = require('proxy-addr')

const OURS = path.join(__dirname, '..', '..', 'lib')

/**
 * @param {string} [name] of a package, or a path from the working directory
 * @returns {{ reference: object, subject: object, path: string }}
 */
function implementations (name = OURS) {
  const found = require.resolve(name, { paths: [process.cwd(), __dirname] })
  return { reference, subject: require(found), path: name === OURS ? found : name }
}

module.exports = { implementations }
