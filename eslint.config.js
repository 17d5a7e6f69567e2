'use strict'

const neostandard = require('neostandard')

module.exports = [
  ...neostandard({ env: ['node', 'mocha'], ts: true, ignores: ['build', 'prebuilds', 'lib/*/wasm-binary.js'] }),
  {
    rules: {
      strict: ['error', 'global']
    },
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs' }
  }
]
