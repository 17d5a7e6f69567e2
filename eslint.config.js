'use strict'

const neostandard = require('neostandard')

module.exports = [
  ...neostandard({ env: ['node', 'mocha'], ts: true, ignores: ['build', 'prebuilds', 'lib/*/wasm-binary.js', 'lib/web/*.mjs'] }),
  {
    rules: {
      strict: ['error', 'global']
    },
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs' }
  },
  {
    files: ['playground/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(['VERSION', 'addEventListener', 'document', 'getSelection', 'location'].map((name) => [name, 'readonly']))
    }
  }
]
