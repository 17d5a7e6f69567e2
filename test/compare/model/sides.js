'use strict'

const path = require('node:path')

const { implementations } = require('../implementations')

const MODEL = path.join(__dirname, 'index.js')

/** @param {string} [underTest] another implementation in place of this package */
function sides (underTest) {
  const { reference, subject, path: place, referencePath } = implementations(underTest)
  return {
    'proxy-addr': { lib: reference, path: referencePath },
    'the model': { lib: require(MODEL), path: MODEL },
    [underTest ?? 'this package']: { lib: subject, path: place }
  }
}

module.exports = { sides }
